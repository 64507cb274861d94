"""Rules with one round: plurality, choices, approval, Borda. Most wins."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from app.ballots.counting.papers import Amount, Pile, Question, read_marks, read_ranking
from app.ballots.counting.results import Round, Tie, TieFor
from app.ballots.counting.ties import best_of


def tally_plurality(pile: Pile, asked: Question) -> tuple[dict[str, Fraction], Fraction]:
    """One vote for the first option a paper names. Returns the votes and what is spoilt."""
    tallies: dict[str, Amount] = dict.fromkeys(asked.options, 0)
    spoilt: Amount = 0
    for ranks, weight in pile.by_marks.items():
        ranking = read_ranking(ranks, asked.handling).ranking
        if ranking:
            tallies[ranking[0]] += weight
        else:
            spoilt += weight
    return _as_fractions(tallies), Fraction(spoilt)


def tally_marks(pile: Pile, asked: Question) -> tuple[dict[str, Fraction], Fraction]:
    """One mark for every option a paper names, all worth the same (choices and approval)."""
    tallies: dict[str, Amount] = dict.fromkeys(asked.options, 0)
    spoilt: Amount = 0
    for ranks, weight in pile.by_marks.items():
        marks = read_marks(ranks, asked.handling, asked.limit)
        if marks is None:
            spoilt += weight
            continue
        for option in marks:
            tallies[option] += weight
    return _as_fractions(tallies), Fraction(spoilt)


def tally_borda(pile: Pile, asked: Question) -> tuple[dict[str, Fraction], Fraction]:
    """Points for places: with n options the first gets n-1, the next n-2, …

    Options a paper does not rank share the points left over equally, so a short paper weighs as
    much as a full one: n(n-1)/2 points each. (For full papers this is Borda's count; the sharing
    is the special case of Cullinan, Hsiao and Polett, "A Borda count for partially ordered
    ballots", Social Choice and Welfare 42, 2014, for papers with unranked options, halved.)
    """
    tallies: dict[str, Amount] = dict.fromkeys(asked.options, 0)
    spoilt: Amount = 0
    for ranks, weight in pile.by_marks.items():
        ranking = read_ranking(ranks, asked.handling, asked.limit).ranking
        if not ranking:
            spoilt += weight
            continue
        for option, points in points_of(ranking, asked.options):
            tallies[option] += weight * points  # in half points
    halves = {option: Fraction(points, 2) for option, points in tallies.items()}
    return halves, Fraction(spoilt)


def points_of(ranking: Sequence[str], options: Sequence[str]) -> Iterable[tuple[str, int]]:
    """Each option and the Borda points one paper gives it, in halves so that they are whole."""
    last = len(options) - 1
    share = last - len(ranking)  # twice the mean of 0 … unranked-1
    placed = {option: 2 * (last - place) for place, option in enumerate(ranking)}
    return ((option, placed.get(option, share)) for option in options)


def _as_fractions(tallies: Mapping[str, Amount]) -> dict[str, Fraction]:
    return {option: Fraction(tally) for option, tally in tallies.items()}


def take_most(tallies: Mapping[str, Fraction], seats: int, order: Sequence[str]) -> Round:
    """The one round: the `seats` highest win. Nobody wins without a single mark.

    A tie is only noted where it decides who wins.
    """
    ranked = sorted(
        (option for option, tally in tallies.items() if tally > 0),
        key=lambda option: (-tallies[option], order.index(option)),
    )
    winners = tuple(ranked[:seats])
    ties: tuple[Tie, ...] = ()
    if len(ranked) > seats and tallies[ranked[seats]] == tallies[ranked[seats - 1]]:
        tied = tuple(option for option in ranked if tallies[option] == tallies[winners[-1]])
        places = sum(option in winners for option in tied)
        ties = tuple(best_of(tied[already:], TieFor.ELECTED, order) for already in range(places))
    return Round(1, dict(tallies), elected=winners, ties=ties)
