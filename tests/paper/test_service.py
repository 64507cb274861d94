"""Counting by hand on both databases: two blind counts, rows that stay, a ledger that tells."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.ballots.box.digests import ledger_hash, ledger_start
from app.ballots.counting.results import Rule
from app.ballots.counting.sections import count_section
from app.ballots.models import BallotLedger, LedgerEntry, Vote
from app.ballots.rules import BallotState, read_choices
from app.consultations.models import Ballot
from app.consultations.rules import canonical_json, read_definition
from app.core.audit import AuditEntry
from app.core.errors import NotFound, Refused
from app.paper import queries
from app.paper.models import PaperBatch, PaperRevision
from app.paper.rules import BatchKind, BatchState, Contents, LookKind, Reason, hash_line
from app.paper.service import confirm_batch, enter_batch, revise_batch, sign_off_batch
from app.places.models import Place
from app.places.rules import PlaceKind
from app.staff.models import StaffAccount, StaffScope
from app.staff.rules import Role
from tests.factories import Round, make_round, put_up_box
from tests.paper.papers import RANKED_TOO, make_ballot, one_by_one

PAPER, HANDS = BatchKind.PAPER_BALLOTS, BatchKind.HANDS_UP


def marked(
    *, issued: int = 30, valid: int = 27, blank: int = 1, spoilt: int = 1, **marks: int
) -> Contents:
    unused = issued - valid - blank - spoilt
    return Contents(issued, valid, blank, spoilt, unused, marks={"s1": marks or {"w1": 27}})


def make_worker(
    session: Session, name: str, *, now: datetime, role: Role = Role.OFFICER,
    place: Place | None = None,
) -> StaffAccount:  # fmt: skip
    account = StaffAccount(
        email=f"{name}@example.org", name=name, role=role, password_hash="", totp_secret="",
        created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    if place is not None:
        session.add(StaffScope(staff_id=account.id or 0, place_id=place.id or 0))
        session.flush()
    return account


class Evening:
    """A round with two people who count."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.round: Round = make_round(session, now=now)
        self.ann = make_worker(session, "ann", now=now)
        self.ben = make_worker(session, "ben", now=now)
        self.cai = make_worker(session, "cai", now=now)

    def enter(self, contents: Contents, **changes: object) -> PaperBatch:
        facts = {
            "sitting": self.round.sitting, "kind": PAPER, "actor": self.ann, "now": self.now,
        } | changes  # fmt: skip
        ballot = facts.pop("ballot", self.round.ballot)
        return enter_batch(self.session, ballot, contents=contents, **facts)  # type: ignore[arg-type]

    def confirm(self, batch: PaperBatch, contents: Contents, who: StaffAccount) -> tuple[str, ...]:
        return confirm_batch(self.session, batch, contents=contents, actor=who, now=self.now)

    def settle(self, contents: Contents, **changes: object) -> PaperBatch:
        """Entered by ann, found the same by ben."""
        batch = self.enter(contents, **changes)
        assert self.confirm(batch, contents, self.ben) == ()
        return batch

    def state(self, batch: PaperBatch) -> BatchState:
        return queries.get_history(self.session, batch).state

    def rows(self, batch: PaperBatch) -> list[PaperRevision]:
        return list(queries.get_history(self.session, batch).rows)

    def entries(self, ballot: Ballot | None = None) -> list[LedgerEntry]:
        ballot_id = (ballot or self.round.ballot).id
        query = select(LedgerEntry).where(LedgerEntry.ballot_id == ballot_id)
        return list(self.session.exec(query.order_by(col(LedgerEntry.seq))))


@pytest.fixture
def evening(session: Session, now: datetime) -> Evening:
    return Evening(session, now)


def refused(reason: Reason) -> object:
    return pytest.raises(Refused, match=f"^{reason.value}$")


# ---- two blind counts


def test_a_pile_counts_once_a_second_person_finds_the_same(evening: Evening) -> None:
    ballot_id = evening.round.ballot.id or 0
    batch = evening.enter(marked())
    assert evening.state(batch) is BatchState.WAITING
    assert queries.list_confirmed(evening.session, ballot_id) == []
    assert queries.count_waiting(evening.session, ballot_id) == 1
    assert evening.confirm(batch, marked(), evening.ben) == ()
    assert evening.state(batch) is BatchState.CONFIRMED
    (confirmed,) = queries.list_confirmed(evening.session, ballot_id)
    assert (confirmed.revision, confirmed.contents.valid) == (1, 27)
    assert queries.count_waiting(evening.session, ballot_id) == 0
    assert [row.is_second_entry for row in evening.rows(batch)] == [False, True]


