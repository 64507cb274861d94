"""Reading a CSV file of ballots. Either it is understood wholly, or every problem is named by row.

Two layouts, told apart by the headings:

* `rank1 … rankN`: each cell names an option; empty is a rank left empty; `A|B` are two options at
  one rank; the word `overvote` is a rank with too many marks, `undervote` an empty one.
* one column per option: empty or 0 is no mark, `x` or 1 a mark, whole numbers are ranks.

Optional in both: `weight` (whole, decimal or fraction, read exactly) and one column `id` or
`ballot`, which is not read. A row of empty cells is a blank paper; an empty line is nothing.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.ballots.counting.cells import BadCell, rank_cell_reader, read_ranks, read_weight
from app.ballots.counting.headings import Heading, read_heading
from app.ballots.counting.names import BadSheet, find_name_fault, plain_name, spelled_twice
from app.ballots.counting.papers import UNREADABLE, Marks, Paper

MAX_BYTES: Final = 100_000_000
ONE: Final = Fraction(1)


@dataclass(frozen=True)
class Sheet:
    """The ballots of a file, and the options in the order of the paper."""

    options: tuple[str, ...]
    papers: tuple[Paper, ...]


def read_sheet(data: bytes, *, options: Sequence[str] = (), ranked: bool = True) -> Sheet:
    """Read a file. `options`: the options on the paper, when the file may not name them all.

    Without `options`, a rank file's options are the names found, in alphabetical order (never in
    order of appearance, or the order of the papers could decide a tie). `ranked`: the rule needs
    an order, so crosses are refused. Raises BadSheet.
    """
    declared = [plain_name(option) for option in options]
    faults = [fault for name in declared if (fault := find_name_fault(name))]
    if faults or len({name.casefold() for name in declared}) < len(declared) or "" in declared:
        raise BadSheet(faults or ["Every option needs a name of its own."])
    rows = _split_rows(decode(data))
    heading = read_heading(next(rows, (1, []))[1], declared)
    known = {name.casefold(): name for name in declared}
    papers, problems = _read_rows(rows, heading, known, ranked=ranked)
    found = _names_in(papers)
    problems += [f"“{a}” and “{b}” look like one option." for a, b in spelled_twice(found)]
    if not papers and not problems:
        problems = ["There are no ballots below the headings."]
    if problems:
        raise BadSheet(problems)
    return Sheet(tuple(declared or heading.options.values() or sorted(found)), tuple(papers))


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 (with or without mark), UTF-16 with its mark, or Windows-1252."""
    if len(data) > MAX_BYTES:
        raise BadSheet([f"The file is larger than {MAX_BYTES // 1_000_000} MB."])
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise BadSheet(["This is a spreadsheet file. Save it as CSV and try again."])
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for coding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise BadSheet(["The file is not text in UTF-8 or Windows-1252."])


def _split_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number in the sheet; empty lines are passed over.

    The delimiter is the one the first line has most of: comma, semicolon or tab.
    """
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if cells:
                yield number, [cell.strip() for cell in cells]
    except csv.Error as fault:
        raise BadSheet([f"Row {number + 1} is not CSV: {fault}."]) from None


def _read_rows(
    rows: Iterable[tuple[int, list[str]]],
    heading: Heading,
    known: Mapping[str, str],
    *,
    ranked: bool,
) -> tuple[list[Paper], list[str]]:
    """The papers, and the problems by row."""
    papers: list[Paper] = []
    problems: list[str] = []
    read_cell = rank_cell_reader(known)
    seen: dict[tuple[str, ...], tuple[Marks, ...]] = {}  # equal rows are read once
    for number, cells in rows:
        if len(cells) != heading.width:
            problems.append(f"Row {number}: {len(cells)} cells, but {heading.width} headings.")
            continue
        if heading.not_read is not None and not any(cells):
            continue  # a row without a number and without a mark is no paper
        marked = tuple(c for place, c in enumerate(cells) if place != heading.not_read)
        try:
            weight = ONE if heading.weight is None else read_weight(cells[heading.weight])
            if marked not in seen:
                seen[marked] = read_ranks(cells, heading, read_cell, ranked=ranked)
            papers.append(Paper(seen[marked], weight))
        except BadCell as fault:
            problems.append(f"Row {number}: {fault}.")
    return papers, problems


def _names_in(papers: Iterable[Paper]) -> dict[str, None]:
    """Every option named on a paper, in the order met."""
    kinds = dict.fromkeys(paper.ranks for paper in papers)
    return dict.fromkeys(
        mark for ranks in kinds for marks in ranks for mark in marks if mark != UNREADABLE
    )
