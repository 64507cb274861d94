"""The one way a free text enters: tidied, hashed, screened."""

from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from app.consultations import queries as consultations
from app.core.clock import leeds_day
from app.places import queries as places
from app.safeguarding.service import note_occasion, screen_text
from app.texts.models import FreeText
from app.texts.rules import hash_words


def store_text(
    session: Session,
    text: str,
    *,
    language: str,
    now: datetime,
    consultation_id: int | None = None,
    source_id: int | None = None,
    external_ref: str | None = None,
    import_id: int | None = None,
    sitting_id: int | None = None,
    place_id: int | None = None,
) -> FreeText:
    """Keep somebody's words and screen them in the same transaction.

    The row keeps the day, never the time, and neither sitting nor place: only a concern does,
    because there it is the road to the child.
    """
    row = FreeText(
        id=uuid4().hex,
        text=text,
        text_hash=hash_words(text),
        language=language,
        arrived_on=leeds_day(now),
        consultation_id=consultation_id,
        source_id=source_id,
        external_ref=external_ref,
        import_id=import_id,
    )
    session.add(row)
    session.flush()
    concern = screen_text(
        session, text, text_id=row.id, sitting_id=sitting_id, place_id=place_id, now=now
    )
    if concern is not None:
        occasion = _describe_occasion(session, sitting_id, place_id, source_id)
        note_occasion(session, concern, occasion)
    return row


def _describe_occasion(
    session: Session, sitting_id: int | None, place_id: int | None, source_id: int | None
) -> str:
    sitting = consultations.get_sitting(session, sitting_id) if sitting_id else None
    place_id = place_id or (sitting.place_id if sitting else None)
    words = [places.get_place(session, place_id).name] if place_id else []
    words += [sitting.label or f"code {sitting.class_code}"] if sitting else []
    words += [consultations.get_source(session, source_id).title] if source_id else []
    return " · ".join(words)
