"""Every SELECT of the pages floor."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, case, col, func, select

from app.actions.queries import Voices, WishCard, get_wish_by_id, list_voices, list_wish_cards
from app.pages.models import PageFeedback
from app.publication.queries import PublishedFinding, list_published_findings
from app.responses.queries import find_by_slip, list_wishes_of_response
from app.responses.slips import hash_slip
from app.safeguarding.queries import held_text_ids
from app.wishes.models import Wish


@dataclass(frozen=True)
class FollowedWish:
    """A wish that an answer joined, and what happens with it. Never what the answer said."""

    wish: Wish
    by_person: bool
    card: WishCard | None  # none: a wish of an earlier edition, which has no page any more
    findings: list[PublishedFinding]
    voices: list[Voices]


@dataclass(frozen=True)
class Followed:
    """What four words lead to."""

    received_on: date
    wishes: list[FollowedWish]


@dataclass(frozen=True)
class FeedbackLine:
    """How a page did."""

    path: str
    yes: int
    no: int
    newest_on: date


def follow_words(
    session: Session, words: tuple[str, ...], *, slip_key: bytes, now: datetime, silence_days: int
) -> Followed | None:
    """Which wishes the answer with these words joined; None when no answer has them.

    An answer that joins no wish looks the same whether it still waits, fits none of the wishes or
    is held by the safeguarding lead: the page must not tell a stranger with the slip which.
    """
    response = find_by_slip(session, hash_slip(slip_key, words))
    if response is None:
        return None
    joined = list_wishes_of_response(session, response.id)
    cards = list_wish_cards(session, now=now, silence_days=silence_days) if joined else []
    by_id = {card.wish.id: card for card in cards}
    wishes = []
    for wish_id, by_person in joined:
        findings = list_published_findings(session, wish_id)
        card = by_id.get(wish_id)
        wish = card.wish if card else get_wish_by_id(session, wish_id)
        wishes.append(FollowedWish(wish, by_person, card, findings, list_voices(findings)))
    return Followed(response.received_on, wishes)


def list_feedback(session: Session) -> list[FeedbackLine]:
    """Yes and no for each page, those with most no first."""
    no = func.sum(case((col(PageFeedback.found_it), 0), else_=1))
    query = (
        select(PageFeedback.path, func.count(), no, func.max(PageFeedback.left_on))
        .group_by(PageFeedback.path)
        .order_by(no.desc(), PageFeedback.path)
    )
    return [
        FeedbackLine(path, total - wrong, wrong, newest)
        for path, total, wrong, newest in session.exec(query)
    ]


def list_comments(session: Session, *, limit: int = 200) -> list[PageFeedback]:
    """The newest comments, without those held apart for the safeguarding lead."""
    query = (
        select(PageFeedback)
        .where(PageFeedback.comment != "", col(PageFeedback.id).not_in(held_text_ids()))
        .order_by(col(PageFeedback.left_on).desc(), col(PageFeedback.id))
        .limit(limit)
    )
    return list(session.exec(query))
