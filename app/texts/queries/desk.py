"""What the review desk reads: the next text, its history, its quotes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from app.consultations.models import Consultation, Source
from app.core.errors import NotFound
from app.texts.models import (
    DecidedWish,
    Decision,
    FreeText,
    Quote,
    SuggestedWish,
    Suggestion,
)
from app.texts.queries.counting import (
    current_decision,
    current_suggestion,
    in_scope,
)
from app.texts.rules import QuoteStatus, Sorting
from app.wishes.queries import get_current_edition


@dataclass(frozen=True)
class Filter:
    """Which texts a person works on: one consultation, one source, or all."""

    consultation_id: int | None = None
    source_id: int | None = None


@dataclass(frozen=True)
class ToReview:
    """A text to decide, with what the current model made of it (if it did)."""

    text: FreeText
    suggestion: Suggestion | None
    scores: dict[int, float]  # wish id to probability

    @property
    def doubt(self) -> float:
        """Where this text stands in the queue."""
        return self.suggestion.doubt if self.suggestion else 0.0


def _undecided(chosen: Filter) -> ColumnElement[bool]:
    return and_(in_scope(chosen.consultation_id, chosen.source_id), col(Decision.id).is_(None))


def find_next_text(
    session: Session, chosen: Filter, *, after: tuple[float, str] | None = None
) -> ToReview | None:
    """The undecided text the machine doubts most; `after` (doubt, id) skips those before it."""
    doubt = func.coalesce(col(Suggestion.doubt), 0.0)
    query = (
        select(FreeText, Suggestion)
        .outerjoin(Suggestion, current_suggestion())
        .outerjoin(Decision, current_decision())
        .where(_undecided(chosen))
        .order_by(doubt.desc(), col(FreeText.id))
        .limit(1)
    )
    if after is not None:
        at, text_id = after
        query = query.where(or_(doubt < at, and_(doubt == at, col(FreeText.id) > text_id)))
    found = session.exec(query).first()
    return _with_scores(session, *found) if found else None


def get_to_review(session: Session, text_id: str) -> ToReview:
    """One text, decided or not; NotFound when it is held apart."""
    query = (
        select(FreeText, Suggestion)
        .outerjoin(Suggestion, current_suggestion())
        .where(in_scope(None, None), col(FreeText.id) == text_id)
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound
    return _with_scores(session, *found)


def _with_scores(session: Session, text: FreeText, suggestion: Suggestion | None) -> ToReview:
    scores: dict[int, float] = {}
    if suggestion is not None:
        query = select(SuggestedWish).where(SuggestedWish.suggestion_id == suggestion.id)
        rows = sorted(session.exec(query), key=lambda row: -row.score)
        scores = {row.wish_id: row.score for row in rows}
    return ToReview(text, suggestion, scores)


def get_text(session: Session, text_id: str) -> FreeText:
    """The text with this id, if it is not held apart."""
    return get_to_review(session, text_id).text


def count_waiting(session: Session, chosen: Filter) -> int:
    """How many texts nobody has decided yet."""
    query = select(func.count()).select_from(FreeText)
    query = query.outerjoin(Decision, current_decision()).where(_undecided(chosen))
    return session.exec(query).one()


def count_decided_since(session: Session, staff_id: int, since: datetime) -> int:
    """How many texts have a decision by this person from `since` on that still counts."""
    query = select(func.count()).select_from(Decision).where(
        Decision.decided_by_id == staff_id, col(Decision.decided_at) >= since,
        col(Decision.is_current), col(Decision.undoes_id).is_(None),
    )  # fmt: skip
    return session.exec(query).one()


def list_decisions(session: Session, text_id: str) -> list[Decision]:
    """Every decision about a text, oldest first."""
    query = select(Decision).where(Decision.text_id == text_id)
    return list(session.exec(query.order_by(col(Decision.id))))


def list_decided_wishes(session: Session, decision_id: int) -> list[int]:
    """The wishes of one decision."""
    return list(
        session.exec(select(DecidedWish.wish_id).where(DecidedWish.decision_id == decision_id))
    )


def list_wishes_of_text(session: Session, text_id: str) -> list[int]:
    """The wishes a person decided a text joins, by the decision that counts."""
    current = find_current_decision(session, text_id)
    return list_decided_wishes(session, current.id or 0) if current else []


def find_current_decision(session: Session, text_id: str) -> Decision | None:
    """The decision about a text that counts."""
    query = select(Decision).where(Decision.text_id == text_id, col(Decision.is_current))
    return session.exec(query).first()


def find_last_decision(session: Session, staff_id: int) -> Decision | None:
    """This person's newest decision that still counts and is not itself a taking back."""
    query = select(Decision).where(
        Decision.decided_by_id == staff_id, col(Decision.is_current),
        col(Decision.undoes_id).is_(None),
    )  # fmt: skip
    return session.exec(query.order_by(col(Decision.id).desc())).first()


