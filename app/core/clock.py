"""Time: aware UTC inside, Leeds local time on pages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LEEDS = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def leeds_day(moment: datetime) -> date:
    """The calendar day in Leeds at that moment."""
    return moment.astimezone(LEEDS).date()
