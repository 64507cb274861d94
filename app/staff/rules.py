"""Who may do what among staff. Pure: facts and `now` in, a reason or a value out."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is here to do."""

    YOUTH_WORKER = "youth_worker"  # runs sittings at their places
    OFFICER = "officer"  # asks, reviews, publishes, keeps the action plan
    SAFEGUARDING_LEAD = "safeguarding_lead"  # reads concerns; nobody else does
    ADMINISTRATOR = "administrator"  # accounts, reference data; no concerns


# A role may also do what the roles it covers may. Concerns are covered by nobody.
COVERS: dict[Role, frozenset[Role]] = {
    Role.YOUTH_WORKER: frozenset({Role.YOUTH_WORKER}),
    Role.OFFICER: frozenset({Role.OFFICER, Role.YOUTH_WORKER}),
    Role.SAFEGUARDING_LEAD: frozenset({Role.SAFEGUARDING_LEAD}),
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.OFFICER, Role.YOUTH_WORKER}),
}


def covers(holder: Role, needed: Role) -> bool:
    """Whether someone in role `holder` may do what role `needed` may."""
    return needed in COVERS[holder]
