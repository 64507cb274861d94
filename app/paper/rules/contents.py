"""What one count of a pile says, and the line of the audit bundle that is made of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.consultations.rules import Definition, canonical_json

ACCOUNT = ("issued", "valid", "blank", "spoilt", "unused")
PAPERS = "papers"  # the field of what differs among papers entered one by one


@dataclass(frozen=True)
class Contents:
    """One count of a pile. Either `marks` per section and option, or `papers` one by one.

    `valid`, `blank` and `spoilt` are papers (or heads), `issued` what was handed out. `papers` are
    the valid ones only: (canonical choices, how many alike), sorted, so that no order is left.
    """

    issued: int
    valid: int
    blank: int = 0
    spoilt: int = 0
    unused: int = 0
    marks: Mapping[str, Mapping[str, int]] | None = None
    papers: tuple[tuple[str, int], ...] | None = None

    @property
    def returned(self) -> int:
        """The papers that lie on the table."""
        return self.valid + self.blank + self.spoilt

    @property
    def is_one_by_one(self) -> bool:
        """Whether every paper was entered by itself."""
        return self.papers is not None

    @property
    def figures(self) -> dict[str, int]:
        """Every figure by the name of its field; papers by their text."""
        found = {name: getattr(self, name) for name in ACCOUNT}
        for section, by_option in (self.marks or {}).items():
            found |= {mark_field(section, option): n for option, n in by_option.items()}
        return found | dict(self.papers or ())

    def to_plain(self) -> dict[str, Any]:
        """As it is stored, and as it stands in the audit bundle."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in ACCOUNT}
        plain["marks"] = None if self.marks is None else {k: dict(v) for k, v in self.marks.items()}
        plain[PAPERS] = None if self.papers is None else [list(pair) for pair in self.papers]
        return plain


def mark_field(section: str, option: str) -> str:
    """The name of the field that holds how often an option was marked."""
    return f"{section}.{option}"


def read_contents(plain: Mapping[str, Any], definition: Definition | None = None) -> Contents:
    """Contents as they were stored. With the definition, marks get a figure for every option."""
    marks, papers = plain["marks"], plain[PAPERS]
    if marks is not None and definition is not None:
        marks = {
            one.key: {key: marks.get(one.key, {}).get(key, 0) for key in one.keys}
            for one in definition.sections
        }
    return Contents(
        **{name: plain[name] for name in ACCOUNT},
        marks=marks,
        papers=None if papers is None else tuple(sorted((text, n) for text, n in papers)),
    )


def list_differences(one: Contents, other: Contents) -> tuple[str, ...]:
    """The fields in which two counts differ, never by how much. Papers are one field."""
    mine, theirs = one.figures, other.figures
    papers = {text for text, _ in (*(one.papers or ()), *(other.papers or ()))}
    fields = dict.fromkeys([*mine, *theirs])
    differing = [field for field in fields if mine.get(field, 0) != theirs.get(field, 0)]
    plain = [field for field in differing if field not in papers]
    return (*plain, PAPERS) if len(plain) < len(differing) else tuple(plain)


@dataclass(frozen=True)
class Change:
    """One figure before and after a revision."""

    field: str
    before: int
    after: int


def list_changes(before: Contents, after: Contents) -> list[Change]:
    """Every figure that a revision changed."""
    was, is_now = before.figures, after.figures
    return [
        Change(field, was.get(field, 0), is_now.get(field, 0))
        for field in dict.fromkeys([*was, *is_now])
        if was.get(field, 0) != is_now.get(field, 0)
    ]


def make_line(
    contents: Contents, *, batch: int, revision: int, place: int | None, reason: str, at: str
) -> dict[str, Any]:
    """A revision as one object of `paper.jsonl`."""
    about = {"batch": batch, "revision": revision, "place": place, "reason": reason, "at": at}
    return contents.to_plain() | about


def hash_line(line: Mapping[str, Any]) -> str:
    """What the ledger says of a revision: SHA-256 of its canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(line).encode()).hexdigest()
