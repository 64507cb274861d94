"""Tables of the ballots floor."""

from sqlmodel import Field, SQLModel

from app.core.db import json_column


class Vote(SQLModel, table=True):
    """One paper in the box. The key is a keyed hash of the phone's submission id.

    No time, no sequence, no link to a response: the row says what was chosen and at which sitting.
    An empty list of choices is a blank vote, which is counted as such.
    """

    id: str = Field(max_length=64, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id", index=True)
    sitting_id: int = Field(foreign_key="sitting.id", index=True)
    choices: list[str] = Field(default_factory=list, sa_column=json_column())
