"""Invented answers with their wishes: what the first model of a new installation learns from.

Every text here was written for this project; none was said or written by a child, and no real
person is named. They imitate how 7 to 19 year olds in Leeds write: short and long, with slang and
misspellings, some with two wishes, some at the border between two. `none.csv` holds praise, jokes,
national questions and answers that say nothing. Wishes are numbers of the 2022 edition, because
numbers were reused between editions. Disclosures of harm are left out on purpose: they are found
by a screen with rules of its own, never by this sorting.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

EDITION = 2022
_FOLDER = Path(__file__).parent
_LABEL_COLUMNS = ("wishes", "labels")


@dataclass(frozen=True, slots=True)
class Example:
    """One text and the wish numbers it belongs to; an empty set means none of the wishes."""

    text: str
    wishes: frozenset[int]


class ExamplesError(ValueError):
    """A file of examples cannot be read; the message names file, row and reason."""


def parse_wishes(labels: str) -> frozenset[int]:
    """Read "6;7", "6 7" or "none" as wish numbers; raises `ValueError` on anything else."""
    parts = labels.replace(";", " ").replace(",", " ").split()
    if not parts:
        raise ValueError("no label: write wish numbers or 'none'")
    if parts == ["none"]:
        return frozenset()
    wishes = frozenset(int(part) for part in parts)
    if min(wishes) < 1:
        raise ValueError("wish numbers start at 1")
    return wishes


def read_examples(path: Path) -> Iterator[Example]:
    """Read a UTF-8 CSV of `text` and `wishes` (or `labels`); raises `ExamplesError`."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        fields = reader.fieldnames or ()
        column = next((name for name in _LABEL_COLUMNS if name in fields), None)
        if column is None or "text" not in fields:
            raise ExamplesError(f"{path.name}: needs the columns text and wishes (or labels)")
        for row in reader:
            try:
                yield Example(row["text"] or "", parse_wishes(row[column] or ""))
            except ValueError as error:
                raise ExamplesError(f"{path.name}, line {reader.line_num}: {error}") from error


def load_examples(edition: int = EDITION) -> list[Example]:
    """Load the shipped invented examples; raises `LookupError` for another edition."""
    if edition != EDITION:
        raise LookupError(f"no examples are shipped for the edition of {edition}")
    files = sorted(_FOLDER.glob("*.csv"))
    return [example for path in files for example in read_examples(path)]
