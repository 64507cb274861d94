"""What the votes of a closed ballot say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from app.ballots.models import BallotLedger, FinalVotes, Vote
from app.ballots.rules import BallotState, read_choices

READ_AT_ONCE = 5_000


@dataclass(frozen=True)
class SectionCount:
    """One section counted plainly: how many votes named each option at all."""

    blank: int
    by_option: dict[str, int]  # option key -> votes that named it

    @property
    def choices(self) -> int:
        """All options named on all papers."""
        return sum(self.by_option.values())


@dataclass(frozen=True)
class BallotCount:
    """A plain count. A vote is one paper, which has a part for each section."""

    votes: int
    sections: dict[str, SectionCount]


def count_papers(session: Session, ballot_id: int) -> Counter[str]:
    """How many votes there are of each kind of paper, by its canonical text.

    Papers filled in alike are grouped by the database, so a large count needs little memory. Only
    for a closed ballot: ask `rules.why_not_count` first.
    """
    ledger = session.get(BallotLedger, ballot_id)
    query: Any
    if ledger is not None and ledger.state is BallotState.FINAL:
        query = select(FinalVotes.choices, func.sum(FinalVotes.votes)).where(
            FinalVotes.ballot_id == ballot_id
        )
        query = query.group_by(col(FinalVotes.choices))
    else:
        query = select(Vote.choices, func.count()).where(Vote.ballot_id == ballot_id)
        query = query.group_by(col(Vote.choices))
    return Counter({choices: int(votes) for choices, votes in session.exec(query)})


def count_votes(session: Session, ballot_id: int) -> BallotCount:
    """The plain count of a ballot in whole numbers. Options nobody named are not in `by_option`."""
    papers = count_papers(session, ballot_id)
    blank: Counter[str] = Counter()
    named: dict[str, Counter[str]] = {}
    for choices, votes in papers.items():
        for key, options in read_choices(choices).items():
            blank[key] += 0 if options else votes
            section = named.setdefault(key, Counter())
            for option in options:
                section[option] += votes
    sections = {key: SectionCount(blank[key], dict(named[key])) for key in named}
    return BallotCount(papers.total(), sections)


def list_leaves(session: Session, ballot_id: int) -> list[bytes]:
    """The leaves of all votes, sorted."""
    query = select(Vote.leaf).where(Vote.ballot_id == ballot_id).order_by(col(Vote.leaf))
    return list(session.exec(query))


def list_votes(session: Session, ballot_id: int) -> Iterator[Vote]:
    """All votes sorted by leaf, some at a time: for officers and auditors, until it is final."""
    query = select(Vote).where(Vote.ballot_id == ballot_id).order_by(col(Vote.leaf))
    return iter(session.exec(query.execution_options(yield_per=READ_AT_ONCE)))
