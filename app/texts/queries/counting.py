"""Which texts count, and as what. A text held for the safeguarding lead is in none of them."""

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.safeguarding.queries import held_text_ids
from app.texts.models import (
    ClassifierModel,
    Decision,
    FreeText,
    Quote,
    Suggestion,
)
from app.texts.rules import QuoteStatus


def in_scope(consultation_id: int | None, source_id: int | None) -> ColumnElement[bool]:
    """Texts not held apart, of one consultation or source, or of all."""
    scope: list[ColumnElement[bool]] = [col(FreeText.id).not_in(held_text_ids())]
    if consultation_id is not None:
        scope.append(col(FreeText.consultation_id) == consultation_id)
    if source_id is not None:
        scope.append(col(FreeText.source_id) == source_id)
    return and_(*scope)


def current_model_ids() -> SelectOfScalar[str]:
    """A SELECT of the ids of the models in use (one for each edition)."""
    return select(ClassifierModel.id).where(col(ClassifierModel.is_current))


def current_decision() -> ColumnElement[bool]:
    """Joins a text to the decision that counts."""
    return and_(col(Decision.text_id) == col(FreeText.id), col(Decision.is_current))


def current_suggestion() -> ColumnElement[bool]:
    """Joins a text to the suggestion of the model in use."""
    return and_(
        col(Suggestion.text_id) == col(FreeText.id),
        col(Suggestion.model_id).in_(current_model_ids()),
    )


def list_approved_quotes(
    session: Session,
    wish_id: int,
    *,
    consultation_id: int | None = None,
    source_id: int | None = None,
) -> list[Quote]:
    """Quotes two people stand behind, oldest first; none whose text is held apart by now."""
    query = (
        select(Quote)
        .join(FreeText, col(FreeText.id) == col(Quote.text_id))
        .where(Quote.wish_id == wish_id, Quote.status == QuoteStatus.APPROVED)
        .where(in_scope(consultation_id, source_id))
        .order_by(col(Quote.id))
    )
    return list(session.exec(query))


def list_texts(
    session: Session, *, consultation_id: int | None = None, source_id: int | None = None
) -> list[FreeText]:
    """The texts of a consultation or a source that are not held apart, in order of id."""
    query = select(FreeText).where(in_scope(consultation_id, source_id))
    return list(session.exec(query.order_by(col(FreeText.id))))


def find_current_model(session: Session, edition_id: int) -> ClassifierModel | None:
    """The model whose suggestions count for this edition, if one is trained."""
    query = select(ClassifierModel).where(
        ClassifierModel.edition_id == edition_id, col(ClassifierModel.is_current)
    )
    return session.exec(query).first()
