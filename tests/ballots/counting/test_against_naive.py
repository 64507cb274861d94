"""A thousand random elections, each by every rule, against a second, naive counter."""

from fractions import Fraction
from math import lcm

import pytest

from app.ballots.counting import Rule, count
from tests.ballots.counting import naive
from tests.ballots.counting.drawing import Election, draw_election

ELECTIONS = 1000
BLOCKS = 10  # so that a failure names its block, and workers can share them


def check_one_round(election: Election, rule: Rule) -> int:
    """Same totals, winners and spoilt papers. Returns how many ties were decided."""
    limit = None if rule is Rule.PLURALITY else election.limit
    ours = count(
        election.papers,
        rule,
        options=election.options,
        seats=election.seats,
        max_choices=limit,
        tie_order=election.order,
        handling=election.handling,
    )
    totals, winners, spoilt = naive.one_round(election, rule.value, limit)
    assert ours.totals == totals
    assert list(ours.winners) == winners
    assert ours.spoilt == spoilt
    return len(ours.rounds[0].ties)


def check_ranked(election: Election, rule: Rule) -> int:
    """Same rounds, one by one, and the same run-out and spoilt votes. Returns the ties decided."""
    seats = 1 if rule is Rule.IRV else election.seats
    ours = count(
        election.papers,
        rule,
        options=election.options,
        seats=seats,
        max_choices=election.limit,
        tie_order=election.order,
        handling=election.handling,
    )
    unit = Fraction(1, lcm(*(paper.weight.denominator for paper in election.papers), 1))
    rounds, exhausted, spoilt = naive.ranked(election, rule.value, seats, unit)
    told = [(each.tallies, set(each.elected), each.out) for each in ours.rounds]
    assert told == [(tally, new, () if out is None else (out,)) for tally, new, out in rounds]
    assert (ours.exhausted, ours.spoilt) == (exhausted, spoilt)
    return sum(len(each.ties) for each in ours.rounds)


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("rule", list(Rule))
def test_both_counters_agree(rule: Rule, block: int) -> None:
    """Every election of the block; and ties really occurred, or the tie rule was not tested."""
    check = check_ranked if rule in (Rule.IRV, Rule.STV) else check_one_round
    ties = 0
    for seed in range(block, ELECTIONS, BLOCKS):
        election = draw_election(seed)
        ties += check(election, rule)
    assert ties > 0
