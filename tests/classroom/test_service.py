"""The verbs of the room, on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.ballots import service as voting
from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotBox, LedgerEntry, SealedVote, VotingRight
from app.ballots.queries import count_rights_by_kind, get_opened_ballot
from app.ballots.rules import MIX_MINIMUM, RightKind, code_of_seat, seat_code, seat_hash
from app.ballots.rules import Reason as VotingReason
from app.classroom import queries, service
from app.classroom.models import Arrival, Kiosk, Room, VoidRequest
from app.classroom.rules import ArrivalState, Door, Reason, RevealState, VoidWhy
from app.consultations.models import Sitting
from app.consultations.rules import ParticipationBasis, SittingMode
from app.consultations.rules import Reason as AskingReason
from app.core.audit import list_entries
from app.core.errors import NotFound, Refused
from app.core.keystore import KeyStore
from app.core.tokens import new_submission_id, plain_hash
from app.staff.models import StaffAccount
from app.staff.rules import Role
from tests.factories import Round, make_round


@dataclass(frozen=True)
class Here:
    """A held sitting with everything its verbs need."""

    session: Session
    round: Round
    sitting: Sitting
    keys: BallotKeys
    worker: StaffAccount
    officer: StaffAccount
    now: datetime

    def by(self, actor: StaffAccount | None = None) -> dict[str, object]:
        """What verbs of a worker ask for."""
        return {"keys": self.keys, "actor": actor or self.worker, "now": self.now}

    def arrive(self, count: int) -> list[str]:
        """So many phones join; gives their tokens."""
        return [service.arrive(self.session, sitting_id=self.sitting.id or 0) for _ in range(count)]

    def let_in(self) -> int:
        """Everybody who waits."""
        return service.let_in_waiting(self.session, self.sitting, up_to=2**31 - 1, **self.by())  # type: ignore[arg-type]

    def vote(self, code: str, choices: str = "s1=w2,w6") -> bool | Exception:
        """Cast a sealed vote under this code."""
        opened = get_opened_ballot(self.session, self.sitting.class_code, self.round.ballot.id or 0)
        held = self.keys.make_secrets(opened.definition.hash)
        sent = voting.make_sent(
            opened, held, code=code, secret=new_submission_id(), choices=choices, now=self.now
        )
        return voting.cast_votes(self.session, [sent])[0]

    def states(self) -> list[ArrivalState]:
        """How far each phone has come."""
        return [one.state for one in queries.list_arrivals(self.session, self.sitting.id or 0)]

    def rights(self, kind: RightKind) -> tuple[int, int, int]:
        """Issued, spent and revoked rights of this kind."""
        found = count_rights_by_kind(self.session, self.round.ballot.id or 0, self.sitting.id or 0)[
            kind
        ]
        return found.issued, found.spent, found.revoked


def make_staff(session: Session, role: Role, name: str, now: datetime) -> StaffAccount:
    account = StaffAccount(
        email=f"{name}@example.org", name=name, role=role, password_hash="", totp_secret="",
        created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def hold(
    session: Session, folder: Path, now: datetime, *, doors: Sequence[Door] = tuple(Door),
    heads: int = 28,
) -> Here:  # fmt: skip
    keys = BallotKeys(KeyStore(folder / "keys"))
    round_ = make_round(session, now=now)
    sitting = service.hold_sitting(
        session, round_.consultation, doors=doors, mode=SittingMode.CLASS_CODE, keys=keys,
        actor=None, now=now, place_id=round_.place.id, basis=ParticipationBasis.INFORMED_OPT_OUT,
        basis_confirmed=True, expected_heads=heads,
    )  # fmt: skip
    worker = make_staff(session, Role.YOUTH_WORKER, "worker", now)
    officer = make_staff(session, Role.OFFICER, "officer", now)
    return Here(session, round_, sitting, keys, worker, officer, now)


@pytest.fixture
def here(session: Session, tmp_path: Path, now: datetime) -> Here:
    return hold(session, tmp_path, now)


def refusal(verb: object, *args: object, **options: object) -> object:
    with pytest.raises(Refused) as caught:
        verb(*args, **options)  # type: ignore[operator]
    return caught.value.reason


# ---- holding --------------------------------------------------------------------------------


def test_a_held_sitting_has_its_room_and_a_box_for_every_ballot(here: Here) -> None:
    boxes = here.session.exec(select(BallotBox)).all()
    assert [(box.ballot_id, box.sitting_id) for box in boxes] == [
        (here.round.ballot.id, here.sitting.id)
    ]
    assert queries.get_doors(here.session, here.sitting) == frozenset(Door)
    assert here.keys.find_box_key(boxes[0].public_key)


def test_a_room_without_a_way_in_is_refused_before_anything_is_written(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    reason = None
    try:
        hold(session, tmp_path, now, doors=())
    except Refused as refused:
        reason = refused.reason
    assert reason is Reason.DOOR_NEEDED
    assert session.exec(select(Room)).all() == []
    assert session.exec(select(BallotBox)).all() == []


def test_a_door_can_be_added_and_nothing_is_lost_by_adding_it_twice(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    here = hold(session, tmp_path, now, doors=[Door.PHONES])
    for _ in range(2):
        service.open_door(session, here.sitting, Door.PAPER, actor=here.worker, now=now)
    assert queries.get_doors(session, here.sitting) == {Door.PHONES, Door.PAPER}


def test_a_sitting_opened_by_a_command_takes_phones(here: Here) -> None:
    here.session.delete(here.session.get_one(Room, here.sitting.id))
    here.session.flush()
    assert queries.get_doors(here.session, here.sitting) == {Door.PHONES}
    service.open_door(here.session, here.sitting, Door.SLIPS, actor=here.worker, now=here.now)
    assert queries.get_doors(here.session, here.sitting) == {Door.PHONES, Door.SLIPS}


# ---- the lobby ------------------------------------------------------------------------------


def test_an_arrival_keeps_a_hash_and_a_nickname_and_nothing_else(here: Here) -> None:
    (token,) = here.arrive(1)
    (arrival,) = queries.list_arrivals(here.session, here.sitting.id or 0)
    assert arrival.token_hash == seat_hash(token)
    assert token not in arrival.model_dump_json()
    assert set(Arrival.model_fields) == {"id", "sitting_id", "token_hash", "nickname", "state"}
    assert code_of_seat(arrival.token_hash) == seat_code(token)


def test_let_in_phones_can_vote_and_waiting_ones_cannot(here: Here) -> None:
    first, second = here.arrive(2)
    seen = queries.list_arrivals(here.session, here.sitting.id or 0)
    let_in = service.let_in_waiting(
        here.session,
        here.sitting,
        up_to=seen[0].id or 0,
        **here.by(),  # type: ignore[arg-type]
    )
    assert let_in == 1
    assert here.states() == [ArrivalState.IN, ArrivalState.WAITING]
    assert here.vote(seat_code(first)) is True
    refused = here.vote(seat_code(second))
    assert isinstance(refused, Refused)
    assert refused.reason is VotingReason.CODE_WRONG


def test_nobody_votes_with_what_the_database_holds(here: Here) -> None:
    """Somebody who reads the lobby's rows has hashes; a phone must bring the token itself."""
    here.arrive(1)
    here.let_in()
    (arrival,) = queries.list_arrivals(here.session, here.sitting.id or 0)
    assert isinstance(here.vote(seat_code(arrival.token_hash)), Refused)


