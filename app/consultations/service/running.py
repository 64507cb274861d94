"""Verbs that let people answer, and that end it: consultations and their sittings."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Consultation, Sitting
from app.consultations.rules import ConsultationStatus, ParticipationBasis, Reason, SittingMode
from app.consultations.service.balloting import freeze_ballots
from app.consultations.service.deciding import actor_id, note, refuse_if
from app.core import audit
from app.core.clock import leeds_day
from app.core.errors import Refused
from app.core.tokens import new_class_code
from app.places.queries import get_place
from app.staff.models import StaffAccount

CODE_DRAWS = 20  # with 279,841 codes, twenty taken ones in a row means they are used up


def open_consultation(
    session: Session, consultation: Consultation, *, actor: StaffAccount | None, now: datetime
) -> Consultation:
    """Let answering begin. From here on no question and no option changes."""
    queries.lock_consultation(session, consultation.id or 0)
    draft = queries.get_draft(session, consultation)
    today = leeds_day(now)
    refuse_if(rules.why_not_open(consultation.status, draft, today=today))
    freeze_ballots(session, consultation)
    consultation.status, consultation.opened_at = ConsultationStatus.OPEN, now
    note(session, "open_consultation", consultation, actor, now)
    session.flush()
    return consultation


def close_consultation(
    session: Session,
    consultation: Consultation,
    *,
    close_sittings: bool = False,
    actor: StaffAccount | None,
    now: datetime,
) -> Consultation:
    """End a consultation: after its last sitting, or with all that are open when so confirmed."""
    queries.lock_consultation(session, consultation.id or 0)
    sittings = queries.list_open_sittings(session, consultation.id or 0)
    refuse_if(
        rules.why_not_close(
            consultation.status, open_sittings=len(sittings), close_sittings=close_sittings
        )
    )
    for sitting in sittings:
        close_sitting(
            session, sitting, note="Closed together with the consultation.", actor=actor, now=now
        )
    consultation.status, consultation.closed_at = ConsultationStatus.CLOSED, now
    note(session, "close_consultation", consultation, actor, now, sittings=len(sittings))
    session.flush()
    return consultation


def open_sitting(
    session: Session,
    consultation: Consultation,
    *,
    place_id: int | None,
    mode: SittingMode,
    basis: ParticipationBasis,
    basis_confirmed: bool,
    expected_heads: int | None = None,
    label: str = "",
    actor: StaffAccount | None,
    now: datetime,
) -> Sitting:
    """Open an occasion at which a group answers, with a fresh class code."""
    queries.lock_consultation(session, consultation.id or 0)
    own = queries.list_own_place_ids(session, actor) if actor else None
    refuse_if(
        rules.why_not_open_sitting(
            consultation.status,
            mode=mode,
            place_id=place_id,
            own_place_ids=own,
            basis=basis,
            basis_confirmed=basis_confirmed,
            expected_heads=expected_heads,
        )
    )
    if place_id is not None:
        get_place(session, place_id)
    facts = {
        "consultation_id": consultation.id,
        "place_id": place_id,
        "label": label,
        "mode": mode,
        "expected_heads": expected_heads,
        "basis": basis,
        "basis_confirmed_by_id": actor_id(actor),
        "opened_by_id": actor_id(actor),
        "opened_at": now,
    }
    sitting = _with_free_code(session, facts)
    audit.note(
        session,
        "open_sitting",
        f"sitting:{sitting.id}",
        actor_id=actor_id(actor),
        now=now,
        basis=basis,
    )
    return sitting


def close_sitting(
    session: Session,
    sitting: Sitting,
    *,
    note: str = "",
    recorded: int | None = None,
    actor: StaffAccount | None,
    now: datetime,
) -> Sitting:
    """End a sitting for good. `recorded` is how many people's sends arrived, where that is known:
    when it differs from the heads expected, the note says why.
    """
    queries.lock_sitting(session, sitting.id or 0)
    refuse_if(
        rules.why_not_close_sitting(
            is_closed=sitting.closed_at is not None,
            expected_heads=sitting.expected_heads,
            recorded=recorded,
            note=note,
        )
    )
    sitting.closed_at, sitting.closing_note = now, note
    audit.note(
        session, "close_sitting", f"sitting:{sitting.id}",
        actor_id=actor_id(actor), now=now, recorded=recorded, expected=sitting.expected_heads,
    )  # fmt: skip
    session.flush()
    return sitting


def count_heads(
    session: Session, sitting: Sitting, heads: int, *, actor: StaffAccount | None, now: datetime
) -> Sitting:
    """Say anew how many people are in the room: somebody came late, or left."""
    queries.lock_sitting(session, sitting.id or 0)
    refuse_if(Reason.SITTING_CLOSED if sitting.closed_at is not None else None)
    refuse_if(Reason.HEADS_NEEDED if heads < 1 else None)
    audit.note(
        session, "count_heads", f"sitting:{sitting.id}",
        actor_id=actor_id(actor), now=now, before=sitting.expected_heads, heads=heads,
    )  # fmt: skip
    sitting.expected_heads = heads
    session.flush()
    return sitting


def _with_free_code(session: Session, facts: dict[str, Any]) -> Sitting:
    for _ in range(CODE_DRAWS):
        sitting = Sitting(class_code=new_class_code(), **facts)
        try:
            with session.begin_nested():
                session.add(sitting)
                session.flush()
        except IntegrityError as error:
            if "class_code" not in str(error.orig):
                raise
        else:
            return sitting
    raise Refused(Reason.CODES_USED_UP)
