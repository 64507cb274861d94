"""The sealed box on both databases: casting, closing, mixing, finishing, forgetting."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.ballots import queries, service
from app.ballots.box.codes import new_code
from app.ballots.box.digests import ledger_hash, ledger_start, merkle_root
from app.ballots.models import FinalVotes, LeafList, SealedVote, Vote, VotingRight
from app.ballots.rules import SEAT_GRACE, SLIP_GRACE, BallotState, Reason, RightKind, seat_code
from app.ballots.service import Sent
from app.consultations.rules import ConsultationStatus
from app.core.errors import Refused
from app.core.tokens import new_submission_id
from tests.factories import Box, make_round, put_up_box


@pytest.fixture
def put_up(session: Session, tmp_path: Path, now: datetime) -> Box:
    return put_up_box(session, make_round(session, now=now), tmp_path, slips=12, now=now)


def seal(
    session: Session, put_up: Box, code: str, choices: str, *, now: datetime, secret: str = ""
) -> Sent:
    here = put_up.round
    opened = queries.get_opened_ballot(session, here.sitting.class_code, here.ballot.id or 0)
    held = put_up.keys.make_secrets(here.ballot.definition_hash)
    return service.make_sent(
        opened, held, code=code, secret=secret or new_submission_id(), choices=choices, now=now
    )


def cast(session: Session, *sent: Sent) -> list[object]:
    """What came of these: True, False, or the reason why not."""
    outcomes = service.cast_votes(session, sent)
    return [one.reason if isinstance(one, Refused) else one for one in outcomes]


def vote_all(session: Session, put_up: Box, papers: Sequence[str], *, now: datetime) -> None:
    sent = [
        seal(session, put_up, code, paper, now=now)
        for code, paper in zip(put_up.codes, papers, strict=False)
    ]
    assert cast(session, *sent) == [True] * len(papers)


def close_round(session: Session, put_up: Box, *, now: datetime) -> None:
    put_up.round.sitting.closed_at = now
    service.close_boxes(session, put_up.round.sitting, is_waited=False, now=now)
    put_up.round.consultation.status = ConsultationStatus.CLOSED
    session.flush()


def finish(session: Session, put_up: Box, *, now: datetime) -> bool:
    service.start_closing(session, put_up.round.ballot)
    return service.finish_ballot(session, put_up.round.ballot, keys=put_up.keys, now=now)


def entries(session: Session, put_up: Box) -> list[tuple[str, str]]:
    """The ledger's lines, each checked against the chain."""
    ballot = put_up.round.ballot
    head, found = ledger_start(ballot.definition_hash), []
    for place, one in enumerate(queries.list_entries(session, ballot.id or 0), start=1):
        head = ledger_hash(head, one.seq, one.kind, one.payload)
        assert (one.seq, one.hash) == (place, head)
        found.append((one.kind, one.payload))
    ledger = queries.get_ledger(session, ballot.id or 0)
    assert (ledger.size, ledger.head) == (len(found), head)
    return found


def test_a_vote_is_taken_once_and_a_repeat_is_fine(
    session: Session, put_up: Box, now: datetime
) -> None:
    secret = new_submission_id()
    sent = seal(session, put_up, put_up.codes[0], "s1=w1,w2", now=now, secret=secret)
    again = seal(session, put_up, put_up.codes[0], "s1=w1,w2", now=now, secret=secret)
    assert cast(session, sent, again) == [True, False]
    assert cast(session, again) == [False]
    other = seal(session, put_up, put_up.codes[0], "s1=w3", now=now, secret=secret)
    assert cast(session, other) == [Reason.CHANGED]
    somebody = seal(session, put_up, put_up.codes[0], "s1=w1,w2", now=now)
    assert cast(session, somebody) == [Reason.CODE_USED]
    assert len(session.exec(select(SealedVote)).all()) == 1
    assert [kind for kind, _ in entries(session, put_up)].count("cast") == 1


