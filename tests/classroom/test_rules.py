"""Rules of the room: who is let in, what balances, what may be revealed."""

from datetime import UTC, datetime, timedelta

import pytest

from app.classroom import rules
from app.classroom.rules import (
    BallotAccount,
    Door,
    Imbalance,
    Reason,
    RoomAccount,
    Size,
)
from app.consultations.rules import (
    BallotRule,
    Definition,
    PaperOption,
    PaperSection,
    SittingMode,
)

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def account(
    heads: int | None = 28, *, in_hand: int | None = None, paper: bool = False, **counts: int
) -> RoomAccount:
    ballot = BallotAccount(ballot_id=1, title="Ballot", **counts)
    return RoomAccount(heads, (ballot,), has_paper=paper, slips_in_hand=in_hand)


# ---- the lobby ------------------------------------------------------------------------------


def test_only_phones_that_vote_wait_in_a_lobby() -> None:
    assert rules.has_lobby({Door.PHONES}, ballots=1)
    assert not rules.has_lobby({Door.PHONES}, ballots=0)  # a survey needs no seat
    assert not rules.has_lobby({Door.SLIPS, Door.TABLET, Door.PAPER}, ballots=1)


def test_doors_are_read_as_they_were_kept() -> None:
    room, link = SittingMode.CLASS_CODE, SittingMode.PUBLIC_LINK
    assert rules.read_doors(["slips", "tablet"], room) == {Door.SLIPS, Door.TABLET}
    assert rules.read_doors(None, room) == {Door.PHONES}  # opened by a command
    assert rules.read_doors(["phones"], link) == frozenset()
    assert rules.why_not_hold(room, []) is Reason.DOOR_NEEDED
    assert rules.why_not_hold(room, [Door.PAPER]) is None
    assert rules.why_not_hold(link, []) is None


@pytest.mark.parametrize(
    ("inside", "more", "heads", "reason"),
    [
        (0, 28, 28, None),
        (27, 1, 28, None),
        (28, 0, 28, None),
        (27, 2, 28, Reason.MORE_THAN_HEADS),
        (28, 1, 28, Reason.MORE_THAN_HEADS),
        (500, 500, None, None),
    ],
)
def test_no_more_seats_than_heads(
    inside: int, more: int, heads: int | None, reason: Reason | None
) -> None:
    assert rules.why_not_let_in(let_in=inside, more=more, heads=heads) is reason


def test_a_lobby_cannot_be_flooded() -> None:
    full = 28 + rules.SPARE_WAITING
    assert rules.why_not_arrive(is_lobby=True, waiting=full - 1, heads=28) is None
    assert rules.why_not_arrive(is_lobby=True, waiting=full, heads=28) is Reason.LOBBY_FULL
    assert rules.why_not_arrive(is_lobby=False, waiting=0, heads=28) is Reason.NO_LOBBY


def test_nicknames_are_two_easy_words_and_never_taken_twice() -> None:
    taken: set[str] = set()
    for _ in range(1_500):
        drawn = rules.draw_nickname(taken)
        assert drawn not in taken
        assert len(drawn) <= 40
        taken.add(drawn)
    first, second = zip(*(name.split()[:2] for name in taken), strict=True)
    assert set(first) <= set(rules.KIND_WORDS)
    assert set(second) <= set(rules.ANIMALS)


def test_when_every_nickname_is_taken_there_is_still_one() -> None:
    taken = {f"{word} {animal}" for word in rules.KIND_WORDS for animal in rules.ANIMALS}
    assert len(taken) == len(rules.KIND_WORDS) * len(rules.ANIMALS) > 4_000
    assert rules.draw_nickname(taken) not in taken


def test_the_words_of_nicknames_are_of_one_kind_and_listed_once() -> None:
    for words in (rules.KIND_WORDS, rules.ANIMALS):
        assert len(set(words)) == len(words)
        assert all(word.isalpha() and word.istitle() and len(word) <= 10 for word in words)
        assert list(words) == sorted(words)


# ---- the shared tablet ----------------------------------------------------------------------


@pytest.mark.parametrize("pin", ["", "12", "123456789", "12a4", "١٢٣٤", " 1234", "12.4"])
def test_a_pin_is_digits(pin: str) -> None:
    assert rules.why_weak_pin(pin) is Reason.PIN_SHORT


@pytest.mark.parametrize("pin", ["0000", "77777777", "1234", "4321", "7890", "9876", "890123"])
def test_a_pin_is_not_what_everybody_tries(pin: str) -> None:
    assert rules.why_weak_pin(pin) is Reason.PIN_EASY


@pytest.mark.parametrize("pin", ["4821", "2580", "1122", "20263003"])
def test_other_pins_are_fine(pin: str) -> None:
    assert rules.why_weak_pin(pin) is None


def test_a_turn_waits_for_the_tablet_to_be_handed_on() -> None:
    def why(ended: datetime | None, *, is_ended: bool = False, closed: bool = False) -> object:
        return rules.why_not_turn(
            is_ended=is_ended, is_sitting_closed=closed, turn_ended_at=ended, now=NOW
        )

    assert why(None) is None
    assert why(NOW - timedelta(seconds=4)) is Reason.PAUSE
    assert why(NOW - timedelta(seconds=5)) is None
    assert why(None, is_ended=True) is Reason.KIOSK_ENDED
    assert why(None, closed=True) is Reason.KIOSK_ENDED