def test_zeros_left_out_by_one_and_typed_by_the_other_agree(evening: Evening) -> None:
    batch = evening.enter(marked(w1=27))
    typed = {f"w{number}": 0 for number in range(1, 13)} | {"w1": 27}
    assert evening.confirm(batch, marked(**typed), evening.ben) == ()


def test_counts_that_differ_need_a_third_look(evening: Evening) -> None:
    batch = evening.enter(marked(w1=20, w2=7))
    wrong = marked(valid=26, blank=2, w1=20, w2=6)
    assert evening.confirm(batch, wrong, evening.ben) == ("valid", "blank", "s1.w2")
    assert evening.state(batch) is BatchState.DIFFERING
    assert queries.list_confirmed(evening.session, evening.round.ballot.id or 0) == []
    assert "paper" not in [entry.kind for entry in evening.entries()]
    assert evening.confirm(batch, marked(w1=20, w2=7), evening.cai) == ()
    assert [row.is_confirming for row in evening.rows(batch)] == [False, False, True]


def test_the_first_person_may_be_the_one_who_was_wrong(evening: Evening) -> None:
    batch = evening.enter(marked(w1=20, w2=7))
    right = marked(w1=19, w2=8)
    assert evening.confirm(batch, right, evening.ben) == ("s1.w1", "s1.w2")
    assert evening.confirm(batch, right, evening.ann) == ()
    (confirmed,) = queries.list_confirmed(evening.session, evening.round.ballot.id or 0)
    assert (confirmed.contents.marks or {})["s1"]["w2"] == 8


def test_nobody_confirms_alone(evening: Evening) -> None:
    batch = evening.enter(marked(w1=20, w2=7))
    with refused(Reason.SECOND_PERSON):
        evening.confirm(batch, marked(w1=20, w2=7), evening.ann)
    assert evening.confirm(batch, marked(w1=19, w2=8), evening.ann) == ()  # mends it, alone
    assert evening.state(batch) is BatchState.WAITING
    assert evening.confirm(batch, marked(w1=20, w2=7), evening.ben) == ("s1.w1", "s1.w2")


def test_the_same_form_sent_twice_is_one_look(evening: Evening) -> None:
    batch = evening.enter(marked())
    assert evening.enter(marked()).id == batch.id
    wrong = marked(valid=26, blank=2, w1=26)
    first = evening.confirm(batch, wrong, evening.ben)
    assert evening.confirm(batch, wrong, evening.ben) == first
    assert len(evening.rows(batch)) == 2


def test_a_confirmed_pile_is_not_confirmed_again(evening: Evening) -> None:
    batch = evening.settle(marked())
    with refused(Reason.NOTHING_WAITS):
        evening.confirm(batch, marked(), evening.cai)


def test_the_audit_book_tells_who_and_never_how_many(evening: Evening) -> None:
    batch = evening.settle(marked())
    query = select(AuditEntry).where(AuditEntry.subject == f"paper_batch:{batch.id}")
    noted = evening.session.exec(query.order_by(col(AuditEntry.id))).all()
    assert [(one.verb, one.actor_id) for one in noted] == [
        ("enter_batch", evening.ann.id), ("confirm_batch", evening.ben.id),
    ]  # fmt: skip
    assert "27" not in str([one.detail for one in noted])


# ---- refusals


def test_a_pile_that_does_not_balance_is_refused(evening: Evening) -> None:
    with refused(Reason.DOES_NOT_BALANCE):
        evening.enter(replace(marked(), unused=0))
    batch = evening.enter(marked())
    with refused(Reason.DOES_NOT_BALANCE):
        evening.confirm(batch, replace(marked(), unused=0), evening.ben)
    with refused(Reason.EMPTY):
        evening.enter(Contents(0, 0, marks={}), name="Box 2")


