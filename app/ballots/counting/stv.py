"""Single transferable vote (stv): several seats, in proportion to what people want.

Weighted inclusive Gregory method with the Droop quota, as in Scottish council elections (The
Scottish Local Government Elections Order 2007, SSI 2007/42, schedule 1; surpluses: rule 48):
*all* papers of an elected option move on, each at its value times surplus divided by tally.
One difference: the Order cuts values off after five decimal places; here they stay exact
fractions. And where the Order draws lots, the order announced beforehand decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.ballots.counting.holdings import Holdings, deal, move_on, next_above
from app.ballots.counting.papers import Amount, Pile, Question
from app.ballots.counting.results import Round, Tie, TieFor
from app.ballots.counting.ties import best_of, edge, worst_of


@dataclass(frozen=True)
class _Move:
    """Whose papers move next, and the share of each that moves."""

    source: str
    share: Amount
    ties: tuple[Tie, ...]


def run_stv(pile: Pile, asked: Question) -> tuple[list[Round], Holdings]:
    """All rounds. Each declares who is elected, then moves one surplus or drops one option."""
    table = deal(pile, asked)
    quota = next_above(
        sum(table.tallies(asked.options).values(), Fraction(0)) / (asked.seats + 1), pile.unit
    )
    continuing, elected = list(asked.options), list[str]()
    rounds: list[Round] = []
    while True:
        ended = dict(table.ended)
        tallies = table.tallies(
            option for option in asked.options if option in [*continuing, *elected]
        )
        new = _elect(tallies, quota, continuing, asked.seats - len(elected), asked.order)
        elected += new
        continuing = [option for option in continuing if option not in new]
        number, just = len(rounds) + 1, tuple(new)
        if len(elected) == asked.seats or not any(tallies.values()):
            rounds.append(Round(number, tallies, quota, just, ended=ended))
            return rounds, table
        earlier = rounds if asked.handling.look_back else []
        move = _next_move(tallies, quota, elected, asked.order, earlier)
        out = () if move.source in elected else (move.source,)
        continuing = [option for option in continuing if option not in out]
        received, lost = move_on(table, move.source, continuing, move.share)
        moved, dropped = {move.source: received}, {move.source: lost}
        rounds.append(Round(number, tallies, quota, just, out, moved, dropped, ended, move.ties))


def _elect(
    tallies: Mapping[str, Fraction],
    quota: Fraction,
    continuing: Sequence[str],
    seats_left: int,
    order: Sequence[str],
) -> list[str]:
    """Who is elected now, most votes first: all who reach the quota, or all who are left.

    When no more options are left than seats, no further papers move: the last seats are filled.
    """
    if not any(tallies.values()):
        return []
    everyone = len(continuing) <= seats_left
    reached = [option for option in continuing if everyone or tallies[option] >= quota]
    return sorted(reached, key=lambda option: (-tallies[option], order.index(option)))


def _next_move(
    tallies: Mapping[str, Fraction],
    quota: Fraction,
    elected: Sequence[str],
    order: Sequence[str],
    earlier: Sequence[Round],
) -> _Move:
    """The largest surplus moves first; where there is none, the lowest option is out."""
    above = [option for option in tallies if option in elected and tallies[option] > quota]
    if above:
        tied = edge(above, tallies, lowest=False)
        tie = best_of(tied, TieFor.SURPLUS, order, earlier)
        held = tallies[tie.chosen]
        return _Move(tie.chosen, (held - quota) / held, (tie,) if len(tied) > 1 else ())
    bottom = edge([o for o in tallies if o not in elected], tallies, lowest=True)
    tie = worst_of(bottom, order, earlier)
    return _Move(tie.chosen, 1, (tie,) if len(bottom) > 1 else ())
