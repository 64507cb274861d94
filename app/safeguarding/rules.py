"""Rules of safeguarding that need no database."""

from datetime import date
from enum import StrEnum


class Tier(StrEnum):
    """How soon a person must read it."""

    NOW = "now"  # within a minute on the lead's screen, one working hour to act
    TODAY = "today"  # read the same working day


HOURS_TO_ACT: dict[Tier, int] = {Tier.NOW: 1, Tier.TODAY: 8}  # working hours are not yet counted


class ConcernStatus(StrEnum):
    """How far a concern has come; derived screens sort by it."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"  # dealt with; the text stays held apart
    RELEASED = "released"  # read, no worry: the text may join the others


TRANSITIONS: dict[ConcernStatus, frozenset[ConcernStatus]] = {
    ConcernStatus.NEW: frozenset({ConcernStatus.ACKNOWLEDGED}),
    ConcernStatus.ACKNOWLEDGED: frozenset({ConcernStatus.CLOSED, ConcernStatus.RELEASED}),
    ConcernStatus.CLOSED: frozenset(),
    ConcernStatus.RELEASED: frozenset({ConcernStatus.NEW}),  # somebody worries again
}


class Reason(StrEnum):
    """Why a step in safeguarding is refused."""

    NOT_ACKNOWLEDGED = "not_acknowledged"
    ALREADY_FINISHED = "already_finished"
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    SECOND_PERSON = "second_person"
    SAY_WHAT_WAS_DONE = "say_what_was_done"


def why_not_acknowledge(status: ConcernStatus) -> Reason | None:
    """Only a new concern is taken on, and by one person."""
    if status is ConcernStatus.NEW:
        return None
    if status is ConcernStatus.ACKNOWLEDGED:
        return Reason.ALREADY_ACKNOWLEDGED
    return Reason.ALREADY_FINISHED


def why_not_finish(
    status: ConcernStatus, *, acknowledged_by: int | None, actor_id: int, leads: int, words: str
) -> Reason | None:
    """Closing or releasing takes a second person, and words for what was done and why.

    `leads` is the number of safeguarding leads who can sign in. Where there is only one, that
    person may finish alone: a concern must not stay open for want of a colleague.
    """
    if status is ConcernStatus.NEW:
        return Reason.NOT_ACKNOWLEDGED
    if status is not ConcernStatus.ACKNOWLEDGED:
        return Reason.ALREADY_FINISHED
    if acknowledged_by == actor_id and leads > 1:
        return Reason.SECOND_PERSON
    return None if words.strip() else Reason.SAY_WHAT_WAS_DONE


def is_late(tier: Tier, *, hours: float) -> bool:
    """Whether a concern nobody has taken on is past its clock (plain hours, not working hours)."""
    return hours > HOURS_TO_ACT[tier]


def may_show_contact(*, review_by: date, today: date) -> bool:
    """A help contact is shown until the end of its review day: a closed service is a harm."""
    return today <= review_by