def test_the_same_pile_is_not_entered_twice_by_two_people(evening: Evening) -> None:
    evening.enter(marked(), name="Box 1")
    with refused(Reason.PILE_KNOWN):
        evening.enter(marked(), name=" box  1", actor=evening.ben)
    with refused(Reason.PILE_KNOWN):
        evening.enter(marked(w1=26, w2=2), name="Box 1")
    assert evening.enter(marked(), name="Box 2").id
    assert evening.enter(replace(marked(), spoilt=0, blank=2, unused=0, issued=29),
                         name="Box 1", kind=HANDS).id  # fmt: skip


def test_the_database_refuses_what_slips_through(evening: Evening) -> None:
    batch = evening.settle(marked())
    session = evening.session
    row = evening.rows(batch)[1]

    def again(**changes: object) -> None:
        facts = row.model_dump(exclude={"id"}) | changes
        with session.begin_nested():
            session.add(PaperRevision(**facts))
            session.flush()

    for changes in ({"is_confirming": False}, {"look": 3}, {"number": 2, "look": 1}):
        with pytest.raises(IntegrityError):
            again(**changes)
    again(look=3, is_confirming=False)
    for twice in (batch.model_dump(exclude={"id"}), {
        "ballot_id": batch.ballot_id, "kind": PAPER, "created_at": evening.now,
    }):  # fmt: skip
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(PaperBatch(**twice))
            session.flush()


def test_a_worker_counts_at_their_own_places_only(evening: Evening) -> None:
    session, here = evening.session, evening.round
    elsewhere = Place(kind=PlaceKind.CLUB, name="Test Club B")
    session.add(elsewhere)
    session.flush()
    mine = make_worker(session, "dee", now=evening.now, role=Role.YOUTH_WORKER, place=here.place)
    theirs = make_worker(session, "eve", now=evening.now, role=Role.YOUTH_WORKER, place=elsewhere)
    batch = evening.enter(marked(), actor=mine)
    with pytest.raises(NotFound):
        evening.enter(marked(), actor=theirs, name="Box 2")
    with pytest.raises(NotFound):
        queries.get_batch(session, batch.id or 0, own_place_ids={elsewhere.id or 0})
    assert queries.list_batches(session, own_place_ids={elsewhere.id or 0}) == []
    (line,) = queries.list_batches(session, own_place_ids={here.place.id or 0})
    assert (line.where, line.state, line.looked) == (
        "Test School A",
        BatchState.WAITING,
        (mine.id,),
    )


def test_papers_come_by_post_for_a_place(evening: Evening) -> None:
    batch = evening.settle(marked(), sitting=None, place=evening.round.place)
    assert (batch.sitting_id, batch.place_id) == (None, evening.round.place.id)
    with refused(Reason.PILE_KNOWN):
        evening.enter(marked(), sitting=None, place=evening.round.place)
    with pytest.raises(NotFound):
        evening.enter(marked(), sitting=None, place=None)


def test_a_draft_takes_no_paper(evening: Evening) -> None:
    evening.round.ballot.definition = ""
    with refused(Reason.NOT_HELD):
        evening.enter(marked())


# ---- one by one


def test_papers_one_by_one_need_a_signature(evening: Evening) -> None:
    ballot = make_ballot(evening.session, evening.round.consultation, RANKED_TOO)
    pile = one_by_one(("s1=o1;s2=o3,o1", 3), ("s1=;s2=o2", 1), blank=1, spoilt=1)
    batch = evening.enter(pile, ballot=ballot)
    with refused(Reason.SECOND_PERSON):
        sign_off_batch(evening.session, batch, papers_counted=6, actor=evening.ann, now=evening.now)
    with refused(Reason.PILE_SIZE_DIFFERS):
        sign_off_batch(evening.session, batch, papers_counted=5, actor=evening.ben, now=evening.now)
    sign_off_batch(evening.session, batch, papers_counted=6, actor=evening.ben, now=evening.now)
    assert evening.rows(batch)[-1].kind is LookKind.SIGN_OFF
    assert evening.state(batch) is BatchState.CONFIRMED
    votes = queries.paper_votes(evening.session, ballot)
    assert votes == Counter({"s1=o1;s2=o3,o1": 3, "s1=;s2=o2": 1})


