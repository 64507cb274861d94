"""`wishes count`: what it prints, and how it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import Result as Run
from typer.testing import CliRunner

from app.cli import cli

BALLOTS = """rank1,rank2,rank3,weight
Bus,,,4
Park,,,4
Rap,Rap,Bus,2
Rap,Park,,1
,,,3
Bus|Park,Rap,,1
"""


@pytest.fixture
def ballots(tmp_path: Path) -> Path:
    """A file of six rows that weigh fifteen."""
    path = tmp_path / "ballots.csv"
    path.write_text(BALLOTS)
    return path


def wishes_count(*words: object) -> Run:
    """Run the command."""
    return CliRunner().invoke(cli, ["count", *map(str, words)])


def test_it_tells_a_run_off_in_words(ballots: Path) -> None:
    """Exactly these lines: they stand in docs/counting.md."""
    run = wishes_count(ballots, "--rule", "irv")
    assert run.exit_code == 0
    assert run.stdout == (
        "Instant run-off: the lowest drops out until one has more than half\n"
        "Papers 6, cast 15: valid 11, blank 3, spoilt 1\n"
        "\n"
        "Round 1 (6 needed)\n"
        "  Bus   4 votes\n"
        "  Park  4 votes\n"
        "  Rap   3 votes\n"
        "  Rap is out. Votes moved: 2 to Bus; 1 to Park.\n"
        "\n"
        "Round 2 (6 needed)\n"
        "  Bus   6 votes  elected\n"
        "  Park  5 votes\n"
        "\n"
        "Votes that had run out at the end: 0\n"
        "Winner: Bus\n"
    )


@pytest.mark.parametrize(
    ("words", "winners"),
    [
        (["plurality"], ["Bus"]),
        (["plurality", "--tie-order", "Rap|Park|Bus"], ["Park"]),
        (["choices", "--max-choices", "2", "--seats", "2"], ["Bus", "Park"]),
        (["approval"], ["Bus"]),
        (["borda"], ["Bus"]),
        (["irv", "--repeat", "stop"], ["Park"]),
        (["stv", "--seats", "2"], ["Bus", "Park"]),
        (["plurality", "--overvote", "skip", "--options", "Park|Bus|Rap|Zoo"], ["Park"]),
    ],
)
def test_every_rule_and_flag_as_json(ballots: Path, words: list[str], winners: list[str]) -> None:
    """The same result for a machine, with all that was asked."""
    run = wishes_count(ballots, "--json", "--rule", *words)
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["rule"] == words[0]
    assert told["winners"] == winners
    assert told["valid"] + told["blank"] + told["spoilt"] == told["cast"] == 15


def test_a_seed_draws_the_same_order_each_time(ballots: Path) -> None:
    """And different seeds can give different winners of a tie."""
    winners = {}
    for seed in ("a", "b", "c", "d", "e", "f"):
        runs = {wishes_count(ballots, "--rule", "plurality", "--seed", seed).stdout for _ in "ab"}
        assert len(runs) == 1
        winners[seed] = runs.pop().split("Winner: ")[1].split("\n")[0]
    assert set(winners.values()) == {"Bus", "Park"}


def test_fractions_are_read_as_fractions(tmp_path: Path) -> None:
    """Small ones exactly, long ones rounded and marked."""
    path = tmp_path / "short.csv"
    path.write_text("rank1,rank2,weight\nA,B,5\nA,C,4\nB,,1\nC,,1\nD,,1\n")
    told = wishes_count(path, "--rule", "stv", "--seats", 2).stdout
    assert "A has more than needed. Votes moved: 2 2/9 to B; 1 7/9 to C." in told
    path.write_text("rank1,weight\nA,1/1009\nB,2\n")
    assert "≈0.001" in wishes_count(path, "--rule", "plurality").stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--rule", "choices"], "Say how many choices"),
        (["--rule", "irv", "--seats", "2"], "use stv"),
        (["--rule", "irv", "--tie-order", "Bus"], "tie order must name every option"),
        (["--rule", "irv", "--tie-order", "Bus|Park|Rap", "--seed", "x"], "not both"),
        (["--rule", "irv", "--options", "Bus|Park"], "Row 4: “Rap” is not one of the options."),
        (["--rule", "coin"], "coin"),
        ([], "--rule"),
    ],
)
def test_what_cannot_be_counted_ends_with_2_and_words(
    ballots: Path, words: list[str], why: str
) -> None:
    """Nothing on the output, the reason on the error stream, no traceback."""
    run = wishes_count(ballots, *words)
    assert run.exit_code == 2
    assert why in run.stderr
    assert run.stdout == ""


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Absent, or a folder."""
    for path in (tmp_path / "absent.csv", tmp_path):
        run = wishes_count(path, "--rule", "irv")
        assert run.exit_code == 2
        assert "cannot be read" in run.stderr
