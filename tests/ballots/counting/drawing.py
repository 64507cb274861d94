"""Random elections for tests, drawn from a seed so that a failure can be repeated."""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from app.ballots.counting import Handling, Overvote, Paper, Repeat

NAMES = ("bus", "park", "rap", "safe", "sport", "talk", "wifi")


@dataclass(frozen=True)
class Election:
    """One invented election."""

    options: tuple[str, ...]
    papers: tuple[Paper, ...]
    seats: int
    limit: int
    order: tuple[str, ...]
    handling: Handling

    @property
    def flags(self) -> dict[str, object]:
        """The flags as the naive counter takes them."""
        return {
            "overvote": self.handling.overvote.value,
            "repeat": self.handling.repeat.value,
            "max_skipped": self.handling.max_skipped,
        }

    @property
    def raw(self) -> tuple[list[list[list[str]]], list[Fraction]]:
        """The papers and weights as the naive counter takes them."""
        ranks = [[list(marks) for marks in paper.ranks] for paper in self.papers]
        return ranks, [paper.weight for paper in self.papers]


def draw_election(seed: int) -> Election:
    """Two to seven options, up to 40 papers; gaps, repeats, overvotes and blanks are common.

    Few papers and few options make ties common too.
    """
    dice = Random(seed)
    options = NAMES[: dice.randint(2, len(NAMES))]
    weights = dice.choice(
        [[Fraction(1)], [Fraction(1), Fraction(2)], [Fraction(1, 3), Fraction(2)]]
    )
    papers = tuple(
        Paper(_draw_ranks(dice, options), dice.choice(weights)) for _ in range(dice.randint(0, 40))
    )
    return Election(
        options=options,
        papers=papers,
        seats=dice.randint(1, len(options)),
        limit=dice.randint(1, len(options)),
        order=tuple(dice.sample(options, len(options))),
        handling=Handling(
            overvote=dice.choice(list(Overvote)),
            repeat=dice.choice(list(Repeat)),
            max_skipped=dice.choice([None, 0, 1]),
        ),
    )


def _draw_ranks(dice: Random, options: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    ranks = [(name,) for name in dice.sample(options, dice.randint(0, len(options)))]
    if ranks and dice.random() < 0.2:
        ranks[dice.randrange(len(ranks))] = ()
    if ranks and dice.random() < 0.2:
        ranks.insert(dice.randrange(len(ranks)), (dice.choice(options),))
    if ranks and dice.random() < 0.15:
        ranks[dice.randrange(len(ranks))] = tuple(dice.sample(options, 2))
    return tuple(ranks)
