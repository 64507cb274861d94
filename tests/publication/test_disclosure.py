"""The gate against a curious reader who subtracts, compares releases and knows the rules."""

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.publication.disclosure.audit import rounding_range
from app.publication.disclosure.canonical import canonical_bytes
from app.publication.disclosure.gate import gate, round_count
from app.publication.disclosure.shapes import (
    Batch,
    Gated,
    Limits,
    Population,
    Row,
    RowKind,
    State,
    Why,
    read_batch,
)
from app.publication.rules import Reason

LIMITS = Limits()


def one_row(counts: list[int], *, key: str = "q") -> Row:
    return Row(key, RowKind.ONE, {f"c{n}": count for n, count in enumerate(counts)}, sum(counts))


def batch_of(*rows: Row, total: int | None = None, is_closed: bool = True) -> Batch:
    return Batch(is_closed, (Population("p", rows[0].base if total is None else total, rows),))


def gated_row(batch: Batch, key: str = "q") -> dict[str, tuple[State, int | None]]:
    outcome = gate(batch, limits=LIMITS)
    assert isinstance(outcome, Gated)
    return {name: (cell.state, cell.count) for name, cell in outcome.cells["p"][key].items()}


def reader_ranges(counts: list[int], row: dict[str, tuple[State, int | None]]) -> list[set[int]]:
    """What every cell may be, by trying all tables a reader cannot rule out (no solver)."""
    total = sum(counts)
    options: list[range] = []
    for state, shown in row.values():
        if shown is not None:
            low, high = rounding_range(shown, LIMITS)
            options.append(range(low, high + 1))
        else:
            assert state is not State.SHOWN
            options.append(range(total + 1))
    fits = [one for one in product(*options) if sum(one) == total]
    return [{one[n] for one in fits} for n in range(len(counts))]


def test_open_batch_is_refused() -> None:
    assert gate(batch_of(one_row([50, 50]), is_closed=False), limits=LIMITS) is Reason.STILL_OPEN


def test_nine_are_too_few_and_ten_are_not() -> None:
    assert gate(batch_of(one_row([5, 4])), limits=LIMITS) is Reason.TOO_FEW
    assert isinstance(gate(batch_of(one_row([5, 5])), limits=LIMITS), Gated)


