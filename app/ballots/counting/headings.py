"""The first row of a file of ballots: what each column means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.ballots.counting.names import BadSheet, find_name_fault, plain_name, spelled_twice

MAX_COLUMNS: Final = 500
RANK: Final = re.compile(r"rank ?([0-9]{1,3})", re.IGNORECASE)
WEIGHT: Final = "weight"
NOT_READ: Final = frozenset({"id", "ballot"})


@dataclass(frozen=True)
class Heading:
    """The places of the columns. Either `ranks` or `options` is filled, never both."""

    width: int
    ranks: tuple[int, ...]  # places of rank1, rank2, … in this order
    options: Mapping[int, str]  # place → option
    weight: int | None
    not_read: int | None


def read_heading(cells: Sequence[str], declared: Sequence[str]) -> Heading:
    """Understand the headings. `declared`: the options on the paper, or none. Raises BadSheet."""
    if not any(cells):
        raise BadSheet(["The file is empty, or its first row is."])
    if len(cells) > MAX_COLUMNS:
        raise BadSheet([f"There are more than {MAX_COLUMNS} columns."])
    names = [plain_name(cell) for cell in cells]
    lowered = [name.casefold() for name in names]
    problems = _find_blank_or_repeated(names)
    weight = next((place for place, name in enumerate(lowered) if name == WEIGHT), None)
    not_read = next((place for place, name in enumerate(lowered) if name in NOT_READ), None)
    rest = {place: name for place, name in enumerate(names) if place not in (weight, not_read)}
    ranks = {place: int(m[1]) for place, name in rest.items() if (m := RANK.fullmatch(name))}
    options: dict[int, str] = {}
    if ranks:
        problems += _find_rank_faults(ranks, rest)
    else:
        options, faults = _read_options(rest, declared)
        problems += faults
    if problems:
        raise BadSheet(problems)
    return Heading(
        len(cells), tuple(sorted(ranks, key=ranks.__getitem__)), options, weight, not_read
    )


def _find_blank_or_repeated(names: Sequence[str]) -> list[str]:
    """Every column needs a heading of its own; capitals make no difference."""
    lowered = [name.casefold() for name in names]
    problems = [
        f"Column {place} has no heading." for place, name in enumerate(names, 1) if not name
    ]
    problems += [
        f"The heading “{name}” stands twice."
        for place, name in enumerate(names)
        if name and lowered.index(name.casefold()) < place
    ]
    return problems


def _find_rank_faults(ranks: Mapping[int, int], rest: Mapping[int, str]) -> list[str]:
    """Ranks must run from 1 without a gap, and nothing else may stand beside them."""
    faults = [
        f"The heading “{name[:40]}” is not a rank, weight, id or ballot."
        for place, name in rest.items()
        if place not in ranks and name
    ]
    if sorted(ranks.values()) != list(range(1, len(ranks) + 1)):
        faults.append("The ranks must run from rank1 without a gap or a repeat.")
    return faults


def _read_options(
    rest: Mapping[int, str], declared: Sequence[str]
) -> tuple[dict[int, str], list[str]]:
    """Headings that are options, spelled as declared, and what is wrong with them."""
    known = {name.casefold(): name for name in declared}
    options = {place: known.get(name.casefold(), name) for place, name in rest.items() if name}
    faults = [fault for name in options.values() if (fault := find_name_fault(name))]
    faults += [f"“{a}” and “{b}” look like one option." for a, b in spelled_twice(options.values())]
    if declared:
        there = set(options.values())
        faults += [
            f"“{n[:40]}” is not one of the options." for n in options.values() if n not in declared
        ]
        faults += [f"There is no column for “{name}”." for name in declared if name not in there]
    if not options:
        faults.append("There are no columns of choices: name them rank1, rank2, … or by option.")
    return options, faults