def test_a_pile_of_sums_cannot_be_signed_for(evening: Evening) -> None:
    batch = evening.enter(marked())
    with refused(Reason.NOT_ONE_BY_ONE):
        sign_off_batch(
            evening.session, batch, papers_counted=29, actor=evening.ben, now=evening.now
        )


# ---- revisions


def test_a_revision_needs_a_reason_and_a_second_person(evening: Evening) -> None:
    session, ballot_id = evening.session, evening.round.ballot.id or 0
    batch = evening.settle(marked())
    before = [row.model_dump() for row in evening.rows(batch)]
    new = marked(valid=28, blank=1, spoilt=0, w1=28)
    with refused(Reason.REASON_MISSING):
        revise_batch(session, batch, contents=new, reason=" ", actor=evening.cai, now=evening.now)
    with refused(Reason.NOTHING_CHANGED):
        revise_batch(
            session, batch, contents=marked(), reason="Again", actor=evening.cai, now=evening.now
        )
    later = evening.now + timedelta(days=3)
    revise_batch(
        session, batch, contents=new, reason="The spoilt one can be read.", actor=evening.cai,
        now=later,
    )  # fmt: skip
    assert queries.list_confirmed(session, ballot_id)[0].contents.valid == 27  # until confirmed
    assert queries.count_waiting(session, ballot_id) == 1
    with refused(Reason.STILL_WAITS):
        revise_batch(session, batch, contents=new, reason="?", actor=evening.ben, now=later)
    assert confirm_batch(session, batch, contents=new, actor=evening.ann, now=later) == ()
    (confirmed,) = queries.list_confirmed(session, ballot_id)
    assert (confirmed.revision, confirmed.contents.valid) == (2, 28)
    assert [row.model_dump() for row in evening.rows(batch)[:2]] == before
    assert [
        line["revision"] for line in queries.list_revision_lines(session, evening.round.ballot)
    ] == [1, 2]


def test_a_pile_entered_by_mistake_is_taken_out_by_a_revision(evening: Evening) -> None:
    batch = evening.settle(marked())
    nothing = Contents(0, 0, marks={})
    revise_batch(
        evening.session, batch, contents=nothing, reason="It was entered twice.",
        actor=evening.ann, now=evening.now,
    )  # fmt: skip
    assert evening.confirm(batch, nothing, evening.ben) == ()
    account = queries.count_paper(evening.session, evening.round.ballot.id or 0)
    assert (account.batches, account.issued, account.valid) == (1, 0, 0)


@pytest.mark.parametrize("state", [BallotState.CLOSING, BallotState.CLOSED])
def test_paper_is_entered_after_the_close_too(evening: Evening, state: BallotState) -> None:
    evening.settle(marked(), name="Box 1")
    ledger = evening.session.get(BallotLedger, evening.round.ballot.id)
    assert ledger is not None
    ledger.state = state
    evening.session.flush()
    evening.settle(marked(), name="Box 2")
    account = queries.count_paper(evening.session, evening.round.ballot.id or 0)
    assert (account.batches, account.valid) == (2, 54)


def test_a_final_ballot_takes_no_paper_any_more(evening: Evening) -> None:
    settled, waiting = evening.settle(marked()), evening.enter(marked(), name="Box 2")
    ledger = evening.session.get(BallotLedger, evening.round.ballot.id)
    assert ledger is not None
    ledger.state = BallotState.FINAL
    evening.session.flush()
    with refused(Reason.FINAL):
        evening.enter(marked(), name="Box 3")
    with refused(Reason.FINAL):
        evening.confirm(waiting, marked(), evening.ben)
    with refused(Reason.FINAL):
        revise_batch(
            evening.session, settled, contents=marked(w1=26, w2=1), reason="Late",
            actor=evening.ann, now=evening.now,
        )  # fmt: skip


# ---- the ledger and the counter


