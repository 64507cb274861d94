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
