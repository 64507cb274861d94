"""Which periods a report may cover."""

from datetime import date

import pytest

from app.reports.rules import Reason, why_not_freeze

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("from_on", "to_on", "expected"),
    [
        (date(2026, 1, 1), TODAY, None),
        (TODAY, TODAY, None),
        (TODAY, date(2026, 3, 1), Reason.BACKWARDS),
        (date(2026, 1, 1), date(2026, 3, 3), Reason.NOT_OVER),
        (date(2020, 1, 1), TODAY, Reason.TOO_LONG),
    ],
)
def test_periods(from_on: date, to_on: date, expected: Reason | None) -> None:
    assert why_not_freeze(from_on, to_on, today=TODAY) is expected
