"""May they answer here and now? Sittings, closing, and sources of evidence."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from app.consultations.rules.drafting import may_become
from app.consultations.rules.vocabulary import (
    FITTING_BASES,
    ConsultationStatus,
    ParticipationBasis,
    Reason,
    SittingMode,
)

GRACE = timedelta(minutes=15)  # for what was being filled in, or waited for a network, at the close


def is_taking_answers(
    status: ConsultationStatus, closed_at: datetime | None, *, now: datetime
) -> bool:
    """Whether a send from this sitting still counts.

    The consultation must be open. A sitting closed by its worker takes what was on its way for a
    grace of 15 minutes; server time only, a phone's clock is never believed.
    """
    if status is not ConsultationStatus.OPEN:
        return False
    return closed_at is None or now - closed_at <= GRACE


def why_not_close(
    status: ConsultationStatus, *, open_sittings: int, close_sittings: bool
) -> Reason | None:
    """A consultation closes after its sittings, or together with them when that is said."""
    if not may_become(status, ConsultationStatus.CLOSED):
        return Reason.NOT_OPEN
    return Reason.SITTINGS_OPEN if open_sittings and not close_sittings else None


def why_not_open_sitting(
    status: ConsultationStatus,
    *,
    mode: SittingMode,
    place_id: int | None,
    own_place_ids: Collection[int] | None,
    basis: ParticipationBasis,
    basis_confirmed: bool,
    expected_heads: int | None,
) -> Reason | None:
    """Why nobody may sit down to answer here. `own_place_ids` None means every place."""
    no_place = place_id is None and (mode is SittingMode.CLASS_CODE or own_place_ids is not None)
    for refused, reason in (
        (status is not ConsultationStatus.OPEN, Reason.NOT_OPEN),
        (no_place, Reason.PLACE_NEEDED),
        (not may_see_place(place_id, own_place_ids), Reason.NOT_YOUR_PLACE),
        (basis not in FITTING_BASES[mode], Reason.BASIS_DOES_NOT_FIT),
        (not basis_confirmed, Reason.BASIS_NOT_CONFIRMED),
        (mode is SittingMode.CLASS_CODE and not expected_heads, Reason.HEADS_NEEDED),
    ):
        if refused:
            return reason
    return None


def why_not_join(*, is_known: bool, is_closed: bool) -> Reason | None:
    """Why a class code does not lead anywhere (any more)."""
    if not is_known:
        return Reason.CODE_UNKNOWN
    return Reason.SITTING_CLOSED if is_closed else None


def may_see_place(place_id: int | None, own_place_ids: Collection[int] | None) -> bool:
    """Whether somebody who works at these places (None: everywhere) may see this one."""
    return own_place_ids is None or place_id in own_place_ids


def heads_differ(expected_heads: int | None, recorded: int | None) -> bool:
    """Whether a count of heads and a count of sends can be compared, and are not the same."""
    return expected_heads is not None and recorded is not None and expected_heads != recorded


def why_not_close_sitting(
    *, is_closed: bool, expected_heads: int | None, recorded: int | None, note: str
) -> Reason | None:
    """A sitting closes once; a difference between heads and sends is explained in a note."""
    if is_closed:
        return Reason.SITTING_CLOSED
    if heads_differ(expected_heads, recorded) and not note.strip():
        return Reason.NOTE_NEEDED
    return None


def why_not_source(from_on: date | None, to_on: date | None, *, is_known: bool) -> Reason | None:
    """A source is registered once, and was gathered forwards in time."""
    if is_known:
        return Reason.SOURCE_KNOWN
    return Reason.DATES_REVERSED if from_on and to_on and to_on < from_on else None
