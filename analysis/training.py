"""Train a classifier: one logistic regression a label, calibrated on texts it had not seen.

Deterministic: rows are sorted first, folds follow from the text itself (copies of one text never
stand on both sides), liblinear refits bit for bit on one thread. Two seconds for a thousand
examples.
"""

import hashlib
import platform
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from analysis.calibration import (
    NEVER,
    SECOND_WISH_MARGIN,
    choose_likely,
    find_likely_threshold,
    fit_sigmoid,
    to_probability,
)
from analysis.cleaning import clean_text, split_words
from analysis.evaluation import evaluate, make_truth
from analysis.examples import Example
from analysis.features import CHARACTER_GRAMS, LEXICON_WEIGHT, Features, fit_features
from analysis.lexicon import Lexicon, load_lexicon
from analysis.model import Classifier, OutOfFold

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PIPELINE = 1
"""Raised by hand whenever the meaning of the code changes, so that the model id changes too."""
FOLDS = 5
STRENGTH = 1.0
"""scikit-learn's C: small, because lexicon columns should lead while examples are few."""
_ABSENT_SCORE = -6.0
_WEAKNESSES = (
    "The shipped examples are an adult's imitation of children's English; no child wrote them.",
    "Out-of-fold figures on shipped examples flatter: one writer made examples and lexicon.",
    "Thresholds hold for answers like the training texts: check them on a blind sample.",
    "Hard pairs: 2 and 7, 7 and 9, 10 and anything said about school, 12 and 4.",
    "English only; short answers in other languages in Latin letters may slip through.",
    "Says nothing about safety: disclosures are found by the screen, not here.",
)


def train(
    examples: Sequence[Example],
    *,
    edition: int = 2022,
    target_precision: float = 0.9,
    seed: int = 20260101,
    frozen: Features | None = None,
) -> Classifier:
    """Train on labelled texts; the order of `examples` does not matter.

    `target_precision`: how often a wish given without a person must be right. `frozen`: the
    features of an earlier model, so that a retrain keeps its columns; else they are fitted anew.
    Raises `ValueError` without examples, or when one names a wish the edition's lexicon lacks.
    """
    lexicon = frozen.lexicon if frozen else load_lexicon(edition)
    rows = sorted(examples, key=lambda e: (e.text, sorted(e.wishes)))
    _check_rows(rows, lexicon)
    words = [split_words(clean_text(row.text)) for row in rows]
    truth = make_truth([row.wishes or {0} for row in rows], lexicon.labels)
    scores = _score_unseen(words, truth, lexicon, frozen, seed)
    sigmoids = np.array([fit_sigmoid(scores[:, i], truth[:, i]) for i in range(truth.shape[1])])
    slope, shift = sigmoids[:, 0], sigmoids[:, 1]
    probability = to_probability(scores, slope, shift)
    features = frozen or fit_features(words, lexicon)
    weights, bias = _fit_labels(features.transform(words), truth, seed)
    base = Classifier(
        edition=edition,
        labels=lexicon.labels,
        features=features,
        weights=weights,
        bias=bias,
        slope=slope,
        shift=shift,
        accept=np.full(truth.shape[1], NEVER),
        likely=find_likely_threshold(probability, truth),
        target_precision=target_precision,
        identity=_make_identity(rows, lexicon, features, seed),
        card={},
        out_of_fold=OutOfFold(probability, truth),
    )
    return replace(base, card=_make_card(base, seed)).with_precision(target_precision)


def _score_unseen(
    words: Sequence[Sequence[str]],
    truth: Bools,
    lexicon: Lexicon,
    frozen: Features | None,
    seed: int,
) -> Floats:
    """Score every text by a model trained without it and without its copies."""
    folds = np.array([_choose_fold(text, seed) for text in words])
    scores = np.zeros(truth.shape)
    for fold in range(FOLDS):
        inside = np.flatnonzero(folds != fold).tolist()
        outside = np.flatnonzero(folds == fold).tolist()
        if inside and outside:
            features = frozen or fit_features([words[i] for i in inside], lexicon)
            matrix = features.transform([words[i] for i in inside])
            weights, bias = _fit_labels(matrix, truth[inside], seed)
            scores[outside] = features.transform([words[i] for i in outside]) @ weights + bias
    return scores


