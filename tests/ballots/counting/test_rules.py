"""Each rule on elections small enough to count on paper; some stand in docs/counting.md."""

from fractions import Fraction
from hashlib import sha256

from app.ballots.counting import Handling, Paper, Rule, Tie, count, order_by_seed
from app.ballots.counting.irv import hopeless
from app.ballots.counting.results import TieBy, TieFor

SPORTS = ("bike", "climb", "dance", "swim")


def cast(*groups: tuple[int, str]) -> list[list[str]]:
    """Papers from "5 bc": five papers with b first and c second; letters begin the options."""
    names = {name[0]: name for name in (*SPORTS, "abc", "early", "late")}
    return [[names[letter] for letter in text] for times, text in groups for _ in range(times)]


def test_plurality() -> None:
    """Most votes win, though more than half wanted something else."""
    papers = cast((5, "b"), (4, "c"), (2, "d"), (1, ""))
    result = count(papers, Rule.PLURALITY, options=SPORTS)
    assert result.totals == {"bike": 5, "climb": 4, "dance": 2, "swim": 0}
    assert result.winners == ("bike",)
    assert (result.papers, result.valid, result.blank) == (12, 11, 1)


def test_plurality_with_a_tie_falls_to_the_order() -> None:
    """The tie is noted, with who was in it and what decided."""
    papers = cast((3, "b"), (3, "c"), (1, "d"))
    result = count(papers, Rule.PLURALITY, options=SPORTS, tie_order=SPORTS[::-1])
    assert result.winners == ("climb",)
    assert result.rounds[0].ties == (Tie(("climb", "bike"), "climb", TieFor.ELECTED, TieBy.ORDER),)


def test_a_tie_that_decides_nothing_is_not_noted() -> None:
    """Two seats for two equals: no tie. One seat of two left among three equals: one tie."""
    two = count(cast((3, "b"), (3, "c"), (1, "d")), Rule.PLURALITY, options=SPORTS, seats=2)
    assert two.winners == ("bike", "climb")
    assert two.rounds[0].ties == ()
    three = count(
        cast((3, "b"), (2, "c"), (2, "d"), (2, "s")), Rule.PLURALITY, options=SPORTS, seats=3
    )
    assert three.winners == ("bike", "climb", "dance")
    assert [tie.between for tie in three.rounds[0].ties] == [
        ("climb", "dance", "swim"),
        ("dance", "swim"),
    ]


def test_nobody_wins_without_a_vote() -> None:
    """A place stays empty rather than going to an option nobody named."""
    result = count(cast((3, "b")), Rule.PLURALITY, options=SPORTS, seats=2)
    assert result.winners == ("bike",)
    assert count([], Rule.PLURALITY, options=SPORTS).winners == ()
    assert count(cast((3, "")), Rule.IRV, options=SPORTS).winners == ()
    assert count(cast((3, "")), Rule.STV, options=SPORTS, seats=2).winners == ()


def test_two_equal_choices() -> None:
    """Votes and marks are told apart: 7 papers, 11 marks, 1 choice not used, 1 paper spoilt."""
    papers = cast((3, "bc"), (2, "cd"), (1, "s"), (1, "bcd"))
    result = count(papers, Rule.CHOICES, options=SPORTS, max_choices=2, seats=2)
    assert result.totals == {"bike": 3, "climb": 5, "dance": 2, "swim": 1}
    assert result.winners == ("climb", "bike")
    assert (result.papers, result.valid, result.spoilt, result.unused) == (7, 6, 1, 1)
    assert result.unit == "marks"


def test_the_order_of_equal_choices_does_not_matter() -> None:
    """First and second named are worth the same."""
    one = count(cast((3, "bc")), Rule.CHOICES, options=SPORTS, max_choices=2)
    other = count(cast((3, "cb")), Rule.CHOICES, options=SPORTS, max_choices=2)
    assert one.totals == other.totals


def test_approval() -> None:
    """As many as you like."""
    papers = cast((3, "bcd"), (2, "c"), (1, "bcds"))
    result = count(papers, Rule.APPROVAL, options=SPORTS)
    assert result.totals == {"bike": 4, "climb": 6, "dance": 4, "swim": 1}
    assert result.winners == ("climb",)


def test_borda_shares_what_a_short_paper_leaves() -> None:
    """Full paper: 3, 2, 1, 0. A paper with one name: 3, and the others 1 each."""
    result = count(cast((2, "bcds"), (1, "c")), Rule.BORDA, options=SPORTS)
    assert result.totals == {"bike": 7, "climb": 7, "dance": 3, "swim": 1}
    half = count(cast((1, "bc")), Rule.BORDA, options=SPORTS)
    assert half.totals == {
        "bike": 3, "climb": 2, "dance": Fraction(1, 2), "swim": Fraction(1, 2),
    }  # fmt: skip


def test_instant_run_off() -> None:
    """Dance leads nowhere, but its voters decide between the other two."""
    papers = cast((5, "b"), (4, "cd"), (3, "dc"), (1, "d"))
    result = count(
        papers, Rule.IRV, options=("bike", "climb", "dance"), tie_order=("bike", "dance", "climb")
    )
    first, second = result.rounds
    assert first.tallies == {"bike": 5, "climb": 4, "dance": 4}
    assert (first.needed, first.out) == (7, ("climb",))
    assert first.moved == {"climb": {"dance": 4}}
    assert first.ties == (Tie(("climb", "dance"), "climb", TieFor.OUT, TieBy.ORDER),)
    assert second.tallies == {"bike": 5, "dance": 8}
    assert result.winners == ("dance",)


