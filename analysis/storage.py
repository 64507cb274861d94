"""Keep a model as numbers and JSON: nothing in it can run. Two files, about a megabyte.

`numbers.npz` is read with `allow_pickle=False`; `words.json` holds the lists, the lexicon's text,
the identity and the card. A file that was changed by hand fails its checksum and is refused.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.features import Features
from analysis.lexicon import Lexicon
from analysis.model import Classifier, OutOfFold

_NUMBERS = "numbers.npz"
_WORDS = "words.json"
_FORMAT = 1
_ARRAYS = (
    "word_idf",
    "character_idf",
    "weights",
    "bias",
    "slope",
    "shift",
    "accept",
    "probability",
    "truth",
)


class ModelError(ValueError):
    """A saved model is missing, damaged or of another format; the message says which."""


def save(model: Classifier, folder: Path) -> None:
    """Write a model into `folder` (made if absent; older files of the same names are replaced)."""
    folder.mkdir(parents=True, exist_ok=True)
    features = model.features
    numbers = folder / _NUMBERS
    holders = (features, model, model.out_of_fold)
    arrays = {n: getattr(h, n) for n in _ARRAYS for h in holders if hasattr(h, n)}
    np.savez_compressed(numbers, **arrays)
    words = {
        "format": _FORMAT,
        "numbers_sha256": hashlib.sha256(numbers.read_bytes()).hexdigest(),
        "model_id": model.model_id,
        "edition": model.edition,
        "labels": model.labels,
        "likely": model.likely,
        "target_precision": model.target_precision,
        "identity": model.identity,
        "card": model.card,
        "lexicon": features.lexicon.text,
        "word_grams": features.word_grams,
        "character_grams": features.character_grams,
    }
    (folder / _WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def _read_numbers(folder: Path, sha256: str) -> dict[str, NDArray[Any]]:
    path = folder / _NUMBERS
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise ModelError(f"{path} is not the file that was saved: its checksum differs")
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in _ARRAYS}


def _check_shapes(arrays: dict[str, NDArray[Any]], features: Features, labels: int) -> None:
    wanted = {
        "word_idf": (len(features.word_grams),),
        "character_idf": (len(features.character_grams),),
        "weights": (features.width, labels),
        **dict.fromkeys(("bias", "slope", "shift", "accept"), (labels,)),
    }
    wrong = [name for name, shape in wanted.items() if arrays[name].shape != shape]
    if wrong:
        raise ModelError(f"the saved numbers do not fit the word lists: {', '.join(wrong)}")


def load(folder: Path) -> Classifier:
    """Read a model that `save` wrote; raises `ModelError` when anything is missing or damaged."""
    try:
        words = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        if words["format"] != _FORMAT:
            raise ModelError(f"model format {words['format']} is not known here")
        arrays = _read_numbers(folder, words["numbers_sha256"])
        model = _build(words, arrays)
    except ModelError:
        raise
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ModelError(f"no readable model in {folder}: {error}") from error
    if model.model_id != words["model_id"]:
        raise ModelError(f"the model in {folder} does not match its own id")
    return model


def _build(words: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Classifier:
    features = Features(
        tuple(words["word_grams"]),
        tuple(words["character_grams"]),
        arrays["word_idf"],
        arrays["character_idf"],
        Lexicon(words["lexicon"]),
    )
    labels = tuple(words["labels"])
    _check_shapes(arrays, features, len(labels))
    return Classifier(
        edition=words["edition"],
        labels=labels,
        features=features,
        **{name: arrays[name] for name in ("weights", "bias", "slope", "shift", "accept")},
        likely=words["likely"],
        target_precision=words["target_precision"],
        identity=words["identity"],
        card=words["card"],
        out_of_fold=OutOfFold(arrays["probability"], arrays["truth"]),
    )