def test_every_confirmed_revision_stands_in_the_chain(
    evening: Evening, tmp_path: Path, now: datetime
) -> None:
    put_up_box(evening.session, evening.round, tmp_path, slips=3, now=now)
    first = evening.settle(marked(), name="Box 1")
    evening.settle(marked(w1=26, w2=1), name="Box 2")
    evening.confirm(evening.enter(marked(), name="Box 3"), marked(w1=25, w2=2), evening.ben)
    revise_batch(
        evening.session, first, contents=marked(w1=26, w3=4), reason="Counted ‘Ü’ again.",
        actor=evening.cai, now=now,
    )  # fmt: skip
    evening.confirm(first, marked(w1=26, w3=4), evening.ben)
    ballot, head = evening.round.ballot, ledger_start(evening.round.ballot.definition_hash)
    for seq, entry in enumerate(evening.entries(), start=1):
        head = ledger_hash(head, seq, entry.kind, entry.payload)
        assert (entry.seq, entry.hash) == (seq, head)
    lines = list(queries.list_revision_lines(evening.session, ballot))
    assert [(line["batch"], line["revision"]) for line in lines] == [
        (first.id, 1), (first.id, 2), ((first.id or 0) + 1, 1),
    ]  # fmt: skip
    assert set(lines[0]) == {
        "batch", "revision", "place", "issued", "valid", "blank", "spoilt", "unused", "marks",
        "papers", "reason", "at",
    }  # fmt: skip
    told = [entry.payload for entry in evening.entries() if entry.kind == "paper"]
    expected = {
        canonical_json(
            {"batch": line["batch"], "revision": line["revision"], "hash": hash_line(line),
             "at": line["at"]}
        )
        for line in lines
    }  # fmt: skip
    assert len(told) == 3
    assert set(told) == expected


def test_a_figure_changed_behind_our_back_no_longer_fits_the_ledger(evening: Evening) -> None:
    batch = evening.settle(marked())
    row = evening.rows(batch)[1]
    row.contents = row.contents | {"valid": 26, "blank": 2}
    evening.session.flush()
    (line,) = queries.list_revision_lines(evening.session, evening.round.ballot)
    (told,) = [entry.payload for entry in evening.entries() if entry.kind == "paper"]
    assert hash_line(line) not in told


def test_paper_is_counted_beside_the_votes_and_never_among_them(evening: Evening) -> None:
    session, ballot = evening.session, evening.round.ballot
    evening.settle(marked(w1=20, w2=15), name="Box 1")
    hands = Contents(10, 8, 2, marks={"s1": {"w2": 8}})
    evening.settle(hands, kind=HANDS)
    pile = one_by_one(("s1=w1,w2", 4), ("s1=w3", 1), blank=3, spoilt=2)
    batch = evening.enter(pile, name="Box 2")
    sign_off_batch(session, batch, papers_counted=10, actor=evening.ben, now=evening.now)
    tally = queries.hand_tallies(session, ballot)["s1"]
    assert dict(tally.marks) == {"w1": 20, "w2": 23}
    assert (tally.valid, tally.blank, tally.spoilt) == (27 + 8, 1 + 2 + 3, 1 + 2)
    account = queries.count_paper(session, ballot.id or 0)
    assert (account.valid, account.blank, account.spoilt) == (27 + 8 + 5, 6, 3)
    section = read_definition(ballot.definition).sections[0]
    papers = Counter({("w1",): 2})  # two digital votes
    for text, n in queries.paper_votes(session, ballot).items():
        papers[read_choices(text)["s1"]] += n
    result = count_section(
        papers, Rule(section.rule.value), options=section.keys, seats=section.seats,
        max_choices=section.max_choices, tie_order=section.tie_order, by_hand=tally,
    )  # fmt: skip
    assert result.cast == 2 + account.valid + account.blank + account.spoilt
    assert result.valid == 2 + account.valid
    assert (result.totals["w1"], result.totals["w2"], result.totals["w3"]) == (26, 27, 1)
    assert session.exec(select(Vote)).all() == []


def test_ranked_papers_come_without_sums(evening: Evening) -> None:
    ballot = make_ballot(evening.session, evening.round.consultation, RANKED_TOO)
    batch = evening.enter(one_by_one(("s1=o1;s2=o3", 3), blank=1), ballot=ballot)
    sign_off_batch(evening.session, batch, papers_counted=4, actor=evening.ben, now=evening.now)
    for tally in queries.hand_tallies(evening.session, ballot).values():
        assert (dict(tally.marks), tally.valid, tally.blank) == ({}, 0, 1)
    assert [entry.kind for entry in evening.entries(ballot)] == ["opened", "paper"]