@pytest.mark.parametrize(
    ("count", "printed"), [(8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (100, 100)]
)
def test_rounding(count: int, printed: int) -> None:
    assert round_count(count, LIMITS) == printed
    low, high = rounding_range(printed, LIMITS)
    assert low <= count <= high


def test_small_cells_are_hidden_and_others_rounded() -> None:
    row = gated_row(batch_of(one_row([63, 41, 4, 3, 0])))
    assert row["c0"] == (State.SHOWN, 65)
    assert row["c1"] == (State.SHOWN, 40)
    assert [row[f"c{n}"][0] for n in (2, 3, 4)] == [State.HIDDEN] * 3


def test_a_hidden_cell_stands_alone_where_rounding_covers_it() -> None:
    row = gated_row(batch_of(one_row([60, 30, 25, 2])))
    assert row["c3"][0] is State.HIDDEN
    shown = [name for name, (state, _) in row.items() if state is State.SHOWN]
    # 117 less (60, 30, 25, each give or take 2) leaves 0 to 8 for the fourth: wide enough.
    assert shown == ["c0", "c1", "c2"]


def test_subtraction_that_would_succeed_is_prevented() -> None:
    counts = [13, 13, 0]  # 15 + 15 from a total of 26 would prove the nought
    row = gated_row(batch_of(one_row(counts)))
    assert row["c2"][0] is not State.SHOWN
    assert all(len(reader_ranges(counts, row)[n]) > 4 for n in range(3) if not row[f"c{n}"][1])


def test_no_share_below_fifty_and_never_a_hundred() -> None:
    small = gate(batch_of(one_row([25, 24])), limits=LIMITS)
    large = gate(batch_of(one_row([400, 600])), limits=LIMITS)
    assert isinstance(small, Gated)
    assert isinstance(large, Gated)
    assert small.cells["p"]["q"]["c0"].percent is None
    assert large.cells["p"]["q"]["c0"].percent == 40


@pytest.mark.parametrize("counts", [[27, 3], [30, 0], [99, 1], [250, 0], [1000, 7]])
def test_almost_everyone_is_said_in_words(counts: list[int]) -> None:
    row = gated_row(batch_of(one_row(counts)))
    assert row["c0"] == (State.ALMOST_ALL, None)
    assert row["c1"][1] is None


def test_many_cells_do_not_add_up_and_need_no_partner() -> None:
    answered = Row("a", RowKind.ONE, {"yes": 100, "skipped": 20}, 120)
    several = Row("q", RowKind.MANY, {"x": 70, "y": 60, "z": 3}, 100, ("a", "yes"), at_most=2)
    row = gated_row(batch_of(answered, several, total=120))
    assert row["x"] == (State.SHOWN, 70)
    assert row["y"] == (State.SHOWN, 60)
    assert row["z"] == (State.HIDDEN, None)


def test_many_cells_that_are_forced_by_the_others_are_protected() -> None:
    # Everybody chose at least one: 40 answered, 20 + 13 shown would leave at least 3 of 5 for z.
    answered = Row("a", RowKind.ONE, {"yes": 40, "skipped": 20}, 60)
    several = Row("q", RowKind.MANY, {"x": 20, "y": 13, "z": 7}, 40, ("a", "yes"), at_most=1)
    outcome = gate(batch_of(answered, several, total=60), limits=LIMITS)
    assert isinstance(outcome, Gated)
    low, high = outcome.intervals["p/q/z"]
    assert high - low >= LIMITS.least_width


def test_a_question_answered_by_nine_says_nothing() -> None:
    answered = Row("a", RowKind.ONE, {"yes": 9, "skipped": 51}, 60)
    several = Row("q", RowKind.MANY, {"x": 9, "y": 1}, 9, ("a", "yes"))
    row = gated_row(batch_of(answered, several, total=60))
    assert {state for state, _ in row.values()} == {State.WITHHELD}


def test_exact_population_is_shown_as_it_is() -> None:
    row = Row("options", RowKind.MANY, {"a": 3, "b": 0, "blank": 60}, 61)
    batch = Batch(True, (Population("ballot", 61, (row,), is_exact=True),))
    outcome = gate(batch, limits=LIMITS)
    assert isinstance(outcome, Gated)
    cells = outcome.cells["ballot"]["options"]
    assert [cells[key].count for key in ("a", "b", "blank")] == [3, 0, 60]


def test_contradicting_rows_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="add up"):
        Row("q", RowKind.ONE, {"a": 3}, 4)
    with pytest.raises(ValueError, match="larger"):
        Row("q", RowKind.MANY, {"a": 5}, 4)


@given(st.lists(st.integers(0, 24), min_size=2, max_size=4).filter(lambda one: sum(one) >= 10))
@settings(max_examples=150, deadline=None)
def test_no_hidden_cell_is_found_by_subtraction(counts: list[int]) -> None:
    outcome = gate(batch_of(one_row(counts)), limits=LIMITS)
    if isinstance(outcome, Reason):
        assert outcome is Reason.DIFFERS_TOO_LITTLE
        return
    cells = outcome.cells["p"]["q"]
    row = {name: (cell.state, cell.count) for name, cell in cells.items()}
    for n, possible in enumerate(reader_ranges(counts, row)):
        cell = cells[f"c{n}"]
        assert counts[n] in possible
        if cell.state is not State.SHOWN and cell.why is not Why.ALIKE:
            assert max(possible) - min(possible) >= LIMITS.least_width
        if cell.state is State.SHOWN:
            assert counts[n] >= LIMITS.hide_below


