"""What a ballot asks, frozen: its words, its options, how each section is counted.

The definition is written once, when the consultation opens, as one canonical JSON text. Everything
afterwards (phones, paper, counts, the audit bundle) reads this text and nothing else, and its
SHA-256 stands in every hash of the ballot, so nobody can change a word unnoticed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.consultations.rules.vocabulary import RANKED_RULES, BallotRule

FORMAT = 1


@dataclass(frozen=True)
class PaperOption:
    """One option on the paper. `key` is short ASCII, the same in every language and count."""

    key: str
    label: str
    easy_read: str = ""
    picture: str = ""  # "wish-6", or one emoji
    words: Mapping[str, str] = field(default_factory=dict)  # language -> label

    @property
    def wish(self) -> int | None:
        """The number of the wish whose pictogram it shows, if it shows one."""
        kind, _, number = self.picture.partition("-")
        return int(number) if kind == "wish" and number.isdigit() else None

    @property
    def emoji(self) -> str:
        """Its picture where that is not a pictogram."""
        return "" if self.wish else self.picture

    def words_in(self, language: str) -> str:
        """Its label in this language, or as it was first written where there are none."""
        return self.words.get(language) or self.label


@dataclass(frozen=True)
class PaperSection:
    """One question on the paper, with its own rule.

    `max_choices`: how many options may be chosen or ranked; None: as many as there are.
    `tie_order`: drawn by lot at freezing and so announced before voting; the first wins a tie.
    """

    key: str
    question: str
    rule: BallotRule
    max_choices: int | None
    seats: int
    tie_order: tuple[str, ...]
    options: tuple[PaperOption, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the options in printed order."""
        return tuple(option.key for option in self.options)

    def option(self, key: str) -> PaperOption:
        """The option with this key (KeyError when there is none)."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)

    @property
    def is_ranked(self) -> bool:
        """Whether the voter says an order."""
        return self.rule in RANKED_RULES

    @property
    def most(self) -> int:
        """How many options a paper may name here."""
        limit = 1 if self.rule is BallotRule.PLURALITY else self.max_choices
        return min(limit or len(self.options), len(self.options))


@dataclass(frozen=True)
class Definition:
    """A whole paper."""

    title: str
    is_shuffled: bool
    languages: tuple[str, ...]
    sections: tuple[PaperSection, ...]

    def to_json(self) -> str:
        """The canonical text: sorted keys, no spaces."""
        plain = {
            "format": FORMAT,
            "title": self.title,
            "is_shuffled": self.is_shuffled,
            "languages": list(self.languages),
            "sections": [_plain_section(section) for section in self.sections],
        }
        return canonical_json(plain)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @cached_property
    def longest(self) -> int:
        """The length of the longest text a vote on this paper can be (`s1=o1,o2;s2=o7`)."""
        parts = (
            sum(sorted((len(key) + 1 for key in one.keys), reverse=True)[: one.most]) + len(one.key)
            for one in self.sections
        )
        return sum(parts) + len(self.sections) - 1

    def section(self, key: str) -> PaperSection:
        """The section with this key (KeyError when there is none)."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


def canonical_json(plain: Any) -> str:
    """JSON of which there is only one: sorted keys, no spaces, letters as they are."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_definition(text: str) -> Definition:
    """The definition from its canonical text, as it was frozen."""
    plain = json.loads(text)
    return Definition(
        title=plain["title"],
        is_shuffled=plain["is_shuffled"],
        languages=tuple(plain["languages"]),
        sections=tuple(_read_section(one) for one in plain["sections"]),
    )


def _plain_section(section: PaperSection) -> dict[str, Any]:
    return {
        "key": section.key,
        "question": section.question,
        "rule": section.rule.value,
        "max_choices": section.max_choices,
        "seats": section.seats,
        "tie_order": list(section.tie_order),
        "options": [
            {
                "key": option.key, "label": option.label, "easy_read": option.easy_read,
                "picture": option.picture, "words": dict(option.words),
            }
            for option in section.options
        ],
    }  # fmt: skip


def _read_section(plain: Mapping[str, Any]) -> PaperSection:
    return PaperSection(
        key=plain["key"],
        question=plain["question"],
        rule=BallotRule(plain["rule"]),
        max_choices=plain["max_choices"],
        seats=plain["seats"],
        tie_order=tuple(plain["tie_order"]),
        options=tuple(PaperOption(**one) for one in plain["options"]),
    )


def list_section_keys(count: int) -> Sequence[str]:
    """The keys of so many sections: s1, s2, …"""
    return [f"s{number}" for number in range(1, count + 1)]
