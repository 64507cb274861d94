"""Rules of voting, without a database."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballots.rules import (
    BLANK,
    TRANSITIONS,
    BallotState,
    ChoiceProblem,
    rank_field,
    read_choices,
    read_paper,
    shuffle_keys,
)
from app.consultations.rules import BallotRule, Definition, PaperOption, PaperSection
from app.core.tokens import is_strong_id, new_submission_id

KEYS = [f"o{number}" for number in range(1, 7)]
UNRANKED = [BallotRule.PLURALITY, BallotRule.CHOICES, BallotRule.APPROVAL]
RANKED = [BallotRule.BORDA, BallotRule.IRV, BallotRule.STV]


def section(rule: BallotRule, most: int | None = None, key: str = "s1") -> PaperSection:
    return PaperSection(
        key, "Which?", rule, most, 1, tuple(KEYS), tuple(PaperOption(one, one) for one in KEYS)
    )


def paper(*sections: PaperSection) -> Definition:
    return Definition("The paper", True, ("en",), sections)


def places(order: list[str], key: str = "s1") -> dict[str, list[str]]:
    return {rank_field(key, one): [str(place)] for place, one in enumerate(order, start=1)}


@pytest.mark.parametrize("rule", UNRANKED)
@given(st.lists(st.sampled_from([*KEYS, BLANK, "x"]), max_size=8), st.integers(1, 6))
def test_ticks_fit_exactly_when_they_should(rule: BallotRule, ticked: list[str], most: int) -> None:
    limit = {BallotRule.PLURALITY: 1, BallotRule.CHOICES: most, BallotRule.APPROVAL: 6}[rule]
    options = set(ticked) - {BLANK}
    fits = bool(ticked) and "x" not in options and (
        not options if BLANK in ticked else len(options) <= limit
    )  # fmt: skip
    asked = section(rule, most if rule is BallotRule.CHOICES else None)
    filled = read_paper(paper(asked), {"s1": ticked})
    assert (not filled.problems) == fits
    if fits:  # the order of the paper, not of the taps; a double tick is one choice
        assert filled.choices == "s1=" + ",".join(key for key in KEYS if key in options)


@pytest.mark.parametrize("rule", RANKED)
@given(st.lists(st.sampled_from(KEYS), max_size=6, unique=True), st.integers(1, 6))
def test_an_order_is_kept_best_first(rule: BallotRule, order: list[str], most: int) -> None:
    filled = read_paper(paper(section(rule, most)), places(order))
    if not order:
        assert filled.problems == {"s1": ChoiceProblem.NOTHING}
    elif len(order) > most:
        assert filled.problems == {"s1": ChoiceProblem.TOO_MANY}
    else:
        assert (filled.choices, filled.problems) == ("s1=" + ",".join(order), {})


PROBLEMS = [
    (BallotRule.PLURALITY, {}, ChoiceProblem.NOTHING),
    (BallotRule.PLURALITY, {"s1": ["o1", "o2"]}, ChoiceProblem.TOO_MANY),
    (BallotRule.CHOICES, {"s1": ["o1", "o2", "o3"]}, ChoiceProblem.TOO_MANY),
    (BallotRule.APPROVAL, {"s1": ["o1", BLANK]}, ChoiceProblem.BOTH),
    (BallotRule.APPROVAL, {"s1": ["w1"]}, ChoiceProblem.UNKNOWN),
    (BallotRule.IRV, {}, ChoiceProblem.NOTHING),
    (BallotRule.IRV, {"s1.o1": [""]}, ChoiceProblem.NOTHING),
    (BallotRule.IRV, {"s1.o1": ["1"], "s1": [BLANK]}, ChoiceProblem.BOTH),
    (BallotRule.IRV, {"s1.o1": ["1"], "s1.o2": ["1"]}, ChoiceProblem.SAME_RANK),
    (BallotRule.IRV, {"s1.o1": ["1"], "s1.o2": ["01"]}, ChoiceProblem.SAME_RANK),
    (BallotRule.STV, {"s1.o1": ["2"]}, ChoiceProblem.RANK_GAP),
    (BallotRule.STV, {"s1.o1": ["1"], "s1.o2": ["3"]}, ChoiceProblem.RANK_GAP),
    (BallotRule.BORDA, {"s1.o1": ["first"]}, ChoiceProblem.UNKNOWN),
    (BallotRule.BORDA, {"s1.o1": ["0"]}, ChoiceProblem.UNKNOWN),
    (BallotRule.BORDA, {"s1.o1": ["7"]}, ChoiceProblem.UNKNOWN),
    (BallotRule.BORDA, {"s1.o1": ["١"]}, ChoiceProblem.UNKNOWN),
    (BallotRule.BORDA, {"s1.o1": ["9" * 5000]}, ChoiceProblem.UNKNOWN),
]


@pytest.mark.parametrize(("rule", "fields", "problem"), PROBLEMS)
def test_what_is_wrong_is_named(
    rule: BallotRule, fields: dict[str, list[str]], problem: ChoiceProblem
) -> None:
    most = 2 if rule is BallotRule.CHOICES else None
    assert read_paper(paper(section(rule, most)), fields).problems == {"s1": problem}


def test_every_problem_is_tried() -> None:
    assert {problem for _, _, problem in PROBLEMS} == set(ChoiceProblem)


@pytest.mark.parametrize("rule", [*UNRANKED, *RANKED])
def test_a_blank_section_is_a_choice(rule: BallotRule) -> None:
    filled = read_paper(paper(section(rule, 2)), {"s1": [BLANK, BLANK]})
    assert (filled.choices, filled.problems) == ("s1=", {})


def test_sections_are_read_apart_and_written_in_their_order() -> None:
    three = paper(
        section(BallotRule.PLURALITY), section(BallotRule.IRV, key="s2"),
        section(BallotRule.CHOICES, 2, key="s3"),
    )  # fmt: skip
    fields = {"s3": ["o4", "o2"], "s1": ["o5"]} | places(["o3", "o1"], "s2")
    filled = read_paper(three, fields)
    assert filled.choices == "s1=o5;s2=o3,o1;s3=o2,o4"
    assert read_choices(filled.choices) == {"s1": ("o5",), "s2": ("o3", "o1"), "s3": ("o2", "o4")}
    wrong = read_paper(three, fields | {"s1": ["o1", "o2"], "s3": []})
    assert wrong.problems == {"s1": ChoiceProblem.TOO_MANY, "s3": ChoiceProblem.NOTHING}
    assert read_choices("s1=;s2=o1") == {"s1": (), "s2": ("o1",)}


def test_what_was_not_asked_is_not_read() -> None:
    filled = read_paper(
        paper(section(BallotRule.IRV, 2)), {"s1.o1": ["1"], "s1.o9": ["2"], "s9": ["o1"]}
    )
    assert (filled.choices, filled.problems) == ("s1=o1", {})


def test_the_order_of_the_fields_changes_nothing() -> None:
    fields = list(places(["o2", "o6", "o4"]).items())
    asked = paper(section(BallotRule.STV))
    assert {read_paper(asked, dict(mixed)).choices for mixed in permutations(fields)} == {
        "s1=o2,o6,o4"
    }


def test_a_ballot_only_moves_forward() -> None:
    order = list(BallotState)
    assert set(TRANSITIONS) == set(order)
    for here, after in TRANSITIONS.items():
        assert [order.index(one) for one in after] in ([order.index(here) + 1], [])


def test_every_option_comes_first_about_as_often() -> None:
    keys = [f"w{number}" for number in range(1, 13)]
    firsts = Counter(shuffle_keys(keys, f"{seed:032x}")[0] for seed in range(6000))
    assert set(firsts) == set(keys)
    assert max(abs(count - 500) for count in firsts.values()) < 100  # 4.7 standard deviations
    assert shuffle_keys(keys, "a") == shuffle_keys(keys, "a")


def test_a_drawn_id_is_strong() -> None:
    drawn = [new_submission_id() for _ in range(2000)]
    assert all(map(is_strong_id, drawn))
    assert len(set(drawn)) == 2000


def test_broken_random_generators_are_noticed() -> None:
    for weak in ("", "0" * 32, "0123456789abcdef", "00000000000000000000000000000001", "G" * 32):
        assert not is_strong_id(weak)
