"""Tables of the actions floor."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from app.actions.rules import ActionStatus, Horizon, UpdateStatus
from app.core.db import enum_column


class Goal(SQLModel, table=True):
    """Where the city wants to get to for a wish."""

    id: int | None = Field(default=None, primary_key=True)
    wish_id: int = Field(foreign_key="wish.id", index=True)
    horizon: Horizon = Field(sa_column=enum_column(Horizon))
    text: str = Field(max_length=300)
    child_text: str = Field(default="", max_length=300)
    created_at: datetime


class Action(SQLModel, table=True):
    """Something somebody does for a wish. Its status is that of its newest published update."""

    id: int | None = Field(default=None, primary_key=True)
    wish_id: int = Field(foreign_key="wish.id", index=True)
    goal_id: int | None = Field(default=None, foreign_key="goal.id", index=True)
    title: str = Field(max_length=200)
    child_line: str = Field(default="", max_length=200)
    owner_id: int = Field(foreign_key="organisation.id")
    lead_role: str = Field(default="", max_length=120)  # a role, never a person's name
    partners: str = Field(default="", max_length=500)
    finding_id: int | None = Field(default=None, foreign_key="finding.id")  # what it answers
    starts_on: date | None = None
    due_on: date | None = None
    next_update_due_on: date
    paused_on: date | None = None  # the pause that runs now; ended ones are in `action_pause`
    pause_reason: str = Field(default="", max_length=500)  # public
    created_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime


class ActionPause(SQLModel, table=True):
    """A pause that has ended, kept so that the public history stays whole."""

    __tablename__ = "action_pause"

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    from_on: date
    to_on: date
    reason: str = Field(max_length=500)


class ActionUpdate(SQLModel, table=True):
    """What is new on an action, in the three questions of Outcomes Based Accountability.

    `author_id` is whoever wrote the words last; a published row is never changed again.
    """

    __tablename__ = "action_update"

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    status: UpdateStatus = Field(sa_column=enum_column(UpdateStatus, index=True))
    action_status: ActionStatus = Field(sa_column=enum_column(ActionStatus))
    what_we_did: str = Field(max_length=2000)
    how_well: str = Field(default="", max_length=2000)
    better_off: str = Field(default="", max_length=2000)  # is anyone better off?
    what_next: str = Field(default="", max_length=2000)
    easy_read: str = Field(default="", max_length=1000)
    child_line: str = Field(default="", max_length=200)
    evidence: str = Field(default="", max_length=1000)  # what shows it, in words
    evidence_url: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=1000)  # for "not doing, because"
    next_update_due_on: date | None = None
    return_note: str = Field(default="", max_length=500)  # from the colleague who sent it back
    author_id: int | None = Field(default=None, foreign_key="staff_account.id")
    approver_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime
    published_at: datetime | None = None
