"""When two people agree on a pile. Each counts it without seeing what the other counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.ballots.rules import BallotState
from app.paper.rules.contents import Contents, list_differences
from app.paper.rules.vocabulary import BatchState, Reason

LOOKS_EACH = 3  # being told where counts differ must not become a way to guess the other's figures


@dataclass(frozen=True)
class Look:
    """One person's count of a pile."""

    person_id: int
    contents: Contents


def newest_looks(looks: Sequence[Look]) -> dict[int, Contents]:
    """What each person found when they looked last; who looked last stands last."""
    newest: dict[int, Contents] = {}
    for look in looks:
        newest.pop(look.person_id, None)
        newest[look.person_id] = look.contents
    return newest


def find_disputed(looks: Sequence[Look], person_id: int, contents: Contents) -> tuple[str, ...]:
    """Where this count differs from the newest one of somebody else; empty when nobody else looked.

    Where several others looked, the one that is nearest is told of.
    """
    others = [one for other, one in newest_looks(looks).items() if other != person_id]
    found = [list_differences(contents, one) for one in others]
    return min(found, key=len, default=())


def agrees(looks: Sequence[Look], person_id: int, contents: Contents) -> bool:
    """Whether somebody else counted the same."""
    newest = newest_looks(looks)
    return any(one == contents for other, one in newest.items() if other != person_id)


def state_of(looks: Sequence[Look], *, is_confirmed: bool) -> BatchState:
    """Where a revision stands."""
    if is_confirmed:
        return BatchState.CONFIRMED
    return BatchState.DIFFERING if len(newest_looks(looks)) > 1 else BatchState.WAITING


def why_not_write(state: BallotState | None) -> Reason | None:
    """Nothing is added once a ballot is final; until then also after a result was released."""
    return Reason.FINAL if state is BallotState.FINAL else None


def why_not_look(
    looks: Sequence[Look], person_id: int, contents: Contents, *, is_confirmed: bool
) -> Reason | None:
    """Why this person's count of the pile is not taken."""
    if is_confirmed:
        return Reason.NOTHING_WAITS
    if looks and looks[0].contents.is_one_by_one != contents.is_one_by_one:
        return Reason.OTHER_WAY
    own = [look.contents for look in looks if look.person_id == person_id]
    has_other = len(own) < len(looks)
    if own and own[-1] == contents and not has_other:
        return Reason.SECOND_PERSON
    return Reason.LOOKED_ENOUGH if has_other and len(own) >= LOOKS_EACH else None


def why_not_sign_off(
    looks: Sequence[Look], person_id: int, *, papers_counted: int, is_confirmed: bool
) -> Reason | None:
    """Why this person cannot sign for a pile that somebody else entered paper by paper."""
    if is_confirmed or not looks:
        return Reason.NOTHING_WAITS
    newest = looks[-1].contents
    if not newest.is_one_by_one:
        return Reason.NOT_ONE_BY_ONE
    if any(look.person_id == person_id for look in looks):
        return Reason.SECOND_PERSON
    return Reason.PILE_SIZE_DIFFERS if papers_counted != newest.returned else None


def why_not_revise(
    counting: Contents | None, contents: Contents, *, reason: str, is_waiting: bool
) -> Reason | None:
    """A revision follows one that counts, says why, and changes something."""
    if counting is None or is_waiting:
        return Reason.STILL_WAITS
    if not reason.strip():
        return Reason.REASON_MISSING
    return Reason.NOTHING_CHANGED if contents == counting else None
