"""What the ballot box does by itself: boxes are put up, closed, mixed, finished and forgotten.

Each sweep looks for rows in a waiting state and does one bounded piece, so a killed worker loses
nothing (docs/decisions/0004).
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.ballots import queries, service
from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotBox
from app.ballots.rules import BallotState, is_mixable
from app.consultations.queries import get_ballot, get_sitting
from app.core.db import Database
from app.core.keystore import KeyStore
from app.core.settings import Settings

AT_ONCE = 20
CHECKPOINT_EVERY = timedelta(minutes=15)


def keys_of(settings: Settings) -> BallotKeys:
    """The keys of this site's ballots."""
    return BallotKeys(KeyStore(settings.key_dir))


def open_missing_boxes(db: Database, settings: Settings, now: datetime) -> bool:
    """Put up boxes at open sittings that have none (a sitting opened by a command)."""
    with db.session(writes=False) as session:
        missing = queries.list_sittings_without_box(session)[:AT_ONCE]
    if not missing:
        return False
    with db.session(writes=True) as session:
        for sitting_id, ballot_id in missing:
            if queries.find_open_box(session, ballot_id, sitting_id) is None:
                ballot, sitting = get_ballot(session, ballot_id), get_sitting(session, sitting_id)
                service.open_box(session, ballot, sitting, keys=keys_of(settings), now=now)
    return True


def close_left_boxes(db: Database, _settings: Settings, now: datetime) -> bool:
    """Close boxes whose sitting was ended together with its consultation."""
    with db.session(writes=False) as session:
        left = [box.id or 0 for box in queries.list_boxes_to_close(session)[:AT_ONCE]]
    if not left:
        return False
    with db.session(writes=True) as session:
        for box in queries.lock_boxes(session, left):
            service.close_box(session, box, now=now)
    return True


def mix_ready_boxes(db: Database, settings: Settings, now: datetime) -> bool:
    """Mix every box whose grace is over and that holds enough; then destroy its key and scrub."""
    keys = keys_of(settings)
    with db.session(writes=False) as session:
        ready = [
            box_id
            for box_id, votes in queries.list_boxes_to_mix(session, now=now)
            if not votes or is_mixable(votes)
        ][:AT_ONCE]
    for box_id in ready:
        with db.session(writes=True) as session:
            service.mix_boxes(session, [queries.get_box(session, box_id)], keys=keys, now=now)
    if ready:
        _cut_the_way_back(db, keys)
    return bool(ready)


def finish_closed_ballots(db: Database, settings: Settings, now: datetime) -> bool:
    """Close ballots whose consultation is closed, once nothing is on its way any more."""
    keys, is_busy = keys_of(settings), False
    with db.session(writes=False) as session:
        held = queries.list_held_ballots(session, BallotState.OPEN, BallotState.CLOSING)
    for ballot_id in held:
        if not _may_move(db, ballot_id, now):
            continue
        with db.session(writes=True) as session:
            ballot = get_ballot(session, ballot_id)
            service.start_closing(session, ballot)
            is_done = service.finish_ballot(session, ballot, keys=keys, now=now)
        if is_done:
            _cut_the_way_back(db, keys)
            db.compact()
        is_busy |= is_done
    return is_busy


def sign_checkpoints(db: Database, settings: Settings, now: datetime) -> bool:
    """A checkpoint every quarter of an hour for each ballot that went on meanwhile."""
    with db.session(writes=False) as session:
        due = [
            ballot_id
            for ballot_id in queries.list_held_ballots(session, *BallotState)
            if _is_checkpoint_due(session, ballot_id, now)
        ]
    for ballot_id in due:
        with db.session(writes=True) as session:
            ballot = get_ballot(session, ballot_id)
            ledger = queries.lock_ledgers(session, [ballot_id])[ballot_id]
            service.make_checkpoint(session, ballot, ledger, keys_of(settings), now=now)
    return bool(due)


def forget_final_ballots(db: Database, settings: Settings, now: datetime) -> bool:
    """Forget single votes and rights when the time for recounts is over, then their keys."""
    keys = keys_of(settings)
    with db.session(writes=False) as session:
        closed = queries.list_held_ballots(session, BallotState.CLOSED)
        due = [
            ballot_id
            for ballot_id in closed
            if now - (queries.get_ledger(session, ballot_id).closed_at or now)
            >= timedelta(days=settings.recount_days)
        ]
    for ballot_id in due:
        with db.session(writes=True) as session:
            ballot = get_ballot(session, ballot_id)
            service.finalise_ballot(
                session, ballot, keys=keys, recount_days=settings.recount_days, now=now
            )
        keys.destroy_secrets(ballot.definition_hash)
        db.compact()
    return bool(due)


def _cut_the_way_back(db: Database, keys: BallotKeys) -> None:
    with db.session(writes=False) as session:
        service.destroy_spent_keys(session, keys)
    db.scrub_log()


def _may_move(db: Database, ballot_id: int, now: datetime) -> bool:
    """Whether a ballot's consultation is closed and none of its boxes waits."""
    with db.session(writes=False) as session:
        boxes: list[BallotBox] = queries.list_unmixed_boxes(session, ballot_id)
        return queries.is_round_closed(session, ballot_id) and all(
            box.grace_until is not None and box.grace_until < now for box in boxes
        )


def _is_checkpoint_due(session: Session, ballot_id: int, now: datetime) -> bool:
    last = queries.find_last_checkpoint(session, ballot_id)
    ledger = queries.get_ledger(session, ballot_id)
    if last is None:
        return True
    return last.size < ledger.size and now - last.at >= CHECKPOINT_EVERY
