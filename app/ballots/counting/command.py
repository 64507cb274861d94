"""`wishes count`: a file in, a result out, and the result in plain words for a terminal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from app.ballots.counting.counter import RANKED, count
from app.ballots.counting.names import BadSheet, plain_name
from app.ballots.counting.papers import CannotCount, Handling
from app.ballots.counting.results import Result, Round, Rule, Tie, TieBy, TieFor, exact
from app.ballots.counting.sheet import read_sheet
from app.ballots.counting.ties import order_by_seed

TITLES: Mapping[Rule, str] = {
    Rule.PLURALITY: "Plurality: one vote each, most votes win",
    Rule.CHOICES: "Choices: several different choices each, all worth the same",
    Rule.APPROVAL: "Approval: as many as you like, all worth the same",
    Rule.BORDA: "Borda: points for places",
    Rule.IRV: "Instant run-off: the lowest drops out until one has more than half",
    Rule.STV: "Single transferable vote: several seats, in proportion",
}
DIGITS = 1000  # longer fractions are shown rounded in words; --json keeps them exact


PROBLEMS = (BadSheet, CannotCount, OSError)


def count_file(
    path: Path,
    *,
    rule: Rule,
    seats: int = 1,
    max_choices: int | None = None,
    options: Sequence[str] = (),
    tie_order: Sequence[str] = (),
    seed: str = "",
    handling: Handling = Handling(),
) -> Result:
    """Count a CSV file of ballots. Ties fall to `tie_order`, or an order drawn from `seed`.

    Raises BadSheet (the file), CannotCount (the question) or OSError.
    """
    sheet = read_sheet(path.read_bytes(), options=options, ranked=rule in RANKED)
    order = tuple(plain_name(name) for name in tie_order)
    if order and seed:
        raise CannotCount("Give an order for ties or a seed, not both.")
    if seed:
        order = order_by_seed(sheet.options, seed)
    return count(
        sheet.papers,
        rule,
        options=sheet.options,
        seats=seats,
        max_choices=max_choices,
        tie_order=order or None,
        handling=handling,
    )


def split_names(text: str) -> tuple[str, ...]:
    """Names between upright strokes: "A|B|C"."""
    return tuple(name.strip() for name in text.split("|")) if text else ()


def write_json(result: Result) -> str:
    """The whole result, exact, for a machine."""
    return json.dumps(result.as_dict(), ensure_ascii=False, indent=2)


def tell_problem(problem: Exception) -> str:
    """Why a file was not counted."""
    if isinstance(problem, OSError):
        return f"The file cannot be read: {problem.strerror or problem}."
    return str(problem)


def tell(result: Result) -> Iterator[str]:
    """The result as lines of text."""
    yield TITLES[result.rule]
    yield (
        f"Papers {result.papers}, cast {amount(result.cast)}: valid {amount(result.valid)}, "
        f"blank {amount(result.blank)}, spoilt {amount(result.spoilt)}"
    )
    if result.rule is Rule.CHOICES:
        yield f"Choices not used on valid papers: {amount(result.unused)}"
    several = len(result.rounds) > 1
    for each in result.rounds:
        yield ""
        if each.needed is not None:
            yield f"Round {each.number} ({amount(each.needed)} needed)"
        yield from _tell_tallies(each, result)
        yield from _tell_moves(each)
    yield ""
    if several:
        yield f"Votes that had run out at the end: {amount(result.exhausted)}"
    yield f"{'Winners' if result.seats > 1 else 'Winner'}: {', '.join(result.winners) or 'nobody'}"
    if any(tie.by is TieBy.ORDER for each in result.rounds for tie in each.ties):
        yield f"Order for ties: {', '.join(result.tie_order)}"


def _tell_tallies(each: Round, result: Result) -> Iterator[str]:
    """A table of a round, most first."""
    rising = sorted(each.tallies, key=lambda o: (-each.tallies[o], result.tie_order.index(o)))
    width = max(len(option) for option in rising)
    shown = [amount(each.tallies[option]) for option in rising]
    right = max(len(figure) for figure in shown)
    for option, figure in zip(rising, shown, strict=True):
        mark = "  elected" if option in each.elected else ""
        yield f"  {option:<{width}}  {figure:>{right}} {result.unit}{mark}"


def _tell_moves(each: Round) -> Iterator[str]:
    """Ties, who was out, and where the votes went."""
    for tie in each.ties:
        yield _tell_tie(tie)
    for source, heirs in (each.moved or {}).items():
        why = "is out" if source in each.out else "has more than needed"
        went = [f"{amount(value)} to {heir}" for heir, value in heirs.items()]
        lost = (each.dropped or {}).get(source, Fraction(0))
        if lost:
            went.append(f"{amount(lost)} had no further choice")
        yield f"  {source} {why}. Votes moved: {'; '.join(went) or 'none'}."


def _tell_tie(tie: Tie) -> str:
    about = {TieFor.ELECTED: "is elected", TieFor.OUT: "is out", TieFor.SURPLUS: "moves first"}
    by = f"round {tie.round}" if tie.by is TieBy.EARLIER_ROUND else "the order for ties"
    return f"  Tie between {', '.join(tie.between)}: {tie.chosen} {about[tie.about]}, by {by}."


def amount(value: Fraction) -> str:
    """A figure for reading: whole, a mixed fraction, or rounded and marked so."""
    if value.denominator == 1:
        return str(exact(value))
    whole, rest = divmod(value, 1)
    if value.denominator < DIGITS:
        return f"{whole} {exact(rest)}" if whole else str(exact(rest))
    thousandths = round(value * 1000)
    return f"≈{thousandths // 1000}.{thousandths % 1000:03d}"
