"""Versions, embargo, missing records, what is published, and how it is told."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

import pytest

from app.ballots.counting.sections import HandTally
from app.ballots.rules import BallotState
from app.consultations.rules import BallotRule
from app.results import rules
from app.results.rules import Facts, Noted, Reason, ResultStatus, Stage, Standing
from app.results.rules.drawing import draw_flow
from app.results.rules.telling import show_figure
from tests.results.world import define, make_section

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FINE = Facts(is_waiting=False, is_changed=False, cast=50, minimum=10)


def standing(
    status: ResultStatus = ResultStatus.PROVISIONAL,
    *,
    is_approved: bool = True,
    is_withdrawn: bool = False,
    until: datetime | None = None,
) -> Standing:
    return Standing(status, is_approved, is_withdrawn, until)


def why_not(
    before: Standing | None,
    wanted: ResultStatus,
    facts: Facts = FINE,
    reason: str = "counted again",
    note: str = "a pile was missing",
) -> Reason | None:
    return rules.why_not_propose(before, wanted, facts=facts, reason=reason, public_note=note)


# --- versions


def test_every_status_says_what_may_follow() -> None:
    assert set(rules.TRANSITIONS) == {None, *ResultStatus}
    assert ResultStatus.CORRECTED not in rules.TRANSITIONS[None]  # nothing to correct yet
    assert all(ResultStatus.PROVISIONAL not in rules.TRANSITIONS[one] for one in ResultStatus)


@pytest.mark.parametrize(("before", "wanted"), [*product([None, *ResultStatus], ResultStatus)])
def test_a_version_follows_only_where_it_may(
    before: ResultStatus | None, wanted: ResultStatus
) -> None:
    changed = Facts(
        is_waiting=False, is_changed=wanted is ResultStatus.CORRECTED, cast=50, minimum=10
    )
    reason = why_not(standing(before) if before else None, wanted, changed)
    assert reason is (None if wanted in rules.TRANSITIONS[before] else Reason.WRONG_STATUS)


def test_other_figures_than_confirmed_are_a_correction() -> None:
    changed = Facts(is_waiting=False, is_changed=True, cast=50, minimum=10)
    for before in (ResultStatus.CONFIRMED, ResultStatus.CORRECTED):
        assert why_not(standing(before), ResultStatus.CONFIRMED, changed) is Reason.WRONG_STATUS
        assert why_not(standing(before), ResultStatus.CORRECTED, changed) is None
    assert why_not(standing(), ResultStatus.CONFIRMED, changed) is None  # paper came in meanwhile


def test_changed_figures_need_a_reason_and_a_note() -> None:
    changed = Facts(is_waiting=False, is_changed=True, cast=50, minimum=10)
    wanted = ResultStatus.CORRECTED
    assert why_not(standing(), wanted, changed, reason=" ") is Reason.WORDS_MISSING
    assert why_not(standing(), wanted, changed, note="oh") is Reason.NOTE_MISSING
    assert why_not(standing(), wanted, FINE) is Reason.NOTHING_CHANGED
    assert why_not(standing(), ResultStatus.CONFIRMED, FINE, reason="", note="") is None


def test_what_keeps_a_proposal_back() -> None:
    first = ResultStatus.CONFIRMED
    waits = Facts(is_waiting=True, is_changed=False, cast=50, minimum=10)
    assert why_not(None, first, waits) is Reason.PROPOSAL_WAITS
    few = Facts(is_waiting=False, is_changed=False, cast=9, minimum=10)
    assert why_not(None, first, few) is Reason.TOO_FEW
    assert why_not(None, first, Facts(False, False, 10, 10)) is None
    piles = Facts(False, False, 50, 10, unconfirmed_piles=1)
    assert why_not(None, first, piles) is Reason.PAPER_WAITS
    assert why_not(None, ResultStatus.PROVISIONAL, piles) is None


def test_after_one_that_was_taken_back_the_same_may_be_said_again_with_a_note() -> None:
    back = standing(ResultStatus.CONFIRMED, is_withdrawn=True)
    assert why_not(back, ResultStatus.CONFIRMED) is None
    assert why_not(back, ResultStatus.CORRECTED) is None
    assert why_not(back, ResultStatus.CONFIRMED, note="") is Reason.NOTE_MISSING
    assert why_not(back, ResultStatus.PROVISIONAL) is Reason.WRONG_STATUS


def test_a_second_person_approves_once_what_is_still_true() -> None:
    waiting = standing(is_approved=False)

    def reason(version: Standing, actor: int, *, is_stale: bool = False) -> Reason | None:
        return rules.why_not_approve(version, proposed_by_id=1, actor_id=actor, is_stale=is_stale)

    assert reason(waiting, 2) is None
    assert reason(waiting, 1) is Reason.SAME_PERSON
    assert reason(waiting, 2, is_stale=True) is Reason.STALE
    assert reason(standing(), 2) is Reason.MOVED_ON
    assert reason(standing(is_approved=False, is_withdrawn=True), 2) is Reason.MOVED_ON


def test_taking_back_what_was_approved_needs_a_note() -> None:
    assert rules.why_not_withdraw(standing(is_approved=False), note="") is None
    assert rules.why_not_withdraw(standing(), note="") is Reason.NOTE_MISSING
    assert rules.why_not_withdraw(standing(), note="wrong ballot") is None
    back = standing(is_withdrawn=True)
    assert rules.why_not_withdraw(back, note="wrong ballot") is Reason.MOVED_ON


@pytest.mark.parametrize("state", [None, *BallotState])
def test_nothing_is_counted_before_the_close_or_with_records_missing(
    state: BallotState | None,
) -> None:
    over = state in (BallotState.CLOSED, BallotState.FINAL)
    assert rules.why_not_count(state, is_whole=True) is (None if over else Reason.NOT_CLOSED)
    if over:
        assert rules.why_not_count(state, is_whole=False) is Reason.RECORDS_MISSING


# --- embargo


def test_a_result_is_public_from_its_very_moment_on() -> None:
    held = standing(until=NOW)
    assert not rules.is_public(held, now=NOW - timedelta(microseconds=1))
    assert rules.is_public(held, now=NOW)
    assert rules.is_public(standing(), now=NOW)
    assert not rules.is_public(standing(is_approved=False), now=NOW)
    assert not rules.is_public(standing(is_approved=False, until=NOW), now=NOW + SECOND)


def test_the_moment_moves_until_somebody_has_seen_the_result() -> None:
    held = standing(until=NOW)
    move = rules.why_not_move_embargo
    assert move(held, NOW + SECOND, now=NOW - SECOND) is None
    assert move(held, None, now=NOW - SECOND) is None
    assert move(held, NOW - SECOND, now=NOW - SECOND) is Reason.EMBARGO_PAST  # now is not ahead
    assert move(held, NOW + SECOND, now=NOW) is Reason.PUBLIC_ALREADY
    assert move(standing(), NOW + SECOND, now=NOW) is Reason.PUBLIC_ALREADY
    assert move(standing(is_approved=False), NOW + SECOND, now=NOW) is None
    assert move(standing(is_withdrawn=True), None, now=NOW) is Reason.MOVED_ON


def test_where_a_ballot_stands() -> None:
    def stage(
        state: BallotState | None, newest: Standing | None = None, *, closed: bool = False
    ) -> Stage:
        return rules.stage_of(state, newest, is_round_closed=closed, now=NOW)

    assert stage(None) is Stage.UNHELD
    assert stage(BallotState.OPEN) is Stage.OPEN
    assert stage(BallotState.OPEN, closed=True) is Stage.CLOSING  # the worker comes next
    assert stage(BallotState.CLOSING, closed=True) is Stage.CLOSING
    assert stage(BallotState.CLOSED) is stage(BallotState.FINAL) is Stage.READY
    assert stage(BallotState.CLOSED, standing(is_approved=False)) is Stage.PROPOSED
    assert stage(BallotState.CLOSED, standing(until=NOW + SECOND)) is Stage.HELD
    assert stage(BallotState.CLOSED, standing(until=NOW)) is Stage.PUBLIC
    assert stage(BallotState.CLOSED, standing(is_withdrawn=True)) is Stage.TAKEN_BACK


# --- missing records

LOG = [Noted(10, "a", NOW), Noted(20, "b", NOW + SECOND), Noted(30, "c", NOW + 2 * SECOND)]


def gap(size: int, hashes: dict[int, str], *, log: list[Noted] = LOG, restored: int = 0) -> object:
    return rules.find_gap(log, size=size, hashes=hashes, restored_at=restored)


def test_a_whole_ledger_has_no_gap() -> None:
    assert gap(30, {10: "a", 20: "b", 30: "c"}) is None
    assert gap(45, {10: "a", 20: "b", 30: "c"}) is None
    assert gap(0, {}, log=[]) is None


def test_a_shorter_ledger_says_how_much_and_since_when() -> None:
    assert gap(24, {10: "a", 20: "b"}) == rules.Gap(6, NOW + SECOND)
    assert gap(20, {10: "a", 20: "b"}) == rules.Gap(10, NOW + SECOND)
    assert gap(0, {}) == rules.Gap(30, NOW)  # nothing is left at all


def test_a_ledger_that_went_on_from_an_old_copy_is_found() -> None:
    assert gap(60, {10: "a", 20: "b", 30: "other"}) == rules.Gap(10, NOW + SECOND)
    log = [*LOG, Noted(22, "new", NOW + 9 * SECOND)]  # restored at 20, and signed again at 22
    assert gap(22, {10: "a", 20: "b", 22: "new"}, log=log) == rules.Gap(10, NOW + SECOND)


def test_what_was_explained_is_not_asked_again_and_a_new_gap_is() -> None:
    log = [*LOG, Noted(25, "told", NOW + 9 * SECOND)]  # entry 25: restored
    hashes = {10: "a", 20: "b", 25: "told"}
    assert gap(25, hashes, log=log, restored=25) is None
    assert gap(28, hashes | {28: "x"}, log=[*log, Noted(28, "x", NOW)], restored=25) is None
    again = [*log, Noted(40, "lost", NOW + 10 * SECOND)]
    assert gap(26, hashes, log=again, restored=25) == rules.Gap(14, NOW + 9 * SECOND)
    # the entry that explained it is gone itself: the old gap counts again
    assert gap(20, {10: "a", 20: "b"}, log=log, restored=0) == rules.Gap(10, NOW + SECOND)


def test_the_log_is_read_with_torn_lines_and_other_ballots_in_it() -> None:
    mine = {"definition_hash": "ff", "size": 3, "head": "h", "at": NOW.isoformat()}
    other = mine | {"definition_hash": "ee"}
    lines = [json.dumps(mine), json.dumps(other), json.dumps(mine)[:30], "", '"ff"', '["ff"]']
    assert rules.read_noted(lines, "ff") == [Noted(3, "h", NOW)]


# --- what is published


def test_votes_and_paper_add_up_in_the_body() -> None:
    definition = define(
        make_section(BallotRule.CHOICES, most=2), make_section(BallotRule.PLURALITY, key="s2")
    )
    counted = rules.compose_result(
        definition,
        version=3,
        votes={"s1=o1,o2;s2=o1": 6, "s1=;s2=o2": 2},
        on_paper={"s1=o1;s2=": 1},
        by_hand={
            "s1": HandTally({"o2": 4}, valid=5, blank=1, spoilt=2),
            "s2": HandTally({"o3": 5}, valid=5, blank=1, spoilt=2),
        },
    )
    body = json.loads(counted.body)
    assert (body["version"], body["votes"]) == (3, 8)
    assert body["paper"] == {"valid": 6, "blank": 1, "spoilt": 2}
    assert counted.cast == 17
    first = body["sections"]["s1"]
    assert first["totals"] == {"o1": 7, "o2": 10, "o3": 0, "o4": 0}
    assert (first["cast"], first["blank"], first["spoilt"], first["valid"]) == (17, 3, 2, 12)
    assert first["winners"] == ["o2"]
    second = body["sections"]["s2"]
    assert second["totals"]["o3"] == 5
    assert (second["cast"], second["blank"], second["valid"]) == (17, 2, 13)
    assert counted.body == json.dumps(body, sort_keys=True, separators=(",", ":"))
    assert rules.same_figures(counted.body, counted.body.replace('"version":3', '"version":4'))
    assert not rules.same_figures(counted.body, counted.body.replace('"votes":8', '"votes":9'))


# --- telling

TEAM = Counter({"s1=o1,o2": 6, "s1=o1,o3": 3, "s1=o2": 5, "s1=o3": 5, "s1=o4": 1})


def tell(rule: BallotRule, votes: Counter[str], **section: object) -> rules.SectionView:
    definition = define(make_section(rule, **section))  # type: ignore[arg-type]
    counted = rules.compose_result(definition, version=1, votes=votes, on_paper={}, by_hand={})
    details = json.loads(json.dumps(counted.details))  # as it comes out of the database
    return rules.tell_sections(definition, details, "en")[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1234), "1,234"),
        (Fraction(7, 2), "3½"),
        (Fraction(1, 2), "½"),
        (Fraction(19, 3), "6.33"),
        (Fraction(12345678, 7), "1,763,668.29"),
        (Fraction(0), "0"),
    ],
)
def test_figures_are_short(value: Fraction, text: str) -> None:
    assert show_figure(value) == text


def test_a_run_off_is_told_round_by_round() -> None:
    told = tell(BallotRule.STV, TEAM, seats=2)
    assert [bar.option.label for bar in told.winners] == ["Pizza", "Curry"]
    assert [(bar.option.label, bar.last_round) for bar in told.bars[2:]] == [
        ("Soup", 3),
        ("Salad", 2),
    ]
    first, second, third, last = told.rounds
    assert (first.source, first.is_out, first.source_text) == (first.elected[0], False, "2")
    assert [(move.option and move.option.label, move.text) for move in first.moves] == [
        ("Curry", "1.33"),
        ("Soup", "0.67"),
    ]
    assert {row.option.label: row.came_text for row in second.rows}["Curry"] == "1.33"
    assert second.came_from == first.source
    assert [row.state for row in second.rows] == ["kept", "", "", "out"]
    assert third.moves[-1].option is None  # no next choice
    assert last.flow is None
    assert not last.has_enough  # as many are left as can win
    assert first.has_enough
    assert all(row.share <= 100 for one in told.rounds for row in one.rows)


def test_every_vote_in_a_picture_comes_from_somewhere() -> None:
    told = tell(BallotRule.IRV, Counter({"s1=o1": 5, "s1=o2,o1": 4, "s1=o3,o2": 3, "s1=o4": 1}))
    for before, after in pairwise(told.rounds):
        came = sum(Fraction(row.came_text) for row in after.rows)
        lost = sum(Fraction(move.text) for move in before.moves if move.option is None)
        assert came + lost == Fraction(before.source_text)


def test_a_tie_is_told_with_the_order_announced_before() -> None:
    told = tell(
        BallotRule.PLURALITY, Counter({"s1=o1": 3, "s1=o2": 3}), tie_order=["o4", "o2", "o3", "o1"]
    )
    (tie,) = told.ties
    assert tie.chosen.label == "Curry"
    assert [one.label for one in tie.order] == ["Curry", "Pizza"]
    assert (tie.about, tie.by) == ("elected", "order")
    assert [bar.option.label for bar in told.bars[:2]] == ["Curry", "Pizza"]


def test_options_are_drawn_by_wish_emoji_or_letter() -> None:
    section = make_section(
        BallotRule.PLURALITY, ("One", "Two", "Three"), pictures=("wish-6", "🍕", "wish-99")
    )
    one, two, three = rules.tell_options(section, "en").values()
    assert (one.wish, one.colour, one.picture) == (6, 6, "")
    assert (two.wish, two.picture, two.letter) == (None, "🍕", "B")
    assert (three.wish, three.picture, three.letter) == (None, "", "C")


def test_nobody_voted_is_a_result_too() -> None:
    for rule in BallotRule:
        told = tell(rule, Counter(), most=2 if rule is BallotRule.CHOICES else None)
        assert told.winners == ()
        assert {bar.text for bar in told.bars} == {"0"}


def test_bands_are_as_wide_as_their_share() -> None:
    flow = draw_flow([3, 1])
    tops = [float(band.path[1:].split("C")[0].split()[1]) for band in flow.bands]
    assert tops[1] - tops[0] == pytest.approx(27)  # three quarters of 36
    assert len(draw_flow([1] * 12).bands) == 12
