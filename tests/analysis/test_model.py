"""A model is reproducible, keeps its promise of precision, explains itself, survives odd input."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from analysis import Classifier, Example, ModelError, Outcome, Suggested, load, save, train

TEXTS = [
    "the bus is always late and it costs to much",
    "stop people bullying me",
    "i love leeds",
    "idk",
    "chcę więcej parków",
    "",
]


def ask(model: Classifier, text: str) -> Suggested:
    return model.suggest([text])[0]


def test_same_inputs_give_the_same_model_whatever_their_order(
    model: Classifier, examples: list[Example]
) -> None:
    shuffled = random.Random(7).sample(examples, len(examples))
    again = train(shuffled)
    assert again.model_id == model.model_id
    assert np.array_equal(again.weights, model.weights)
    assert again.suggest(TEXTS) == model.suggest(TEXTS)
    assert again.card == model.card


def test_the_number_of_cores_does_not_change_a_model(
    model: Classifier, examples: list[Example]
) -> None:
    for threads in (1, 4):
        with threadpool_limits(limits=threads, user_api="blas"):
            assert np.array_equal(train(examples).weights, model.weights)


def test_another_label_seed_or_precision_makes_another_id(
    model: Classifier, examples: list[Example]
) -> None:
    ids = {
        model.model_id,
        model.with_precision(0.8).model_id,
        train(examples, seed=2).model_id,
        train([*examples, Example("a tram to garforth", frozenset({6}))]).model_id,
    }
    assert len(ids) == 4


def test_saving_and_loading_changes_nothing(model: Classifier, tmp_path: Path) -> None:
    save(model, tmp_path)
    loaded = load(tmp_path)
    assert loaded.model_id == model.model_id
    assert loaded.card == model.card
    assert loaded.suggest(TEXTS) == model.suggest(TEXTS)
    assert loaded.with_precision(0.8).suggest(TEXTS) == model.with_precision(0.8).suggest(TEXTS)
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 4_000_000


def test_a_pickled_array_is_refused(model: Classifier, tmp_path: Path) -> None:
    save(model, tmp_path)
    np.savez(tmp_path / "numbers.npz", weights=np.array([{"run": "me"}], dtype=object))
    words = (tmp_path / "words.json").read_text()
    import hashlib
    import json

    forged = json.loads(words)
    forged["numbers_sha256"] = hashlib.sha256((tmp_path / "numbers.npz").read_bytes()).hexdigest()
    (tmp_path / "words.json").write_text(json.dumps(forged))
    with pytest.raises(ModelError):
        load(tmp_path)


@pytest.mark.parametrize("damage", ["absent", "numbers", "json", "label", "precision"])
def test_a_damaged_model_is_refused(model: Classifier, tmp_path: Path, damage: str) -> None:
    if damage != "absent":
        save(model, tmp_path)
    words, numbers = tmp_path / "words.json", tmp_path / "numbers.npz"
    if damage == "numbers":
        numbers.write_bytes(numbers.read_bytes()[:-3])
    elif damage == "json":
        words.write_text("{")
    elif damage == "label":
        words.write_text(words.read_text().replace('"labels": [0, ', '"labels": ['))
    elif damage == "precision":
        old, new = '"target_precision": 0.9', '"target_precision": 0.6'
        words.write_text(words.read_text().replace(old, new))
    with pytest.raises(ModelError):
        load(tmp_path)


@pytest.mark.parametrize("target", [0.8, 0.9, 0.95])
def test_thresholds_honour_the_target_precision_out_of_fold(
    model: Classifier, target: float
) -> None:
    tuned = model.with_precision(target)
    assert tuned.share_sorted()["precision_of_sure_wishes"] >= target
    said = tuned.out_of_fold.probability >= tuned.accept
    for i, label in enumerate(tuned.labels):
        if said[:, i].sum() >= 20:
            precision = tuned.out_of_fold.truth[said[:, i], i].mean()
            assert precision >= target - 0.06, label
    assert ask(tuned, "asdfghjkl").outcome == Outcome.NOT_AN_ANSWER


def test_a_higher_precision_sorts_less(model: Classifier) -> None:
    shares = [
        model.with_precision(t).share_sorted()["share_with_a_sure_wish"] for t in (0.8, 0.9, 0.97)
    ]
    assert shares[0] > shares[1] > shares[2] >= 0
    with pytest.raises(ValueError, match="share"):
        model.with_precision(1.0)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("camhs waiting list is too long", 1),
        ("our park needs new swings", 2),
        ("let kids have a say in decisions", 3),
        ("people are racist to me at school", 4),
        ("plant trees and stop climate change", 5),
        ("buses r allways laaate", 6),
        ("more festivals and art and music", 7),
        ("my mum cant afford the heating", 8),
        ("stop kids vaping and do more exercise", 9),
        ("lessons are boring and teachers shout", 10),
        ("i want an aprenticeship or a job", 11),
        ("sensory room for autistic kids", 12),
    ],
)
def test_plain_answers_find_their_wish(model: Classifier, text: str, wish: int) -> None:
    found = ask(model, text)
    assert found.best[0] == wish
    assert found.scores[model.labels.index(wish)] == max(found.scores)


def test_praise_and_jokes_are_none(model: Classifier) -> None:
    for text in ("i love leeds", "unicorns and robux", "everything is fine thanks"):
        found = ask(model, text)
        assert found.wishes == ()
        assert found.scores[0] == max(found.scores)


def test_explaining_names_the_right_word(model: Classifier) -> None:
    assert model.explain("yesterday the bus never came again", 6)[0] == "bus"
    assert "vaping" in model.explain("stop people vaping in my street", 9)
    assert model.explain("", 6) == []
    with pytest.raises(LookupError):
        model.explain("the bus", 13)


ODD = {
    "empty": ("", Outcome.NOT_AN_ANSWER),
    "one emoji": ("\U0001f642", Outcome.NOT_AN_ANSWER),
    "invisible": ("\u200b\u2060\ufeff", Outcome.NOT_AN_ANSWER),
    "lone surrogate": ("\ud83d", Outcome.NOT_AN_ANSWER),
    "20,000 characters": ("more parks " * 1_819, Outcome.WISHES),
    "spam": ("buy followers www.example.com", None),
    "abuse": ("you are all rubbish i hate you", None),
    "right to left": ("\u202eأريد مساعدة", Outcome.UNTRANSLATED),
    "mixed languages": ("more bus please شكرا", Outcome.WISHES),
    "html": ("<script>alert(1)</script>", None),
    "formula": ("=cmd|' /C calc'!A0", Outcome.UNTRANSLATED),  # not read as English: for a person
    "nul": ("more\x00 buses", Outcome.WISHES),
}


@pytest.mark.parametrize(("text", "outcome"), ODD.values(), ids=ODD.keys())
def test_odd_input_has_a_sensible_state(
    model: Classifier, text: str, outcome: Outcome | None
) -> None:
    found = ask(model, text)
    assert len(found.scores) == 13
    assert all(0 <= score <= 1 for score in found.scores)
    if outcome:
        assert found.outcome == outcome
    else:
        assert found.outcome in {Outcome.NOT_SURE, Outcome.NONE, Outcome.NOT_AN_ANSWER}


def test_a_text_is_judged_alone(model: Classifier) -> None:
    together = model.suggest(TEXTS * 500)
    assert together == [ask(model, text) for text in TEXTS] * 500


def test_training_copes_with_few_labels(examples: list[Example]) -> None:
    few = [*(e for e in examples if e.wishes <= {6}), Example("more jobs", frozenset({11}))]
    model = train(few)
    assert ask(model, "more jobs and sports").outcome in Outcome
    with pytest.raises(ValueError, match="no examples"):
        train([])
    with pytest.raises(ValueError, match="13"):
        train([Example("x", frozenset({13}))])


def test_frozen_features_keep_their_columns(model: Classifier, examples: list[Example]) -> None:
    again = train(examples[::2], frozen=model.features)
    assert again.features is model.features
    assert again.weights.shape == model.weights.shape


def test_the_card_says_what_a_reader_needs(model: Classifier) -> None:
    card = model.card
    assert card["model_id"] == model.model_id
    assert {"versions", "training_rows", "lexicon", "parameters"} <= set(card["identity"])
    scores = card["out_of_fold"]
    assert len(scores["per_wish"]) == 12
    micro = scores["micro_f1"]
    assert micro["low"] < micro["value"] < micro["high"]
    assert micro["value"] > 0.75
    assert scores["calibration_error"] < 0.08
    assert card["weaknesses"]


def test_importing_is_cheap_and_sorting_needs_no_scikit_learn() -> None:
    code = (
        "import sys, analysis; assert 'numpy' not in sys.modules;"
        "analysis.load; assert 'sklearn' not in sys.modules;"
        "analysis.train; assert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_every_public_name_is_there() -> None:
    import analysis

    for name in analysis.__all__:
        assert getattr(analysis, name) is not None
    with pytest.raises(AttributeError):
        _ = analysis.no_such_name
