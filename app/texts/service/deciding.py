"""What people decide about texts. Decisions are appended; taking one back is a row too."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from app.core import audit
from app.core.errors import Refused
from app.safeguarding import service as safeguarding
from app.safeguarding.queries import is_held
from app.staff.models import StaffAccount
from app.texts import queries, rules
from app.texts.models import DecidedWish, Decision, FreeText
from app.texts.rules import Reason, Sorting
from app.wishes.queries import list_wishes


def decide_wishes(
    session: Session,
    text: FreeText,
    *,
    sorting: Sorting,
    wish_ids: Collection[int],
    suggestion_id: int | None,
    actor: StaffAccount,
    now: datetime,
) -> Decision:
    """Decide what a text is about; an earlier decision stays as history.

    `suggestion_id` is the suggestion the person was shown, or None when it was hidden or absent:
    kept because a shown suggestion sways.
    """
    edition_id = queries.get_edition_id(session, text)
    reason = rules.why_not_decide(
        sorting,
        wish_ids,
        of_edition={wish.id or 0 for wish in list_wishes(session, edition_id)},
        is_held=is_held(session, text.id),
    )
    if reason is not None:
        raise Refused(reason)
    row = Decision(
        text_id=text.id, sorting=sorting, suggestion_id=suggestion_id, decided_by_id=actor.id,
        decided_at=now,
    )  # fmt: skip
    _make_newest(session, row, set(wish_ids))
    audit.note(
        session, "decide_wishes", f"text:{text.id}", actor_id=actor.id, now=now,
        decision=row.id, sorting=sorting,
    )  # fmt: skip
    return row


def take_back_decision(session: Session, *, actor: StaffAccount, now: datetime) -> FreeText:
    """Take back this person's newest decision that still counts; returns its text.

    What held before holds again, as a new row that names the one taken back. Where nothing held
    before, the text waits for a decision again.
    """
    last = queries.find_last_decision(session, actor.id or 0)
    if last is None:
        raise Refused(Reason.NOTHING_TO_UNDO)
    before = queries.find_decision_before(session, last)
    row = Decision(
        text_id=last.text_id,
        sorting=before.sorting if before else Sorting.NOT_SURE,  # open again
        suggestion_id=before.suggestion_id if before else None,
        is_current=before is not None,
        undoes_id=last.id,
        decided_by_id=actor.id,
        decided_at=now,
    )
    wish_ids = queries.list_decided_wishes(session, before.id or 0) if before else []
    _make_newest(session, row, set(wish_ids))
    audit.note(
        session, "take_back_decision", f"text:{last.text_id}", actor_id=actor.id, now=now,
        decision=last.id,
    )  # fmt: skip
    return queries.get_text(session, last.text_id)


def _make_newest(session: Session, row: Decision, wish_ids: set[int]) -> None:
    current = queries.find_current_decision(session, row.text_id)
    if current is not None:
        current.is_current = False
        session.add(current)
        session.flush()
    session.add(row)
    session.flush()
    for wish_id in sorted(wish_ids):
        session.add(DecidedWish(decision_id=row.id or 0, wish_id=wish_id))
    session.flush()


def worry_about_text(
    session: Session, text: FreeText, *, actor: StaffAccount, now: datetime
) -> None:
    """Hand a text to the safeguarding lead: it leaves every queue, count and quote at once."""
    where = queries.describe_origin(session, text)
    safeguarding.raise_concern(
        session, text.text, text_id=text.id, occasion=where, actor=actor, now=now
    )
