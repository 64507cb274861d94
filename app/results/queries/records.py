"""Whether all records of a ballot are still there."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.ballots.box.keys import CHECKPOINTS, BallotKeys
from app.ballots.models import BallotLedger, LedgerEntry
from app.ballots.queries import list_held_ballots
from app.ballots.rules import BallotState
from app.consultations.models import Ballot
from app.consultations.queries import get_ballot
from app.results.rules import Gap, find_gap, read_noted

READ_AT_ONCE = 500


@dataclass(frozen=True)
class BallotGap:
    """A ballot with records missing."""

    ballot: Ballot
    gap: Gap


def find_ballot_gap(
    session: Session, ballot: Ballot, ledger: BallotLedger | None, *, keys: BallotKeys
) -> Gap | None:
    """What the checkpoint log beside the keys knows of a ballot and the database does not."""
    return _find_gap(session, ballot, ledger, keys.store.read_lines(CHECKPOINTS))


def list_gaps(session: Session, *, keys: BallotKeys) -> list[BallotGap]:
    """Every ballot with records missing; it should be none."""
    lines = keys.store.read_lines(CHECKPOINTS)
    found = []
    for ballot_id in list_held_ballots(session, *BallotState):
        ballot = get_ballot(session, ballot_id)
        gap = _find_gap(session, ballot, session.get(BallotLedger, ballot_id), lines)
        if gap is not None:
            found.append(BallotGap(ballot, gap))
    return found


def _find_gap(
    session: Session, ballot: Ballot, ledger: BallotLedger | None, lines: Collection[str]
) -> Gap | None:
    noted = read_noted(lines, ballot.definition_hash)
    hashes = _list_hashes(session, ballot.id or 0, {one.size for one in noted})
    return find_gap(
        noted,
        size=ledger.size if ledger else 0,
        hashes=hashes,
        restored_at=_find_restored(session, ballot.id or 0),
    )


def _list_hashes(session: Session, ballot_id: int, sizes: Collection[int]) -> dict[int, str]:
    wanted, found = sorted(sizes), dict[int, str]()
    for start in range(0, len(wanted), READ_AT_ONCE):
        query = select(LedgerEntry.seq, LedgerEntry.hash).where(
            LedgerEntry.ballot_id == ballot_id,
            col(LedgerEntry.seq).in_(wanted[start : start + READ_AT_ONCE]),
        )
        found |= dict(session.exec(query).all())
    return found


def _find_restored(session: Session, ballot_id: int) -> int:
    query = select(func.max(LedgerEntry.seq)).where(
        LedgerEntry.ballot_id == ballot_id, LedgerEntry.kind == "restored"
    )
    return session.exec(query).one() or 0
