"""The classifier: texts in, an outcome with calibrated probabilities out. No scikit-learn needed.

A `Classifier` is immutable numbers and word lists. It is made by `analysis.training.train`, kept by
`analysis.storage`, and gives the same answer for the same text for ever: its id covers everything
that could change one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import choose_likely, find_thresholds, to_probability
from analysis.cleaning import clean_text, split_words
from analysis.features import Features
from analysis.kinds import Kind, kind_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_BLOCK = 2_000
_DIGITS = 6
"""Probabilities are rounded so that two machines with other arithmetic libraries agree."""


class Outcome(StrEnum):
    """What the machine says of one text."""

    WISHES = "wishes"
    NOT_SURE = "not_sure"
    NONE = "none"
    UNTRANSLATED = "untranslated"
    NOT_AN_ANSWER = "not_an_answer"


_OUTCOME_OF_KIND = {
    Kind.EMPTY: Outcome.NOT_AN_ANSWER,
    Kind.NOT_AN_ANSWER: Outcome.NOT_AN_ANSWER,
    Kind.FOREIGN: Outcome.UNTRANSLATED,
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """The suggestion for one text.

    `wishes`: (number, probability) of every wish sure enough for the target precision, surest
    first; empty unless the outcome is WISHES. `leads`: wishes likelier than not to be worth a look
    but not sure, surest first. `scores`: the probability of each of `Classifier.labels` (0 = none
    of the wishes), all zero where the text was not sorted; sums of these are the honest shares.
    """

    outcome: Outcome
    wishes: tuple[tuple[int, float], ...]
    leads: tuple[tuple[int, float], ...]
    scores: tuple[float, ...]

    @property
    def best(self) -> tuple[int, ...]:
        """The best guess whatever the doubt: sure wishes and leads; what F1 is measured on."""
        return tuple(wish for wish, _ in self.wishes + self.leads)


@dataclass(frozen=True)
class OutOfFold:
    """Probabilities each training text got from a model that had not seen it, and the truth."""

    probability: Floats
    truth: Bools


@dataclass(frozen=True)
class Classifier:
    """A trained model; make one with `train`, keep it with `save`, get it back with `load`."""

    edition: int
    labels: tuple[int, ...]
    features: Features
    weights: Floats
    bias: Floats
    slope: Floats
    shift: Floats
    accept: Floats
    likely: float
    target_precision: float
    identity: dict[str, Any]
    card: dict[str, Any]
    out_of_fold: OutOfFold

    @cached_property
    def model_id(self) -> str:
        """SHA-256 over training rows, lexicon, parameters, versions and target precision."""
        named = {**self.identity, "target_precision": self.target_precision}
        return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()

    def score(self, words: Sequence[Sequence[str]]) -> Floats:
        """Give the raw decision values of texts already cleaned and split into words."""
        scores: Floats = self.features.transform(words) @ self.weights + self.bias
        return scores

    def find_probabilities(self, texts: Sequence[str]) -> Floats:
        """Give calibrated probabilities, a column each of `labels`, whatever the kind of text."""
        words = [split_words(clean_text(text)) for text in texts]
        return np.round(to_probability(self.score(words), self.slope, self.shift), _DIGITS)

    def suggest(self, texts: Iterable[str]) -> list[Suggested]:
        """Suggest for every text, in order. Never raises for any `str`; see `Suggested`."""
        return list(self.suggest_each(texts))

    def suggest_each(self, texts: Iterable[str]) -> Iterator[Suggested]:
        """Suggest one text after another in blocks: a million texts with flat memory."""
        source = iter(texts)
        while block := list(islice(source, _BLOCK)):
            yield from self._suggest_block(block)

    def _suggest_block(self, texts: Sequence[str]) -> Iterator[Suggested]:
        cleaned = [clean_text(text) for text in texts]
        kinds = [kind_of(text) for text in cleaned]
        pairs = zip(cleaned, kinds, strict=True)
        ordinary = [split_words(text) for text, kind in pairs if kind == Kind.ORDINARY]
        scores = to_probability(self.score(ordinary), self.slope, self.shift)
        scores = np.round(scores, _DIGITS)
        likely = choose_likely(scores, self.likely)
        rows = iter(zip(scores.tolist(), likely.tolist(), strict=True))
        nothing = (0.0,) * len(self.labels)
        for kind in kinds:
            if kind == Kind.ORDINARY:
                yield self._decide(*next(rows))
            else:
                yield Suggested(_OUTCOME_OF_KIND[kind], (), (), nothing)

    @cached_property
    def _cuts(self) -> list[float]:
        return list(map(float, self.accept))

    def _decide(self, row: Sequence[float], likely: Sequence[bool]) -> Suggested:
        pairs = list(zip(self.labels[1:], row[1:], self._cuts[1:], likely, strict=True))
        sure = [(wish, p) for wish, p, cut, _ in pairs if p >= cut]
        leads = [(wish, p) for wish, p, cut, worth in pairs if worth and p < cut]
        sure.sort(key=lambda pair: (-pair[1], pair[0]))
        leads.sort(key=lambda pair: (-pair[1], pair[0]))
        if sure:
            outcome = Outcome.WISHES
        elif row[0] >= self._cuts[0] and not leads:
            outcome = Outcome.NONE
        else:
            outcome = Outcome.NOT_SURE
        return Suggested(outcome, tuple(sure), tuple(leads), tuple(row))

    def explain(self, text: str, wish: int, *, most: int = 3) -> list[str]:
        """Give the words that speak most for a wish, strongest first, by leaving each out in turn.

        Wish 0 explains "none of the wishes". Raises `LookupError` for a wish the model lacks.
        """
        if wish not in self.labels:
            raise LookupError(f"no wish {wish} in the edition of {self.edition}")
        words = split_words(clean_text(text))
        distinct = list(dict.fromkeys(words))
        without = [[w for w in words if w != left_out] for left_out in distinct]
        scores = self.score([words, *without])[:, self.labels.index(wish)]
        losses = scores[0] - scores[1:]
        order = np.argsort(-losses, kind="stable")[:most]
        return [distinct[i] for i in order if losses[i] > 0.05]

    def with_precision(self, target: float) -> "Classifier":
        """Give the same model with thresholds for another target precision, without training.

        The officers' lever: compare `share_sorted` of two settings before choosing. New model id.
        """
        if not 0.5 <= target < 1:
            raise ValueError("the target precision is a share from 0.5 to below 1")
        oof = self.out_of_fold
        accept = find_thresholds(oof.probability, oof.truth, precision=target)
        changed = replace(self, accept=accept, target_precision=target)
        thresholds = dict(zip(map(str, self.labels), accept.round(_DIGITS).tolist(), strict=True))
        card = {**self.card, "thresholds": thresholds, "target_precision": target}
        card |= {"model_id": changed.model_id, "automatic": changed.share_sorted()}
        return replace(changed, card=card)

    def share_sorted(self) -> dict[str, float]:
        """Give, out of fold, the share of texts sorted without a person and how often rightly."""
        oof = self.out_of_fold
        said = oof.probability[:, 1:] >= self.accept[1:]
        right = int((said & oof.truth[:, 1:]).sum())
        return {
            "share_with_a_sure_wish": round(float(said.any(axis=1).mean()), 4),
            "precision_of_sure_wishes": round(right / max(1, int(said.sum())), 4),
        }
