"""Words in the reader's language: gettext catalogues and Leeds dates.

Public templates mark their words with `_()` or `{% trans %}`; a catalogue in
`app/locales/<language>/LC_MESSAGES/messages.mo` translates them. English is the source.
"""

import gettext
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta

from app.core.clock import LEEDS

LOCALES = Path(__file__).resolve().parents[1] / "locales"
language: ContextVar[str] = ContextVar("language", default="en_GB")


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALES, languages=[code], fallback=True)


def translate(message: str) -> str:
    """The message in the language of the request in hand."""
    return _catalogue(language.get()).gettext(message)


def translate_plural(singular: str, plural: str, number: int) -> str:
    """The form of the message that the language uses for this number."""
    return _catalogue(language.get()).ngettext(singular, plural, number)


def direction() -> str:
    """`ltr` or `rtl`, for the page's `dir`."""
    return str(Locale.parse(language.get()).text_direction)


def local_date(moment: datetime | date | None) -> str:
    """`4 March 2026`; an empty string for nothing."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(LEEDS).date()
    return format_date(moment, "d MMMM y", locale=language.get())


def local_time(moment: datetime | None) -> str:
    """`4 March 2026, 14:05` in Leeds; an empty string for nothing."""
    if moment is None:
        return ""
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=LEEDS, locale=language.get())


def time_ago(then: datetime, now: datetime) -> str:
    """`3 weeks ago`, roughly."""
    return format_timedelta(then - now, add_direction=True, locale=language.get())


def language_name(code: str) -> str:
    """`Polish (polski)`: in English for who offers it, in itself for who reads it."""
    return f"{Locale.parse(code).get_display_name('en')} ({own_language_name(code)})"


def own_language_name(code: str) -> str:
    """`polski`: a language in its own words, as a switch shows it."""
    return str(Locale.parse(code).get_display_name(code))
