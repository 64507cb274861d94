"""Rules of counting by hand, alone."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballots.rules import BallotState, ChoiceProblem, read_choices
from app.consultations.rules import Definition
from app.paper.rules import (
    LOOKS_EACH,
    BatchKind,
    BatchState,
    Contents,
    Lean,
    Look,
    Reason,
    agrees,
    find_disputed,
    is_blank,
    is_canonical,
    list_changes,
    list_differences,
    list_problems,
    read_contents,
    read_marked,
    read_pile,
    show_paper,
    state_of,
    weigh_account,
    why_not_look,
    why_not_revise,
    why_not_sign_off,
    why_not_write,
)
from tests.paper.papers import (
    APPROVAL,
    CHOICES,
    ONE_OF_FOUR,
    RANKED,
    RANKED_TOO,
    TWO_SECTIONS,
    marked,
    one_by_one,
)

PAPER, HANDS = BatchKind.PAPER_BALLOTS, BatchKind.HANDS_UP
FINE = marked(o1=20, o2=10, o3=7, o4=5)


def reasons(definition: Definition, contents: Contents, kind: BatchKind = PAPER) -> list[Reason]:
    return [one.reason for one in list_problems(definition, kind, contents)]


# ---- the account


def test_a_pile_that_balances_has_no_problem() -> None:
    assert reasons(CHOICES, FINE) == []


def test_one_missing_paper_is_named_with_its_figures() -> None:
    problem = list_problems(CHOICES, PAPER, replace(FINE, unused=0))[0]
    assert (problem.reason, problem.where) == (Reason.DOES_NOT_BALANCE, "issued")
    assert problem.scale is not None
    assert (problem.scale.lean, problem.scale.off) == (Lean.MISSING, 1)
    assert problem.scale.figures["issued"] == 30
    assert problem.scale.figures["sum"] == 29


@given(st.tuples(*[st.integers(0, 400)] * 5))
def test_the_account_balances_exactly_when_its_sum_does(figures: tuple[int, ...]) -> None:
    contents = Contents(*figures, marks={})
    scale = weigh_account(contents)
    left = contents.issued - (contents.valid + contents.blank + contents.spoilt + contents.unused)
    assert scale.off == abs(left)
    assert scale.lean is (Lean.FITS if not left else Lean.MISSING if left > 0 else Lean.TOO_MANY)


def test_hands_have_nothing_spoilt_or_unused() -> None:
    hands = Contents(30, 28, 2, marks={"s1": {"o1": 20, "o2": 15}})
    assert reasons(CHOICES, hands, HANDS) == []
    assert Reason.NOT_WITH_HANDS in reasons(CHOICES, replace(hands, spoilt=1, blank=1), HANDS)
    assert Reason.NOT_WITH_HANDS in reasons(CHOICES, replace(hands, unused=1, blank=1), HANDS)
    assert Reason.NOT_WITH_HANDS in reasons(CHOICES, one_by_one(("s1=o1", 3)), HANDS)


def test_figures_out_of_all_range_are_refused_before_they_are_added_up() -> None:
    assert reasons(CHOICES, marked(issued=-1, valid=-1)) == [Reason.OUT_OF_RANGE] * 2
    assert reasons(CHOICES, marked(o1=10**9)) == [Reason.OUT_OF_RANGE]


# ---- marks


@pytest.mark.parametrize(
    ("definition", "marks", "expected"),
    [
        (ONE_OF_FOUR, {"o1": 20, "o2": 7}, []),
        (ONE_OF_FOUR, {"o1": 20, "o2": 6}, [Reason.MARKS_MISSING]),
        (ONE_OF_FOUR, {"o1": 20, "o2": 8}, [Reason.MARKS_TOO_MANY]),
        (CHOICES, {"o1": 27}, []),  # every paper named one only
        (CHOICES, {"o1": 27, "o2": 27}, []),
        (CHOICES, {"o1": 26}, [Reason.MARKS_MISSING]),
        (CHOICES, {"o1": 27, "o2": 27, "o3": 1}, [Reason.MARKS_TOO_MANY]),
        (CHOICES, {"o1": 28}, [Reason.OPTION_TOO_MANY]),
        (APPROVAL, {"o1": 27, "o2": 27, "o3": 27, "o4": 27}, []),
        (APPROVAL, {"o1": 28}, [Reason.OPTION_TOO_MANY]),
        (APPROVAL, {"o1": 5}, [Reason.MARKS_MISSING]),
        (CHOICES, {"o1": 27, "o9": 1}, [Reason.NOT_ON_THE_PAPER]),
    ],
)
def test_marks_keep_to_what_so_many_papers_can_say(
    definition: Definition, marks: dict[str, int], expected: list[Reason]
) -> None:
    assert reasons(definition, marked(**marks)) == expected


def tallied(definition: Definition, papers: list[str]) -> Contents:
    """The sums that these papers add up to."""
    marks = {one.key: dict.fromkeys(one.keys, 0) for one in definition.sections}
    for text in papers:
        for key, chosen in read_choices(text).items():
            for option in chosen:
                marks[key][option] += 1
    blank = sum(is_blank(text) for text in papers)
    return Contents(len(papers), len(papers) - blank, blank, marks=marks)


def draw_papers(definition: Definition) -> st.SearchStrategy[list[str]]:
    """Piles of papers that can really be marked so."""
    parts = [
        st.lists(st.sampled_from(one.keys), max_size=one.most, unique=True).map(
            lambda chosen, one=one: (
                one.key
                + "="
                + ",".join(chosen if one.is_ranked else [k for k in one.keys if k in chosen])
            )
        )
        for one in definition.sections
    ]
    return st.lists(st.tuples(*parts).map(";".join), max_size=40)


@pytest.mark.parametrize("definition", [CHOICES, ONE_OF_FOUR, APPROVAL, TWO_SECTIONS])
def test_no_real_pile_is_ever_refused(definition: Definition) -> None:
    @given(draw_papers(definition))
    def check(papers: list[str]) -> None:
        assert reasons(definition, tallied(definition, papers)) == []
        pile = read_pile(definition, papers)
        entered = Contents(len(papers), pile.valid, pile.blank, papers=pile.papers)
        assert pile.unreadable == 0
        assert reasons(definition, entered) == []

    check()


@given(draw_papers(ONE_OF_FOUR).filter(bool), st.sampled_from(["o1", "o2", "o3", "o4"]))
def test_one_mark_more_than_there_are_papers_is_always_found(
    papers: list[str], option: str
) -> None:
    right = tallied(ONE_OF_FOUR, papers)
    marks = dict((right.marks or {})["s1"])
    marks[option] += 1
    assert reasons(ONE_OF_FOUR, replace(right, marks={"s1": marks})) != []


def test_a_paper_with_two_sections_may_leave_one_empty() -> None:
    both = Contents(10, 10, marks={"s1": {"o1": 4}, "s2": {"o1": 6}})
    assert reasons(TWO_SECTIONS, both) == []
    assert reasons(TWO_SECTIONS, replace(both, marks={"s1": {"o1": 4}, "s2": {"o1": 5}})) == [
        Reason.MARKS_MISSING
    ]


def test_ranked_sections_need_their_papers_one_by_one() -> None:
    assert reasons(RANKED, FINE) == [Reason.RANKED_ONE_BY_ONE]
    assert reasons(RANKED_TOO, FINE) == [Reason.RANKED_ONE_BY_ONE]
    hands = Contents(3, 3, marks={"s1": {"o1": 3}})
    assert reasons(RANKED, hands, HANDS) == [Reason.HANDS_CANNOT_RANK]
    assert reasons(RANKED, one_by_one(("s1=o2,o1", 2), ("s1=o3", 1))) == []


# ---- papers one by one


@pytest.mark.parametrize(
    ("definition", "text", "expected"),
    [
        (CHOICES, "s1=o1,o3", True),
        (CHOICES, "s1=", True),
        (CHOICES, "s1=o3,o1", False),  # not in printed order
        (CHOICES, "s1=o1,o2,o3", False),  # one too many
        (CHOICES, "s1=o1,o1", False),
        (CHOICES, "s1=o9", False),
        (CHOICES, "s2=o1", False),
        (CHOICES, "s1=o1;s2=o1", False),
        (CHOICES, "s1", False),
        (CHOICES, " s1=o1", False),
        (CHOICES, "", False),
        (RANKED, "s1=o3,o1", True),
        (RANKED, "s1=o3,o3", False),
        (TWO_SECTIONS, "s1=;s2=o1,o2", True),
        (TWO_SECTIONS, "s2=o1;s1=", False),
        (TWO_SECTIONS, "s1=o1", False),
    ],
)
def test_a_paper_is_written_in_one_way_only(
    definition: Definition, text: str, expected: bool
) -> None:
    assert is_canonical(definition, text) is expected


@pytest.mark.parametrize(
    "contents",
    [
        one_by_one(("s1=o3,o1", 1)),
        one_by_one(("s1=", 1)),
        one_by_one(("s1=o1", 0)),
        replace(one_by_one(("s1=o1", 1)), papers=(("s1=o1", 2), ("s1=o1", -1))),
    ],
)
def test_papers_that_cannot_be_so_are_refused(contents: Contents) -> None:
    assert reasons(CHOICES, contents)[-1] in {Reason.PAPER_UNREADABLE, Reason.OUT_OF_RANGE}


def test_papers_add_up_to_the_valid_ones() -> None:
    wrong = replace(one_by_one(("s1=o1", 3)), valid=2, blank=1)
    assert reasons(CHOICES, wrong) == [Reason.PAPERS_DO_NOT_ADD_UP]


def test_typed_marks_become_a_paper() -> None:
    filled = read_marked(TWO_SECTIONS, {"s1": ["o2"], "s2": ["o4", "o1"]})
    assert (filled.choices, filled.problems) == ("s1=o2;s2=o1,o4", {})
    assert read_marked(TWO_SECTIONS, {}).choices == "s1=;s2="
    wrong = read_marked(TWO_SECTIONS, {"s1": ["o1", "o2"], "s2": ["x"]})
    assert wrong.problems == {"s1": ChoiceProblem.TOO_MANY, "s2": ChoiceProblem.UNKNOWN}


@pytest.mark.parametrize(
    ("places", "expected", "problem"),
    [
        ({"o2": "1", "o1": "2"}, "s1=o2,o1", None),
        ({"o2": "1", "o1": "4"}, "s1=o2,o1", None),  # a gap is passed over
        ({"o2": "1", "o1": "2", "o3": "2", "o4": "3"}, "s1=o2", None),  # read no further
        ({"o1": "1", "o3": "1"}, "s1=", ChoiceProblem.SAME_RANK),
        ({"o1": "0"}, "s1=", ChoiceProblem.UNKNOWN),
        ({"o1": "²"}, "s1=", ChoiceProblem.UNKNOWN),
        ({"o1": "00013"}, "s1=", ChoiceProblem.UNKNOWN),
        ({"o1": "9" * 5000}, "s1=", ChoiceProblem.UNKNOWN),
        ({}, "s1=", None),
    ],
)
def test_a_ranked_paper_is_read_as_everywhere(
    places: dict[str, str], expected: str, problem: ChoiceProblem | None
) -> None:
    filled = read_marked(RANKED, {f"s1.{key}": [place] for key, place in places.items()})
    assert filled.choices == expected
    assert filled.problems.get("s1") is problem


@given(st.permutations(["s1=o1", "s1=o1", "s1=", "spoilt", "blank", "s1=o2,o3", "s1=o3,o2", "x"]))
def test_a_pile_has_no_order(lines: list[str]) -> None:
    pile = read_pile(CHOICES, lines)
    assert pile.papers == (("s1=o1", 2), ("s1=o2,o3", 1))
    assert (pile.valid, pile.blank, pile.spoilt, pile.unreadable) == (3, 2, 1, 2)


def test_a_paper_can_be_said_in_words() -> None:
    assert show_paper(TWO_SECTIONS, "s1=;s2=o1,o4") == "– · Option o1, Option o4"
    assert show_paper(RANKED, "s1=o4,o1") == "Option o4 > Option o1"


# ---- two people


def test_differences_say_where_and_never_how_many() -> None:
    other = replace(FINE, valid=26, blank=2, marks={"s1": {"o1": 20, "o2": 10, "o3": 8, "o4": 5}})
    assert list_differences(FINE, other) == ("valid", "blank", "s1.o3")
    assert list_differences(FINE, FINE) == ()
    one, two = one_by_one(("s1=o1", 2)), one_by_one(("s1=o1", 1), ("s1=o2", 1))
    assert list_differences(one, two) == ("papers",)


@given(st.permutations(list(range(4))))
def test_zeros_said_and_left_out_are_the_same_count(order: list[int]) -> None:
    plain = marked(o1=27).to_plain()
    full = read_contents(plain, CHOICES)
    options = {f"o{n + 1}": 27 if n == 0 else 0 for n in order}
    assert read_contents(plain | {"marks": {"s1": options}}, CHOICES) == full
    assert list_differences(full, read_contents(plain)) == ()


def test_a_revision_stands_where_its_looks_put_it() -> None:
    mine, other = Look(1, FINE), Look(2, replace(FINE, valid=26))
    assert state_of([mine], is_confirmed=False) is BatchState.WAITING
    assert state_of([mine, mine], is_confirmed=False) is BatchState.WAITING
    assert state_of([mine, other], is_confirmed=False) is BatchState.DIFFERING
    assert state_of([mine, other], is_confirmed=True) is BatchState.CONFIRMED


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=8), st.integers(1, 3))
def test_only_somebody_elses_newest_count_confirms(
    looked: list[tuple[int, int]], person: int
) -> None:
    def counted(n: int) -> Contents:
        return marked(valid=20 + n)

    looks = [Look(who, counted(n)) for who, n in looked]
    newest = {who: n for who, n in looked if who != person}
    for n in range(3):
        assert agrees(looks, person, counted(n)) is (n in newest.values())
        disputed = find_disputed(looks, person, counted(n))
        assert bool(disputed) is (bool(newest) and n not in newest.values())


def test_nobody_confirms_alone_and_nobody_guesses_for_ever() -> None:
    mine = Look(1, FINE)
    assert why_not_look([mine], 1, FINE, is_confirmed=False) is Reason.SECOND_PERSON
    better = replace(FINE, valid=26, blank=2)
    assert why_not_look([mine], 1, better, is_confirmed=False) is None  # mends one's own
    guesses = [Look(2, marked(valid=n)) for n in range(LOOKS_EACH)]
    assert why_not_look([mine, *guesses[:-1]], 2, FINE, is_confirmed=False) is None
    assert why_not_look([mine, *guesses], 2, FINE, is_confirmed=False) is Reason.LOOKED_ENOUGH
    assert why_not_look([mine, *guesses], 3, FINE, is_confirmed=False) is None
    assert why_not_look([mine], 2, FINE, is_confirmed=True) is Reason.NOTHING_WAITS
    other_way = one_by_one(("s1=o1", 1))
    assert why_not_look([mine], 2, other_way, is_confirmed=False) is Reason.OTHER_WAY


def test_signing_needs_another_person_and_the_right_number_of_papers() -> None:
    pile = Look(1, one_by_one(("s1=o1", 5), blank=1, spoilt=2))

    def why_not(
        person: int, papers: int, *looks: Look, is_confirmed: bool = False
    ) -> Reason | None:
        return why_not_sign_off(looks, person, papers_counted=papers, is_confirmed=is_confirmed)

    assert why_not(2, 8, pile) is None
    assert why_not(2, 7, pile) is Reason.PILE_SIZE_DIFFERS
    assert why_not(1, 8, pile) is Reason.SECOND_PERSON
    assert why_not(2, 8, pile, is_confirmed=True) is Reason.NOTHING_WAITS
    assert why_not(2, 8) is Reason.NOTHING_WAITS
    assert why_not(2, 30, Look(1, FINE)) is Reason.NOT_ONE_BY_ONE


def test_a_revision_follows_one_that_counts_and_says_why() -> None:
    new = replace(FINE, unused=0, blank=2)

    def why_not(
        counting: Contents | None, contents: Contents, reason: str, is_waiting: bool = False
    ) -> Reason | None:
        return why_not_revise(counting, contents, reason=reason, is_waiting=is_waiting)

    assert why_not(FINE, new, "A paper lay under the table") is None
    assert why_not(FINE, new, "  ") is Reason.REASON_MISSING
    assert why_not(FINE, FINE, "Again") is Reason.NOTHING_CHANGED
    assert why_not(FINE, new, "Again", is_waiting=True) is Reason.STILL_WAITS
    assert why_not(None, new, "Again") is Reason.STILL_WAITS
    changes = [(one.field, one.before, one.after) for one in list_changes(FINE, new)]
    assert changes == [("blank", 1, 2), ("unused", 1, 0)]


def test_only_a_final_ballot_takes_no_paper() -> None:
    assert why_not_write(BallotState.FINAL) is Reason.FINAL
    for state in (None, BallotState.OPEN, BallotState.CLOSING, BallotState.CLOSED):
        assert why_not_write(state) is None


def test_every_order_of_ranked_options_is_canonical() -> None:
    for order in permutations(("o1", "o2", "o3")):
        assert is_canonical(RANKED, "s1=" + ",".join(order))
