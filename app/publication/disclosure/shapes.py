"""What goes into the gate and what comes out of it: exact counts, limits, gated cells."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class RowKind(StrEnum):
    """How the cells of a row hang together."""

    ONE = "one"  # everybody is in exactly one cell: the cells add up to the base
    MANY = "many"  # everybody in the base is in one cell or more: they may add up to more


class State(StrEnum):
    """What the public sees of a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"  # its row is shown, its number is not
    ALMOST_ALL = "almost_all"  # "almost everyone": words instead of a number
    WITHHELD = "withheld"  # nothing of its row is shown


class Why(StrEnum):
    """Why something is not shown. Staff see which; the public is told FEW and PROTECTS as one."""

    FEW = "few"  # fewer than the limit, or nobody
    PROTECTS = "protects"  # large enough, but it would give away another cell
    ALIKE = "alike"  # nearly everybody said the same
    SMALL_GROUP = "small_group"  # too few took part
    SOLVABLE = "solvable"  # the row could be worked out whatever single cell is hidden


@dataclass(frozen=True)
class Limits:
    """The thresholds of a release; they are frozen into it."""

    minimum: int = 10  # smallest group about which anything is said
    hide_below: int = 8  # counts below this are hidden in a breakdown, nought included
    round_to: int = 5
    percent_from: int = 50  # smallest group for which a share is shown
    near_all_percent: int = 90  # "almost everyone" in a group small enough to know each other
    known_group_below: int = 100

    @property
    def least_width(self) -> int:
        """A hidden count must be at least as uncertain as a rounded one."""
        return self.round_to - 1


@dataclass(frozen=True)
class Row:
    """One breakdown of a population: exact counts by cell key, in printed order."""

    key: str
    kind: RowKind
    counts: dict[str, int]
    base: int  # how many respondents the row is about
    base_cell: tuple[str, str] | None = None  # (row, cell) that counts the base; none: the total
    at_most: int | None = None  # MANY: how many cells one respondent may be in, where known

    def __post_init__(self) -> None:
        """A row that contradicts itself is a mistake in the caller, not something to publish."""
        added = sum(self.counts.values())
        if self.kind is RowKind.ONE and added != self.base:
            raise ValueError(f"row {self.key}: cells add up to {added}, not to {self.base}")
        if self.kind is RowKind.MANY and max(self.counts.values(), default=0) > self.base:
            raise ValueError(f"row {self.key}: a cell is larger than its base")


@dataclass(frozen=True)
class Population:
    """A group that was asked one thing: the texts, the responses to a survey, the votes."""

    key: str
    total: int  # exact and public
    rows: tuple[Row, ...] = ()
    is_exact: bool = False  # a city-wide ballot: option counts are public as they are


@dataclass(frozen=True)
class Batch:
    """All that one release would say."""

    is_closed: bool
    populations: tuple[Population, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data, from which `read_batch` makes the same batch again."""
        return asdict(self)


@dataclass(frozen=True)
class Cell:
    """One gated cell. `count` is rounded (or exact in an exact population), or None."""

    state: State
    count: int | None = None
    percent: int | None = None
    why: Why | None = None


Cells = dict[str, dict[str, Cell]]  # row key -> cell key -> cell


@dataclass(frozen=True)
class Gated:
    """The outcome for a whole batch: population key -> row key -> cell key -> cell."""

    limits: Limits
    totals: dict[str, int | None]  # None: the group is too small to say how small
    cells: dict[str, Cells]
    intervals: dict[str, list[int]] = field(default_factory=dict)  # hidden cell -> what remains


def read_batch(data: dict[str, Any]) -> Batch:
    """The batch that `to_json` wrote, also after a trip through a JSON column."""
    return Batch(
        is_closed=data["is_closed"],
        populations=tuple(
            Population(
                key=one["key"],
                total=one["total"],
                is_exact=one["is_exact"],
                rows=tuple(_read_row(row) for row in one["rows"]),
            )
            for one in data["populations"]
        ),
    )


def _read_row(data: dict[str, Any]) -> Row:
    cell = data["base_cell"]
    return Row(
        key=data["key"],
        kind=RowKind(data["kind"]),
        counts=dict(data["counts"]),
        base=data["base"],
        base_cell=(cell[0], cell[1]) if cell else None,
        at_most=data["at_most"],
    )


def gated_to_json(gated: Gated) -> dict[str, Any]:
    """Plain data, from which `read_gated` makes the same outcome again."""
    return asdict(gated)


def read_gated(data: dict[str, Any]) -> Gated:
    """The outcome that `gated_to_json` wrote, also after a trip through a JSON column."""
    return Gated(
        limits=Limits(**data["limits"]),
        totals=dict(data["totals"]),
        cells={
            population: {
                row: {key: _read_cell(cell) for key, cell in cells.items()}
                for row, cells in rows.items()
            }
            for population, rows in data["cells"].items()
        },
        intervals=dict(data["intervals"]),
    )


def _read_cell(data: dict[str, Any]) -> Cell:
    return Cell(
        State(data["state"]),
        data["count"],
        data["percent"],
        Why(data["why"]) if data["why"] else None,
    )
