"""Versions of a count on both databases: proposed, approved, held back, corrected, taken back."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.ballots.box.keys import CHECKPOINTS
from app.ballots.queries import check_ledger, find_last_checkpoint, get_ledger, list_entries
from app.consultations.rules import BallotRule
from app.core.audit import AuditEntry
from app.core.errors import NotFound, Refused
from app.results import queries, service
from app.results.rules import Reason, ResultStatus, hash_body
from tests.results.world import (
    Desk,
    Paper,
    close_round,
    cut_ledger,
    define,
    finish_ballot,
    held_and_closed,
    hold_ballot,
    keep_notes,
    make_section,
    open_desk,
    propose,
    release,
)

PAPERS = {"s1=o1": 12, "s1=o2": 9, "s1=": 2}
LATER = timedelta(hours=1)


@pytest.fixture
def desk(session: Session, now: datetime, tmp_path: Path) -> Desk:
    definition = define(make_section(BallotRule.PLURALITY))
    return open_desk(session, held_and_closed(session, tmp_path, definition, PAPERS, now=now))


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Paper:
    return Paper(monkeypatch)


def refused(verb: Any, *given: Any, **named: Any) -> Reason:
    with pytest.raises(Refused) as caught:
        verb(*given, **named)
    assert isinstance(caught.value.reason, Reason)
    return caught.value.reason


def released_now(session: Session, desk: Desk, now: datetime) -> queries.ReleasedCount | None:
    return queries.find_released_count(session, desk.held.id, now=now)


def test_two_people_release_a_count_and_the_ledger_holds_its_hash(
    session: Session, desk: Desk, now: datetime
) -> None:
    result = propose(session, desk, now=now)
    assert released_now(session, desk, now) is None
    before = get_ledger(session, desk.held.id).size
    service.approve_result(
        session, desk.ballot, 1, keys=desk.held.keys, actor=desk.second, now=now + LATER
    )
    entries = list(list_entries(session, desk.held.id, after=before))
    assert [one.kind for one in entries] == ["released"]
    told = json.loads(entries[0].payload)
    assert (told["version"], told["hash"]) == (1, hash_body(result.body))
    checkpoint = find_last_checkpoint(session, desk.held.id)
    assert checkpoint is not None
    assert (checkpoint.size, checkpoint.head) == (entries[0].seq, entries[0].hash)
    count = released_now(session, desk, now)
    assert count is not None
    assert (count.cast, count.sections["s1"]["totals"]["o1"]) == (23, 12)
    verbs = session.exec(select(AuditEntry.verb).where(AuditEntry.subject.startswith("ballot:")))  # type: ignore[attr-defined]
    assert {"propose_result", "approve_result"} <= set(verbs)


def test_nobody_releases_what_they_proposed(session: Session, desk: Desk, now: datetime) -> None:
    propose(session, desk, now=now)
    approve = {"keys": desk.held.keys, "actor": desk.first, "now": now}
    assert refused(service.approve_result, session, desk.ballot, 1, **approve) is Reason.SAME_PERSON
    result = queries.get_result(session, desk.held.id, 1)
    result.approved_by_id = desk.first.id
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


def test_nothing_is_counted_while_anybody_may_vote(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    held = hold_ballot(session, tmp_path, define(make_section(BallotRule.IRV)), PAPERS, now=now)
    desk = open_desk(session, held)
    assert refused(propose, session, desk, now=now) is Reason.NOT_CLOSED
    close_round(session, held, now=now)
    count = service.count_result
    assert refused(count, session, desk.ballot, keys=held.keys) is Reason.NOT_CLOSED
    assert refused(service.note_bundle, session, desk.ballot, actor=None, now=now)
    finish_ballot(session, held, now=now)
    assert service.count_result(session, desk.ballot, keys=held.keys).cast == 23


def test_one_proposal_waits_at_a_time_and_may_be_dropped(
    session: Session, desk: Desk, now: datetime
) -> None:
    propose(session, desk, now=now)
    assert refused(propose, session, desk, now=now) is Reason.PROPOSAL_WAITS
    service.withdraw_result(session, desk.ballot, 1, actor=desk.first, now=now)
    approve = {"keys": desk.held.keys, "actor": desk.second, "now": now}
    assert refused(service.approve_result, session, desk.ballot, 1, **approve) is Reason.MOVED_ON
    assert propose(session, desk, now=now).version == 2


def test_too_few_votes_are_never_published(session: Session, now: datetime, tmp_path: Path) -> None:
    definition = define(make_section(BallotRule.PLURALITY))
    held = held_and_closed(session, tmp_path, definition, {"s1=o1": 9}, now=now)
    assert refused(propose, session, open_desk(session, held), now=now) is Reason.TOO_FEW


def test_a_result_is_public_from_its_moment_on(session: Session, desk: Desk, now: datetime) -> None:
    moment = now + timedelta(days=4)
    assert refused(propose, session, desk, embargo_until=now, now=now) is Reason.EMBARGO_PAST
    release(session, desk, embargo_until=moment, now=now)
    assert released_now(session, desk, moment - timedelta(microseconds=1)) is None
    assert released_now(session, desk, moment) is not None
    session.expire_all()  # the same after the database has had it
    assert released_now(session, desk, moment - timedelta(microseconds=1)) is None
    assert released_now(session, desk, moment) is not None


def test_the_moment_can_be_moved_until_it_has_come(
    session: Session, desk: Desk, now: datetime
) -> None:
    moment = now + timedelta(days=4)
    release(session, desk, embargo_until=moment, now=now)
    move = {"actor": desk.first}
    earlier = now + timedelta(days=2)
    service.set_embargo(session, desk.ballot, 1, until=earlier, now=now, **move)
    assert released_now(session, desk, earlier) is not None
    verb = service.set_embargo
    why = refused(verb, session, desk.ballot, 1, until=moment, now=earlier, **move)
    assert why is Reason.PUBLIC_ALREADY
    why = refused(verb, session, desk.ballot, 1, until=now, now=now, **move)
    assert why is Reason.EMBARGO_PAST
    service.set_embargo(session, desk.ballot, 1, until=None, now=now, **move)
    assert released_now(session, desk, now) is not None


def test_a_correction_needs_changed_figures_a_reason_and_a_note(
    session: Session, desk: Desk, paper: Paper, now: datetime
) -> None:
    release(session, desk, status=ResultStatus.CONFIRMED, now=now)
    correct = {"keys": desk.held.keys, "actor": desk.first, "now": now}
    words = {"reason": "School X counted again", "public_note": "About 10 papers more."}
    verb, ballot = service.correct_result, desk.ballot
    assert refused(verb, session, ballot, **words, **correct) is Reason.NOTHING_CHANGED
    paper.count_pile(session, desk.held, marks={"s1": {"o2": 10}}, valid=10, spoilt=1, now=now)
    assert refused(verb, session, ballot, **words | {"reason": ""}, **correct)
    why = refused(verb, session, ballot, **words | {"public_note": ""}, **correct)
    assert why is Reason.NOTE_MISSING
    result = service.correct_result(session, ballot, **words, **correct)
    assert result.status is ResultStatus.CORRECTED
    assert released_now(session, desk, now).version == 1  # type: ignore[union-attr]
    before = get_ledger(session, desk.held.id).size
    service.approve_result(session, desk.ballot, 2, keys=desk.held.keys, actor=desk.second, now=now)
    kinds = [one.kind for one in list_entries(session, desk.held.id, after=before)]
    assert kinds == ["corrected", "released"]
    count = released_now(session, desk, now)
    assert count is not None
    assert (count.version, count.status, count.cast) == (2, "corrected", 34)
    assert count.sections["s1"]["winners"] == ["o2"]
    first = queries.get_result(session, desk.held.id, 1)  # stays readable, byte for byte
    assert hash_body(first.body) == first.body_hash
    noted = session.exec(select(AuditEntry).where(AuditEntry.verb == "propose_result")).all()
    exact = noted[-1].detail
    assert (exact["before"]["s1"]["o2"], exact["after"]["s1"]["o2"]) == (9, 19)


def test_paper_that_changes_after_a_proposal_makes_it_stale(
    session: Session, desk: Desk, paper: Paper, now: datetime
) -> None:
    propose(session, desk, now=now)
    paper.count_pile(session, desk.held, marks={"s1": {"o3": 4}}, valid=4, now=now)
    approve = {"keys": desk.held.keys, "actor": desk.second, "now": now}
    assert refused(service.approve_result, session, desk.ballot, 1, **approve) is Reason.STALE


def test_nothing_is_confirmed_while_a_pile_waits(
    session: Session, desk: Desk, paper: Paper, now: datetime
) -> None:
    paper.waiting = 1
    confirmed = {"status": ResultStatus.CONFIRMED, "now": now}
    assert refused(propose, session, desk, **confirmed) is Reason.PAPER_WAITS
    propose(session, desk, now=now)


def test_a_version_taken_back_shows_no_figures(session: Session, desk: Desk, now: datetime) -> None:
    release(session, desk, status=ResultStatus.CONFIRMED, now=now)
    back = {"actor": desk.first, "now": now + LATER}
    verb = service.withdraw_result
    assert refused(verb, session, desk.ballot, 1, note="", **back) is Reason.NOTE_MISSING
    service.withdraw_result(session, desk.ballot, 1, note="The wrong ballot.", **back)
    assert released_now(session, desk, now + LATER) is None
    assert len(queries.list_public(session, desk.held.id, now=now)) == 1  # and its note is public
    again = propose(
        session, desk, status=ResultStatus.CONFIRMED, reason="was right", note="It was right.",
        now=now + LATER,
    )  # fmt: skip
    assert again.version == 2


def test_an_unknown_version_is_not_found(session: Session, desk: Desk, now: datetime) -> None:
    with pytest.raises(NotFound):
        service.approve_result(
            session, desk.ballot, 1, keys=desk.held.keys, actor=desk.second, now=now
        )


# --- records missing


def test_missing_records_block_the_result_until_somebody_writes_what_happened(
    session: Session, desk: Desk, now: datetime
) -> None:
    propose(session, desk, now=now)
    size = get_ledger(session, desk.held.id).size
    cut_ledger(session, desk.held, keep=size - 3)
    (found,) = queries.list_gaps(session, keys=desk.held.keys)
    assert (found.ballot.id, found.gap.missing) == (desk.held.id, 3)
    approve = {"keys": desk.held.keys, "actor": desk.second, "now": now}
    verb = service.approve_result
    assert refused(verb, session, desk.ballot, 1, **approve) is Reason.RECORDS_MISSING
    assert refused(propose, session, desk, now=now) is Reason.RECORDS_MISSING
    told = {"keys": desk.held.keys, "actor": desk.first, "now": now + LATER}
    explain = service.explain_gap
    assert refused(explain, session, desk.ballot, words=" ", **told) is Reason.WORDS_MISSING
    service.explain_gap(session, desk.ballot, words="The disk failed.", **told)
    entry = list(list_entries(session, desk.held.id))[-1]
    assert entry.kind == "restored"
    said = json.loads(entry.payload)
    assert (said["missing"], said["words"]) == (3, "The disk failed.")
    keep_notes(session, desk.held)
    assert queries.list_gaps(session, keys=desk.held.keys) == []
    service.approve_result(session, desk.ballot, 1, **approve)
    keep_notes(session, desk.held)
    assert queries.list_gaps(session, keys=desk.held.keys) == []
    assert refused(explain, session, desk.ballot, words="Again.", **told) is Reason.NO_GAP


def test_every_ledger_is_whole_after_an_ordinary_day(
    session: Session, desk: Desk, now: datetime
) -> None:
    release(session, desk, now=now)
    keep_notes(session, desk.held)
    assert len(desk.held.keys.store.read_lines(CHECKPOINTS)) >= 3
    assert queries.list_gaps(session, keys=desk.held.keys) == []
    assert check_ledger(session, desk.held.id, keys=desk.held.keys) == []


# --- receipts


def test_every_receipt_is_found_after_the_close_and_no_other(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    definition = define(make_section(BallotRule.PLURALITY))
    held = hold_ballot(session, tmp_path, definition, PAPERS, now=now)
    receipts = queries.Receipts()
    one = held.receipts[0]
    assert receipts.look_up(session, held.id, one) == "early"
    finish_ballot(session, held, now=now)
    assert {receipts.look_up(session, held.id, each) for each in held.receipts} == {"found"}
    typed = f" {one[:5].lower()}-{one[5:10]} {one[10:]} "
    assert queries.read_receipt(typed) == one
    assert queries.read_receipt(one[:-1]) is None
    wrong = next(sign for sign in "23456789" if sign != one[3])
    assert queries.read_receipt(one[:3] + wrong + one[4:]) is None
    assert receipts.look_up(session, held.id, None) == "mistyped"
    assert queries.Receipts().look_up(session, held.id, "22222222222") == "absent"
    leaves = list(queries.list_public_leaves(session, held.id))
    assert leaves == sorted(leaves)
    assert len(leaves) == 23
