"""What the public gets: gated cells with their words, and nothing else."""

from dataclasses import asdict, dataclass
from typing import Any

from app.publication.disclosure.shapes import Cell, Gated, State, Why

FORMAT = 1  # of the JSON; a later format keeps rebuilding the earlier one


@dataclass(frozen=True)
class CellWords:
    """What a cell is called. `wish` is the wish's number in its edition, if it is one."""

    label: str
    wish: int | None = None


@dataclass(frozen=True)
class RowWords:
    """What was asked, word for word, and what the answers are called."""

    kind: str  # wishes, sorting, answered, options, ballot: chooses the picture
    title: str
    cells: dict[str, CellWords]


@dataclass(frozen=True)
class PopulationWords:
    """What a population is called and counted in."""

    title: str
    unit: str  # voices, texts, responses, votes
    rows: dict[str, RowWords]
    facts: dict[str, int | str | None]  # wording; of a ballot blank votes, choices


Words = dict[str, PopulationWords]


def compose_figures(gated: Gated, words: Words, about: dict[str, Any]) -> dict[str, Any]:
    """The figures of a release. Small and protective hiding look the same to the public."""
    return {
        "format": FORMAT,
        "about": about,
        "limits": asdict(gated.limits),
        "populations": [_population(key, words[key], gated) for key in gated.cells if key in words],
    }


def words_to_json(words: Words) -> dict[str, Any]:
    """Plain data, from which `read_words` makes the same words again."""
    return {key: asdict(one) for key, one in words.items()}


def read_words(data: dict[str, Any]) -> Words:
    """The words that `words_to_json` wrote."""
    return {
        key: PopulationWords(
            title=one["title"],
            unit=one["unit"],
            facts=one["facts"],
            rows={
                name: RowWords(
                    row["kind"],
                    row["title"],
                    {cell: CellWords(**said) for cell, said in row["cells"].items()},
                )
                for name, row in one["rows"].items()
            },
        )
        for key, one in data.items()
    }


def _population(key: str, words: PopulationWords, gated: Gated) -> dict[str, Any]:
    is_shown = gated.totals[key] is not None
    return {
        "key": key,
        "title": words.title,
        "unit": words.unit,
        "total": gated.totals[key],
        "facts": words.facts if is_shown else {},
        "rows": [
            _row(name, words.rows[name], cells)
            for name, cells in gated.cells[key].items()
            if is_shown
        ],
    }


def _row(key: str, words: RowWords, cells: dict[str, Cell]) -> dict[str, Any]:
    withheld = next((cell.why for cell in cells.values() if cell.state is State.WITHHELD), None)
    return {
        "key": key,
        "kind": words.kind,
        "title": words.title,
        "withheld": None
        if withheld is None
        else (Why.SMALL_GROUP.value if withheld is Why.SMALL_GROUP else Why.FEW.value),
        "cells": [
            {
                "key": name,
                "label": words.cells[name].label,
                "wish": words.cells[name].wish,
                "state": cell.state.value,
                "count": cell.count,
                "percent": cell.percent,
            }
            for name, cell in cells.items()
            if withheld is None
        ],
    }