# ---- the account ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "room",
    [
        account(seats=28, voted=28),
        account(seats=28, voted=27, unused=1),  # one did not want to
        account(slips=28, voted=27, spoilt=1),  # the brief's own example
        account(slips=29, voted=28, spoilt=1),  # a spoilt slip was replaced
        account(slips=30, voted=28, unused=2, unused_slips=2, in_hand=2),
        account(slips=30, voted=27, unused=3, unused_slips=3, in_hand=2),  # one took it home
        account(seats=20, slips=5, turns=3, voted=28),
        account(seats=20, voted=20, paper=True),  # the rest votes on paper
        account(seats=20, voted=20, papers=8, paper=True),
        account(None, seats=20, voted=20),
    ],
)
def test_these_rooms_balance(room: RoomAccount) -> None:
    assert room.imbalances == ()
    assert rules.why_not_end(room, note="") is None


@pytest.mark.parametrize(
    ("room", "found"),
    [
        (account(seats=30, voted=29, unused=1), (Imbalance.MORE_VOTES, 1)),
        (account(seats=20, voted=20, papers=9, paper=True), (Imbalance.MORE_VOTES, 1)),
        (account(seats=25, voted=25), (Imbalance.NO_WAY_IN, 3)),
        (
            account(slips=30, voted=28, unused=2, unused_slips=2, in_hand=1),
            (Imbalance.SLIPS_MISSING, 1),
        ),
        (
            account(slips=30, voted=28, unused=2, unused_slips=2, in_hand=5),
            (Imbalance.SLIPS_TOO_MANY, 3),
        ),
    ],
)
def test_these_rooms_need_a_note(room: RoomAccount, found: tuple[Imbalance, int]) -> None:
    assert room.imbalances == (found,)
    assert rules.why_not_end(room, note="  ") is Reason.ACCOUNT_NOTE_NEEDED
    assert rules.why_not_end(room, note="Fire drill.") is None


def test_a_room_of_several_ballots_says_each_thing_once_and_the_worst() -> None:
    one = BallotAccount(1, "One", seats=25, voted=25)
    two = BallotAccount(2, "Two", seats=20, voted=20)
    room = RoomAccount(28, (one, two))
    assert room.imbalances == ((Imbalance.NO_WAY_IN, 8),)
    assert room.did_not_vote == 3


def test_where_nothing_is_voted_on_surveys_are_compared() -> None:
    assert RoomAccount(28, (), responses=28).imbalances == ()
    assert RoomAccount(28, (), responses=25).imbalances == ((Imbalance.SURVEYS_DIFFER, 3),)
    assert RoomAccount(None, (), responses=25).imbalances == ()


# ---- the reveal -----------------------------------------------------------------------------


def paper(*keys: str) -> Definition:
    options = tuple(PaperOption(key, key.upper()) for key in keys)
    section = PaperSection("s1", "Which?", BallotRule.CHOICES, 3, 1, keys, options)
    return Definition("Ballot", False, ("en",), (section,))


def test_nearly_all_and_nearly_nobody_are_said_in_words() -> None:
    assert [rules.tell_size(marks, 28) for marks in (0, 2, 3, 25, 26, 28)] == [
        Size.FEW, Size.FEW, Size.EXACT, Size.EXACT, Size.NEARLY_ALL, Size.NEARLY_ALL,
    ]  # fmt: skip


def test_a_reveal_tells_no_figure_that_tells_of_single_people() -> None:
    one = rules.reveal(paper("a", "b", "c"), {"votes": 28, "sections": {"s1": {"marks": {
        "a": 27, "b": 14, "c": 0,
    }}}})  # fmt: skip
    other = rules.reveal(paper("a", "b", "c"), {"votes": 28, "sections": {"s1": {"marks": {
        "a": 28, "b": 14, "c": 2,
    }}}})  # fmt: skip
    assert one == other
    assert [(bar.label, bar.votes, bar.place) for bar in one[0].bars[:2]] == [
        ("A", 28, 1), ("B", 14, 2),
    ]  # fmt: skip


def test_options_chosen_alike_share_a_place_in_printed_order() -> None:
    marks = {"a": 3, "b": 9, "c": 9, "d": 1}
    (section,) = rules.reveal(
        paper("d", "c", "b", "a"), {"votes": 20, "sections": {"s1": {"marks": marks}}}
    )
    assert [(bar.label, bar.place) for bar in section.bars] == [
        ("C", 1), ("B", 1), ("A", 3), ("D", 4),
    ]  # fmt: skip


def test_only_ten_votes_hide_each_other() -> None:
    assert not rules.may_reveal(9)
    assert rules.may_reveal(10)


# ---- the dandelion --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goal", "done"), [(1, 0), (1, 1), (28, 0), (28, 27), (28, 40), (900, 899)]
)
def test_a_dandelion_is_full_only_when_everybody_is_done(goal: int, done: int) -> None:
    seeds = rules.place_seeds(goal, done)
    assert 1 <= len(seeds) <= 60
    assert all(0 <= seed.x <= 240 and 0 <= seed.y <= 216 for seed in seeds)
    assert all(seed.is_lit for seed in seeds) == (done >= goal)
    if goal <= 60:
        assert sum(seed.is_lit for seed in seeds) == min(done, goal)
