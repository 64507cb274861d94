"""Rules of the action plan. Pure: facts and `now` in, a reason or a value out."""

from enum import StrEnum


class Horizon(StrEnum):
    """How far ahead a goal looks."""

    SHORT = "short"
    LONG = "long"


class ActionStatus(StrEnum):
    """Status words a ten-year-old reads. Not an official scheme of anybody's."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    GOING_WELL = "going_well"
    HARDER = "harder"  # "harder than we thought"
    DONE = "done"
    NOT_DOING = "not_doing"  # always with "because"


class UpdateStatus(StrEnum):
    """How far an update has come on its way to the public."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
