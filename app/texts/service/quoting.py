"""Quotes: one person proposes the wording, another stands behind it. Never from a held text."""

from datetime import datetime

from sqlmodel import Session

from app.core import audit
from app.core.errors import Refused
from app.safeguarding.queries import is_held
from app.staff.models import StaffAccount
from app.texts import queries, rules
from app.texts.models import FreeText, Quote
from app.texts.redaction import find_personal
from app.texts.rules import QuoteStatus


def propose_quote(
    session: Session,
    text: FreeText,
    *,
    wish_id: int,
    wording: str,
    actor: StaffAccount,
    now: datetime,
) -> Quote:
    """Put wording of a text forward as a quote for a wish it was decided to join.

    A declined wording may be proposed anew; the audit book keeps who did what.
    """
    quote = queries.find_quote(session, text.id, wish_id)
    reason = rules.why_not_propose(
        wish_id,
        decided_wishes=queries.list_wishes_of_text(session, text.id),
        is_held=is_held(session, text.id),
        has_personal_data=bool(find_personal(wording)),
        status=quote.status if quote else None,
    )
    if reason is not None:
        raise Refused(reason)
    quote = quote or Quote(
        text_id=text.id, wish_id=wish_id, wording="", status=QuoteStatus.PROPOSED,
        proposed_by_id=0, proposed_at=now,
    )  # fmt: skip
    quote.wording, quote.status = wording, QuoteStatus.PROPOSED
    quote.proposed_by_id, quote.proposed_at = actor.id or 0, now
    quote.judged_by_id = quote.judged_at = None
    session.add(quote)
    session.flush()
    audit.note(session, "propose_quote", f"quote:{quote.id}", actor_id=actor.id, now=now)
    return quote


def judge_quote(
    session: Session, quote: Quote, *, status: QuoteStatus, actor: StaffAccount, now: datetime
) -> None:
    """Approve or decline a proposed quote."""
    reason = rules.why_not_judge(
        quote.status, proposed_by_id=quote.proposed_by_id, actor_id=actor.id or 0,
        is_held=is_held(session, quote.text_id),
    )  # fmt: skip
    if reason is not None:
        raise Refused(reason)
    quote.status, quote.judged_by_id, quote.judged_at = status, actor.id, now
    session.add(quote)
    audit.note(session, f"quote_{status}", f"quote:{quote.id}", actor_id=actor.id, now=now)
