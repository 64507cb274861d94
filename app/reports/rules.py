"""Rules of reports. Pure: facts in, a reason or a value out."""

from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why a report is not frozen."""

    BACKWARDS = "backwards"
    NOT_OVER = "not_over"
    TOO_LONG = "too_long"


LONGEST_DAYS = 3 * 366


def why_not_freeze(from_on: date, to_on: date, *, today: date) -> Reason | None:
    """A report tells of a period that is over, today included, and of three years at most."""
    if to_on < from_on:
        return Reason.BACKWARDS
    if to_on > today:
        return Reason.NOT_OVER
    return Reason.TOO_LONG if (to_on - from_on).days > LONGEST_DAYS else None
