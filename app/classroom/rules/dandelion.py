"""The dandelion of the big screen: a seed for each person, lit as votes come in.

Which seed lights says nothing of who voted: they light from the middle outwards, as in a bloom.
"""

import math
from dataclasses import dataclass

MOST_SEEDS = 60
MIDDLE_X, MIDDLE_Y, RADIUS = 120.0, 108.0, 94.0
TURN = math.pi * (3 - math.sqrt(5))  # the golden angle: no two seeds in one line


@dataclass(frozen=True)
class Seed:
    """Where a seed stands, its size and colour (a wish), and whether it is lit."""

    number: int
    x: float
    y: float
    size: float
    wish: int
    is_lit: bool


def place_seeds(goal: int, done: int) -> tuple[Seed, ...]:
    """A seed for each of `goal` people, `done` of them lit; a large crowd shares sixty seeds."""
    count = max(1, min(goal, MOST_SEEDS))
    lit = count if done >= goal else done * count // goal
    size = min(15.0, 0.74 * RADIUS / math.sqrt(count))
    return tuple(
        Seed(
            number=number + 1,
            x=round(MIDDLE_X + _distance(number, count) * math.cos(number * TURN), 1),
            y=round(MIDDLE_Y + _distance(number, count) * math.sin(number * TURN), 1),
            size=round(size, 1),
            wish=number % 12 + 1,
            is_lit=number < lit,
        )
        for number in range(count)
    )


def _distance(number: int, count: int) -> float:
    return RADIUS * math.sqrt((number + 0.6) / count)
