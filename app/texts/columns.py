"""What the columns and rows of a file of texts mean. Pure: cells in, a guess or a reason out."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

LONGEST_TEXT = 10_000  # characters of one text from elsewhere
LONGEST_ID = 120


class RowReason(StrEnum):
    """Why a row of an import is left out."""

    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    BROKEN_LETTERS = "broken_letters"
    EMPTY_TEXT = "empty_text"
    TOO_LONG = "too_long"
    NO_ID = "no_id"
    ID_TOO_LONG = "id_too_long"
    REPEATED_ID = "repeated_id"
    KNOWN_WITH_OTHER_WORDS = "known_with_other_words"


def why_not_row(text: str, ref: str | None, *, seen: Collection[str]) -> RowReason | None:
    """Whether a row of a file can become a text. `ref` is None where no id column was chosen."""
    if ref is not None and not ref:
        return RowReason.NO_ID
    if ref is not None and len(ref) > LONGEST_ID:
        return RowReason.ID_TOO_LONG
    if ref is not None and ref in seen:
        return RowReason.REPEATED_ID
    if not text:
        return RowReason.EMPTY_TEXT
    return RowReason.TOO_LONG if len(text) > LONGEST_TEXT else None


def guess_text_column(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    """The column most likely to hold free text: its heading says so, or its cells are longest."""
    said = [name for name in columns if _TEXT_HEADING.search(name.lower())]

    def length(name: str) -> float:
        cells = [row.get(name, "") for row in rows]
        return sum(len(cell) for cell in cells if " " in cell.strip()) / max(1, len(cells))

    return max(said or columns, key=length, default="")


def guess_id_column(columns: Sequence[str], rows: Sequence[dict[str, str]], text: str) -> str:
    """The column most likely to number the rows: named so, and no value twice; "" for none."""
    kin = set(re.findall(r"[a-z]+", text.lower()))

    def is_distinct(name: str) -> bool:
        cells = [row.get(name, "").strip() for row in rows]
        return all(cells) and len(set(cells)) == len(cells)

    named = [name for name in columns if name != text and _ID_HEADING.search(name.lower())]
    distinct = [name for name in named if is_distinct(name)]
    related = [name for name in distinct if kin & set(re.findall(r"[a-z]+", name.lower()))]
    return next(iter(related or distinct), "")


_TEXT_HEADING = re.compile(r"body|comment$|text|answer|response$|verbatim|words|what .*\?|tell us")
_ID_HEADING = re.compile(r"(^|[^a-z])(id|ref|reference|number|no|uuid|key)([^a-z]|$)|id$")
