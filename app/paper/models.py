"""Tables of paper. Nothing here is ever changed: a count is followed by another, with a reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.paper.rules import BatchKind, LookKind


class PaperBatch(SQLModel, table=True):
    """One pile: papers (or raised hands) of one ballot, from a sitting or sent in for a place.

    `place_id` is the place at which it was counted, kept from then on. Two piles of one kind at
    one sitting have different names, so nothing is counted twice by entering it twice.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        CheckConstraint("sitting_id IS NOT NULL OR place_id IS NOT NULL", name="somewhere"),
        Index(
            "uq_paper_batch_at_sitting", "ballot_id", "sitting_id", "kind", "name", unique=True,
            sqlite_where=text("sitting_id IS NOT NULL"),
            postgresql_where=text("sitting_id IS NOT NULL"),
        ),
        Index(
            "uq_paper_batch_by_post", "ballot_id", "place_id", "kind", "name", unique=True,
            sqlite_where=text("sitting_id IS NULL"), postgresql_where=text("sitting_id IS NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id")
    sitting_id: int | None = Field(default=None, foreign_key="sitting.id", index=True)
    place_id: int | None = Field(default=None, foreign_key="place.id", index=True)
    kind: BatchKind = Field(sa_column=enum_column(BatchKind))
    name: str = Field(default="", max_length=60)  # "Box 2": never a person's name
    created_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime


class PaperRevision(SQLModel, table=True):
    """One person's look at a pile. Looks at the same `number` belong to one revision.

    A revision counts from the look that confirms it: one that agrees with somebody else's. There
    is at most one such look in a revision. `contents` is `rules.Contents` as plain JSON.
    """

    __tablename__ = "paper_revision"
    __table_args__ = (
        UniqueConstraint("batch_id", "number", "look", name="uq_paper_revision_look"),
        CheckConstraint("number >= 1 AND look >= 1", name="counted_from_one"),
        CheckConstraint("look > 1 OR NOT is_confirming", name="never_alone"),
        Index(
            "uq_paper_revision_confirmed", "batch_id", "number", unique=True,
            sqlite_where=text("is_confirming"), postgresql_where=text("is_confirming"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="paper_batch.id")
    number: int
    look: int
    kind: LookKind = Field(default=LookKind.COUNT, sa_column=enum_column(LookKind))
    entered_by_id: int = Field(foreign_key="staff_account.id")
    at: datetime
    reason: str = Field(default="", max_length=500)
    contents: dict[str, Any] = Field(sa_column=json_column())
    is_confirming: bool = False

    @property
    def is_second_entry(self) -> bool:
        """Whether somebody had looked at this revision before."""
        return self.look > 1
