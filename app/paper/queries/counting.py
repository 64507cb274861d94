"""What of paper counts: the newest confirmed revision of each pile, ready for the counter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, func, select

from app.ballots.counting.sections import HandTally
from app.ballots.service.ledger import stamp
from app.consultations.models import Ballot
from app.consultations.rules import read_definition
from app.paper.models import PaperBatch, PaperRevision
from app.paper.queries.batches import waiting_ids
from app.paper.rules import Contents, make_line, read_contents

READ_AT_ONCE = 500


@dataclass(frozen=True)
class Confirmed:
    """A pile with the revision of it that counts."""

    batch: PaperBatch
    revision: int
    contents: Contents
    confirmed_at: datetime


@dataclass(frozen=True)
class PaperAccount:
    """All piles of a ballot added up. Figures are papers (or heads), never young people."""

    batches: int = 0
    issued: int = 0
    valid: int = 0
    blank: int = 0
    spoilt: int = 0
    unused: int = 0


def list_confirmed(
    session: Session, ballot_id: int, *, sitting_id: int | None = None
) -> list[Confirmed]:
    """The newest confirmed revision of each pile, in the order in which piles were entered: of a
    whole ballot, or of one sitting."""
    newest = (
        select(PaperRevision.batch_id, func.max(PaperRevision.number).label("number"))
        .where(col(PaperRevision.is_confirming))
        .group_by(col(PaperRevision.batch_id))
        .subquery()
    )
    query = (
        select(PaperBatch, PaperRevision)
        .join(PaperRevision, col(PaperRevision.batch_id) == PaperBatch.id)
        .join(
            newest,
            and_(
                newest.c.batch_id == PaperRevision.batch_id, newest.c.number == PaperRevision.number
            ),
        )
        .where(PaperBatch.ballot_id == ballot_id, col(PaperRevision.is_confirming))
        .order_by(col(PaperBatch.id))
    )
    if sitting_id is not None:
        query = query.where(PaperBatch.sitting_id == sitting_id)
    return [
        Confirmed(batch, row.number, read_contents(row.contents), row.at)
        for batch, row in session.exec(query)
    ]


def count_waiting(session: Session, ballot_id: int) -> int:
    """How many piles of a ballot have a revision that no second person has confirmed yet."""
    query = select(func.count()).where(
        PaperBatch.ballot_id == ballot_id, col(PaperBatch.id).in_(waiting_ids())
    )
    return session.exec(query).one()


def hand_tallies(session: Session, ballot: Ballot) -> dict[str, HandTally]:
    """By section: what was counted as sums, and the blank and spoilt papers of every pile.

    The valid papers of piles entered one by one are not in here; they are in `paper_votes`.
    """
    piles = [one.contents for one in list_confirmed(session, ballot.id or 0)]
    summed = [pile for pile in piles if pile.marks is not None]
    tallies = {}
    for section in read_definition(ballot.definition).sections:
        marks: Counter[str] = Counter()
        for pile in summed:
            marks.update((pile.marks or {}).get(section.key, {}))
        tallies[section.key] = HandTally(
            marks={key: marks[key] for key in section.keys if marks[key]},
            valid=sum(pile.valid for pile in summed),
            blank=sum(pile.blank for pile in piles),
            spoilt=sum(pile.spoilt for pile in piles),
        )
    return tallies


def paper_votes(session: Session, ballot: Ballot) -> Counter[str]:
    """The valid papers of piles entered one by one: how many of each, by their canonical text.

    No wholly blank paper is among them; those are in `hand_tallies`.
    """
    votes: Counter[str] = Counter()
    for one in list_confirmed(session, ballot.id or 0):
        votes.update(dict(one.contents.papers or ()))
    return votes


def count_paper(session: Session, ballot_id: int) -> PaperAccount:
    """All piles that count, added up: the `paper` of a result."""
    piles = [one.contents for one in list_confirmed(session, ballot_id)]
    return PaperAccount(
        batches=len(piles),
        issued=sum(pile.issued for pile in piles),
        valid=sum(pile.valid for pile in piles),
        blank=sum(pile.blank for pile in piles),
        spoilt=sum(pile.spoilt for pile in piles),
        unused=sum(pile.unused for pile in piles),
    )


def count_at_sitting(session: Session, ballot_id: int, sitting_id: int) -> int:
    """How many papers (or heads, where hands were raised) of a sitting count."""
    return sum(
        one.contents.valid + one.contents.blank + one.contents.spoilt
        for one in list_confirmed(session, ballot_id, sitting_id=sitting_id)
    )


def is_counted(session: Session, ballot_id: int, sitting_id: int) -> bool:
    """Whether piles of a sitting were entered and none of them waits for a second person."""
    here = (PaperBatch.ballot_id == ballot_id, PaperBatch.sitting_id == sitting_id)
    piles = session.exec(select(func.count()).where(*here)).one()
    waiting = select(func.count()).where(*here, col(PaperBatch.id).in_(waiting_ids()))
    return piles > 0 and session.exec(waiting).one() == 0


def list_revision_lines(session: Session, ballot: Ballot) -> Iterator[dict[str, Any]]:
    """Every confirmed revision as an object of `paper.jsonl`, by pile and number.

    Its canonical JSON is a line of the file, and the SHA-256 of that stands in the ledger.
    """
    query = (
        select(PaperBatch, PaperRevision)
        .join(PaperRevision, col(PaperRevision.batch_id) == PaperBatch.id)
        .where(PaperBatch.ballot_id == ballot.id, col(PaperRevision.is_confirming))
        .order_by(col(PaperBatch.id), col(PaperRevision.number))
        .execution_options(yield_per=READ_AT_ONCE)
    )
    for batch, row in session.exec(query):
        yield make_line(
            read_contents(row.contents), batch=batch.id or 0, revision=row.number,
            place=batch.place_id, reason=row.reason, at=stamp(row.at),
        )  # fmt: skip
