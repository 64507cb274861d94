"""Marks personal data in words that may be quoted. Pure; finds patterns, never names.

A person reads every quote as well: no list finds every name, and this one does not try.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """What kind of personal data a mark covers."""

    EMAIL = "email"
    WEB = "web"
    HANDLE = "handle"
    DATE_OF_BIRTH = "date_of_birth"
    PHONE = "phone"
    POSTCODE = "postcode"


@dataclass(frozen=True)
class Mark:
    """A stretch of a text, from `start` up to `end`."""

    start: int
    end: int
    kind: Personal


_PATTERNS: tuple[tuple[Personal, re.Pattern[str]], ...] = (
    (Personal.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        Personal.WEB,
        re.compile(r"(?i)\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|co\.uk|org|net|gg|io|tv)\b\S*"),
    ),
    (Personal.HANDLE, re.compile(r"(?<![\w@])@[\w.]{2,30}")),
    (
        Personal.HANDLE,
        re.compile(
            r"(?i)\b(?:snap|snapchat|insta|instagram|tiktok|discord|roblox|xbox|psn)"
            r"(?:\s+(?:is|name|user|username|id))*\s*[:=]\s*\S+"
        ),
    ),
    (
        Personal.DATE_OF_BIRTH,
        re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})\b"),
    ),
    (
        Personal.DATE_OF_BIRTH,
        re.compile(
            r"(?i)\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
            r"|nov|dec)[a-z]*\.?,?\s+(?:19|20)\d\d\b"
        ),
    ),
    (Personal.PHONE, re.compile(r"(?<![\w£])\+?\(?\d(?:[\s().-]{0,2}\d){8,13}(?!\w)")),
    (
        Personal.POSTCODE,
        re.compile(r"(?i)\b[a-z]{1,2}\d[a-z\d]?\s?\d[abd-hjlnp-uw-z]{2}\b"),
    ),
)


def find_personal(text: str) -> list[Mark]:
    """Every stretch that looks like personal data, in order, none overlapping."""
    marks: list[Mark] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if all(match.end() <= mark.start or match.start() >= mark.end for mark in marks):
                marks.append(Mark(match.start(), match.end(), kind))
    return sorted(marks, key=lambda mark: mark.start)


def redact(text: str) -> str:
    """The text with every mark replaced by what it was, in square brackets."""
    for mark in reversed(find_personal(text)):
        name = mark.kind.value.replace("_", " ")
        text = f"{text[: mark.start]}[{name}]{text[mark.end :]}"
    return text


def cut_at_marks(text: str) -> list[tuple[str, Personal | None]]:
    """The text in pieces, each with the kind of its mark or None, for showing marks on a page."""
    pieces: list[tuple[str, Personal | None]] = []
    position = 0
    for mark in find_personal(text):
        pieces.append((text[position : mark.start], None))
        pieces.append((text[mark.start : mark.end], mark.kind))
        position = mark.end
    pieces.append((text[position:], None))
    return [piece for piece in pieces if piece[0]]
