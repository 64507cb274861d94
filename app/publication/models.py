"""Tables of the publication floor."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.publication.rules import FindingStatus, ReleaseStatus


class Release(SQLModel, table=True):
    """Figures that passed the disclosure gate, frozen, with the hash of their canonical JSON.

    `figures` is what the public may see and nothing more. `gate` is for staff: the exact counts
    that went in, the limits, what was hidden and why; with it the figures can be rebuilt.
    """

    __table_args__ = (
        CheckConstraint("(consultation_id IS NULL) <> (source_id IS NULL)", name="one_subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)
    source_id: int | None = Field(default=None, foreign_key="source.id", index=True)
    edition_id: int = Field(foreign_key="wish_edition.id")
    status: ReleaseStatus = Field(sa_column=enum_column(ReleaseStatus, index=True))
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    gate: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    figures_hash: str = Field(max_length=64)
    model_id: str | None = Field(default=None, foreign_key="classifier_model.id")
    proposed_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    proposed_at: datetime
    released_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    released_at: datetime | None = None
    withdrawn_at: datetime | None = None
    public_note: str = Field(default="", max_length=1000)  # why it was taken back


class Finding(SQLModel, table=True):
    """What one release says about one wish, in words, with approved quotes.

    A published version never changes. A correction is the next version; both stay visible.
    """

    __table_args__ = (UniqueConstraint("release_id", "wish_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    release_id: int = Field(foreign_key="release.id")
    wish_id: int = Field(foreign_key="wish.id", index=True)
    version: int = 1
    status: FindingStatus = Field(sa_column=enum_column(FindingStatus, index=True))
    headline: str = Field(max_length=200)
    story: str = Field(default="", max_length=4000)
    easy_read: str = Field(default="", max_length=2000)
    quotes: list[str] = Field(default_factory=list, sa_column=json_column())
    author_id: int | None = Field(default=None, foreign_key="staff_account.id")
    approver_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None
    public_note: str = Field(default="", max_length=1000)  # why corrected
    withdrawal_note: str = Field(default="", max_length=1000)
