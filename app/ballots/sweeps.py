"""What the ballot box does by itself: boxes are put up, closed, mixed, finished and forgotten.

Each sweep looks for rows in a waiting state and does one bounded piece, so a killed worker loses
nothing (docs/decisions/0004).
"""

from datetime import datetime, time, timedelta

from sqlmodel import Session

from app.ballots import queries, service
from app.ballots.box.keys import BallotKeys
from app.ballots.rules import MIX_MINIMUM, BallotState, is_mixable
from app.consultations.queries import get_ballot, get_sitting
from app.core.clock import LEEDS, leeds_day
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
    """Mix every box whose grace is over and that holds enough."""
    with db.session(writes=False) as session:
        ready = queries.list_boxes_to_mix(session, now=now, at_least=MIX_MINIMUM, limit=AT_ONCE)
    for box_id in ready:
        with db.session(writes=True) as session:
            box = queries.get_box(session, box_id)
            service.mix_boxes(session, [box], keys=keys_of(settings), now=now)
    return bool(ready)


def cut_the_way_back(db: Database, settings: Settings, now: datetime) -> bool:
    """Destroy the keys of boxes that are mixed, and leave nothing of them in the database's log."""
    with db.session(writes=False) as session:
        if not queries.list_spent_boxes(session):
            return False
    with db.session(writes=True) as session:
        service.destroy_spent_keys(session, keys_of(settings), now=now)
    db.scrub_log()
    return True


def roll_long_boxes(db: Database, settings: Settings, now: datetime) -> bool:
    """At public links, which last for weeks: every night close the day's box and put up another."""
    midnight = datetime.combine(leeds_day(now), time.min, LEEDS)
    with db.session(writes=False) as session:
        due = [
            (box.ballot_id, box.sitting_id)
            for box in queries.list_boxes_to_roll(session, opened_before=midnight)
            if is_mixable(queries.count_sealed(session, [box.id or 0]))
        ][:AT_ONCE]
    for ballot_id, sitting_id in due:
        with db.session(writes=True) as session:
            ballot, sitting = get_ballot(session, ballot_id), get_sitting(session, sitting_id)
            service.roll_box(session, ballot, sitting, keys=keys_of(settings), now=now)
    return bool(due)


def finish_closed_ballots(db: Database, settings: Settings, now: datetime) -> bool:
    """Close ballots whose consultation is closed, once nothing is on its way any more."""
    with db.session(writes=False) as session:
        begun = queries.list_held_ballots(session, BallotState.OPEN)
        ended = [one for one in begun if queries.is_round_closed(session, one)]
        waiting = queries.list_held_ballots(session, BallotState.CLOSING)
        ready = [one for one in waiting if _is_all_in(session, one, now)]
    for ballot_id in ended:
        with db.session(writes=True) as session:
            service.start_closing(session, get_ballot(session, ballot_id))
    for ballot_id in ready:
        with db.session(writes=True) as session:
            ballot = get_ballot(session, ballot_id)
            service.finish_ballot(session, ballot, keys=keys_of(settings), now=now)
        cut_the_way_back(db, settings, now)
        db.compact()
    return bool(ended or ready)


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


def _is_all_in(session: Session, ballot_id: int, now: datetime) -> bool:
    """Whether none of a ballot's boxes waits for votes on their way."""
    boxes = queries.list_unmixed_boxes(session, ballot_id)
    return all(box.grace_until is not None and box.grace_until < now for box in boxes)


def _is_checkpoint_due(session: Session, ballot_id: int, now: datetime) -> bool:
    last = queries.find_last_checkpoint(session, ballot_id)
    ledger = queries.get_ledger(session, ballot_id)
    if last is None:
        return True
    # A clock that stepped back must not keep the next checkpoint waiting until it has caught up.
    return last.size < ledger.size and abs(now - last.at) >= CHECKPOINT_EVERY
