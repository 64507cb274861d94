"""SEAM: paper is counted one floor below; until that floor is here, there is none.

At the merge this file becomes one import and its `__all__`:
    from app.paper.queries import count_waiting, hand_tallies, list_revision_lines, paper_votes
Everything of this floor asks through here (`paper.hand_tallies(…)`), so tests may put paper in.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from app.ballots.counting.sections import HandTally
from app.consultations.models import Ballot


def hand_tallies(_session: Session, _ballot: Ballot) -> dict[str, HandTally]:
    """By section: papers counted as sums, and the blank and spoilt ones of every pile."""
    return {}


def paper_votes(_session: Session, _ballot: Ballot) -> Counter[str]:
    """The valid papers entered one by one, by their canonical text."""
    return Counter()


def list_revision_lines(_session: Session, _ballot: Ballot) -> Iterable[dict[str, Any]]:
    """Every confirmed revision of every pile, as an object of `paper.jsonl`."""
    return []


def count_waiting(_session: Session, _ballot_id: int) -> int:
    """How many piles wait for their second person."""
    return 0
