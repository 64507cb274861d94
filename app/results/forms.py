"""What is typed on the pages of results: is it well-formed?"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from app.core.clock import LEEDS
from app.results.rules import ResultStatus

Note = Annotated[str, Field(max_length=1000)]


def _in_leeds(typed: datetime) -> datetime:
    """A moment typed without a zone is meant in Leeds."""
    aware = typed if typed.tzinfo else typed.replace(tzinfo=LEEDS)
    return aware.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_leeds)]


class TypedReceipt(BaseModel):
    """A receipt as somebody copied it."""

    receipt: str = Field(default="", max_length=200)


class NewVersion(BaseModel):
    """A result to propose."""

    status: ResultStatus
    embargo_until: Moment | None = None
    reason: Note = ""
    public_note: Note = ""


class Embargo(BaseModel):
    """The moment until which a result is held back; empty: none."""

    embargo_until: Moment | None = None


class Withdrawal(BaseModel):
    """Words for everybody about why a version was taken back."""

    note: Note = ""


class Explanation(BaseModel):
    """What happened to missing records."""

    words: Note = ""
