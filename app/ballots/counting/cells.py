"""The cells of one row: marks, ranks and weight."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Final

from app.ballots.counting.headings import Heading
from app.ballots.counting.names import find_name_fault, plain_name
from app.ballots.counting.papers import UNREADABLE, Marks

MAX_RANK: Final = 999
WEIGHT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12}|/[1-9][0-9]{0,11})?")
NUMBER: Final = re.compile(r"([0-9]{1,3})(\.0)?")
CROSSES: Final = frozenset({"x", "✓", "✔", "✗", "✘"})


class BadCell(ValueError):
    """A cell that cannot be read; says why in words."""


def read_weight(cell: str) -> Fraction:
    """A weight, exactly: "3", "0.8" or "1/3"."""
    if not WEIGHT.fullmatch(cell):
        raise BadCell(f"the weight “{cell[:40]}” is not a number such as 3, 0.8 or 1/3")
    return Fraction(cell)


def read_ranks(
    cells: Sequence[str], heading: Heading, read_cell: Callable[[str], Marks], *, ranked: bool
) -> tuple[Marks, ...]:
    """The marks of a row; `read_cell` reads the cell of a rank column."""
    if heading.ranks:
        return tuple(read_cell(cells[place]) for place in heading.ranks)
    return _read_option_cells(cells, heading.options, ranked=ranked)


def rank_cell_reader(known: Mapping[str, str]) -> Callable[[str], Marks]:
    """A reader of rank cells that looks at equal cells once.

    `known`: the declared options by case-folded name; when empty, any good name is an option.
    """
    return cache(lambda cell: _read_rank_cell(cell, known))


def _read_rank_cell(cell: str, known: Mapping[str, str]) -> Marks:
    """The options named in one cell of a rank column."""
    if cell.casefold() in ("", "undervote"):
        return ()
    if cell.casefold() == "overvote":
        return (UNREADABLE,)
    return tuple(_read_name(part, known) for part in cell.split("|"))


def _read_name(part: str, known: Mapping[str, str]) -> str:
    name = plain_name(part)
    if not name:
        raise BadCell("a name is missing beside “|”")
    if fault := find_name_fault(name):
        raise BadCell(fault.rstrip("."))
    if not known:
        return name
    if name.casefold() not in known:
        raise BadCell(f"“{name[:40]}” is not one of the options")
    return known[name.casefold()]


def _read_option_cells(
    cells: Sequence[str], options: Mapping[int, str], *, ranked: bool
) -> tuple[Marks, ...]:
    """Marks under the options: crosses are all equal, numbers are ranks."""
    by_rank: dict[int, list[str]] = defaultdict(list)
    crosses = 0
    for place, option in options.items():
        rank = _read_mark(cells[place], option)
        crosses += cells[place].casefold() in CROSSES
        if rank:
            by_rank[rank].append(option)
    if crosses and max(by_rank) > 1:
        raise BadCell("crosses and ranks stand on one paper")
    if ranked and crosses > 1:
        raise BadCell("crosses show no order; this rule needs ranks 1, 2, 3, …")
    return tuple(tuple(by_rank.get(rank, ())) for rank in range(1, max(by_rank, default=0) + 1))


def _read_mark(cell: str, option: str) -> int:
    """0 for no mark, 1 for a cross, otherwise the rank."""
    if not cell:
        return 0
    if cell.casefold() in CROSSES:
        return 1
    number = NUMBER.fullmatch(cell)
    if number is None or int(number[1]) > MAX_RANK:
        raise BadCell(f"“{cell[:40]}” under “{option}” is not empty, 0, x or a rank")
    return int(number[1])
