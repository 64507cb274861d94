"""The one door of counting: papers and a rule in, a result out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.ballots.counting.irv import run_irv
from app.ballots.counting.one_round import take_most, tally_borda, tally_marks, tally_plurality
from app.ballots.counting.papers import (
    UNREADABLE,
    CannotCount,
    Handling,
    Paper,
    Pile,
    Question,
    gather,
)
from app.ballots.counting.results import Result, Round, Rule, Unit
from app.ballots.counting.stv import run_stv

ZERO = Fraction(0)
ONE_ROUND: dict[Rule, Callable[[Pile, Question], tuple[dict[str, Fraction], Fraction]]] = {
    Rule.PLURALITY: tally_plurality,
    Rule.CHOICES: tally_marks,
    Rule.APPROVAL: tally_marks,
    Rule.BORDA: tally_borda,
}
RANKED = frozenset({Rule.BORDA, Rule.IRV, Rule.STV})
UNITS = {
    Rule.PLURALITY: Unit.VOTES,
    Rule.CHOICES: Unit.MARKS,
    Rule.APPROVAL: Unit.MARKS,
    Rule.BORDA: Unit.POINTS,
    Rule.IRV: Unit.VOTES,
    Rule.STV: Unit.VOTES,
}


@dataclass(frozen=True)
class _Counted:
    """What a rule found."""

    rounds: Sequence[Round]
    totals: dict[str, Fraction]
    spoilt: Fraction
    exhausted: Fraction = ZERO


def count(
    ballots: Iterable[Paper | Sequence[str]],
    rule: Rule,
    *,
    options: Sequence[str],
    seats: int = 1,
    max_choices: int | None = None,
    tie_order: Sequence[str] | None = None,
    handling: Handling = Handling(),
) -> Result:
    """Count papers by a rule.

    A ballot is a `Paper`, or a list of options, best first. `max_choices`: how many options a
    paper may choose (choices: needed; approval: optional; more spoil the paper) or how many ranks
    are read (ranked rules). `tie_order`: the announced order, first wins a tie; without it the
    order of `options` on the paper. Raises CannotCount.
    """
    order = tuple(options if tie_order is None else tie_order)
    asked = Question(tuple(options), seats, max_choices, order, handling)
    _check(rule, asked)
    pile = gather(ballots, options)
    found = _run(rule, pile, asked)
    valid = pile.cast - pile.blank - found.spoilt
    unused = ZERO
    if rule is Rule.CHOICES:
        allowed = min(max_choices or 0, len(options))
        unused = valid * allowed - sum(found.totals.values(), ZERO)
    return Result(
        rule=rule,
        options=asked.options,
        seats=seats,
        max_choices=max_choices,
        tie_order=order,
        handling=handling,
        unit=UNITS[rule],
        papers=pile.papers,
        cast=pile.cast,
        valid=valid,
        blank=pile.blank,
        spoilt=found.spoilt,
        exhausted=found.exhausted,
        unused=unused,
        totals=found.totals,
        rounds=tuple(found.rounds),
        winners=tuple(option for each in found.rounds for option in each.elected),
    )


def _run(rule: Rule, pile: Pile, asked: Question) -> _Counted:
    if rule in ONE_ROUND:
        tallies, spoilt = ONE_ROUND[rule](pile, asked)
        return _Counted([take_most(tallies, asked.seats, asked.order)], tallies, spoilt)
    rounds, table = (run_irv if rule is Rule.IRV else run_stv)(pile, asked)
    exhausted = sum(table.ended.values(), ZERO) - table.spoilt
    return _Counted(rounds, table.tallies(asked.options), table.spoilt, exhausted)


def _check(rule: Rule, asked: Question) -> None:
    """Refuse a question that makes no sense, in words."""
    if not asked.options:
        raise CannotCount("There are no options to count.")
    if len(set(asked.options)) < len(asked.options) or UNREADABLE in asked.options:
        raise CannotCount("Every option needs a name of its own.")
    if sorted(asked.order) != sorted(asked.options):
        raise CannotCount("The tie order must name every option exactly once.")
    if not 1 <= asked.seats <= len(asked.options):
        raise CannotCount(f"Seats must be from 1 to {len(asked.options)}, the number of options.")
    if rule is Rule.IRV and asked.seats > 1:
        raise CannotCount("An instant run-off fills one seat; use stv for several.")
    if rule is Rule.BORDA and len(asked.options) == 1:
        raise CannotCount("Borda compares options; it needs two or more.")
    if asked.limit is not None and asked.limit < 1:
        raise CannotCount("A paper must be allowed at least one choice.")
    if rule is Rule.CHOICES and asked.limit is None:
        raise CannotCount("Say how many choices a paper may make (max choices).")
    if rule is Rule.PLURALITY and asked.limit not in (None, 1):
        raise CannotCount("Plurality has one vote a paper; use choices for several.")