def test_what_is_not_taken(session: Session, put_up: Box, now: datetime) -> None:
    wrong = seal(session, put_up, new_code(), "s1=w1", now=now)
    assert cast(session, wrong) == [Reason.CODE_WRONG]
    secret = new_submission_id()
    first = seal(session, put_up, put_up.codes[0], "s1=w1", now=now, secret=secret)
    reused = seal(session, put_up, put_up.codes[1], "s1=w1", now=now, secret=secret)
    assert cast(session, first, reused) == [True, Reason.WEAK_ID]  # one secret, one right
    assert cast(session, reused) == [Reason.WEAK_ID]


def test_at_rest_nothing_says_what_was_chosen(session: Session, put_up: Box, now: datetime) -> None:
    secret = new_submission_id()
    vote_all(session, put_up, ["s1=w7"], now=now)
    sent = seal(session, put_up, put_up.codes[1], "s1=w7", now=now, secret=secret)
    cast(session, sent)
    rows = session.exec(select(SealedVote)).all()
    assert {len(row.sealed) for row in rows} == {len(rows[0].sealed)}  # padded alike
    assert not any(b"w7" in row.sealed for row in rows)
    right = session.get_one(VotingRight, sent.right)
    stored = b"".join(one for one in (right.rh, right.cs, right.cv) if one)
    for plain in (secret, put_up.codes[1], "w7"):
        assert plain.encode() not in stored
        assert hashlib.sha256(plain.encode()).digest() not in stored
    assert session.exec(select(Vote)).all() == []


def test_late_votes_are_taken_within_the_grace_and_marked(
    session: Session, put_up: Box, now: datetime
) -> None:
    sitting = put_up.round.sitting
    sitting.closed_at = now
    service.close_boxes(session, sitting, now=now)
    late = seal(session, put_up, put_up.codes[0], "s1=w1", now=now + SLIP_GRACE)
    assert cast(session, late) == [True]
    assert [kind for kind, _ in entries(session, put_up)][-1] == "late"
    later = now + SLIP_GRACE + timedelta(seconds=1)
    assert cast(session, seal(session, put_up, put_up.codes[1], "s1=w1", now=later)) == [
        Reason.ENDED
    ]
    assert cast(session, late) == [False]  # a repeat is fine at any time
    back = seal(session, put_up, put_up.codes[1], "s1=w1", now=now - timedelta(hours=5))
    assert cast(session, back) == [True]  # the clock stepped back: within the grace, and late
    assert [kind for kind, _ in entries(session, put_up)][-1] == "late"


def test_a_closed_box_waits_only_for_what_may_still_come(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    put_up = put_up_box(session, make_round(session, now=now), tmp_path, slips=0, now=now)
    sitting = put_up.round.sitting
    seats = [seat_code(new_submission_id()) for _ in range(2)]
    service.add_seat(session, sitting, seats, RightKind.SEAT, keys=put_up.keys, now=now)
    service.add_seat(session, sitting, seats, RightKind.SEAT, keys=put_up.keys, now=now)
    assert queries.count_rights(session, put_up.round.ballot.id or 0, sitting.id or 0).issued == 2
    (box,) = service.close_boxes(session, sitting, now=now)
    assert box.grace_until == now + SEAT_GRACE
    service.end_waiting(session, [box], now=now)
    assert box.grace_until == now
    with pytest.raises(Refused):
        sitting.closed_at = now
        service.add_seat(session, sitting, seats, RightKind.SEAT, keys=put_up.keys, now=now)


def test_ten_votes_are_mixed_sorted_and_counted_and_the_way_back_is_cut(
    session: Session, put_up: Box, now: datetime
) -> None:
    papers = ["s1=w1", "s1=w1,w2", "s1=", "s1=w3"] * 3
    vote_all(session, put_up, papers, now=now)
    put_up.round.sitting.closed_at = now
    service.close_boxes(session, put_up.round.sitting, now=now)
    box_id = put_up.box.id or 0
    assert service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=now) == 12
    assert service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=now) == 0
    votes = session.exec(select(Vote)).all()
    assert Counter(one.choices for one in votes) == Counter(papers)
    assert {one.place_id for one in votes} == {put_up.round.place.id}
    assert queries.count_sealed(session, [box_id]) == 0
    session.expire_all()
    rights = session.exec(select(VotingRight)).all()
    assert [one.cv for one in rights] == [None] * 12
    assert all(one.cs for one in rights)
    tally = queries.find_tally(session, put_up.round.ballot.id or 0, put_up.round.sitting.id or 0)
    assert tally is not None
    assert tally.counts == {
        "votes": 12, "sections": {"s1": {"blank": 3, "marks": {"w1": 6, "w2": 3, "w3": 3}}},
    }  # fmt: skip
    key = put_up.box.public_key
    assert put_up.keys.find_box_key(key) is not None
    assert service.destroy_spent_keys(session, put_up.keys, now=now) == 1
    assert service.destroy_spent_keys(session, put_up.keys, now=now) == 0
    assert put_up.keys.find_box_key(key) is None


