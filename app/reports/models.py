"""Tables of the reports floor."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.core.db import json_column


class Report(SQLModel, table=True):
    """A frozen report: everything it says is inside `snapshot`."""

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    from_on: date
    to_on: date
    snapshot: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    snapshot_hash: str = Field(max_length=64)
    frozen_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    frozen_at: datetime
