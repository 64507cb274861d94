"""Make scores into probabilities, and probabilities into thresholds that keep a promise.

`fit_sigmoid` is Platt's method with his smoothed targets, solved by Newton steps. `find_threshold`
promises precision: the lower end of a one-sided 90 % Wilson interval must reach the target.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NEVER = 2.0
"""A threshold no probability reaches: this label is never given without a person."""
SECOND_WISH_MARGIN = 0.3
"""Chosen out of fold on the shipped examples: +1 point of micro-F1 over no margin."""
_WILSON_Z = 1.2816
_LEAST_ACCEPTED = 8
_SLOPE_BOUND = 20.0


def to_probability(score: Floats, slope: Floats, shift: Floats) -> Floats:
    """Map scores to probabilities by the fitted sigmoids."""
    probability: Floats = 1.0 / (1.0 + np.exp(-np.clip(slope * score + shift, -40.0, 40.0)))
    return probability


def fit_sigmoid(score: Floats, truth: Bools, *, steps: int = 50) -> tuple[float, float]:
    """Fit slope and shift of a sigmoid to out-of-fold scores (Platt 1999); (1, 0) if one-sided."""
    yes, no = int(truth.sum()), int((~truth).sum())
    if not yes or not no:
        return 1.0, 0.0
    target = np.where(truth, (yes + 1) / (yes + 2), 1 / (no + 2))
    design = np.column_stack([score, np.ones_like(score)])
    beta = np.array([1.0, math.log(yes / no)])
    for _ in range(steps):
        p = to_probability(score, beta[0], beta[1])
        gradient = design.T @ (p - target) + 1e-6 * beta
        hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        beta = beta - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    return float(np.clip(beta[0], 0.0, _SLOPE_BOUND)), float(beta[1])


def wilson_lower(right: Floats, tried: Floats) -> Floats:
    """Give the lower end of the one-sided 90 % Wilson interval of right / tried."""
    z2 = _WILSON_Z**2
    share = right / tried
    spread = _WILSON_Z * np.sqrt(share * (1 - share) / tried + z2 / (4 * tried**2))
    lower: Floats = (share + z2 / (2 * tried) - spread) / (1 + z2 / tried)
    return lower


def find_threshold(probability: Floats, truth: Bools, *, precision: float) -> float:
    """Give the lowest threshold whose out-of-fold precision keeps the promise, or `NEVER`."""
    order = np.argsort(-probability, kind="stable")
    sorted_p = probability[order]
    tried = np.arange(1, len(order) + 1, dtype=np.float64)
    lower = wilson_lower(np.cumsum(truth[order]).astype(np.float64), tried)
    last_of_ties = np.append(sorted_p[1:] < sorted_p[:-1], True)
    good = np.flatnonzero((lower >= precision) & last_of_ties & (tried >= _LEAST_ACCEPTED))
    return float(sorted_p[good[-1]]) if len(good) else NEVER


def find_thresholds(
    probability: Floats, truth: Bools, *, precision: float, least_positives: int = 30
) -> Floats:
    """Give a threshold a label; a wish with few positives borrows the one pooled over all wishes.

    A wish with enough positives that keeps no promise gets `NEVER`: a person decides all of it.
    Column 0 ("none") has its own or `NEVER`: wishes do not lend to it, nor it to them.
    """
    pooled = find_threshold(probability[:, 1:].ravel(), truth[:, 1:].ravel(), precision=precision)
    few = truth.sum(axis=0) < least_positives
    few[0] = False
    own = [
        find_threshold(probability[:, i], truth[:, i], precision=precision)
        for i in range(probability.shape[1])
    ]
    return np.where(few, pooled, np.array(own))


def choose_likely(probability: Floats, threshold: float) -> Bools:
    """Choose the best guess of each row, a column each wish; column 0 of the input is "none".

    The likeliest wish counts from `threshold` on, and when it is likelier than "none"; another one
    beside it needs `SECOND_WISH_MARGIN` more, because few answers are about two wishes.
    """
    wishes = probability[:, 1:]
    first = wishes == wishes.max(axis=1, keepdims=True)
    cut = np.where(first, threshold, threshold + SECOND_WISH_MARGIN)
    chosen: Bools = (wishes >= cut) & (wishes > probability[:, :1])
    return chosen


def find_likely_threshold(probability: Floats, truth: Bools) -> float:
    """Give the one threshold for `choose_likely` with the best out-of-fold micro-F1."""
    grid = np.round(np.arange(0.1, 0.91, 0.02), 2)
    meant = truth[:, 1:].sum()
    scores = []
    for threshold in grid:
        chosen = choose_likely(probability, threshold)
        scores.append(2 * (truth[:, 1:] & chosen).sum() / max(1, meant + chosen.sum()))
    return float(grid[int(np.argmax(scores))])
