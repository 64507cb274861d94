"""Counting lately."""

from datetime import timedelta

from app.core.pace import Pace
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def test_over_the_limit_only_within_the_window() -> None:
    pace = Pace()
    told = [pace.note("x", now=NOW, within=MINUTE, limit=3) for _ in range(5)]
    assert told == [False, False, False, True, True]
    assert pace.note("x", now=NOW + MINUTE, within=MINUTE, limit=3)
    assert not pace.note("x", now=NOW + 3 * MINUTE, within=MINUTE, limit=3)
    assert not pace.note("y", now=NOW, within=MINUTE, limit=3)


def test_a_flood_costs_no_memory() -> None:
    pace = Pace()
    for _ in range(10_000):
        pace.note("x", now=NOW, within=MINUTE, limit=5)
    assert len(pace._seen["x"]) <= 6