def test_a_repeat_after_the_mix_knows_its_vote_by_the_leaf(
    session: Session, put_up: Box, now: datetime
) -> None:
    secret = new_submission_id()
    mine = seal(session, put_up, put_up.codes[11], "s1=w5", now=now, secret=secret)
    vote_all(session, put_up, ["s1=w1"] * 11, now=now)
    assert cast(session, mine) == [True]
    changed = seal(session, put_up, put_up.codes[11], "s1=w6", now=now, secret=secret)
    put_up.round.sitting.closed_at = now
    service.close_boxes(session, put_up.round.sitting, now=now)
    service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=now)
    session.expire_all()
    assert cast(session, mine) == [False]
    assert cast(session, changed) == [Reason.CHANGED]


def test_small_groups_are_pooled_at_the_end_and_keep_no_place(
    session: Session, put_up: Box, now: datetime
) -> None:
    vote_all(session, put_up, ["s1=w1", "s1=w2"], now=now)
    close_round(session, put_up, now=now)
    soon = {"now": now + timedelta(seconds=1), "limit": 9}
    assert queries.list_boxes_to_mix(session, at_least=3, **soon) == []
    assert queries.list_boxes_to_mix(session, at_least=2, **soon) == [put_up.box.id]
    assert not finish(session, put_up, now=now)  # its grace ends at this very moment
    assert finish(session, put_up, now=now + timedelta(seconds=1))
    votes = session.exec(select(Vote)).all()
    assert [one.place_id for one in votes] == [None, None]
    assert queries.find_tally(session, put_up.round.ballot.id or 0,
                              put_up.round.sitting.id or 0) is None  # fmt: skip
    kind, payload = entries(session, put_up)[-1]
    root = merkle_root(sorted(one.leaf for one in votes))
    assert kind == "closed"
    assert f'"count":2,"root":"{root}"' in payload
    checkpoints = queries.list_checkpoints(session, put_up.round.ballot.id or 0)
    assert checkpoints[-1].size == len(entries(session, put_up))


def test_counting_waits_for_the_close(session: Session, put_up: Box, now: datetime) -> None:
    vote_all(session, put_up, ["s1=w1"] * 10, now=now)
    with pytest.raises(Refused) as refusal:
        service.count_ballot(session, put_up.round.ballot)
    assert refusal.value.reason is Reason.NOT_CLOSED
    close_round(session, put_up, now=now)
    assert finish(session, put_up, now=now + timedelta(seconds=1))
    count = service.count_ballot(session, put_up.round.ballot)
    assert (count.votes, count.sections["s1"].by_option) == (10, {"w1": 10})


def test_a_lost_key_stops_the_mix_and_loses_no_row(
    session: Session, put_up: Box, now: datetime
) -> None:
    vote_all(session, put_up, ["s1=w1"] * 10, now=now)
    close_round(session, put_up, now=now)
    put_up.keys.destroy_box_key(put_up.box.public_key)
    with pytest.raises(Refused) as refusal:
        service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=now)
    assert refusal.value.reason is Reason.KEY_MISSING
    assert queries.count_sealed(session, [put_up.box.id or 0]) == 10


