"""Sort young people's free text into the wishes: texts and labels in, doubtful or sure answers out.

A library on its own: it knows nothing of the app, the web or a database. On one screen:

    from pathlib import Path
    from analysis import Outcome, load, load_examples, save, train

    model = train(load_examples())              # or your own Example(text, frozenset({6, 8}))
    save(model, Path("var/models/first"))       # numbers and JSON, nothing that can run
    model = load(Path("var/models/first"))      # raises ModelError when damaged

    for found in model.suggest(["the bus is allways late", "idk", "chcę park"]):
        found.outcome           # WISHES, NOT_SURE, NONE, UNTRANSLATED or NOT_AN_ANSWER
        found.wishes            # ((6, 0.98),): sure enough for the target precision
        found.leads             # likely but not sure: for a person to look at
        found.scores            # a probability for each of model.labels (0 = none)

    model.explain("the bus is allways late", 6) # ["bus", "late"]
    model.suggest_each(texts)                   # the same, one by one, for a million texts
    model.with_precision(0.85)                  # other thresholds without training; new model_id
    model.model_id, model.card                  # what made it, how well it does, what it cannot do
    model.features                              # pass as train(..., frozen=...) to keep the columns

    clean_text(raw), kind_of(clean_text(raw))   # the steps before; raw text is what people see
    evaluate(truth, predicted, probabilities, wishes)  # F1 with intervals, coverage, calibration

Published shares are sums of `scores`, never counts of `wishes`. A suggestion is never a decision.
Names are loaded when first used, so that `import analysis` costs nothing; scikit-learn is only
loaded by `train`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.cleaning import clean_text, split_words
    from analysis.evaluation import Evaluation, Score, WishScore, evaluate, make_truth
    from analysis.examples import Example, ExamplesError, load_examples, parse_wishes, read_examples
    from analysis.kinds import Kind, kind_of, name_language
    from analysis.lexicon import Lexicon, load_lexicon
    from analysis.model import Classifier, Outcome, Suggested
    from analysis.storage import ModelError, load, save
    from analysis.training import train

__all__ = [
    "Classifier",
    "Evaluation",
    "Example",
    "ExamplesError",
    "Kind",
    "Lexicon",
    "ModelError",
    "Outcome",
    "Score",
    "Suggested",
    "WishScore",
    "clean_text",
    "evaluate",
    "kind_of",
    "load",
    "load_examples",
    "load_lexicon",
    "make_truth",
    "name_language",
    "parse_wishes",
    "read_examples",
    "save",
    "split_words",
    "train",
]

_HOMES = {
    "cleaning": ("clean_text", "split_words"),
    "evaluation": ("Evaluation", "Score", "WishScore", "evaluate", "make_truth"),
    "examples": ("ExamplesError", "Example", "load_examples", "parse_wishes", "read_examples"),
    "kinds": ("Kind", "kind_of", "name_language"),
    "lexicon": ("Lexicon", "load_lexicon"),
    "model": ("Classifier", "Outcome", "Suggested"),
    "storage": ("ModelError", "load", "save"),
    "training": ("train",),
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it, the first time it is asked for."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"analysis.{module}"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
