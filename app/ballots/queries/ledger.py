"""The ledger of a ballot and its checkpoints."""

from collections.abc import Collection, Iterator

from sqlmodel import Session, col, select

from app.ballots.models import BallotLedger, Checkpoint, LedgerEntry
from app.ballots.rules import BallotState
from app.consultations.models import Ballot, Consultation
from app.consultations.rules import ConsultationStatus
from app.core.errors import NotFound

READ_AT_ONCE = 5_000


def find_ledger(session: Session, ballot_id: int) -> BallotLedger | None:
    """Where the ledger of a ballot stands; None when it was never held."""
    return session.get(BallotLedger, ballot_id)


def get_ledger(session: Session, ballot_id: int) -> BallotLedger:
    """Where the ledger of a ballot stands. NotFound when it was never held."""
    ledger = find_ledger(session, ballot_id)
    if ledger is None:
        raise NotFound
    return ledger


def lock_ledgers(session: Session, ballot_ids: Collection[int]) -> dict[int, BallotLedger]:
    """These ledgers as they stand now, held until the transaction ends: one writer each."""
    query = (
        select(BallotLedger)
        .where(col(BallotLedger.ballot_id).in_(ballot_ids))
        .order_by(col(BallotLedger.ballot_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {ledger.ballot_id: ledger for ledger in session.exec(query)}


def list_held_ballots(session: Session, *states: BallotState) -> list[int]:
    """The ids of ballots in one of these states."""
    query = select(BallotLedger.ballot_id).where(col(BallotLedger.state).in_(states))
    return list(session.exec(query.order_by(col(BallotLedger.ballot_id))))


def list_entries(session: Session, ballot_id: int, *, after: int = 0) -> Iterator[LedgerEntry]:
    """The entries of a ledger in order, some at a time."""
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.ballot_id == ballot_id, LedgerEntry.seq > after)
        .order_by(col(LedgerEntry.seq))
        .execution_options(yield_per=READ_AT_ONCE)
    )
    return iter(session.exec(query))


def list_checkpoints(session: Session, ballot_id: int) -> list[Checkpoint]:
    """The signed checkpoints of a ledger, oldest first."""
    query = select(Checkpoint).where(Checkpoint.ballot_id == ballot_id)
    return list(session.exec(query.order_by(col(Checkpoint.id))))


def find_last_checkpoint(session: Session, ballot_id: int) -> Checkpoint | None:
    """The newest checkpoint of a ledger."""
    query = select(Checkpoint).where(Checkpoint.ballot_id == ballot_id)
    return session.exec(query.order_by(col(Checkpoint.id).desc()).limit(1)).first()


def is_round_closed(session: Session, ballot_id: int) -> bool:
    """Whether the consultation of a ballot is closed."""
    query = (
        select(Consultation.status)
        .join(Ballot, col(Ballot.consultation_id) == Consultation.id)
        .where(Ballot.id == ballot_id)
    )
    return session.exec(query).one() is ConsultationStatus.CLOSED