def test_a_broken_envelope_costs_only_itself(session: Session, put_up: Box, now: datetime) -> None:
    vote_all(session, put_up, ["s1=w1"] * 11, now=now)
    broken = session.exec(select(SealedVote)).first()
    assert broken is not None
    broken.sealed = broken.sealed[:-1] + bytes([broken.sealed[-1] ^ 1])
    close_round(session, put_up, now=now)
    assert service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=now) == 10
    assert '"unreadable":1' in entries(session, put_up)[-1][1]


def test_a_slip_is_taken_back_unread(session: Session, put_up: Box, now: datetime) -> None:
    doer = {"keys": put_up.keys, "actor_id": None, "now": now}
    sitting = put_up.round.sitting
    unused, used = put_up.codes[:2]
    assert service.revoke_right(
        session, sitting, unused, why="lost", is_spent_too=False, **doer
    ) == 0  # fmt: skip
    assert cast(session, seal(session, put_up, unused, "s1=w1", now=now)) == [Reason.CODE_USED]
    cast(session, seal(session, put_up, used, "s1=w2", now=now))
    with pytest.raises(Refused) as refusal:
        service.revoke_right(session, sitting, used, why="stolen", is_spent_too=False, **doer)
    assert refusal.value.reason is Reason.VOTED_ALREADY
    assert service.revoke_right(
        session, sitting, used, why="stolen", is_spent_too=True, **doer
    ) == 1  # fmt: skip
    assert session.exec(select(SealedVote)).all() == []
    assert [kind for kind, _ in entries(session, put_up)][-2:] == ["cast", "voided"]
    counts = queries.count_rights(session, put_up.round.ballot.id or 0, sitting.id or 0)
    assert (counts.issued, counts.spent, counts.revoked, counts.unused) == (12, 0, 2, 10)
    with pytest.raises(Refused) as refusal:
        service.revoke_right(session, sitting, new_code(), why="?", is_spent_too=True, **doer)
    assert refusal.value.reason is Reason.CODE_WRONG


def test_when_final_only_counts_and_leaves_are_left(
    session: Session, put_up: Box, now: datetime
) -> None:
    vote_all(session, put_up, ["s1=w1", "s1=w2"] * 6, now=now)
    close_round(session, put_up, now=now)
    moment = now + timedelta(seconds=1)
    service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=moment)
    assert finish(session, put_up, now=moment)
    ballot = put_up.round.ballot
    leaves = queries.list_leaves(session, ballot.id or 0)
    facts = {"keys": put_up.keys, "recount_days": 28}
    too_soon = moment + timedelta(days=27)
    assert not service.finalise_ballot(session, ballot, **facts, now=too_soon)
    assert service.finalise_ballot(session, ballot, **facts, now=moment + timedelta(days=28))
    assert session.exec(select(Vote)).all() == []
    assert session.exec(select(VotingRight)).all() == []
    kept = session.exec(select(FinalVotes)).all()
    assert sorted((one.choices, one.votes) for one in kept) == [("s1=w1", 6), ("s1=w2", 6)]
    assert session.get_one(LeafList, ballot.id).leaves == b"".join(leaves).hex()
    assert queries.get_ledger(session, ballot.id or 0).state is BallotState.FINAL
    assert queries.count_papers(session, ballot.id or 0) == Counter({"s1=w1": 6, "s1=w2": 6})
    assert entries(session, put_up)[-1][0] == "final"


def test_a_long_sitting_changes_its_box_and_loses_no_vote(
    session: Session, put_up: Box, now: datetime
) -> None:
    here = put_up.round
    before = seal(session, put_up, put_up.codes[11], "s1=w9", now=now)
    roll = {"keys": put_up.keys, "now": now}
    assert service.roll_box(session, here.ballot, here.sitting, **roll) is None  # too few
    vote_all(session, put_up, ["s1=w1"] * 10, now=now)
    fresh = service.roll_box(session, here.ballot, here.sitting, **roll)
    assert fresh is not None
    assert cast(session, before) == [Reason.BOX_MOVED]  # sealed for the old one: seal again
    again = seal(session, put_up, put_up.codes[11], "s1=w9", now=now)
    assert again.box_id == fresh.id
    assert cast(session, again) == [True]
    assert service.mix_boxes(session, [put_up.box], keys=put_up.keys, now=now) == 10
