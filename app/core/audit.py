"""The audit book: who did what to what, written in the same transaction as the deed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select


class AuditEntry(SQLModel, table=True):
    """One deed. `subject` reads `kind:id`; `detail` holds facts, never a young person's words."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor_id: int | None = Field(default=None, index=True)
    verb: str = Field(max_length=60)
    subject: str = Field(max_length=120, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def note(
    session: Session, verb: str, subject: str, *, actor_id: int | None, now: datetime, **detail: Any
) -> None:
    """Write one line in the audit book; it commits or vanishes with the deed itself."""
    session.add(AuditEntry(at=now, actor_id=actor_id, verb=verb, subject=subject, detail=detail))


def list_entries(
    session: Session, *, subject: str | None = None, limit: int = 200
) -> list[AuditEntry]:
    """The newest entries first, for one subject or for all."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    return list(session.exec(query))
