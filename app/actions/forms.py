"""What officers type into the action plan."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from app.actions.rules import ActionStatus, Horizon


def _sensible(day: date) -> date:
    if not 2000 <= day.year <= 2100:
        raise ValueError("Choose a day between 2000 and 2100.")
    return day


def _web_address(typed: str) -> str:
    if not typed.startswith(("https://", "http://")) or " " in typed:
        raise ValueError("Write a full web address that begins with https://")
    return typed


Day = Annotated[date, AfterValidator(_sensible)]
Id = Annotated[int, Field(ge=1, le=2_147_483_647)]
Address = Annotated[str, Field(max_length=500), AfterValidator(_web_address)]


class GoalForm(BaseModel):
    """A new goal."""

    wish_id: Id
    horizon: Horizon
    text: str = Field(max_length=300)
    child_text: str = Field(default="", max_length=300)


class ActionForm(BaseModel):
    """A new action."""

    wish_id: Id
    title: str = Field(max_length=200)
    child_line: str = Field(default="", max_length=200)
    owner_id: Id
    lead_role: str = Field(default="", max_length=120)
    partners: str = Field(default="", max_length=500)
    goal_id: Id | None = None
    starts_on: Day | None = None
    due_on: Day | None = None
    next_update_due_on: Day


class UpdateForm(BaseModel):
    """What is new on an action. Only the first two fields are needed to keep a draft."""

    action_status: ActionStatus
    what_we_did: str = Field(max_length=2000)
    how_well: str = Field(default="", max_length=2000)
    better_off: str = Field(default="", max_length=2000)
    what_next: str = Field(default="", max_length=2000)
    easy_read: str = Field(default="", max_length=1000)
    child_line: str = Field(default="", max_length=200)
    evidence: str = Field(default="", max_length=1000)
    evidence_url: Address | None = None
    reason: str = Field(default="", max_length=1000)
    next_update_due_on: Day | None = None


class PauseForm(BaseModel):
    """Why an action rests; the public reads it."""

    reason: str = Field(max_length=500)


class ResumeForm(BaseModel):
    """When we tell more about an action that goes on."""

    next_update_due_on: Day


class ReturnForm(BaseModel):
    """What a colleague should change."""

    note: str = Field(max_length=500)
