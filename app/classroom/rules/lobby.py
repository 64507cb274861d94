"""Who may wait in the lobby, and how many are let in."""

from collections.abc import Collection, Iterable

from app.classroom.rules.vocabulary import Door, Reason
from app.consultations.rules import SittingMode

SPARE_WAITING = 60  # phones that may wait beyond the heads: two tries each, and no flood
USUAL_DOORS = (Door.PHONES,)


def read_doors(kept: Iterable[str] | None, mode: SittingMode) -> frozenset[Door]:
    """The doors of a sitting. A public link has none; a room of which nothing is kept: phones."""
    if mode is SittingMode.PUBLIC_LINK:
        return frozenset()
    return frozenset(USUAL_DOORS if kept is None else (Door(one) for one in kept))


def why_not_hold(mode: SittingMode, doors: Collection[Door]) -> Reason | None:
    """A group in a room needs a way to take part."""
    return Reason.DOOR_NEEDED if mode is SittingMode.CLASS_CODE and not doors else None


def has_lobby(doors: Collection[Door], *, ballots: int) -> bool:
    """Whether phones wait for the worker here. Only a vote needs a seat; a survey needs none."""
    return Door.PHONES in doors and ballots > 0


def why_not_arrive(*, is_lobby: bool, waiting: int, heads: int | None) -> Reason | None:
    """Why no further phone may wait."""
    if not is_lobby:
        return Reason.NO_LOBBY
    return Reason.LOBBY_FULL if waiting >= (heads or 0) + SPARE_WAITING else None


def why_not_let_in(*, let_in: int, more: int, heads: int | None) -> Reason | None:
    """Never more seats than heads that were counted: one child with two phones shows here."""
    return Reason.MORE_THAN_HEADS if heads is not None and let_in + more > heads else None
