"""A second counter, written to be obvious instead of good: one paper at a time, no sharing.

It shares no code with the product. Papers are lists of ranks (lists of names); every paper has a
value and a holder, and each round starts by looking at all of them again.
"""

from fractions import Fraction
from itertools import pairwise


def read(ranks, overvote="stop", repeat="skip", max_skipped=None, limit=None):
    """(what the paper says, why it ends)."""
    ranks = list(ranks) if limit is None else list(ranks)[:limit]
    filled = [place for place, marks in enumerate(ranks) if marks]
    gaps = dict(zip(filled, [b - a - 1 for a, b in pairwise([-1, *filled])], strict=True))
    says = []
    for place in filled:
        higher = [mark for rank in ranks[:place] for mark in rank]
        if max_skipped is not None and gaps[place] > max_skipped:
            return says, "skipped"
        if repeat == "stop" and any(mark in higher for mark in ranks[place]):
            return says, "repeated"
        if len(set(ranks[place])) > 1:
            if overvote == "stop":
                return says, "overvoted"
        elif ranks[place][0] not in says:
            says.append(ranks[place][0])
    return says, "ran_out"


def one_round(election, rule, limit):
    """Plurality, choices, approval, borda: (totals, winners, spoilt)."""
    papers, weights = election.raw
    options, order, flags = election.options, election.order, election.flags
    totals = {option: Fraction(0) for option in options}
    spoilt = Fraction(0)
    for ranks, weight in zip(papers, weights, strict=True):
        marks = [mark for rank in ranks for mark in rank]
        if not marks:
            continue
        if rule in ("choices", "approval"):
            twice = len(set(marks)) < len(marks)
            too_many = limit is not None and len(set(marks)) > limit
            if too_many or (twice and flags["repeat"] == "stop"):
                spoilt += weight
            else:
                for mark in set(marks):
                    totals[mark] += weight
            continue
        flags_here = dict(flags, limit=None if rule == "plurality" else limit)
        says, _ = read(ranks, **flags_here)
        if not says:
            spoilt += weight
        elif rule == "plurality":
            totals[says[0]] += weight
        else:
            # Borda as a tournament: a point for each option beaten, half for each not compared.
            for one in options:
                for other in options:
                    if one == other:
                        continue
                    if one in says and (other not in says or says.index(one) < says.index(other)):
                        totals[one] += weight
                    elif one not in says and other not in says:
                        totals[one] += weight / 2
    winners = sorted(options, key=lambda o: (-totals[o], order.index(o)))[: election.seats]
    return totals, [winner for winner in winners if totals[winner] > 0], spoilt


def lowest(names, history, order):
    """The one to drop: least now, least in the round before, …, last in the order."""
    return min(names, key=lambda n: ([past[n] for past in reversed(history)], -order.index(n)))


def highest(names, history, order):
    """The one ahead: most now, most in the round before, …, first in the order."""
    return max(names, key=lambda n: ([past[n] for past in reversed(history)], -order.index(n)))


def ranked(election, rule, seats, unit):
    """irv and stv: (rounds of (tallies, elected, out), exhausted, spoilt)."""
    papers, weights = election.raw
    options, order, limit, flags = election.options, election.order, election.limit, election.flags
    live = []
    spoilt = Fraction(0)
    for ranks, weight in zip(papers, weights, strict=True):
        says, _ = read(ranks, limit=limit, **flags)
        if says:
            live.append({"says": says, "value": Fraction(weight), "holder": says[0]})
        elif any(ranks):
            spoilt += weight
    valid = sum((paper["value"] for paper in live), Fraction(0))
    quota = Fraction(0)
    while quota * (seats + 1) <= valid:
        quota += unit
    exhausted = Fraction(0)
    standing, elected, rounds, history = list(options), [], [], []
    while True:
        tally = {
            name: sum((p["value"] for p in live if p["holder"] == name), Fraction(0))
            for name in standing + elected
        }
        history.append(tally)
        if rule == "irv":
            active = sum(tally.values())
            new = [name for name in standing if 2 * tally[name] > active]
            if active and len(standing) == 2 and not new:
                new = [highest(standing, history, order)]
        elif valid == 0:
            new = []
        elif len(standing) <= seats - len(elected):
            new = list(standing)
        else:
            new = [name for name in standing if tally[name] >= quota]
        elected += new
        standing = [name for name in standing if name not in new]
        if valid == 0 or len(elected) >= seats:
            rounds.append((tally, set(new), None))
            return rounds, exhausted, spoilt
        rich = [name for name in elected if tally[name] > quota]
        source = highest(rich, history, order) if rich else lowest(standing, history, order)
        share = (tally[source] - quota) / tally[source] if rich else Fraction(1)
        if not rich:
            standing.remove(source)
        for paper in [p for p in live if p["holder"] == source]:
            moving = paper["value"] * share
            paper["value"] -= moving
            later = [name for name in paper["says"] if name in standing]
            if later:
                live.append({"says": paper["says"], "value": moving, "holder": later[0]})
            else:
                exhausted += moving
        rounds.append((tally, set(new), None if rich else source))
