"""Rules of publishing. Pure: facts in, a reason or a value out."""

from enum import StrEnum


class ReleaseStatus(StrEnum):
    """How far a release has come."""

    PROPOSED = "proposed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class FindingStatus(StrEnum):
    """How far a finding has come."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why publishing was refused."""

    STILL_OPEN = "still_open"
    TOO_FEW = "too_few"
    DIFFERS_TOO_LITTLE = "differs_too_little"
    NOTHING_SORTED = "nothing_sorted"
    STALE = "stale"
    SAME_PERSON = "same_person"
    WRONG_STATE = "wrong_state"
    NOT_YOURS = "not_yours"
    NOTE_MISSING = "note_missing"
    QUOTE_NOT_APPROVED = "quote_not_approved"
    RELEASE_NOT_PUBLIC = "release_not_public"
    WISH_NOT_IN_RELEASE = "wish_not_in_release"
