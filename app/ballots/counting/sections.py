"""Counting one section of a ballot: votes from boxes and papers from batches, by one rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.ballots.counting.counter import RANKED, count
from app.ballots.counting.one_round import take_most
from app.ballots.counting.papers import CannotCount, paper_of
from app.ballots.counting.results import Result, Rule


@dataclass(frozen=True)
class HandTally:
    """Papers counted by hand, option by option: they are sums, and no single paper is made up."""

    marks: Mapping[str, int] = field(default_factory=dict)
    valid: int = 0
    blank: int = 0
    spoilt: int = 0


def count_section(
    papers: Mapping[tuple[str, ...], int],
    rule: Rule,
    *,
    options: Sequence[str],
    seats: int,
    max_choices: int | None,
    tie_order: Sequence[str],
    by_hand: HandTally = HandTally(),
) -> Result:
    """Count a section. `papers`: options named (best first) -> how many papers say so; `()` is a
    blank one. Hand tallies add to the options' figures; their blank and spoilt papers to those.

    Raises CannotCount for a tally of marks under a ranked rule: an order cannot be made of sums.
    """
    if by_hand.marks and rule in RANKED:
        raise CannotCount("A ranked section needs its papers one by one, not sums.")
    weighted = [paper_of(named, Fraction(times)) for named, times in papers.items()]
    limit = None if rule is Rule.PLURALITY else max_choices
    result = count(
        weighted, rule, options=options, seats=seats, max_choices=limit, tie_order=tie_order
    )
    result = replace(result, papers=sum(papers.values()))
    return _add_by_hand(result, by_hand) if by_hand != HandTally() else result


def _add_by_hand(result: Result, by_hand: HandTally) -> Result:
    cast = by_hand.valid + by_hand.blank + by_hand.spoilt
    added = replace(
        result,
        papers=result.papers + cast,
        cast=result.cast + cast,
        valid=result.valid + by_hand.valid,
        blank=result.blank + by_hand.blank,
        spoilt=result.spoilt + by_hand.spoilt,
    )
    if not by_hand.marks:
        return added
    marks = Counter(by_hand.marks)
    totals = {option: held + marks[option] for option, held in result.totals.items()}
    last = take_most(totals, result.seats, result.tie_order)
    return replace(added, totals=totals, rounds=(last,), winners=last.elected)