@given(
    st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(lambda one: sum(one) >= 10),
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_two_releases_never_meet(first: list[int], more: list[int]) -> None:
    early = batch_of(one_row(first))
    known = gate(early, limits=LIMITS)
    if isinstance(known, Reason):
        return
    later = [a + b for a, b in zip(first, more, strict=True)]
    outcome = gate(batch_of(one_row(later)), limits=LIMITS, earlier=[(early, known)])
    if 0 < sum(more) < LIMITS.minimum:
        assert outcome is Reason.DIFFERS_TOO_LITTLE
    if isinstance(outcome, Reason):
        assert outcome is Reason.DIFFERS_TOO_LITTLE
        return
    rows = [
        {k: (c.state, c.count) for k, c in one.cells["p"]["q"].items()} for one in (known, outcome)
    ]
    fits = [_tables(counts, row) for counts, row in zip((first, later), rows, strict=True)]
    pairs = [
        (old, new)
        for old, new in product(*fits)
        if all(a <= b for a, b in zip(old, new, strict=True))
    ]
    for at, one in enumerate((known, outcome)):
        for n, cell in enumerate(one.cells["p"]["q"].values()):
            if cell.state is not State.SHOWN and cell.why is not Why.ALIKE:
                values = {pair[at][n] for pair in pairs}
                assert max(values) - min(values) >= LIMITS.least_width


@given(st.integers(10, 22), st.lists(st.integers(0, 12), min_size=3, max_size=3), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_the_solver_finds_what_trying_all_tables_finds(
    total: int, parts: list[int], most: int
) -> None:
    """Several choices: no cell above the base, together between the base and `most` times it."""
    base = min(total, sum(parts))
    chosen = [min(part, base) for part in parts]
    if not base <= sum(chosen) <= most * base:
        return
    answered = Row("a", RowKind.ONE, {"yes": base, "no": total - base}, total)
    counts = {f"c{n}": count for n, count in enumerate(chosen)}
    several = Row("q", RowKind.MANY, counts, base, ("a", "yes"), at_most=most)
    outcome = gate(batch_of(answered, several, total=total), limits=LIMITS)
    assert isinstance(outcome, Gated)
    cells = list(outcome.cells["p"]["a"].values()) + list(outcome.cells["p"]["q"].values())
    if any(cell.why not in (None, Why.FEW, Why.PROTECTS, Why.SOLVABLE) for cell in cells):
        return  # "almost everyone" is another promise
    ranges = [
        range(total + 1) if one.count is None else range(*_half_open(one.count)) for one in cells
    ]
    fits = [
        (yes, no, *rest)
        for yes, no in product(ranges[0], ranges[1])
        if yes + no == total
        for rest in product(*ranges[2:])
        if max(rest) <= yes <= sum(rest) <= most * yes
    ]
    for n, cell in enumerate(cells):
        values = {one[n] for one in fits}
        if cell.state is not State.SHOWN:
            assert max(values) - min(values) >= LIMITS.least_width


def _half_open(count: int) -> tuple[int, int]:
    low, high = rounding_range(count, LIMITS)
    return low, high + 1


def _tables(counts: list[int], row: dict[str, tuple[State, int | None]]) -> list[tuple[int, ...]]:
    ranges = [
        range(sum(counts) + 1)
        if shown is None
        else range(rounding_range(shown, LIMITS)[0], rounding_range(shown, LIMITS)[1] + 1)
        for _, shown in row.values()
    ]
    return [one for one in product(*ranges) if sum(one) == sum(counts)]


@given(st.lists(st.integers(0, 300), min_size=2, max_size=6).filter(lambda one: sum(one) >= 10))
@settings(max_examples=60, deadline=None)
def test_a_batch_survives_json_and_is_gated_the_same(counts: list[int]) -> None:
    batch = batch_of(one_row(counts))
    again = read_batch(json.loads(json.dumps(batch.to_json())))
    assert again == batch
    assert gate(again, limits=LIMITS) == gate(batch, limits=LIMITS)


def test_canonical_bytes() -> None:
    assert canonical_bytes({"b": 1, "a": ["é"]}) == '{"a":["é"],"b":1}'.encode()
    with pytest.raises(TypeError):
        canonical_bytes({"a": 0.5})
    with pytest.raises(TypeError):
        canonical_bytes({1: "a"})
