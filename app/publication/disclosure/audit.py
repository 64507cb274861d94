"""The curious reader: what can be worked out about a hidden count from everything published.

All published facts about one population are one linear system: rounded figures are ranges, totals
are sums, an earlier release of the same population is never larger than a later one. For each
hidden count linear programming gives the smallest and largest value the facts allow. Hiding small
counts alone is not enough: three hidden cells of a 3 x 4 table were once recovered exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from app.publication.disclosure.shapes import (
    Cell,
    Cells,
    Limits,
    Population,
    Row,
    RowKind,
    State,
    Why,
)

Variable = tuple[int, str, str]  # layer (0 is the new release), row key, cell key
Interval = tuple[int, int]
AUDITED = frozenset({Why.FEW, Why.PROTECTS, Why.SOLVABLE, Why.SMALL_GROUP})


@dataclass(frozen=True)
class Layer:
    """One release's view of a population: the truth, what was published of it, its limits."""

    population: Population
    cells: Cells
    limits: Limits


def rounding_range(count: int, limits: Limits) -> Interval:
    """The exact counts that print as this rounded one (half goes up; hidden counts excluded)."""
    step = limits.round_to
    return max(count - step // 2, limits.hide_below), count + (step - 1) // 2


def find_intervals(layers: Sequence[Layer], rows: Iterable[str]) -> dict[Variable, Interval]:
    """For every cell of these rows whose number must not be known: what the facts leave open."""
    system = _System(layers, set(rows))
    return {name: system.solve(name) for name in system.unknown()}


def linked_rows(population: Population) -> list[list[str]]:
    """The rows in groups; only rows of one group say anything about each other."""
    group = {row.key: {row.key} for row in population.rows}
    for row in population.rows:
        if row.base_cell is not None:
            joined = group[row.key] | group[row.base_cell[0]]
            for key in joined:
                group[key] = joined
    order = [row.key for row in population.rows]
    seen: list[set[str]] = []
    for key in order:
        if group[key] not in seen:
            seen.append(group[key])
    return [sorted(keys, key=order.index) for keys in seen]


class _System:
    """The published facts of some rows as bounds, equations and inequalities over the counts."""

    def __init__(self, layers: Sequence[Layer], rows: set[str]) -> None:
        self._layers = layers
        self._index: dict[Variable, int] = {}
        self._bounds: list[Interval] = []
        self._equal: list[tuple[dict[int, int], int]] = []
        self._at_most: list[tuple[dict[int, int], int]] = []
        wanted = [
            (number, row)
            for number, layer in enumerate(layers)
            for row in layer.population.rows
            if row.key in rows and row.key in layer.cells
        ]
        for number, row in wanted:
            self._add_cells(number, row)
        for number, row in wanted:
            self._add_sums(number, row)
        self._link_layers(wanted)

    def unknown(self) -> list[Variable]:
        """The cells whose number must not become known."""
        return [
            name
            for name in self._index
            if self._layers[name[0]].cells[name[1]][name[2]].why in AUDITED
        ]

    def solve(self, name: Variable) -> Interval:
        """The least and greatest whole number that fits everything published."""
        from scipy.optimize import linprog  # noqa: PLC0415  # slow to import, rarely needed

        size = len(self._bounds)
        objective = [0] * size
        objective[self._index[name]] = 1
        given = {
            "A_ub": [_spread(row, size) for row, _ in self._at_most] or None,
            "b_ub": [limit for _, limit in self._at_most] or None,
            "A_eq": [_spread(row, size) for row, _ in self._equal] or None,
            "b_eq": [total for _, total in self._equal] or None,
            "bounds": self._bounds,
        }
        least = linprog(objective, **given)
        most = linprog([-one for one in objective], **given)
        if least.status != 0 or most.status != 0:
            raise ArithmeticError(f"the published facts contradict each other at {name}")
        return ceil(least.fun - 1e-6), floor(-most.fun + 1e-6)

    def _add_cells(self, number: int, row: Row) -> None:
        layer = self._layers[number]
        cells = layer.cells[row.key]
        may_guess = not any(cell.why is Why.PROTECTS for cell in cells.values())
        for key in row.counts:
            name = (number, row.key, key)
            self._index[name] = len(self._bounds)
            self._bounds.append(_known_range(layer, row, cells[key], may_guess=may_guess))

    def _add_sums(self, number: int, row: Row) -> None:
        cells = [self._index[number, row.key, key] for key in row.counts]
        base, total = self._base_of(number, row)
        if row.kind is RowKind.ONE:
            self._equal.append((dict.fromkeys(cells, 1) | dict.fromkeys(base, -1), total))
            return
        for cell in cells:
            self._at_most.append(({cell: 1} | dict.fromkeys(base, -1), total))
        if sum(row.counts.values()) >= row.base:
            self._at_most.append((dict.fromkeys(cells, -1) | dict.fromkeys(base, 1), -total))
        if row.at_most is not None:
            most = row.at_most
            self._at_most.append(
                (dict.fromkeys(cells, 1) | dict.fromkeys(base, -most), most * total)
            )

    def _base_of(self, number: int, row: Row) -> tuple[list[int], int]:
        """The base as a variable, or as the public total of the population."""
        if row.base_cell is None:
            return [], self._layers[number].population.total
        return [self._index[number, *row.base_cell]], 0

    def _link_layers(self, wanted: list[tuple[int, Row]]) -> None:
        """Answers are only added: a later count is at least the earlier one, where that is true."""
        for number, row in wanted:
            later = next((one for layer, one in wanted if layer == 0 and one.key == row.key), None)
            if number == 0 or later is None:
                continue
            shared = [key for key in row.counts if key in later.counts]
            if all(row.counts[key] <= later.counts[key] for key in shared):
                for key in shared:
                    pair = {self._index[number, row.key, key]: 1, self._index[0, row.key, key]: -1}
                    self._at_most.append((pair, 0))


def _known_range(layer: Layer, row: Row, cell: Cell, *, may_guess: bool) -> Interval:
    """What the published state of one cell says by itself.

    In a row where nothing large is hidden a reader may guess that every hidden count is small, so
    the audit lets him know it.
    """
    limits, total = layer.limits, layer.population.total
    if cell.state is State.SHOWN and cell.count is not None:
        return rounding_range(cell.count, limits)
    if cell.state is State.ALMOST_ALL:
        return _least_of_almost_all(layer, row), total
    if cell.why is Why.FEW and may_guess:
        return 0, limits.hide_below - 1
    return 0, total


def _least_of_almost_all(layer: Layer, row: Row) -> int:
    """The smallest count that "almost everyone" may stand for, given what is known of the base."""
    limits, base = layer.limits, row.base
    if row.base_cell is not None:
        cell = layer.cells[row.base_cell[0]][row.base_cell[1]]
        base = rounding_range(cell.count, limits)[0] if cell.count is not None else 0
    share = ceil(base * limits.near_all_percent / 100)
    most_missing = max(0, base - limits.hide_below + 1)
    if row.base_cell is not None:
        return min(share, most_missing)
    return share if base < limits.known_group_below else most_missing


def _spread(sparse: dict[int, int], size: int) -> list[int]:
    dense = [0] * size
    for index, factor in sparse.items():
        dense[index] = factor
    return dense
