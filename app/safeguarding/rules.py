"""Rules of safeguarding that need no database."""

from enum import StrEnum


class Tier(StrEnum):
    """How soon a person must read it."""

    NOW = "now"  # within a minute on the lead's screen, one working hour to act
    TODAY = "today"  # read the same working day


class ConcernStatus(StrEnum):
    """How far a concern has come; derived screens sort by it."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"  # dealt with; the text stays held apart
    RELEASED = "released"  # read, no worry: the text may join the others
