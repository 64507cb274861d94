"""Facts about plans that need no database."""

from enum import StrEnum


class PlanItemKind(StrEnum):
    """What part of a plan an item is."""

    OUTCOME = "outcome"
    OBSESSION = "obsession"
    PRIORITY = "priority"
    ACTION = "action"
    BEHAVIOUR = "behaviour"
    INDICATOR = "indicator"
    STATEMENT = "statement"


class LinkBasis(StrEnum):
    """On whose word a link between a wish and a plan item stands."""

    OFFICIAL = "official"
    OFFICERS_READING = "officers_reading"


class OrganisationKind(StrEnum):
    """What sort of body it is."""

    COUNCIL = "council"
    BOARD = "board"
    PARTNERSHIP = "partnership"
    HEALTH = "health"
    POLICE = "police"
    SCHOOLS = "schools"
    TRANSPORT = "transport"
    VOICE = "voice"
    VOLUNTARY = "voluntary"
    TEAM = "team"
    OTHER = "other"
