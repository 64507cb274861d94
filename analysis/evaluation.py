"""Measure suggestions against labels: F1, precision, recall, coverage, calibration, intervals.

All functions take arrays with one row a text and one column a wish (no column for "none": a text of
no wish is a row of False). Intervals are percentile bootstraps over texts, 95 %, seeded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_LEAST_POSITIVES = 5
"""Macro-F1 is over wishes with at least this many labelled texts; fewer say nothing."""


@dataclass(frozen=True, slots=True)
class Score:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WishScore:
    """How well one wish is found; `positives` is the number of labelled texts."""

    wish: int
    positives: int
    precision: Score
    recall: Score
    f1: Score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one set of suggestions."""

    texts: int
    micro_f1: Score
    macro_f1: Score
    per_wish: tuple[WishScore, ...]
    coverage_at_90: float
    calibration_error: float

    def to_dict(self) -> dict[str, Any]:
        """Give plain values rounded to four digits, ready for JSON."""
        rounded: dict[str, Any] = _round_all(asdict(self))
        return rounded


def _round_all(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _round_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_round_all(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def make_truth(wishes_of: Iterable[Iterable[int]], wishes: Sequence[int]) -> Bools:
    """Turn sets of wish numbers into rows of booleans, a column each of `wishes`."""
    sets = [frozenset(found) for found in wishes_of]
    rows = [[wish in found for wish in wishes] for found in sets]
    return np.array(rows, dtype=np.bool_).reshape(len(sets), len(wishes))


def _divide(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros_like(top, dtype=np.float64), where=bottom > 0)


def _interval(figures: Floats) -> Score:
    """Read a figure (row 0) and its interval (the resamples below it)."""
    low, high = np.percentile(figures[1:], [2.5, 97.5])
    return Score(float(figures[0]), float(low), float(high))


def evaluate(
    truth: Bools,
    predicted: Bools,
    probabilities: Floats,
    wishes: Sequence[int],
    *,
    seed: int = 20260101,
    samples: int = 1_000,
) -> Evaluation:
    """Score predictions and probabilities against labels; empty input raises `ValueError`."""
    if not len(truth):
        raise ValueError("nothing to evaluate: no labelled text")
    texts = len(truth)
    draws = np.random.default_rng(seed).multinomial(texts, np.full(texts, 1 / texts), samples)
    weights = np.vstack([np.ones(texts), draws]).astype(np.float64)  # row 0: the sample itself
    parts = (truth & predicted, predicted, truth)
    counts = _Counts(*(weights @ part.astype(np.float64) for part in parts))
    enough = counts.meant[0] >= _LEAST_POSITIVES
    f1 = _divide(2 * counts.hits, counts.said + counts.meant)
    micro = _divide(2 * counts.hits.sum(axis=1), (counts.said + counts.meant).sum(axis=1))
    macro = f1[:, enough].mean(axis=1) if enough.any() else np.zeros(len(f1))
    return Evaluation(
        texts=texts,
        micro_f1=_interval(micro),
        macro_f1=_interval(macro),
        per_wish=_score_wishes(counts, wishes),
        coverage_at_90=find_coverage(truth, probabilities, precision=0.9),
        calibration_error=find_calibration_error(truth, probabilities),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Per resample (rows) and wish (columns): rightly said, said, meant."""

    hits: Floats
    said: Floats
    meant: Floats


def _score_wishes(counts: _Counts, wishes: Sequence[int]) -> tuple[WishScore, ...]:
    precision = _divide(counts.hits, counts.said)
    recall = _divide(counts.hits, counts.meant)
    f1 = _divide(2 * counts.hits, counts.said + counts.meant)
    return tuple(
        WishScore(
            wish,
            int(counts.meant[0, i]),
            _interval(precision[:, i]),
            _interval(recall[:, i]),
            _interval(f1[:, i]),
        )
        for i, wish in enumerate(wishes)
    )


def find_coverage(truth: Bools, probabilities: Floats, *, precision: float) -> float:
    """Give the largest share of texts, surest first, whose top wish is right often enough.

    Chosen in hindsight on the same texts: an upper bound, comparable between models only.
    """
    top = probabilities.argmax(axis=1)
    rows = np.arange(len(truth))
    order = np.argsort(-probabilities[rows, top], kind="stable")
    right = np.cumsum(truth[rows, top][order]) / np.arange(1, len(truth) + 1)
    good = np.flatnonzero(right >= precision)
    return float((good[-1] + 1) / len(truth)) if len(good) else 0.0


def find_calibration_error(truth: Bools, probabilities: Floats, *, bins: int = 10) -> float:
    """Give the top-label expected calibration error over bins of equal count."""
    rows = np.arange(len(truth))
    top = probabilities.argmax(axis=1)
    said, right = probabilities[rows, top], truth[rows, top]
    order = np.argsort(said, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(said[part].mean() - right[part].mean()) for part in parts]
    return float(sum(gaps) / len(truth))
