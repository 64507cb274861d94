"""Facts about wishes that need no database."""

from enum import StrEnum


class Basis(StrEnum):
    """On whose word a mapping or link stands."""

    OFFICIAL = "official"  # a published document says so
    OFFICERS_READING = "officers_reading"  # our reading; nobody published it
