"""Counts published by others, matched round by round: the ten small rule elections and Portland.

The files are not part of the project (see the README of the data folder); each is a spreadsheet
of papers, the settings it was counted with, and the report another program printed.
"""

import csv
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.ballots.counting import End, Handling, Overvote, Paper, Repeat, Result, Rule, count
from app.ballots.counting.papers import UNREADABLE
from tests.conftest import SHARED_DATA

pytestmark = pytest.mark.needs_shared_data

CASES = sorted((SHARED_DATA / "ranked-ballots").rglob("*_config.json"))
# Where the published draw was by a random number, the order it came to is given here.
DRAWN = {"tiebreak_previous_round_counts_then_random_test": ["Sneezy", "Dopey", "Happy", "Grumpy"]}
ENDS = {
    "Inactive Ballots by Overvotes": End.OVERVOTED,
    "Inactive Ballots by Skipped Rankings": End.SKIPPED,
    "Inactive Ballots by Exhausted Choices": End.RAN_OUT,
    "Inactive Ballots by Repeated Rankings": End.REPEATED,
}


def case_name(config: Path) -> str:
    """The stem shared by the files of one election."""
    return config.name.removesuffix("_config.json")


def read_settings(config: Path) -> tuple[dict[str, Any], list[str]]:
    """The rules of the election and its candidates; a write-in line where the report has one."""
    settings = json.loads(config.read_text())
    names = [candidate["name"] for candidate in settings["candidates"]]
    if any(source["undeclaredWriteInLabel"] for source in settings["cvrFileSources"]):
        names.append("Undeclared Write-ins")
    return settings["rules"], names


def read_papers(config: Path, names: list[str]) -> list[Paper]:
    """The papers of the spreadsheet; some files shorten “Candidate A Name” to “A”."""
    book = CalamineWorkbook.from_path(config.with_name(case_name(config) + "_cvr.xlsx"))
    heading, *rows = book.get_sheet_by_index(0).to_python()
    first = next(i for i, cell in enumerate(heading) if "choice" in str(cell).lower())
    known = {name: name for name in names} | {
        name.split()[1]: name for name in names if " " in name
    }
    papers = []
    for row in rows:
        ranks: list[tuple[str, ...]] = []
        for cell in (str(cell).strip() for cell in row[first:]):
            if cell in ("", "undervote"):
                ranks.append(())
            else:
                ranks.append((UNREADABLE,) if cell == "overvote" else (known[cell],))
        papers.append(Paper(tuple(ranks)))
    return papers


def count_as_published(config: Path) -> Result:
    """Count with the flags that say the same as the published settings."""
    rules, names = read_settings(config)
    ranks = int(rules["maxRankingsAllowed"])
    gaps = int(rules["maxSkippedRanksAllowed"])
    handling = Handling(
        overvote=Overvote.STOP if rules["overvoteRule"] == "exhaustImmediately" else Overvote.SKIP,
        repeat=Repeat.STOP if rules["exhaustOnDuplicateCandidate"] else Repeat.SKIP,
        max_skipped=gaps,
        out_together=rules["batchElimination"],
        look_back=rules["tiebreakMode"] == "previousRoundCountsThenRandom",
    )
    return count(
        read_papers(config, names),
        Rule.IRV,
        options=names,
        max_choices=ranks,
        tie_order=DRAWN.get(case_name(config)),
        handling=handling,
    )


def read_report(config: Path, names: list[str]) -> list[dict[str, Any]]:
    """The published rounds: tallies, threshold, who was out or elected, what had ended."""
    path = config.with_name(case_name(config) + "_expected_detailed_report.csv")
    rounds: dict[int, dict[str, Any]] = defaultdict(
        lambda: {"tallies": {}, "moved": {}, "ended": {}}
    )
    for line in csv.reader(path.read_text().splitlines()):
        for place, cell in enumerate(line[1:]):
            number, column = divmod(place, 3)
            this = rounds[number]
            if line[0] in names and column == 0:
                this["tallies"][line[0]] = int(cell)
            elif line[0] in names and column == 2:
                this["moved"][line[0]] = int(cell)
            elif column == 0 and line[0] == "Current Round Threshold":
                this["needed"] = int(cell)
            elif column == 0 and line[0] in ("Eliminated", "Elected"):
                this[line[0]] = {name.rstrip("*") for name in cell.split("; ") if name}
            elif column == 0 and line[0] in ENDS:
                this["ended"][ENDS[line[0]]] = int(cell)
    return [rounds[number] for number in sorted(rounds) if rounds[number]["tallies"]]


@pytest.mark.parametrize("config", CASES, ids=case_name)
def test_every_round_is_as_published(config: Path) -> None:
    """Tallies, thresholds, who was out, what moved and what ended, in every round."""
    _, names = read_settings(config)
    result = count_as_published(config)
    expected = read_report(config, names)

    assert len(result.rounds) == len(expected) > 1
    for ours, theirs in zip(result.rounds, expected, strict=True):
        assert {o: ours.tallies.get(o, 0) for o in names} == theirs["tallies"], ours.number
        assert ours.needed == theirs["needed"]
        assert set(ours.out) == theirs["Eliminated"]
        assert set(ours.elected) == theirs["Elected"]
        assert ours.ended == theirs["ended"]
        change: dict[str, Fraction] = defaultdict(Fraction)
        for source, heirs in (ours.moved or {}).items():
            change[source] -= ours.tallies[source]
            for heir, value in heirs.items():
                change[heir] += value
        assert {name: change[name] for name in names} == theirs["moved"]


def test_portland_transfers_are_as_published_source_by_source() -> None:
    """The JSON report names each transfer, and what went to nobody."""
    config = SHARED_DATA / "ranked-ballots" / "2015_portland_mayor_config.json"
    result = count_as_published(config)
    report = json.loads(
        config.with_name("2015_portland_mayor_expected_detailed_report.json").read_text()
    )

    assert result.papers == result.cast == 99
    assert result.winners == ("Mavodones, Nicholas M. Jr.",)
    for ours, theirs in zip(result.rounds, report["results"], strict=True):
        moved = {
            each["eliminated"]: {name: int(votes) for name, votes in each["transfers"].items()}
            for each in theirs["tallyResults"]
            if "eliminated" in each
        }
        found = {}
        for source, heirs in (ours.moved or {}).items():
            lost = (ours.dropped or {})[source]
            found[source] = {**heirs, **({"exhausted": lost} if lost else {})}
        assert found == moved


def test_all_eleven_elections_are_here() -> None:
    """A case that silently disappears would be a test that cannot fail."""
    assert len(CASES) == 11
