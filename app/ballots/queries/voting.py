"""A ballot as it lies before a young person."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlmodel import Session

from app.ballots.box.sealing import read_public_key
from app.ballots.queries.boxes import find_open_box
from app.ballots.rules import BoxFacts
from app.consultations import queries as consultations
from app.consultations.queries import Part
from app.consultations.rules import Definition, read_definition
from app.core.errors import NotFound


@dataclass(frozen=True)
class OpenedBallot:
    """A ballot at a sitting. All but `facts` never changes, so it may be kept a little while."""

    ballot_id: int
    sitting_id: int
    class_code: str
    is_public: bool  # no worker lets people in
    definition: Definition
    box_id: int
    box_key: X25519PublicKey
    facts: BoxFacts
    next_part: Part | None
    survey: Part | None  # the first one asked beside the ballots, if any

    @property
    def about(self) -> str:
        """What an envelope of this box is bound to."""
        return about_box(self.definition.hash, self.box_id)


def about_box(definition_hash: str, box_id: int) -> str:
    """What an envelope is bound to: its ballot and its box."""
    return f"{definition_hash}|{box_id}"


def get_opened_ballot(session: Session, code: str, ballot_id: int) -> OpenedBallot:
    """The ballot at the sitting with this class code. NotFound when it is not held there."""
    sitting = consultations.find_sitting(session, code)
    ballot = consultations.get_ballot(session, ballot_id)
    if sitting is None or ballot.consultation_id != sitting.consultation_id:
        raise NotFound
    box = find_open_box(session, ballot_id, sitting.id or 0)
    if box is None:
        raise NotFound
    round_ = consultations.get_consultation(session, sitting.consultation_id)
    parts = consultations.list_parts(session, round_.id or 0)
    return OpenedBallot(
        ballot_id=ballot_id,
        sitting_id=sitting.id or 0,
        class_code=sitting.class_code,
        is_public=sitting.mode.value == "public_link",
        definition=read_definition(ballot.definition),
        box_id=box.id or 0,
        box_key=read_public_key(box.public_key),
        facts=BoxFacts(
            round_.status, sitting.closed_at, box.closed_at, box.grace_until, box.mixed_at
        ),
        next_part=consultations.find_next_part(session, round_.id or 0, "ballot", ballot_id),
        survey=next((part for part in parts if part.kind == "survey"), None),
    )
