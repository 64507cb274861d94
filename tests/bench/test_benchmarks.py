"""The benchmarks of the ballot box, as small as they go: that they measure, not how much."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bench import guessing, noop_app, school, votes


def test_votes_are_measured_beside_others(tmp_path: Path) -> None:
    figures = votes.run(0.5, 1, tmp_path, only=("ours", "plain"))
    for name in ("ours", "plain"):
        assert figures[name]["sent"] > 0
        assert figures[name]["errors"] == figures[name]["lost"] == 0
    assert figures["ratio_to_plain"] > 0
    assert "<h1" in (tmp_path / "thanks.html").read_text()


def test_the_noop_reads_a_vote_and_answers_our_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1>Thank you</h1>")
    for name, value in {
        "BENCH_PAGE": page, "WISHES_DATA_DIR": tmp_path, "WISHES_SECRET_KEY": "x",
        "WISHES_WORKER": "false",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    with TestClient(noop_app.create_app()) as phone:
        fields = {"code": "K7MW2HX", "secret": "0" * 32, "s1": ["w1", "w2"]}
        answer = phone.post(f"/b/ABCD/1/{noop_app.PLACE}", data=fields)
    assert (answer.status_code, answer.text) == (201, page.read_text())


def test_a_school_is_served_and_nothing_is_lost(tmp_path: Path) -> None:
    figures = school.run(0.1, 0.1, tmp_path)
    assert (figures["page_answered"], figures["send_answered"]) == (50, 50)
    assert figures["send_lost"] == 0


def test_guesses_are_refused_and_pupils_vote(tmp_path: Path) -> None:
    figures = guessing.run(30, 3, tmp_path, spread=0.1)
    assert (figures["guesses"], figures["accepted"]) == (30, 0)
    assert figures["pupils_done"] == figures["stored"] == 3


def test_a_package_that_cannot_be_installed_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_folder: Path) -> Path:
        raise RuntimeError("no network")

    monkeypatch.setattr(votes, "make_environment", fail)
    contenders, excuse = votes.find_contenders(tmp_path, ())
    assert [one.name for one in contenders] == ["ours", "noop", "plain", "postgres"]
    assert "no network" in excuse


def test_a_disturbed_turn_is_taken_again_whatever_it_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = [(0.5, 2_000.0), (0.3, 900.0), (0.05, 1_000.0), (0.01, 3_000.0)]
    turns: list[dict[str, Any]] = [{"others": share, "rate": rate} for share, rate in shares]
    monkeypatch.setattr(votes, "take_turn", lambda *_args: turns.pop(0))
    assert votes.take_calm_turn(None, tmp_path, 1.0, 3)["rate"] == 1_000.0  # type: ignore[arg-type]
    assert len(turns) == 1
