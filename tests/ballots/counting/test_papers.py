"""How a ranked paper is read: each flag, alone and where two meet."""

import pytest

from app.ballots.counting import CannotCount, End, Handling, Overvote, Paper, Repeat, Rule, count
from app.ballots.counting.papers import UNREADABLE, Reading, read_marks, read_ranking

A, B, C, GAP, AB = ("a",), ("b",), ("c",), (), ("a", "b")
SKIP_OVER = Handling(overvote=Overvote.SKIP)
STOP_REPEAT = Handling(repeat=Repeat.STOP)


@pytest.mark.parametrize(
    ("ranks", "handling", "ranking", "ends"),
    [
        ((A, B, C), Handling(), "abc", End.RAN_OUT),
        ((), Handling(), "", End.RAN_OUT),
        ((GAP, A, GAP, GAP, B), Handling(), "ab", End.RAN_OUT),
        ((GAP, A, GAP, GAP, B), Handling(max_skipped=1), "a", End.SKIPPED),
        ((GAP, A, GAP, GAP, B), Handling(max_skipped=2), "ab", End.RAN_OUT),
        ((GAP, A), Handling(max_skipped=0), "", End.SKIPPED),
        ((A, GAP, GAP), Handling(max_skipped=0), "a", End.RAN_OUT),  # a short paper is no gap
        ((C, AB, A), Handling(), "c", End.OVERVOTED),
        ((C, AB, A), SKIP_OVER, "ca", End.RAN_OUT),
        ((C, (UNREADABLE,), A), Handling(), "c", End.OVERVOTED),
        ((C, (UNREADABLE,), A), SKIP_OVER, "ca", End.RAN_OUT),
        ((("a", "a"), B), Handling(), "ab", End.RAN_OUT),  # twice in one place is one mark
        ((A, A, B), Handling(), "ab", End.RAN_OUT),
        ((A, A, B), STOP_REPEAT, "a", End.REPEATED),
        ((AB, A), Handling(overvote=Overvote.SKIP, repeat=Repeat.STOP), "", End.REPEATED),
        ((A, GAP, A), Handling(repeat=Repeat.STOP, max_skipped=0), "a", End.SKIPPED),
    ],
)
def test_reading_a_ranked_paper(
    ranks: tuple[tuple[str, ...], ...], handling: Handling, ranking: str, ends: End
) -> None:
    """What it says, and why reading ended."""
    assert read_ranking(ranks, handling) == Reading(tuple(ranking), ends)


def test_only_so_many_ranks_are_read() -> None:
    """Ranks beyond the limit do not exist, whatever stands there."""
    assert read_ranking((A, B, AB), Handling(), 2) == Reading(("a", "b"), End.RAN_OUT)


@pytest.mark.parametrize(
    ("ranks", "handling", "limit", "marks"),
    [
        ((AB,), Handling(), 2, ("a", "b")),
        ((A, B), Handling(), 2, ("a", "b")),
        ((("a", "b", "c"),), Handling(), 2, None),
        ((("a", "b", "c"),), Handling(), None, ("a", "b", "c")),
        ((A, A), Handling(), 1, ("a",)),
        ((A, A), STOP_REPEAT, 2, None),
        (((UNREADABLE,),), Handling(), None, None),
    ],
)
def test_reading_marks_that_are_all_worth_the_same(
    ranks: tuple[tuple[str, ...], ...],
    handling: Handling,
    limit: int | None,
    marks: tuple[str, ...] | None,
) -> None:
    """The different options marked; None is a spoilt paper."""
    assert read_marks(ranks, handling, limit) == marks


@pytest.mark.parametrize(
    ("rule", "asked", "words"),
    [
        (Rule.PLURALITY, {"options": []}, "no options"),
        (Rule.PLURALITY, {"options": ["a", "a"]}, "name of its own"),
        (Rule.PLURALITY, {"options": ["a", ""]}, "name of its own"),
        (Rule.PLURALITY, {"seats": 0}, "from 1 to 2"),
        (Rule.STV, {"seats": 3}, "from 1 to 2"),
        (Rule.IRV, {"seats": 2}, "one seat"),
        (Rule.CHOICES, {}, "how many choices"),
        (Rule.APPROVAL, {"max_choices": 0}, "at least one"),
        (Rule.PLURALITY, {"max_choices": 2}, "one vote a paper"),
        (Rule.BORDA, {"options": ["a"]}, "two or more"),
        (Rule.IRV, {"tie_order": ["a"]}, "exactly once"),
        (Rule.IRV, {"tie_order": ["a", "b", "b"]}, "exactly once"),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    rule: Rule, asked: dict[str, object], words: str
) -> None:
    """In words that say what to mend."""
    with pytest.raises(CannotCount, match=words):
        count([], rule, **{"options": ["a", "b"], **asked})  # type: ignore[arg-type]


def test_papers_that_make_no_sense_are_refused() -> None:
    """An option nobody asked about, and a weight below zero."""
    with pytest.raises(CannotCount, match="Paper 2 names “z”"):
        count([["a"], ["z"]], Rule.PLURALITY, options=["a", "b"])
    with pytest.raises(CannotCount, match="Paper 1 has a weight below zero"):
        count([Paper((A,), weight=-1)], Rule.PLURALITY, options=["a"])  # type: ignore[arg-type]