def find_decision_before(session: Session, decision: Decision) -> Decision | None:
    """What held about the same text before this decision; None when nothing did."""
    query = select(Decision).where(
        Decision.text_id == decision.text_id, col(Decision.id) < decision.id
    )
    before = session.exec(query.order_by(col(Decision.id).desc())).first()
    return before if before and before.sorting is not Sorting.NOT_SURE else None


def get_edition_id(session: Session, text: FreeText) -> int:
    """The edition whose wishes a text is sorted into."""
    if text.consultation_id is not None:
        consultation = session.get(Consultation, text.consultation_id)
        return consultation.edition_id if consultation else 0
    source = session.get(Source, text.source_id) if text.source_id else None
    return source.edition_id if source else get_current_edition(session).id or 0


def describe_origin(session: Session, text: FreeText) -> str:
    """Where a text came from, in words."""
    consultation = session.get(Consultation, text.consultation_id) if text.consultation_id else None
    source = session.get(Source, text.source_id) if text.source_id else None
    ref = f"row {text.external_ref}" if text.external_ref else ""
    titles = [one.title for one in (consultation, source) if one]
    return " · ".join([*titles, *([ref] if ref else [])])


def find_quote(session: Session, text_id: str, wish_id: int) -> Quote | None:
    """The quote of a text for a wish, in any state."""
    query = select(Quote).where(Quote.text_id == text_id, Quote.wish_id == wish_id)
    return session.exec(query).first()


def get_quote(session: Session, quote_id: int) -> Quote:
    """The quote with this id; NotFound when its text is held apart."""
    query = select(Quote).join(FreeText, col(FreeText.id) == col(Quote.text_id))
    found = session.exec(query.where(Quote.id == quote_id, in_scope(None, None))).first()
    if found is None:
        raise NotFound
    return found


def list_quotes(session: Session, status: QuoteStatus, *, limit: int = 100) -> list[
    tuple[Quote, FreeText]
]:  # fmt: skip
    """Quotes in a state with their original words, newest first."""
    query = (
        select(Quote, FreeText)
        .join(FreeText, col(FreeText.id) == col(Quote.text_id))
        .where(Quote.status == status, in_scope(None, None))
        .order_by(col(Quote.id).desc())
        .limit(limit)
    )
    return [(quote, text) for quote, text in session.exec(query)]


def list_quotable(session: Session, wish_id: int, *, limit: int = 50) -> list[FreeText]:
    """Texts a person decided join this wish and nobody quotes for it yet, newest decision first."""
    quoted = select(Quote.text_id).where(Quote.wish_id == wish_id)
    query = (
        select(FreeText)
        .join(Decision, current_decision())
        .join(DecidedWish, col(DecidedWish.decision_id) == col(Decision.id))
        .where(col(DecidedWish.wish_id) == wish_id, col(FreeText.id).not_in(quoted))
        .where(in_scope(None, None))
        .order_by(col(Decision.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))
