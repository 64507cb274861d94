"""Telling names apart and finding them: slugs, labels alike, places by part of their name."""

import unicodedata
from collections.abc import Collection, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def make_slug(title: str, *, otherwise: str, taken: Collection[str]) -> str:
    """A short ASCII name for addresses, numbered when it is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = "-".join("".join(c if c.isalnum() else " " for c in plain).split())[:60].strip("-")
    stem = stem or otherwise
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def filter_by_words(things: Sequence[Thing], names: Sequence[str], words: str) -> list[Thing]:
    """Those whose name holds every word typed, whatever the case."""
    wanted = fold_label(words).split()
    return [
        thing
        for thing, name in zip(things, names, strict=True)
        if all(word in fold_label(name) for word in wanted)
    ]


def fold_label(label: str) -> str:
    """A label as it is compared: case, width and spaces do not make it another one."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
