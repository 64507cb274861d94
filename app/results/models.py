"""Tables of the results floor."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.results.rules import ResultStatus


class BallotResult(SQLModel, table=True):
    """One version of the result of a ballot. Its figures and words never change.

    `body` is the canonical JSON that is published, hashed into the ledger and shipped in the audit
    bundle. `details` is the same count with its moves and ties, for the pictures.
    """

    __tablename__ = "ballot_result"
    __table_args__ = (
        UniqueConstraint("ballot_id", "version"),
        CheckConstraint(
            "approved_by_id IS NULL OR proposed_by_id IS NULL OR approved_by_id <> proposed_by_id",
            name="two_people",
        ),
        CheckConstraint("version >= 1", name="version_counts_up"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id")
    version: int
    status: ResultStatus = Field(sa_column=enum_column(ResultStatus))
    body: str
    body_hash: str = Field(max_length=64)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    reason: str = Field(default="", max_length=1000)  # for the desk
    public_note: str = Field(default="", max_length=1000)  # for everybody
    embargo_until: datetime | None = None
    proposed_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    proposed_at: datetime
    approved_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    approved_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    withdrawn_at: datetime | None = None
    withdrawal_note: str = Field(default="", max_length=1000)

    def read_body(self) -> dict[str, Any]:
        """The result as it is published."""
        plain: dict[str, Any] = json.loads(self.body)
        return plain
