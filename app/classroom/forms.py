"""What is typed on this floor: is it well-formed?"""

from typing import Annotated

from pydantic import BaseModel, Field

from app.ballots.rules import Reason as VotingReason
from app.classroom.rules import Door, Reason, VoidWhy
from app.consultations.forms import Stripped, Tidy
from app.consultations.rules import ParticipationBasis, SittingMode
from app.consultations.rules import Reason as AskingReason

Id = Annotated[int, Field(ge=1, le=2_147_483_647)]

# Which input a refusal is about, so that the page can point at it; others are told as a page.
FIELDS: dict[Reason | AskingReason | VotingReason, str] = {
    AskingReason.PLACE_NEEDED: "place_id",
    AskingReason.NOT_YOUR_PLACE: "place_id",
    AskingReason.BASIS_DOES_NOT_FIT: "basis",
    AskingReason.BASIS_NOT_CONFIRMED: "basis_confirmed",
    AskingReason.HEADS_NEEDED: "expected_heads",
    Reason.DOOR_NEEDED: "doors",
    Reason.ACCOUNT_NOTE_NEEDED: "note",
    Reason.REASON_NEEDED: "reason",
    Reason.CODE_NOT_A_SLIP: "code",
    VotingReason.CODE_WRONG: "code",
    Reason.MIXED_ALREADY: "code",
    Reason.ASKED_ALREADY: "code",
    Reason.PIN_SHORT: "pin",
    Reason.PIN_EASY: "pin",
    Reason.PIN_WRONG: "pin",
    Reason.PIN_WAIT: "pin",
}


class SittingForm(BaseModel):
    """Opening a sitting: where, how, how many, and why they may take part."""

    consultation_id: Id
    place_id: Id | None = None
    label: Annotated[str, Field(max_length=120), Tidy] = ""
    mode: SittingMode = SittingMode.CLASS_CODE
    doors: list[Door] = []
    expected_heads: Annotated[int, Field(ge=1, le=5000)] | None = None
    basis: ParticipationBasis
    basis_confirmed: bool = False


class ClosingForm(BaseModel):
    """Ending a sitting. The note explains what does not balance."""

    note: Annotated[str, Field(max_length=1000), Stripped] = ""
    slips_in_hand: Annotated[int, Field(ge=0, le=5000)] | None = None
    waiting: Annotated[str, Field(pattern="^(wait|done)$")] = "wait"


class JoinForm(BaseModel):
    """The class code, however it was typed."""

    code: Annotated[str, Field(max_length=40)]


class LetInForm(BaseModel):
    """Letting in all that wait: up to the last one the worker saw."""

    up_to: Annotated[int, Field(ge=0, le=2_147_483_647)]


class DoorForm(BaseModel):
    """One more way to take part."""

    door: Door


class SlipsForm(BaseModel):
    """How many slips to make."""

    count: Annotated[int, Field(ge=1, le=5000)]


class ReplacementForm(BaseModel):
    """One slip more, and why."""

    reason: Annotated[str, Field(max_length=200), Tidy] = ""


class VoidForm(BaseModel):
    """A slip to take back."""

    code: Annotated[str, Field(max_length=40)]
    why: VoidWhy
    words: Annotated[str, Field(max_length=300), Tidy] = ""


class PinForm(BaseModel):
    """The PIN of a shared tablet."""

    pin: Annotated[str, Field(max_length=40)]
