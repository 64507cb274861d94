"""Tables of the ballot box.

At rest nothing here leads from a code to a vote: `VotingRight` knows only keyed one-way images of
a secret that nobody stores, `Vote` only what was chosen, and `SealedVote`, which stands between
them, cannot be read and is gone once votes are mixed. No row of a voter holds a time or an order.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.ballots.rules import BallotState, RightKind
from app.core.db import enum_column, json_column

# On SQLite a row's number is the order in which rows came: these tables have none.
WITHOUT_ORDER = {"sqlite_with_rowid": False}


class BallotBox(SQLModel, table=True):
    """The box of one ballot at one sitting, with its own key pair; the private key is a file.

    A sitting that lasts for days has one box after another.
    """

    __tablename__ = "ballot_box"

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id", index=True)
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    public_key: str = Field(max_length=64)
    opened_at: datetime
    closed_at: datetime | None = None
    grace_until: datetime | None = None  # what was on its way at the close is taken until then
    mixed_at: datetime | None = None
    key_destroyed_at: datetime | None = None


class VotingRight(SQLModel, table=True):
    """Permission to cast one vote in one ballot. No time, no number, no name.

    `rh` is a keyed hash of the code, `cs` of the phone's secret once the right is spent, `cv` of
    the secret with the choices until the mix: a changed answer is refused without knowing either.
    """

    __tablename__ = "voting_right"
    __table_args__ = (UniqueConstraint("cs"), WITHOUT_ORDER)

    rh: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    ballot_id: int = Field(foreign_key="ballot.id")
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    kind: RightKind = Field(sa_column=enum_column(RightKind))
    is_revoked: bool = False
    cs: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32), nullable=True))
    cv: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32), nullable=True))


class SealedVote(SQLModel, table=True):
    """A vote nobody can read, from its acceptance until the mix."""

    __tablename__ = "sealed_vote"
    __table_args__ = WITHOUT_ORDER

    box_id: int = Field(foreign_key="ballot_box.id", primary_key=True)
    rh: bytes = Field(
        sa_column=Column(LargeBinary(32), ForeignKey("voting_right.rh"), primary_key=True)
    )
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Vote(SQLModel, table=True):
    """A vote after the mix: what was chosen, and of whom only the place, if its group is large.

    `choices` is the canonical text (`s1=w2,w7;s2=`); `blind` hides it inside `leaf`.
    """

    __table_args__ = WITHOUT_ORDER

    leaf: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    ballot_id: int = Field(foreign_key="ballot.id", index=True)
    blind: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    choices: str = Field(max_length=2000)
    place_id: int | None = Field(default=None, foreign_key="place.id")


class Tally(SQLModel, table=True):
    """What was counted at one sitting when it was mixed; for the room, never for the public.

    `counts`: {"votes": n, "sections": {key: {"blank": n, "marks": {option: n}}}}; in a ranked
    section a mark is a first preference.
    """

    __table_args__ = (UniqueConstraint("ballot_id", "sitting_id"),)

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id")
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class BallotLedger(SQLModel, table=True):
    """The state of a ballot that is held, and where its ledger stands now."""

    __tablename__ = "ballot_ledger"

    ballot_id: int = Field(foreign_key="ballot.id", primary_key=True)
    size: int = 0
    head: str = Field(max_length=64)
    state: BallotState = Field(
        default=BallotState.OPEN, sa_column=enum_column(BallotState, index=True)
    )
    closed_at: datetime | None = None
    final_at: datetime | None = None


class LedgerEntry(SQLModel, table=True):
    """One link of a ballot's hash chain. Arrival order of sealed votes; never who, never when."""

    __tablename__ = "ledger_entry"
    __table_args__ = WITHOUT_ORDER

    ballot_id: int = Field(foreign_key="ballot.id", primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str = Field(max_length=20)
    payload: str
    hash: str = Field(max_length=64)


class Checkpoint(SQLModel, table=True):
    """A signed note of where a ledger stood: whoever keeps one can tell if it was shortened."""

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id", index=True)
    size: int
    head: str = Field(max_length=64)
    at: datetime
    signature: str = Field(max_length=128)


class FinalVotes(SQLModel, table=True):
    """How many votes of a place chose alike: what is left of the votes once a ballot is final."""

    __tablename__ = "final_votes"

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id", index=True)
    choices: str = Field(max_length=2000)
    place_id: int | None = Field(default=None, foreign_key="place.id")
    votes: int


class LeafList(SQLModel, table=True):
    """All leaves of a closed ballot, sorted, joined in hex: public, and says nothing of a vote."""

    __tablename__ = "leaf_list"

    ballot_id: int = Field(foreign_key="ballot.id", primary_key=True)
    leaves: str
