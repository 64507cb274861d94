"""What each printed sheet says: facts only. Words of the sheet itself come from `words`."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any, ClassVar

from app.core.tokens import ALPHABET

CODE_LENGTH = 7  # six random signs and a check sign


class Print(StrEnum):
    """How big a paper ballot speaks."""

    NORMAL = "normal"
    LARGE = "large"  # nothing below 16 pt
    EASY = "easy"  # a picture and a short line for each option, nothing below 16 pt


class Counting(StrEnum):
    """What is counted on a tally sheet."""

    PAPERS = "papers"
    HANDS = "hands"


@dataclass(frozen=True)
class Option:
    """One option on paper. `picture`: `wish-6`, or one emoji, or nothing."""

    label: str
    easy_read: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """One question on paper. `most`: how many options may be chosen or ranked."""

    question: str
    rule: str
    most: int
    options: tuple[Option, ...]

    @property
    def is_ranked(self) -> bool:
        """Whether numbers are written instead of crosses."""
        return self.rule in {"borda", "irv", "stv"}


@dataclass(frozen=True)
class Slips:
    """Slips to cut and draw, printed in the order of `codes`: make them with `deal_slips`."""

    kind: ClassVar[str] = "slips"
    title: str
    class_code: str
    codes: tuple[str, ...]
    base_url: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a code, before it is on paper thirty times."""
        wrong = [code for code in self.codes if not _is_code(code)]
        if wrong or not self.codes:
            raise ValueError(f"{len(wrong)} of {len(self.codes)} codes are not slip codes")


@dataclass(frozen=True)
class Poster:
    """The class code and its QR, readable from the back row."""

    kind: ClassVar[str] = "poster"
    title: str
    class_code: str
    base_url: str


@dataclass(frozen=True)
class PaperBallot:
    """One voter's paper: no number, no name, every copy the same."""

    kind: ClassVar[str] = "ballot"
    title: str
    sections: tuple[Section, ...]
    size: Print = Print.NORMAL


@dataclass(frozen=True)
class TallySheet:
    """Five-bar gates for two people who count hands or papers."""

    kind: ClassVar[str] = "tally"
    title: str
    sections: tuple[Section, ...]
    counting: Counting = Counting.PAPERS
    place: str = ""
    sitting: str = ""


@dataclass(frozen=True)
class LedgerPoint:
    """The last signed checkpoint of a ballot's ledger."""

    size: int
    head: str
    at: datetime
    signature: str = ""


@dataclass(frozen=True)
class ClosingSheet:
    """What was given out and what came in, to hand over. Counts of rights, never of choices."""

    kind: ClassVar[str] = "closing"
    title: str
    place: str
    sitting: str
    closed_at: datetime
    issued: int
    recorded: int
    spoilt: int
    unused: int
    heads: int | None = None
    note: str = ""
    checkpoint: LedgerPoint | None = None
    hand_to: str = ""
    safeguarding_lead: str = ""

    @property
    def missing(self) -> int:
        """Rights given out and not accounted for; below zero: more came in than went out."""
        return self.issued - self.recorded - self.spoilt - self.unused

    @property
    def above_heads(self) -> int | None:
        """Votes recorded beyond the heads in the room; below zero: some did not vote."""
        return None if self.heads is None else self.recorded - self.heads


@dataclass(frozen=True)
class Guide:
    """How to run a sitting, read in one minute."""

    kind: ClassVar[str] = "guide"
    base_url: str
    title: str = ""


Sheet = Slips | Poster | PaperBallot | TallySheet | ClosingSheet | Guide


def deal_slips(
    title: str, class_code: str, codes: Iterable[str], base_url: str, *, rng: Random | None = None
) -> Slips:
    """Slips in a random order, so that a pile of them says nothing about which was made when."""
    dealt = list(codes)
    (rng or secrets.SystemRandom()).shuffle(dealt)
    return Slips(title, class_code, tuple(dealt), base_url)


def read_sections(definition: Mapping[str, Any], language: str = "en") -> tuple[Section, ...]:
    """The sections of a frozen ballot definition, each label in this language where there is one.

    Options stand in the definition's order on every paper, also where phones shuffle them: an
    order of its own would make a paper recognisable.
    """
    return tuple(
        Section(
            question=section["question"],
            rule=section["rule"],
            most=_most(section),
            options=tuple(
                Option(_label(one, language), one.get("easy_read", ""), one.get("picture", ""))
                for one in section["options"]
            ),
        )
        for section in definition["sections"]
    )


def show_code(code: str) -> str:
    """`K7MW2HX` as it is read out: `K7MW 2HX`."""
    return f"{code[:4]} {code[4:]}"


def _most(section: Mapping[str, Any]) -> int:
    limit = 1 if section["rule"] == "plurality" else section.get("max_choices")
    return min(limit or len(section["options"]), len(section["options"]))


def _label(option: Mapping[str, Any], language: str) -> str:
    words: Mapping[str, str] = option.get("words") or {}
    exact, _, _ = language.replace("_", "-").partition("-")
    return words.get(language) or words.get(exact) or str(option["label"])


def _is_code(code: str) -> bool:
    return len(code) == CODE_LENGTH and all(sign in ALPHABET for sign in code)
