"""What must hold for any ballots whatever, tried on invented ones."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ballots.counting import Handling, Overvote, Paper, Repeat, Result, Rule, count

OPTIONS = ("bus", "park", "rap", "safe", "talk")
RANKED = (Rule.IRV, Rule.STV)

marks = st.one_of(
    st.just(()),
    st.tuples(st.sampled_from(OPTIONS)),
    st.tuples(st.sampled_from(OPTIONS)),
    st.lists(st.sampled_from(OPTIONS), min_size=2, max_size=3).map(tuple),
)
weights = st.sampled_from([Fraction(1), Fraction(1), Fraction(2), Fraction(1, 3), Fraction(0)])
papers = st.lists(st.builds(Paper, st.lists(marks, max_size=6).map(tuple), weights), max_size=25)
handlings = st.builds(
    Handling,
    st.sampled_from(Overvote),
    st.sampled_from(Repeat),
    st.sampled_from([None, 0, 1]),
    st.booleans(),
    st.booleans(),
)
tidy = settings(max_examples=40, deadline=None)


def run(rule: Rule, cast: list[Paper], handling: Handling, seats: int = 2, **more: Any) -> Result:
    """Count with what the rule needs."""
    if rule is Rule.IRV:
        seats = 1
    if rule is Rule.CHOICES:
        more.setdefault("max_choices", 2)
    return count(cast, rule, options=OPTIONS, seats=seats, handling=handling, **more)


@pytest.mark.parametrize("rule", list(Rule))
@tidy
@given(cast=papers, handling=handlings, data=st.data())
def test_the_order_of_the_papers_changes_nothing(
    rule: Rule, cast: list[Paper], handling: Handling, data: st.DataObject
) -> None:
    """Shuffled papers give the same result to the last digit."""
    shuffled = data.draw(st.permutations(cast))
    assert run(rule, cast, handling).as_dict() == run(rule, shuffled, handling).as_dict()


@pytest.mark.parametrize("rule", list(Rule))
@tidy
@given(cast=papers, handling=handlings)
def test_every_paper_is_accounted_for(rule: Rule, cast: list[Paper], handling: Handling) -> None:
    """Valid + blank + spoilt is what was cast; nothing is negative."""
    result = run(rule, cast, handling)
    assert result.papers == len(cast)
    assert result.cast == sum((paper.weight for paper in cast), Fraction(0))
    assert result.valid + result.blank + result.spoilt == result.cast
    assert min(result.valid, result.blank, result.spoilt, result.exhausted, result.unused) >= 0
    assert min(result.totals.values()) >= 0


@pytest.mark.parametrize("rule", RANKED)
@tidy
@given(cast=papers, handling=handlings)
def test_votes_are_conserved_in_every_round(
    rule: Rule, cast: list[Paper], handling: Handling
) -> None:
    """What the options hold and what has ended is always all that is not blank, exactly."""
    result = run(rule, cast, handling)
    for each in result.rounds:
        held = sum(each.tallies.values(), Fraction(0))
        ended = sum((each.ended or {}).values(), Fraction(0))
        assert held + ended + result.blank == result.cast
    assert sum(result.totals.values()) + result.exhausted == result.valid


@pytest.mark.parametrize("rule", RANKED)
@tidy
@given(cast=papers, handling=handlings)
def test_rounds_explain_each_other(rule: Rule, cast: list[Paper], handling: Handling) -> None:
    """A round plus its moves is the next round; who stays never loses votes."""
    result = run(rule, cast, handling)
    for now, after in zip(result.rounds, result.rounds[1:], strict=False):
        expected = dict(now.tallies)
        for source, heirs in (now.moved or {}).items():
            expected[source] -= sum(heirs.values()) + (now.dropped or {})[source]
            for heir, value in heirs.items():
                expected[heir] += value
        assert all(expected.pop(option) == 0 for option in now.out)
        assert after.tallies == expected
        movers = set(now.moved or {})
        assert all(after.tallies[o] >= now.tallies[o] for o in after.tallies if o not in movers)


@pytest.mark.parametrize("rule", [Rule.PLURALITY, Rule.CHOICES, Rule.APPROVAL, Rule.BORDA])
@tidy
@given(cast=papers, handling=handlings, loved=st.sampled_from(OPTIONS))
def test_one_more_vote_never_harms(
    rule: Rule, cast: list[Paper], handling: Handling, loved: str
) -> None:
    """A further paper for one option alone raises it, and a winner stays a winner."""
    before = run(rule, cast, handling)
    after = run(rule, [*cast, Paper(((loved,),))], handling)
    assert after.totals[loved] > before.totals[loved]
    if loved in before.winners:
        assert loved in after.winners


@pytest.mark.parametrize("rule", list(Rule))
@tidy
@given(cast=papers, handling=handlings, times=st.integers(2, 7))
def test_a_weight_is_as_many_equal_papers(
    rule: Rule, cast: list[Paper], handling: Handling, times: int
) -> None:
    """Weight n and n copies give the same figures."""
    whole = [replace(paper, weight=Fraction(1)) for paper in cast]
    copies = run(rule, [paper for paper in whole for _ in range(times)], handling).as_dict()
    heavy = run(rule, [replace(p, weight=Fraction(times)) for p in whole], handling).as_dict()
    assert copies.pop("papers") == times * heavy.pop("papers")
    assert copies == heavy


@pytest.mark.parametrize("rule", list(Rule))
@tidy
@given(cast=papers, handling=handlings, seats=st.integers(1, 5))
def test_winners_are_different_options_and_no_more_than_seats(
    rule: Rule, cast: list[Paper], handling: Handling, seats: int
) -> None:
    """And with any valid paper somebody wins."""
    result = run(rule, cast, handling, seats=seats)
    assert len(set(result.winners)) == len(result.winners) <= seats
    assert bool(result.winners) == (result.valid > 0)


@tidy
@given(cast=papers, handling=handlings)
def test_borda_gives_every_valid_paper_the_same_points(
    cast: list[Paper], handling: Handling
) -> None:
    """n(n-1)/2 points each, however short the paper."""
    result = run(Rule.BORDA, cast, handling)
    assert sum(result.totals.values()) == result.valid * 10


@tidy
@given(cast=papers, handling=handlings)
def test_dropping_the_hopeless_together_never_changes_the_winner(
    cast: list[Paper], handling: Handling
) -> None:
    """It only saves rounds, when ties fall to the order alone."""
    alone = replace(handling, out_together=False, look_back=False)
    together = replace(handling, out_together=True, look_back=False)
    one, many = run(Rule.IRV, cast, alone), run(Rule.IRV, cast, together)
    assert one.winners == many.winners
    assert len(many.rounds) <= len(one.rounds)


@tidy
@given(cast=papers, handling=handlings)
def test_no_figure_is_ever_a_float(cast: list[Paper], handling: Handling) -> None:
    """Whole numbers or exact fractions as text, all the way down."""

    def walk(value: Any) -> None:
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else []:
            walk(inner)
        for inner in value if isinstance(value, list) else []:
            walk(inner)

    for rule in Rule:
        walk(run(rule, cast, handling).as_dict())