def test_a_tie_looks_back_before_it_asks_the_order() -> None:
    """Swim's votes make dance equal with climb; climb had more before, so dance is out."""
    papers = cast((5, "b"), (3, "c"), (2, "d"), (1, "sd"))
    order = ("dance", "swim", "climb", "bike")
    result = count(papers, Rule.IRV, options=SPORTS, tie_order=order)
    assert result.rounds[1].out == ("dance",)
    assert result.rounds[1].ties == (
        Tie(("climb", "dance"), "dance", TieFor.OUT, TieBy.EARLIER_ROUND, 1),
    )
    blind = count(
        papers, Rule.IRV, options=SPORTS, tie_order=order, handling=Handling(look_back=False)
    )
    assert blind.rounds[1].out == ("climb",)


def test_only_those_who_cannot_catch_up_drop_out_together() -> None:
    """Equal is not less: two who together draw level with the next one could still tie."""
    level = dict(zip(SPORTS, map(Fraction, (1, 1, 2, 4)), strict=True))
    assert hopeless(level) == ()
    below = dict(zip(SPORTS, map(Fraction, (1, 1, 3, 4)), strict=True))
    assert hopeless(below) == ("bike", "climb")
    result = count(
        cast((9, "s"), (4, "d"), (2, "cd"), (1, "bd"), (6, "l")),
        Rule.IRV,
        options=(*SPORTS, "late"),
        handling=Handling(out_together=True),
    )
    assert result.rounds[0].out == ("bike", "climb")
    assert result.rounds[1].tallies == {"dance": 7, "swim": 9, "late": 6}


def test_votes_run_out() -> None:
    """A paper without a further choice stops counting, and less is then needed."""
    papers = cast((4, "b"), (3, "c"), (2, "d"))
    result = count(papers, Rule.IRV, options=("bike", "climb", "dance"))
    assert [each.needed for each in result.rounds] == [5, 4]
    assert result.rounds[0].dropped == {"dance": 2}
    assert (result.exhausted, result.winners) == (2, ("bike",))


def test_single_transferable_vote_moves_exact_thirds() -> None:
    """Quota 7 of 20 for two seats; bike's surplus of 2 moves at 2/9 of each paper."""
    papers = cast((6, "bc"), (3, "bd"), (5, "c"), (5, "d"), (1, "s"))
    result = count(papers, Rule.STV, options=SPORTS, seats=2)
    first, second, third, fourth = result.rounds
    assert (first.needed, first.elected) == (7, ("bike",))
    assert first.moved == {"bike": {"climb": Fraction(4, 3), "dance": Fraction(2, 3)}}
    assert second.tallies == {
        "bike": 7, "climb": Fraction(19, 3), "dance": Fraction(17, 3), "swim": 1,
    }  # fmt: skip
    assert second.out == ("swim",)
    assert third.out == ("dance",)
    assert fourth.elected == ("climb",)
    assert result.as_dict()["rounds"][1]["tallies"]["climb"] == "19/3"


def test_a_surplus_moves_from_all_papers_at_their_value() -> None:
    """Papers that came from an earlier surplus move on again, worth less: inclusive, weighted."""
    papers = cast((12, "bcd"), (3, "c"), (2, "d"), (1, "s"))
    result = count(papers, Rule.STV, options=SPORTS, seats=3)
    first, second = result.rounds[:2]
    assert first.needed == 5  # 18 papers, three seats
    assert first.moved == {"bike": {"climb": 7}}  # 12 papers at 7/12 each
    assert second.tallies["climb"] == 10
    assert second.elected == ("climb",)
    # climb's surplus is 5 of 10: each of its papers moves at half its value
    assert second.moved == {"climb": {"dance": Fraction(7, 2)}}
    assert second.dropped == {"climb": Fraction(3, 2)}


def test_the_last_seats_are_filled_without_a_quota() -> None:
    """When as many are left as there are seats, nothing more moves."""
    papers = cast((5, "b"), (2, "c"), (1, "d"))
    result = count(papers, Rule.STV, options=("bike", "climb", "dance"), seats=2)
    assert [each.elected for each in result.rounds] == [("bike",), (), ("climb",)]
    assert result.rounds[-1].moved is None


def test_weights_are_exact() -> None:
    """Three thirds are one."""
    third = Paper((("bike",),), Fraction(1, 3))
    result = count([third] * 3, Rule.PLURALITY, options=SPORTS)
    assert result.totals["bike"] == 1
    assert (result.papers, result.cast) == (3, 1)


def test_a_majority_of_thirds_is_a_majority() -> None:
    """With fractional weights "more than half" means the next possible step above half."""
    papers = [Paper((("bike",),), Fraction(2, 3)), Paper((("climb",),), Fraction(1, 3))]
    result = count(papers, Rule.IRV, options=("bike", "climb", "dance"))
    assert len(result.rounds) == 1
    assert result.rounds[0].needed == Fraction(2, 3)


def test_the_order_for_ties_can_be_drawn_again_by_anyone() -> None:
    """SHA-256 of seed|option, sorted; written out once more here with nothing but the library."""
    seed = "Leeds 2026-03-02"
    by_hand = sorted(SPORTS, key=lambda name: sha256(f"{seed}|{name}".encode()).hexdigest())
    assert list(order_by_seed(SPORTS, seed)) == by_hand
    assert order_by_seed(reversed(SPORTS), seed) == order_by_seed(SPORTS, seed)
    assert len({order_by_seed(SPORTS, str(number)) for number in range(200)}) == 24