def test_no_more_phones_than_heads_until_one_more_is_counted(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    here = hold(session, tmp_path, now, heads=2)
    here.arrive(3)
    assert refusal(here.let_in) is Reason.MORE_THAN_HEADS
    assert here.states() == [ArrivalState.WAITING] * 3
    assert here.rights(RightKind.SEAT) == (0, 0, 0)
    service.count_one_more(session, here.sitting, actor=here.worker, now=now)
    assert here.sitting.expected_heads == 3
    assert here.let_in() == 3
    assert here.let_in() == 0  # a second tap lets nobody in twice
    assert here.rights(RightKind.SEAT) == (3, 0, 0)


def test_one_phone_is_let_in_or_turned_away_and_may_come_back(here: Here) -> None:
    tokens = here.arrive(2)
    one, two = queries.list_arrivals(here.session, here.sitting.id or 0)
    service.let_in_one(here.session, here.sitting, one.id or 0, **here.by())  # type: ignore[arg-type]
    service.let_in_one(here.session, here.sitting, one.id or 0, **here.by())  # type: ignore[arg-type]
    service.turn_away(here.session, here.sitting, two.id or 0, **here.by())  # type: ignore[arg-type]
    assert here.states() == [ArrivalState.IN, ArrivalState.AWAY]
    assert here.let_in() == 0  # "all waiting" leaves out who was turned away
    service.let_in_one(here.session, here.sitting, two.id or 0, **here.by())  # type: ignore[arg-type]
    assert all(here.vote(seat_code(token)) is True for token in tokens)


def test_a_seat_given_by_mistake_is_taken_back_while_it_is_unused(here: Here) -> None:
    (token,) = here.arrive(1)
    here.let_in()
    (arrival,) = queries.list_arrivals(here.session, here.sitting.id or 0)
    service.turn_away(here.session, here.sitting, arrival.id or 0, **here.by())  # type: ignore[arg-type]
    assert here.states() == []
    assert here.rights(RightKind.SEAT) == (1, 0, 1)
    refused = here.vote(seat_code(token))
    assert isinstance(refused, Refused)
    assert refused.reason is VotingReason.CODE_USED
    assert queries.get_account(here.session, here.sitting).ballots[0].seats == 0


def test_a_phone_that_has_voted_keeps_its_vote(here: Here) -> None:
    (token,) = here.arrive(1)
    here.let_in()
    assert here.vote(seat_code(token)) is True
    (arrival,) = queries.list_arrivals(here.session, here.sitting.id or 0)
    reason = refusal(service.turn_away, here.session, here.sitting, arrival.id or 0, **here.by())
    assert reason is Reason.VOTED_BEFORE_REMOVAL
    assert here.states() == [ArrivalState.IN]
    assert here.rights(RightKind.SEAT) == (1, 1, 0)


def test_an_arrival_of_another_sitting_is_not_found(here: Here) -> None:
    here.arrive(1)
    (arrival,) = queries.list_arrivals(here.session, here.sitting.id or 0)
    other = Sitting(**here.sitting.model_dump(exclude={"id", "class_code"}), class_code="ZZZZ")
    here.session.add(other)
    here.session.flush()
    with pytest.raises(NotFound):
        service.let_in_one(here.session, other, arrival.id or 0, **here.by())  # type: ignore[arg-type]


def test_nicknames_differ_within_a_sitting(here: Here) -> None:
    here.arrive(40)
    names = [one.nickname for one in queries.list_arrivals(here.session, here.sitting.id or 0)]
    assert len(set(names)) == 40


# ---- slips ----------------------------------------------------------------------------------


def make_slips(here: Here, count: int = 3) -> list[str]:
    return list(service.make_slips(here.session, here.sitting, count, **here.by()))  # type: ignore[arg-type]


def void(here: Here, code: str, actor: StaffAccount | None = None) -> VoidRequest | None:
    return service.void_slip(
        here.session, here.sitting, code, why=VoidWhy.STOLEN, words="Seen on the bus",
        **here.by(actor),  # type: ignore[arg-type]
    )  # fmt: skip


def test_slips_open_their_own_door_and_say_nothing_in_the_audit_book(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    here = hold(session, tmp_path, now, doors=[Door.PHONES])
    codes = make_slips(here, 3)
    assert Door.SLIPS in queries.get_doors(session, here.sitting)
    booked = " ".join(str(entry.detail) for entry in list_entries(session))
    assert not any(code in booked for code in codes)


def test_a_replacement_says_why(here: Here) -> None:
    reason = refusal(
        service.make_slips, here.session, here.sitting, 1, why=" ", is_replacement=True,
        **here.by(),
    )  # fmt: skip
    assert reason is Reason.REASON_NEEDED
    service.make_slips(
        here.session,
        here.sitting,
        1,
        why="Fell in a puddle",
        is_replacement=True,
        **here.by(),  # type: ignore[arg-type]
    )
    assert list_entries(here.session)[0].detail == {"slips": 1, "why": "Fell in a puddle"}


def test_an_unused_slip_is_taken_back_at_once_however_it_is_typed(here: Here) -> None:
    code = make_slips(here)[0]
    assert void(here, f" {code[:4].lower()}-{code[4:].lower()} ") is None
    assert here.rights(RightKind.SLIP) == (3, 0, 1)
    assert isinstance(here.vote(code), Refused)


@pytest.mark.parametrize("typed", ["", "K7MW2HX", "????", "K7MW 2H", "🎈"])
def test_what_is_no_slip_code_is_told_before_anything_happens(here: Here, typed: str) -> None:
    make_slips(here)
    assert refusal(void, here, typed) in {Reason.CODE_NOT_A_SLIP, VotingReason.CODE_WRONG}
    assert here.rights(RightKind.SLIP) == (3, 0, 0)


def test_a_used_slip_needs_a_second_person(here: Here) -> None:
    code = make_slips(here)[0]
    assert here.vote(code) is True
    request = void(here, code)
    assert request is not None
    assert here.rights(RightKind.SLIP) == (3, 1, 0)
    own = refusal(
        service.decide_void, here.session, here.sitting, request.id, is_agreed=True, **here.by()
    )
    assert own is Reason.SECOND_PERSON
    assert refusal(void, here, code) is Reason.ASKED_ALREADY
    decided = service.decide_void(
        here.session,
        here.sitting,
        request.id or 0,
        is_agreed=True,
        **here.by(here.officer),  # type: ignore[arg-type]
    )
    assert here.rights(RightKind.SLIP) == (3, 0, 1)
    assert here.session.exec(select(SealedVote)).all() == []
    assert decided.code == ""  # forgotten once it is decided
    assert decided.decided_by_id == here.officer.id
    voided = here.session.exec(select(LedgerEntry).where(LedgerEntry.kind == "voided")).one()
    assert '"reason":"stolen"' in voided.payload
    again = refusal(
        service.decide_void, here.session, here.sitting, request.id, is_agreed=False,
        **here.by(here.officer),
    )  # fmt: skip
    assert again is Reason.DECIDED_ALREADY


def test_a_request_that_is_declined_or_taken_back_changes_nothing(here: Here) -> None:
    code = make_slips(here)[0]
    here.vote(code)
    for actor in (here.officer, here.worker):  # somebody else says no; one's own: never mind
        request = void(here, code)
        assert request is not None
        service.decide_void(
            here.session,
            here.sitting,
            request.id or 0,
            is_agreed=False,
            **here.by(actor),  # type: ignore[arg-type]
        )
        assert here.rights(RightKind.SLIP) == (3, 1, 0)
        assert len(here.session.exec(select(SealedVote)).all()) == 1


def test_after_the_mix_nobody_can_take_a_vote_out(here: Here) -> None:
    codes = make_slips(here, MIX_MINIMUM)
    for code in codes:
        assert here.vote(code) is True
    asked = void(here, codes[0])
    assert asked is not None
    end(here)
    mix(here)
    late = refusal(
        service.decide_void, here.session, here.sitting, asked.id, is_agreed=True,
        **here.by(here.officer),
    )  # fmt: skip
    assert late is Reason.MIXED_ALREADY
    assert refusal(void, here, codes[1]) is Reason.MIXED_ALREADY
    assert queries.list_spent_requests(here.session) == [asked]


def test_requests_of_others_at_own_places_wait_for_a_person(here: Here) -> None:
    code = make_slips(here)[0]
    here.vote(code)
    void(here, code)

    def waits(actor: StaffAccount, own: set[int] | None) -> int:
        return len(
            queries.list_open_requests(here.session, not_by=actor.id or 0, own_place_ids=own)
        )

    place = here.round.place.id or 0
    assert waits(here.officer, None) == 1
    assert waits(here.officer, {place}) == 1
    assert waits(here.officer, {place + 1}) == 0
    assert waits(here.worker, {place}) == 0  # one's own


# ---- the shared tablet ----------------------------------------------------------------------


def start(here: Here) -> str:
    token = service.start_kiosk(
        here.session, here.sitting, pin_hash="hashed", actor=here.worker, now=here.now
    )
    return plain_hash(token)


def turn(here: Here, kiosk: str, *, after: int = 0) -> str:
    now = here.now + timedelta(seconds=after)
    return service.take_turn(here.session, kiosk_hash=kiosk, keys=here.keys, now=now)


def finish(here: Here, kiosk: str, *, after: int = 0) -> None:
    now = here.now + timedelta(seconds=after)
    service.end_turn(here.session, kiosk_hash=kiosk, keys=here.keys, now=now)


def test_two_turns_are_two_rights_with_a_pause_between(here: Here) -> None:
    kiosk = start(here)
    first = turn(here, kiosk)
    assert here.vote(seat_code(first)) is True
    finish(here, kiosk, after=60)
    assert refusal(turn, here, kiosk, after=62) is Reason.PAUSE
    second = turn(here, kiosk, after=65)
    assert second != first
    assert here.vote(seat_code(second)) is True
    assert here.rights(RightKind.KIOSK) == (2, 2, 0)
    refused = here.vote(seat_code(first))
    assert isinstance(refused, Refused)


def test_a_turn_given_up_leaves_no_right_behind(here: Here) -> None:
    kiosk = start(here)
    token = turn(here, kiosk)
    finish(here, kiosk, after=30)
    finish(here, kiosk, after=31)  # the page says it twice: once is enough
    assert here.rights(RightKind.KIOSK) == (1, 0, 1)
    assert isinstance(here.vote(seat_code(token)), Refused)
    account = queries.get_account(here.session, here.sitting).ballots[0]
    assert (account.turns, account.unused) == (0, 0)


def test_the_next_turn_ends_one_that_was_left_open(here: Here) -> None:
    kiosk = start(here)
    left = turn(here, kiosk)
    turn(here, kiosk, after=1)  # somebody closed the browser: no pause was begun
    assert here.rights(RightKind.KIOSK) == (2, 0, 1)
    assert isinstance(here.vote(seat_code(left)), Refused)


def test_an_ended_tablet_hands_out_nothing(here: Here) -> None:
    kiosk = start(here)
    turn(here, kiosk)
    service.leave_kiosk(here.session, kiosk_hash=kiosk, keys=here.keys, now=here.now)
    assert refusal(turn, here, kiosk, after=60) is Reason.KIOSK_ENDED
    assert here.rights(RightKind.KIOSK) == (1, 0, 1)
    with pytest.raises(NotFound):
        turn(here, "0" * 64)


# ---- the end --------------------------------------------------------------------------------


def end(here: Here, *, note: str = "Over.", in_hand: int | None = None, wait: bool = False) -> None:
    service.end_sitting(
        here.session, here.sitting, note=note, slips_in_hand=in_hand, is_waited=wait,
        actor=here.worker, now=here.now,
    )  # fmt: skip


def mix(here: Here) -> None:
    boxes = list(here.session.exec(select(BallotBox)).all())
    voting.mix_boxes(here.session, boxes, keys=here.keys, now=here.now)


def test_the_end_closes_boxes_and_forgets_who_was_here(here: Here) -> None:
    here.arrive(3)
    here.let_in()
    kiosk = start(here)
    turn(here, kiosk)
    end(here)
    assert here.session.exec(select(Arrival)).all() == []
    assert here.session.exec(select(Kiosk)).one().turn_hash == ""
    assert here.session.exec(select(Kiosk)).one().ended_at is not None
    counts = queries.count_room(here.session, here.sitting)
    assert (counts.arrived, counts.let_in, counts.waiting) == (3, 3, 0)
    box = here.session.exec(select(BallotBox)).one()
    assert box.closed_at == box.grace_until == here.now
    assert refusal(here.arrive, 1) is AskingReason.SITTING_CLOSED
    assert refusal(here.let_in) is VotingReason.BOX_CLOSED
    assert refusal(end, here) is AskingReason.SITTING_CLOSED
    assert refusal(start, here) is Reason.KIOSK_ENDED


def test_an_account_that_does_not_balance_ends_only_with_a_note(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    here = hold(session, tmp_path, now, doors=[Door.PHONES], heads=3)
    here.arrive(2)
    here.let_in()
    assert refusal(end, here, note=" ") is Reason.ACCOUNT_NOTE_NEEDED
    assert here.sitting.closed_at is None
    assert session.exec(select(BallotBox)).one().closed_at is None
    end(here, note="One went home.")
    assert here.sitting.closing_note == "One went home."
    booked = next(one for one in list_entries(session) if one.verb == "end_sitting")
    assert booked.detail["imbalances"] == {"no_way_in": 1}


def test_slips_in_the_hand_are_part_of_the_account(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    here = hold(session, tmp_path, now, doors=[Door.SLIPS], heads=2)
    codes = make_slips(here, 4)
    for code in codes[:2]:
        here.vote(code)
    assert refusal(end, here, note="", in_hand=1) is Reason.ACCOUNT_NOTE_NEEDED
    end(here, note="", in_hand=2)
    assert queries.get_account(session, here.sitting).slips_in_hand == 2


def test_waiting_for_phones_can_be_given_up(here: Here) -> None:
    make_slips(here)
    end(here, wait=True)
    box = here.session.exec(select(BallotBox)).one()
    assert box.grace_until == here.now + timedelta(hours=24)
    state = queries.find_reveal_state(here.session, here.sitting, now=here.now)
    assert state is RevealState.WAITING
    service.stop_waiting(here.session, here.sitting, actor=here.worker, now=here.now)
    assert box.grace_until == here.now


def test_forgetting_a_room_twice_keeps_its_numbers(here: Here) -> None:
    here.arrive(2)
    end(here)
    for _ in range(2):
        service.forget_room(here.session, here.sitting, now=here.now)
    assert queries.count_room(here.session, here.sitting).arrived == 2


# ---- the reveal -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("votes", "state", "shown"),
    [(MIX_MINIMUM, RevealState.READY, 1), (MIX_MINIMUM - 1, RevealState.POOLED, 0)],
)
def test_a_room_sees_its_votes_only_after_the_mix_and_from_ten(
    here: Here, votes: int, state: RevealState, shown: int
) -> None:
    def now_is() -> RevealState | None:
        return queries.find_reveal_state(
            here.session, here.sitting, now=here.now + timedelta(seconds=1)
        )

    for code in make_slips(here, votes):
        here.vote(code)
    assert now_is() is RevealState.OPEN
    end(here)
    assert now_is() is (RevealState.MIXING if shown else RevealState.POOLED)
    assert queries.list_revealed(here.session, here.sitting) == []
    mix(here)
    assert now_is() is state
    revealed = queries.list_revealed(here.session, here.sitting)
    assert len(revealed) == shown
    for _, count, sections in revealed:
        assert count == votes
        assert sections[0].bars[0].label == here.round.options[1].label


def test_rights_hold_no_trace_of_the_lobby(here: Here) -> None:
    here.arrive(3)
    here.let_in()
    hashes = {one.token_hash for one in queries.list_arrivals(here.session, here.sitting.id or 0)}
    rights = here.session.exec(select(VotingRight)).all()
    assert len(rights) == 3
    assert not hashes & {right.rh.hex() for right in rights}
