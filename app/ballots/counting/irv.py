"""Instant run-off (irv): the lowest drops out until one option holds more than half.

"More than half" is of the papers still counting in that round. Source of the reading flags and
of the test cases: the public test elections of RCTab (Bright Spots), matched round by round.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.ballots.counting.holdings import Holdings, deal, move_on, next_above
from app.ballots.counting.papers import Pile, Question
from app.ballots.counting.results import Round, Tie, TieFor
from app.ballots.counting.ties import best_of, edge, worst_of


def run_irv(pile: Pile, asked: Question) -> tuple[list[Round], Holdings]:
    """All rounds of an instant run-off. The last round names the winner, if anyone voted."""
    table = deal(pile, asked)
    continuing = list(asked.options)
    rounds: list[Round] = []
    while True:
        ended = dict(table.ended)
        tallies = table.tallies(continuing)
        needed = next_above(sum(tallies.values(), Fraction(0)) / 2, pile.unit)
        earlier = rounds if asked.handling.look_back else []
        elected, out, ties = _decide(tallies, needed, asked, earlier)
        moved, dropped = {}, {}
        continuing = [option for option in continuing if option not in out]
        for option in out:
            moved[option], dropped[option] = move_on(table, option, continuing)
        rounds.append(
            Round(len(rounds) + 1, tallies, needed, elected, out, moved, dropped, ended, ties)
        )
        if not out:
            return rounds, table


def _decide(
    tallies: Mapping[str, Fraction],
    needed: Fraction,
    asked: Question,
    earlier: Sequence[Round],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Tie, ...]]:
    """Who is elected, who is out, and the ties that decided it."""
    continuing = list(tallies)
    top = edge(continuing, tallies, lowest=False)
    if tallies[top[0]] == 0:
        return (), (), ()
    if tallies[top[0]] >= needed:
        return (top[0],), (), ()
    if len(continuing) == 2:
        tie = best_of(top, TieFor.ELECTED, asked.order, earlier)
        return (tie.chosen,), (), (tie,)
    if asked.handling.out_together and (together := hopeless(tallies)):
        return (), together, ()
    bottom = edge(continuing, tallies, lowest=True)
    if len(bottom) == 1:
        return (), (bottom[0],), ()
    tie = worst_of(bottom, asked.order, earlier)
    return (), (tie.chosen,), (tie,)


def hopeless(tallies: Mapping[str, Fraction]) -> tuple[str, ...]:
    """The largest group of lowest options that even together hold less than the next one.

    They would drop out one after the other whatever happened. Empty when there is no such group
    of two or more.
    """
    rising = sorted(tallies, key=lambda option: tallies[option])
    below, found = Fraction(0), 0
    for place, option in enumerate(rising):
        if below < tallies[option] and place >= 2:
            found = place
        below += tallies[option]
    return tuple(option for option in tallies if option in rising[:found])