def _check_rows(rows: Sequence[Example], lexicon: Lexicon) -> None:
    if not rows:
        raise ValueError("no examples to train on")
    unknown = {wish for row in rows for wish in row.wishes} - set(lexicon.labels[1:])
    if unknown:
        raise ValueError(f"wishes {sorted(unknown)} are not in the edition of {lexicon.edition}")


def _choose_fold(words: Sequence[str], seed: int) -> int:
    return hashlib.sha256(f"{seed}|{' '.join(words)}".encode()).digest()[0] % FOLDS


def _fit_labels(matrix: sparse.csr_matrix, truth: Bools, seed: int) -> tuple[Floats, Floats]:
    """Fit one balanced logistic regression a label; a label never or always seen is constant.

    On one thread of linear algebra: its vectors are too short to share, and threads that wait for
    each other cost thirty times the work on a busy machine and round differently.
    """
    weights = np.zeros((matrix.shape[1], truth.shape[1]))
    bias = np.full(truth.shape[1], _ABSENT_SCORE)
    model = LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=seed, max_iter=1_000
    )
    with threadpool_limits(limits=1, user_api="blas"):
        for i in range(truth.shape[1]):
            if truth[:, i].any() and not truth[:, i].all():
                model.fit(matrix, truth[:, i])
                weights[:, i], bias[i] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _hash_rows(rows: Sequence[Example]) -> str:
    texts = (
        f"{hashlib.sha256(row.text.encode('utf-8', 'surrogatepass')).hexdigest()}|"
        f"{';'.join(map(str, sorted(row.wishes)))}"
        for row in rows
    )
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()


def _make_identity(
    rows: Sequence[Example], lexicon: Lexicon, features: Features, seed: int
) -> dict[str, Any]:
    columns = "\n".join((*features.word_grams, "", *features.character_grams))
    return {
        "pipeline": PIPELINE,
        "edition": lexicon.edition,
        "training_rows": _hash_rows(rows),
        "lexicon": lexicon.hash,
        "columns": hashlib.sha256(columns.encode()).hexdigest(),
        "parameters": {
            "strength": STRENGTH,
            "folds": FOLDS,
            "seed": seed,
            "character_grams": list(CHARACTER_GRAMS),
            "lexicon_weight": LEXICON_WEIGHT,
            "second_wish_margin": SECOND_WISH_MARGIN,
        },
        "versions": {
            "python": ".".join(platform.python_version_tuple()[:2]),
            "unicode": unicodedata.unidata_version,
            "numpy": version("numpy"),
            "scipy": version("scipy"),
            "scikit-learn": version("scikit-learn"),
        },
    }


def _make_card(model: Classifier, seed: int) -> dict[str, Any]:
    """Describe a model: what made it, how it does on texts it had not seen, what it cannot do."""
    oof = model.out_of_fold
    likely = choose_likely(oof.probability, model.likely)
    scores = evaluate(oof.truth[:, 1:], likely, oof.probability[:, 1:], model.labels[1:], seed=seed)
    none = evaluate(oof.truth[:, :1], oof.probability[:, :1] >= 0.5, oof.probability[:, :1], (0,))
    counts = oof.truth.sum(axis=0).tolist()
    return {
        "edition": model.edition,
        "texts": len(oof.truth),
        "texts_per_label": dict(zip(map(str, model.labels), counts, strict=True)),
        "identity": model.identity,
        "likely_threshold": model.likely,
        "out_of_fold": {**scores.to_dict(), "none": none.to_dict()["per_wish"][0]},
        "weaknesses": list(_WEAKNESSES),
    }
