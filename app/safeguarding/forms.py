"""What safeguarding leads type."""

from typing import Literal

from pydantic import BaseModel, Field

from app.safeguarding.rules import ConcernStatus


class NoteConcern(BaseModel):
    """What was done, and the reference of a contact made elsewhere."""

    note: str = Field(default="", max_length=4000)
    reference: str = Field(default="", max_length=120)


class FinishConcern(BaseModel):
    """How a concern ends, and why."""

    status: Literal[ConcernStatus.CLOSED, ConcernStatus.RELEASED]
    note: str = Field(default="", max_length=4000)
