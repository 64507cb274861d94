"""Piles, and everybody who looked at them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from app.consultations.models import Ballot, Sitting
from app.consultations.queries import get_ballot
from app.consultations.rules import Definition, may_see_place, read_definition
from app.core.errors import NotFound
from app.paper.models import PaperBatch, PaperRevision
from app.paper.rules import (
    BatchKind,
    BatchState,
    Contents,
    Look,
    LookKind,
    read_contents,
    state_of,
)
from app.places.models import Place


@dataclass(frozen=True)
class History:
    """A pile with all looks at it, oldest first."""

    batch: PaperBatch
    definition: Definition
    rows: tuple[PaperRevision, ...]

    @property
    def number(self) -> int:
        """The newest revision, counting or not."""
        return self.rows[-1].number if self.rows else 0

    @property
    def newest_rows(self) -> list[PaperRevision]:
        """The looks at the newest revision."""
        return [row for row in self.rows if row.number == self.number]

    @property
    def looks(self) -> list[Look]:
        """The same as facts for the rules; signing for a pile is no count of one's own."""
        return [
            Look(row.entered_by_id, self.read(row))
            for row in self.newest_rows
            if row.kind is LookKind.COUNT
        ]

    @property
    def is_confirmed(self) -> bool:
        """Whether the newest revision counts."""
        return any(row.is_confirming for row in self.newest_rows)

    @property
    def state(self) -> BatchState:
        """Where the newest revision stands."""
        return state_of(self.looks, is_confirmed=self.is_confirmed)

    @property
    def counting(self) -> Contents | None:
        """What counts now: the newest confirmed revision."""
        confirmed = [row for row in self.rows if row.is_confirming]
        return self.read(confirmed[-1]) if confirmed else None

    @property
    def is_one_by_one(self) -> bool:
        """Whether the newest revision is entered paper by paper."""
        return self.read(self.newest_rows[0]).is_one_by_one

    def read(self, row: PaperRevision) -> Contents:
        """What a look found."""
        return read_contents(row.contents, self.definition)

    def find_own(self, staff_id: int) -> Contents | None:
        """What this person found when they last looked at the newest revision."""
        own = [look.contents for look in self.looks if look.person_id == staff_id]
        return own[-1] if own else None


@dataclass(frozen=True)
class BatchLine:
    """A pile as one line of a list: never its figures, which a second person must not see."""

    batch: PaperBatch
    ballot_title: str
    where: str  # the place's name, or "" for a public link
    group: str  # the name of the sitting's group
    state: BatchState
    revision: int
    looked: tuple[int, ...]  # who looked at the newest revision


def get_batch(
    session: Session, batch_id: int, *, own_place_ids: Collection[int] | None
) -> PaperBatch:
    """The pile with this id, for somebody who works at these places (None: everywhere)."""
    batch = session.get(PaperBatch, batch_id)
    if batch is None or not may_see_place(batch.place_id, own_place_ids):
        raise NotFound
    return batch


def lock_batch(session: Session, batch_id: int) -> PaperBatch:
    """The pile, held until the transaction ends: looks at it take turns."""
    query = select(PaperBatch).where(PaperBatch.id == batch_id).with_for_update()
    batch = session.exec(query).first()
    if batch is None:
        raise NotFound
    return batch


def find_batch(
    session: Session, ballot_id: int, *, sitting_id: int | None, place_id: int | None,
    kind: BatchKind, name: str,
) -> PaperBatch | None:  # fmt: skip
    """The pile of this name and kind at a sitting, or sent in for a place."""
    query = select(PaperBatch).where(
        PaperBatch.ballot_id == ballot_id, PaperBatch.kind == kind,
        func.lower(PaperBatch.name) == name.lower(),
    )  # fmt: skip
    if sitting_id is not None:
        return session.exec(query.where(PaperBatch.sitting_id == sitting_id)).first()
    query = query.where(col(PaperBatch.sitting_id).is_(None), PaperBatch.place_id == place_id)
    return session.exec(query).first()


def get_history(session: Session, batch: PaperBatch) -> History:
    """A pile with all looks at it."""
    definition = read_definition(get_ballot(session, batch.ballot_id).definition)
    return History(batch, definition, tuple(_list_rows(session, [batch.id or 0])))


def waiting_ids() -> Any:
    """A subselect: the piles with a revision that no second person has confirmed yet."""
    settled = func.max(PaperRevision.number).filter(col(PaperRevision.is_confirming))
    return (
        select(PaperRevision.batch_id)
        .group_by(col(PaperRevision.batch_id))
        .having(func.max(PaperRevision.number) > func.coalesce(settled, 0))
    )


def list_batches(
    session: Session, *, ballot_id: int | None = None, sitting_id: int | None = None,
    own_place_ids: Collection[int] | None, is_waiting: bool = False, limit: int = 300,
) -> list[BatchLine]:  # fmt: skip
    """The piles of a ballot or of a sitting, newest first; only those at one's own places.

    `is_waiting`: only those that need a second person.
    """
    query = (
        select(PaperBatch, Ballot.title, func.coalesce(Place.name, ""),
               func.coalesce(Sitting.label, ""))
        .join(Ballot, col(Ballot.id) == PaperBatch.ballot_id)
        .join(Place, col(Place.id) == PaperBatch.place_id, isouter=True)
        .join(Sitting, col(Sitting.id) == PaperBatch.sitting_id, isouter=True)
        .order_by(col(PaperBatch.id).desc())
    )  # fmt: skip
    if ballot_id is not None:
        query = query.where(PaperBatch.ballot_id == ballot_id)
    if sitting_id is not None:
        query = query.where(PaperBatch.sitting_id == sitting_id)
    if own_place_ids is not None:
        query = query.where(col(PaperBatch.place_id).in_(own_place_ids))
    if is_waiting:
        query = query.where(col(PaperBatch.id).in_(waiting_ids()))
    found = session.exec(query.limit(limit)).all()
    rows: dict[int, list[PaperRevision]] = {}
    for row in _list_rows(session, [batch.id or 0 for batch, *_ in found]):
        rows.setdefault(row.batch_id, []).append(row)
    return [_line(rows.get(batch.id or 0, []), batch, *words) for batch, *words in found]


def _line(rows: list[PaperRevision], batch: PaperBatch, *words: str) -> BatchLine:
    number = rows[-1].number if rows else 0
    newest = [row for row in rows if row.number == number]
    looks = [Look(row.entered_by_id, read_contents(row.contents)) for row in newest]
    is_confirmed = any(row.is_confirming for row in newest)
    title, where, group = words
    return BatchLine(
        batch, title, where, group, state_of(looks, is_confirmed=is_confirmed), number,
        tuple(dict.fromkeys(row.entered_by_id for row in newest)),
    )  # fmt: skip


def _list_rows(session: Session, batch_ids: Collection[int]) -> Iterable[PaperRevision]:
    query = select(PaperRevision).where(col(PaperRevision.batch_id).in_(batch_ids))
    return session.exec(query.order_by(col(PaperRevision.number), col(PaperRevision.look)))
