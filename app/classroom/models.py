"""Tables of the classroom floor. Arrivals and turns are forgotten when their sitting ends."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.classroom.rules import ArrivalState, VoidWhy
from app.core.db import enum_column, json_column


class Room(SQLModel, table=True):
    """How a group at a sitting comes to vote, and what is left of its lobby at the end."""

    sitting_id: int = Field(foreign_key="sitting.id", primary_key=True)
    doors: list[str] = Field(default_factory=list, sa_column=json_column())
    slips_in_hand: int | None = None  # counted by the worker at the close
    arrived: int = 0  # phones, kept when the arrivals themselves are forgotten
    let_in: int = 0


class Arrival(SQLModel, table=True):
    """A phone in the lobby: a nickname and a hash of its random token. No name, no device, no time.

    The hash is also what the seat's right is made from (`ballots.rules.code_of_seat`), so a worker
    can let a phone in without anybody keeping its token.
    """

    __table_args__ = (UniqueConstraint("sitting_id", "nickname"),)

    id: int | None = Field(default=None, primary_key=True)
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    nickname: str = Field(max_length=40)
    state: ArrivalState = Field(default=ArrivalState.WAITING, sa_column=enum_column(ArrivalState))


class Kiosk(SQLModel, table=True):
    """A shared tablet at a sitting. `turn_hash` is of the turn under way only."""

    id: int | None = Field(default=None, primary_key=True)
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    pin_hash: str = Field(max_length=200)
    started_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    started_at: datetime
    ended_at: datetime | None = None
    turn_hash: str = Field(default="", max_length=64)
    turn_ended_at: datetime | None = None


class VoidRequest(SQLModel, table=True):
    """A slip that has been used and shall be taken back: a second person agrees or not.

    The code is kept until that is decided, or until the votes are mixed.
    """

    __tablename__ = "void_request"

    id: int | None = Field(default=None, primary_key=True)
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    code: str = Field(default="", max_length=7)
    why: VoidWhy = Field(sa_column=enum_column(VoidWhy))
    words: str = Field(default="", max_length=300)
    asked_by_id: int = Field(foreign_key="staff_account.id")
    asked_at: datetime
    decided_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    decided_at: datetime | None = None
    is_agreed: bool | None = None
