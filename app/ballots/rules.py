"""Rules of voting. Pure: facts in, a reason or a value out."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from app.consultations.rules import ConsultationStatus, is_taking_answers

BLANK = "-"  # what the form sends for "I do not want to choose"


class Reason(StrEnum):
    """Why a vote is not taken, or a ballot not counted."""

    ENDED = "ended"
    CHANGED = "changed"
    WEAK_ID = "weak_id"
    NOT_CLOSED = "not_closed"
    SITTING_OPEN = "sitting_open"


class ChoiceProblem(StrEnum):
    """What is wrong with a paper as it was filled in; the page is shown again with it."""

    NOTHING = "nothing"
    TOO_MANY = "too_many"
    BOTH = "both"  # some options and "I do not want to choose"
    UNKNOWN = "unknown"  # an option that is not on this paper


def why_not_choices(
    ticked: Sequence[str], keys: Collection[str], *, most: int
) -> ChoiceProblem | None:
    """What is wrong with the ticked boxes. Blank is a vote of its own and must be said."""
    if not ticked:
        return ChoiceProblem.NOTHING
    if any(key != BLANK and key not in keys for key in ticked):
        return ChoiceProblem.UNKNOWN
    if BLANK in ticked and len(set(ticked)) > 1:
        return ChoiceProblem.BOTH
    return ChoiceProblem.TOO_MANY if len(set(ticked)) > most else None


def tidy_choices(ticked: Sequence[str]) -> list[str]:
    """The choices as stored: sorted keys, each once; a blank vote is an empty list."""
    return sorted(set(ticked) - {BLANK})


def why_not_cast(
    status: ConsultationStatus, closed_at: datetime | None, *, now: datetime
) -> Reason | None:
    """Why a new vote is not taken at this sitting, if so."""
    return None if is_taking_answers(status, closed_at, now=now) else Reason.ENDED


def why_not_count(status: ConsultationStatus, open_sittings: int) -> Reason | None:
    """Why a ballot is not counted yet, if so: nothing is counted while anybody may still vote."""
    if open_sittings:
        return Reason.SITTING_OPEN
    return None if status is ConsultationStatus.CLOSED else Reason.NOT_CLOSED


def shuffle_keys(keys: Sequence[str], seed: str) -> list[str]:
    """The options in an order of this page's own; the same again when the page comes back.

    Shuffled per page, because what stands first is chosen more often. The seed is the submission
    id: random, and kept when a page is shown again with an error.
    """
    order = list(keys)
    random.Random(seed).shuffle(order)  # noqa: S311  # fairness, not secrecy
    return order
