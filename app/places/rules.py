"""Facts about places that need no database."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """What sort of place it is."""

    SCHOOL = "school"
    CLUB = "club"
    LIBRARY = "library"
    ONLINE = "online"
    OTHER = "other"


class Phase(StrEnum):
    """The school phase, in six plain groups."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all_through"
    POST_16 = "post_16"
    OTHER = "other"
