"""Every SELECT of the ballots floor."""

import json
from dataclasses import dataclass

from sqlalchemy import Text, cast
from sqlmodel import Session, col, func, select

from app.ballots.models import Vote
from app.consultations import queries as consultations
from app.consultations.models import Ballot, BallotOption, Sitting
from app.consultations.queries import Part
from app.consultations.rules import ConsultationStatus
from app.core.errors import NotFound
from app.wishes.queries import list_wishes


@dataclass(frozen=True)
class BallotCount:
    """An exact count. A vote is one paper; a paper carries up to k choices, or none (blank)."""

    votes: int
    blank: int
    by_option: dict[str, int]  # option key -> votes that chose it

    @property
    def choices(self) -> int:
        """All choices on all papers."""
        return sum(self.by_option.values())


def find_vote(session: Session, vote_id: str) -> Vote | None:
    """The vote with this key, if it is in the box."""
    return session.get(Vote, vote_id)


def count_votes(session: Session, ballot_id: int) -> BallotCount:
    """The count of a ballot, in whole numbers. Options nobody chose are not in `by_option`.

    Only for a closed ballot: ask `rules.why_not_count` first (the verb `count_ballot` does).
    Papers filled in alike are grouped by the database, so a large count needs little memory.
    """
    paper = cast(col(Vote.choices), Text)
    query = select(paper, func.count()).where(Vote.ballot_id == ballot_id).group_by(paper)
    votes = blank = 0
    by_option: dict[str, int] = {}
    for filled, papers in session.exec(query):
        keys = json.loads(filled)
        votes += papers
        blank += 0 if keys else papers
        for key in keys:
            by_option[key] = by_option.get(key, 0) + papers
    return BallotCount(votes, blank, by_option)


def count_by_sitting(session: Session, sitting_id: int) -> int:
    """How many votes came from a sitting, without what they say."""
    query = select(func.count()).select_from(Vote).where(Vote.sitting_id == sitting_id)
    return session.exec(query).one()


@dataclass(frozen=True)
class OpenedBallot:
    """A ballot as it lies before a young person at a sitting, open or closed."""

    sitting: Sitting
    ballot: Ballot
    options: list[BallotOption]
    wish_numbers: dict[int, int]  # wish id -> number, for the pictogram
    status: ConsultationStatus
    next_part: Part | None

    @property
    def keys(self) -> list[str]:
        """The keys of the options in printed order."""
        return [option.key for option in self.options]


def get_opened_ballot(session: Session, code: str, ballot_id: int) -> OpenedBallot:
    """The ballot at the sitting with this class code. NotFound when it is not held there."""
    sitting = consultations.find_sitting(session, code)
    ballot = consultations.get_ballot(session, ballot_id)
    if sitting is None or ballot.consultation_id != sitting.consultation_id:
        raise NotFound
    round_ = consultations.get_consultation(session, sitting.consultation_id)
    wishes = list_wishes(session, round_.edition_id)
    return OpenedBallot(
        sitting=sitting,
        ballot=ballot,
        options=consultations.list_options(session, ballot_id),
        wish_numbers={wish.id or 0: wish.number for wish in wishes},
        status=round_.status,
        next_part=consultations.find_next_part(session, round_.id or 0, "ballot", ballot_id),
    )
