"""Ties: decided by what was announced before voting, never by chance at the count."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256

from app.ballots.counting.results import Round, Tie, TieBy, TieFor


def order_by_seed(options: Iterable[str], seed: str) -> tuple[str, ...]:
    """A public order of the options, drawn from a seed announced when the ballot is frozen.

    Sorted by SHA-256 of "seed|option" (UTF-8), lowest first. Anyone can redo it; nobody can
    steer it without choosing the seed after seeing the options, so publish the seed first.
    """
    return tuple(
        sorted(options, key=lambda option: (sha256(f"{seed}|{option}".encode()).digest(), option))
    )


def best_of(
    tied: Sequence[str],
    about: TieFor,
    order: Sequence[str],
    earlier: Sequence[Round] = (),
) -> Tie:
    """Choose among equals the one that is elected, or whose surplus moves first.

    The most recent earlier round in which they stood apart decides for the one with more;
    otherwise the one that stands first in the announced order.
    """
    return _settle(tied, about, order, earlier, lowest=False)


def worst_of(tied: Sequence[str], order: Sequence[str], earlier: Sequence[Round] = ()) -> Tie:
    """Choose among equals the one that is out: fewer before, else last in the order."""
    return _settle(tied, TieFor.OUT, order, earlier, lowest=True)


def _settle(
    tied: Sequence[str],
    about: TieFor,
    order: Sequence[str],
    earlier: Sequence[Round],
    *,
    lowest: bool,
) -> Tie:
    left = list(tied)
    for past in reversed(earlier):
        left = edge(left, past.tallies, lowest=lowest)
        if len(left) == 1:
            return Tie(tuple(tied), left[0], about, TieBy.EARLIER_ROUND, past.number)
    by_order = sorted(left, key=order.index)
    return Tie(tuple(tied), by_order[-1 if lowest else 0], about, TieBy.ORDER)


def edge(options: Sequence[str], tallies: Mapping[str, Fraction], *, lowest: bool) -> list[str]:
    """Those with the lowest (or highest) tally, in the order given."""
    found = (min if lowest else max)(tallies[option] for option in options)
    return [option for option in options if tallies[option] == found]
