"""Papers and how they are read: blanks, gaps, repeats and too many marks.

A paper is kept as it was marked. What it says is decided here, by flags that are part of every
result, so that nobody has to tidy a paper before counting it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import Final

from app.ballots.counting.results import End

UNREADABLE: Final = ""  # stands among the marks of a rank: too many marks, names not recorded

Marks = tuple[str, ...]
Amount = int | Fraction  # whole where it can be: exact either way, and much faster


class CannotCount(ValueError):
    """The question itself makes no sense (no seats, an unknown option, …). Says why in words."""


class Overvote(StrEnum):
    """A rank with two or more options. One-round rules do not ask: too many marks spoil."""

    STOP = "stop"  # read no further: what the voter wanted next is not known
    SKIP = "skip"  # pass over this rank and read on


class Repeat(StrEnum):
    """The same option marked again on one paper."""

    SKIP = "skip"  # it counts once, at its first place
    STOP = "stop"  # ranked: read no further; one-round rules: the paper is spoilt


@dataclass(frozen=True, slots=True)
class Handling:
    """The flags of a count. They are announced before voting and printed with the result."""

    overvote: Overvote = Overvote.STOP
    repeat: Repeat = Repeat.SKIP
    max_skipped: int | None = None  # ranks left empty in a row that are passed over; None: any
    out_together: bool = False  # irv: drop several lowest at once when none of them can catch up
    look_back: bool = True  # ties: compare earlier rounds before the announced order


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked and how it is to be counted; all of it announced before voting."""

    options: tuple[str, ...]
    seats: int
    limit: int | None  # how many options a paper may choose, or how many ranks are read
    order: tuple[str, ...]  # decides ties, first wins
    handling: Handling


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: the marks at each rank, best rank first; `()` is a rank left empty.

    Without ranks (crosses only) all marks stand at one rank.
    """

    ranks: tuple[Marks, ...]
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a ranked paper says: the options in order, and why reading ends."""

    ranking: tuple[str, ...]
    ends: End = End.RAN_OUT


@dataclass(frozen=True, slots=True)
class Pile:
    """All papers of a ballot, equal ones together."""

    papers: int
    cast: Fraction
    blank: Fraction
    by_marks: Mapping[tuple[Marks, ...], Amount]
    unit: Fraction  # the smallest step in which weights differ (1 when all are whole)


def paper_of(choices: Sequence[str], weight: Fraction = Fraction(1)) -> Paper:
    """A paper from a list of choices, best first."""
    return Paper(tuple((choice,) for choice in choices), weight)


def gather(papers: Iterable[Paper | Sequence[str]], options: Iterable[str]) -> Pile:
    """Put equal papers together. Raises CannotCount for an unknown option or a negative weight."""
    known = {*options, UNREADABLE}
    by_marks: dict[tuple[Marks, ...], Amount] = defaultdict(int)
    number, steps = 0, 1
    for given in papers:
        paper = given if isinstance(given, Paper) else paper_of(given)
        number += 1
        if paper.weight < 0:
            raise CannotCount(f"Paper {number} has a weight below zero.")
        if paper.ranks not in by_marks:
            _check_known(paper, known, number)
        whole = paper.weight.denominator == 1
        by_marks[paper.ranks] += paper.weight.numerator if whole else paper.weight
        steps = lcm(steps, paper.weight.denominator)
    cast = Fraction(sum(by_marks.values()))
    blank = Fraction(sum(by_marks.pop(ranks) for ranks in [*by_marks] if not any(ranks)))
    return Pile(number, cast, blank, by_marks, Fraction(1, steps))


def _check_known(paper: Paper, known: set[str], number: int) -> None:
    for mark in (mark for marks in paper.ranks for mark in marks):
        if mark not in known:
            raise CannotCount(f"Paper {number} names “{mark}”, which is not an option.")


def read_ranking(ranks: Sequence[Marks], handling: Handling, limit: int | None = None) -> Reading:
    """Read a ranked paper from the top; at most `limit` ranks.

    At each rank the questions are asked in this order: too many empty ranks before it? an option
    that stood higher already? more than one option? Empty ranks after the last mark do not matter.
    """
    ranking: list[str] = []
    seen: set[str] = set()
    gap = 0
    for marks in ranks[:limit]:
        if not marks:
            gap += 1
            continue
        if handling.max_skipped is not None and gap > handling.max_skipped:
            return Reading(tuple(ranking), End.SKIPPED)
        gap = 0
        if handling.repeat is Repeat.STOP and not seen.isdisjoint(marks):
            return Reading(tuple(ranking), End.REPEATED)
        seen.update(mark for mark in marks if mark != UNREADABLE)
        if is_overvote(marks):
            if handling.overvote is Overvote.STOP:
                return Reading(tuple(ranking), End.OVERVOTED)
        elif marks[0] not in ranking:
            ranking.append(marks[0])
    return Reading(tuple(ranking))


def is_overvote(marks: Marks) -> bool:
    """True when a rank holds two different options, or too many to be told apart."""
    return UNREADABLE in marks or len(set(marks)) > 1


def read_marks(ranks: Sequence[Marks], handling: Handling, limit: int | None) -> Marks | None:
    """The options marked, each once, in no order; None when the paper is spoilt.

    Spoilt: more than `limit` different options, marks that cannot be told apart, or (when the
    flag says so) an option marked twice.
    """
    marks = [mark for rank in ranks for mark in rank]
    different = dict.fromkeys(marks)
    if UNREADABLE in different or (limit is not None and len(different) > limit):
        return None
    if handling.repeat is Repeat.STOP and len(different) < len(marks):
        return None
    return tuple(different)
