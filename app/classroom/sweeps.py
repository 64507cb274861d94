"""What a room does by itself: it is forgotten when its sitting has ended in another way."""

from datetime import datetime

from app.classroom import queries, service
from app.consultations.queries import get_sitting
from app.core.db import Database
from app.core.settings import Settings


def forget_ended_rooms(db: Database, _settings: Settings, now: datetime) -> bool:
    """Forget lobbies and tablets of sittings that were closed together with their consultation,
    and codes of slips whose votes are mixed, so that nobody can take them out any more.
    """
    with db.session(writes=False) as session:
        ended = queries.list_rooms_to_forget(session)
        spent = bool(queries.list_spent_requests(session))
    if not ended and not spent:
        return False
    with db.session(writes=True) as session:
        for sitting_id in ended:
            service.forget_room(session, get_sitting(session, sitting_id), now=now)
        for request in queries.list_spent_requests(session):
            request.code, request.is_agreed, request.decided_at = "", False, now
            session.add(request)
    return True
