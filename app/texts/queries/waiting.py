"""What the worker reads: imports that wait, texts that wait for a suggestion."""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app.consultations.models import Consultation, Source
from app.core.errors import NotFound
from app.safeguarding.queries import held_text_ids
from app.texts.models import (
    ClassifierModel,
    FreeText,
    Suggestion,
    TextImport,
)
from app.texts.queries.counting import (
    current_model_ids,
    in_scope,
)
from app.texts.rules import ImportStatus
from app.wishes.models import WishEdition


def get_import(session: Session, import_id: int) -> TextImport:
    """The import with this id."""
    row = session.get(TextImport, import_id)
    if row is None:
        raise NotFound
    return row


def list_imports(session: Session, *, limit: int = 100) -> list[TextImport]:
    """The newest imports first."""
    query = select(TextImport).order_by(col(TextImport.id).desc()).limit(limit)
    return list(session.exec(query))


def count_held_of_import(session: Session, import_id: int) -> int:
    """How many texts of an import a safeguarding lead has, so that an officer's sums add up."""
    query = (
        select(func.count())
        .select_from(FreeText)
        .where(FreeText.import_id == import_id, col(FreeText.id).in_(held_text_ids()))
    )
    return session.exec(query).one()


def list_imports_of_file(session: Session, file_sha256: str) -> list[TextImport]:
    """Imports of exactly these bytes that are done or under way."""
    live = (ImportStatus.WAITING, ImportStatus.RUNNING, ImportStatus.DONE)
    query = select(TextImport).where(TextImport.file_sha256 == file_sha256)
    return list(session.exec(query.where(col(TextImport.status).in_(live))))


def list_unread_imports(session: Session, *, lock: bool = False) -> list[TextImport]:
    """Imports that wait or run, oldest first; `lock` keeps two workers off the same one."""
    unread = (ImportStatus.WAITING, ImportStatus.RUNNING)
    query = (
        select(TextImport).where(col(TextImport.status).in_(unread)).order_by(col(TextImport.id))
    )
    return list(session.exec(query.with_for_update(skip_locked=True) if lock else query))


def list_known_refs(session: Session, source_id: int) -> dict[str, str]:
    """The texts of a source that carry an id of their own: id to hash of the words."""
    query = select(FreeText.external_ref, FreeText.text_hash).where(
        FreeText.source_id == source_id, col(FreeText.external_ref).is_not(None)
    )
    return {str(ref): digest for ref, digest in session.exec(query)}


def list_known_hashes(session: Session, source_id: int) -> list[str]:
    """The hashes of the texts of a source that carry no id, copies included."""
    query = select(FreeText.text_hash).where(
        FreeText.source_id == source_id, col(FreeText.external_ref).is_(None)
    )
    return list(session.exec(query))


def _waits_for(model_ids: SelectOfScalar[str]) -> ColumnElement[bool]:
    """Texts of the current edition, not held, without a suggestion of one of these models."""
    edition = select(WishEdition.id).where(col(WishEdition.is_current))
    asked = select(Consultation.id).where(col(Consultation.edition_id).in_(edition))
    elsewhere = select(Source.id).where(col(Source.edition_id).in_(edition))
    suggested = select(Suggestion.id).where(
        col(Suggestion.text_id) == col(FreeText.id), col(Suggestion.model_id).in_(model_ids)
    )
    return and_(
        in_scope(None, None),
        or_(col(FreeText.consultation_id).in_(asked), col(FreeText.source_id).in_(elsewhere)),
        ~suggested.exists(),
    )


def count_unsuggested(session: Session) -> int:
    """How many texts wait for a suggestion."""
    query = select(func.count()).select_from(FreeText).where(_waits_for(current_model_ids()))
    return session.exec(query).one()


def list_unsuggested(
    session: Session, model_id: str, *, after: str, limit: int
) -> list[tuple[str, str]]:
    """Ids and words of texts that wait for this model, in order of id from `after` on."""
    model = select(ClassifierModel.id).where(ClassifierModel.id == model_id)
    query = select(FreeText.id, FreeText.text).where(_waits_for(model), col(FreeText.id) > after)
    rows = session.exec(query.order_by(col(FreeText.id)).limit(limit))
    return [(text_id, text) for text_id, text in rows]
