"""The words of the sheets in one language, out of `templates/print/*words.html`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from babel import Locale
from jinja2 import Environment

from app.core import i18n

FILES = {"guide": "print/guide_words.html"}


class Wording:
    """The words of every sheet in one language, whatever language the request is in."""

    def __init__(self, templates: Environment, language: str = "en_GB") -> None:
        self.language = language.replace("-", "_")
        self.site_name = str(templates.globals.get("site_name", ""))
        self._templates = templates

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(Locale.parse(self.language).text_direction)

    def of(self, sheet: str) -> Mapping[str, Any]:
        """The words of this kind of sheet, with those that all sheets share."""
        with self._speaking():
            shared = self._read("print/words.html").shared
            own = getattr(self._read(FILES.get(sheet, "print/words.html")), sheet)
        return {**shared, **own}

    def instruct(self, rule: str, most: int, of: int) -> str:
        """What to do with the pen, for a rule that lets `most` out of `of` options be named."""
        return self._say("instruction", rule, most, of)

    def balance(self, missing: int) -> str:
        """Whether the account balances, as a sentence."""
        return self._say("balance", missing)

    def compare_heads(self, above: int) -> str:
        """How the votes compare with the heads in the room, as a sentence."""
        return self._say("heads", above)

    def when(self, moment: datetime) -> str:
        """A moment in Leeds, as this language writes it."""
        with self._speaking():
            return i18n.local_time(moment)

    def _say(self, macro: str, *facts: Any) -> str:
        with self._speaking():
            sentence = getattr(self._read("print/words.html"), macro)(*facts)
        return " ".join(str(sentence).split())

    def _read(self, name: str) -> Any:
        # Not `.module`, which keeps the words of whichever language asked first.
        return self._templates.get_template(name).make_module()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        before = i18n.language.set(self.language)
        try:
            yield
        finally:
            i18n.language.reset(before)
