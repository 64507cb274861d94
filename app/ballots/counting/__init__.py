"""Counting: papers in, a result anyone can check out. Pure and exact.

Whole numbers and `Fraction` only, so a recount on another machine gives the same figures to the
last digit. Nothing is drawn by chance while counting: ties fall to a rule announced beforehand.

Always: papers cast = valid + blank + spoilt (by weight), and in every round of a ranked count
what the options hold + what has run out = valid. The order of the papers never matters.

The rules, their sources and worked examples: `docs/counting.md`.
"""

from app.ballots.counting.counter import count
from app.ballots.counting.papers import CannotCount, Handling, Overvote, Paper, Repeat
from app.ballots.counting.results import End, Result, Round, Rule, Tie, Unit
from app.ballots.counting.ties import order_by_seed

__all__ = [
    "CannotCount",
    "End",
    "Handling",
    "Overvote",
    "Paper",
    "Repeat",
    "Result",
    "Round",
    "Rule",
    "Tie",
    "Unit",
    "count",
    "order_by_seed",
]
