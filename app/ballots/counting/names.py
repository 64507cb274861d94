"""Names of options as they stand in a file, and how problems with a file are told."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

LONGEST: Final = 200
SHOWN: Final = 20  # problems named before "and more"
FORMULA: Final = ("=", "+", "-", "@")  # a spreadsheet would run a cell that begins so
JOINERS: Final = frozenset("\u200c\u200d\u200e\u200f")  # needed by emoji and right-to-left words


class BadSheet(ValueError):
    """The file cannot be counted; `problems` says why, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = len(problems) - SHOWN
        shown = [*problems[:SHOWN], *([f"… and {more} more."] if more > 0 else [])]
        super().__init__("\n".join(shown))
        self.problems = tuple(problems)


def plain_name(cell: str) -> str:
    """A name with single spaces and composed accents, so that equal names are equal."""
    return unicodedata.normalize("NFC", " ".join(cell.split()))


def find_name_fault(name: str) -> str | None:
    """Why this cannot be an option's name, in words; or None."""
    if name.startswith(FORMULA):
        return f"“{name[:40]}” looks like a formula, not an option."
    if len(name) > LONGEST:
        return f"“{name[:40]}…” is longer than {LONGEST} characters."
    if not all(sign.isprintable() or sign in JOINERS for sign in name):
        return f"{name[:40]!a} holds characters that cannot be shown."
    return None


def spelled_twice(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that differ only in capitals."""
    first: dict[str, str] = {}
    return [
        (first[name.casefold()], name)
        for name in names
        if first.setdefault(name.casefold(), name) != name
    ]
