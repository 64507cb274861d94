"""The gate itself: exact counts in, what may be said in public out."""

from collections.abc import Sequence
from dataclasses import replace

from app.publication.disclosure.audit import (
    Interval,
    Layer,
    Variable,
    find_intervals,
    linked_rows,
)
from app.publication.disclosure.shapes import (
    Batch,
    Cell,
    Cells,
    Gated,
    Limits,
    Population,
    Row,
    RowKind,
    State,
    Why,
)
from app.publication.rules import Reason


def gate(
    batch: Batch, *, limits: Limits, earlier: Sequence[tuple[Batch, Gated]] = ()
) -> Gated | Reason:
    """What may be published of this batch, or why nothing may.

    `earlier` holds the releases about the same populations that the public already has. Counts in
    a breakdown below `hide_below` are hidden, nought included: a nought speaks about everybody.
    Others are rounded. Then the audit hides more until no hidden count can be worked out.
    """
    if not batch.is_closed:
        return Reason.STILL_OPEN
    if all(one.total < limits.minimum for one in batch.populations):
        return Reason.TOO_FEW
    totals: dict[str, int | None] = {}
    cells: dict[str, Cells] = {}
    intervals: dict[str, list[int]] = {}
    for population in batch.populations:
        before = _earlier_layers(population.key, earlier)
        if any(0 < abs(population.total - one.population.total) < limits.minimum for one in before):
            return Reason.DIFFERS_TOO_LITTLE
        is_enough = population.total >= limits.minimum
        totals[population.key] = population.total if is_enough else None
        gated = _gate_population(population, limits, before)
        if gated is None:
            return Reason.DIFFERS_TOO_LITTLE
        cells[population.key], left = gated
        intervals |= {f"{population.key}/{key}": list(span) for key, span in left.items()}
    return Gated(limits, totals, cells, intervals)


def round_count(count: int, limits: Limits) -> int:
    """To the nearest multiple of `round_to`; half goes up."""
    step = limits.round_to
    return (2 * count + step) // (2 * step) * step


def share(count: int, total: int) -> int:
    """A whole percentage; half goes up."""
    return (200 * count + total) // (2 * total)


def is_near_all(count: int, base: int, limits: Limits) -> bool:
    """Whether nearly everybody is in this cell, so that its number would speak about each one."""
    if base < limits.known_group_below:
        return 100 * count >= limits.near_all_percent * base
    return base - count < limits.hide_below


def _earlier_layers(key: str, earlier: Sequence[tuple[Batch, Gated]]) -> list[Layer]:
    return [
        Layer(population, gated.cells[key], gated.limits)
        for batch, gated in earlier
        for population in batch.populations
        if population.key == key and gated.totals.get(key) is not None
    ]


def _gate_population(
    population: Population, limits: Limits, before: list[Layer]
) -> tuple[Cells, dict[str, Interval]] | None:
    """The cells of one population and what a reader could still work out; None: cannot be safe."""
    if population.total < limits.minimum:
        small = Cell(State.WITHHELD, why=Why.SMALL_GROUP)
        return {row.key: dict.fromkeys(row.counts, small) for row in population.rows}, {}
    if population.is_exact:
        return {row.key: _exact(row, population, limits) for row in population.rows}, {}
    cells = {row.key: _first_look(row, population, limits) for row in population.rows}
    intervals: dict[str, Interval] = {}
    for rows in linked_rows(population):
        layers = [Layer(population, cells, limits), *before]
        while narrow := _narrowest(found := find_intervals(layers, rows), limits):
            if not _hide_more(population, cells, narrow, rows):
                return None
        intervals |= {f"{row}/{cell}": span for (at, row, cell), span in found.items() if at == 0}
    return cells, intervals


def _exact(row: Row, population: Population, limits: Limits) -> dict[str, Cell]:
    shows_share = population.total >= limits.percent_from
    return {
        key: Cell(State.SHOWN, count, share(count, population.total) if shows_share else None)
        for key, count in row.counts.items()
    }


def _first_look(row: Row, population: Population, limits: Limits) -> dict[str, Cell]:
    """Each cell by itself: small, nearly everybody, or shown rounded."""
    if row.base < limits.minimum:
        return dict.fromkeys(row.counts, Cell(State.WITHHELD, why=Why.SMALL_GROUP))
    near = {key for key, count in row.counts.items() if is_near_all(count, row.base, limits)}
    return {
        key: _judge(
            count, population.total, limits, is_near=key in near, is_alike=bool(near), row=row
        )
        for key, count in row.counts.items()
    }


def _judge(
    count: int, total: int, limits: Limits, *, is_near: bool, is_alike: bool, row: Row
) -> Cell:
    if is_near:
        return Cell(State.ALMOST_ALL, why=Why.ALIKE)
    if is_alike and row.kind is RowKind.ONE:
        return Cell(State.HIDDEN, why=Why.ALIKE)
    if count < limits.hide_below:
        return Cell(State.HIDDEN, why=Why.FEW)
    rounded = round_count(count, limits)
    shows_share = total >= limits.percent_from
    return Cell(
        State.SHOWN, rounded, share(rounded, round_count(total, limits)) if shows_share else None
    )


def _narrowest(found: dict[Variable, Interval], limits: Limits) -> Variable | None:
    """The hidden cell that is known too closely, the closest first."""
    widths = {name: high - low for name, (low, high) in found.items()}
    narrow = [name for name, width in widths.items() if width < limits.least_width]
    return min(narrow, key=lambda name: widths[name], default=None)


def _hide_more(population: Population, cells: Cells, narrow: Variable, rows: list[str]) -> bool:
    """Hide one thing more to widen what is known of `narrow`; False when nothing is left to hide.

    First the smallest number still shown beside it, then its whole row, then the rows it hangs on.
    """
    own = narrow[1]
    for key in [own, *(one for one in reversed(rows) if one != own)]:
        if key not in cells:
            continue
        counts = next(row.counts for row in population.rows if row.key == key)
        shown = [one for one in counts if cells[key][one].state is State.SHOWN]
        if shown and key == own:
            smallest = min(shown, key=lambda one: counts[one])
            cells[key][smallest] = Cell(State.HIDDEN, why=Why.PROTECTS)
            return True
        if any(cell.state is not State.WITHHELD for cell in cells[key].values()):
            cells[key] = {
                one: replace(cell, state=State.WITHHELD, count=None, percent=None, why=Why.SOLVABLE)
                for one, cell in cells[key].items()
            }
            return True
    return False
