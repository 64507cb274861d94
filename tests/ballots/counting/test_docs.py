"""Every example of docs/counting.md, run and compared line by line."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli

PAGE = (Path(__file__).parents[3] / "docs" / "counting.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`([a-z-]+\.csv)`\n\n```csv\n(.*?)```", PAGE, re.DOTALL))
RUNS = re.findall(r"```console\n\$ wishes (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("words", "shown"), RUNS, ids=[words for words, _ in RUNS])
def test_the_page_shows_what_the_command_prints(
    words: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of the page, in a folder of their own."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(cli, shlex.split(words))
    assert run.stdout == shown
    assert run.exit_code == 0


def test_the_page_has_its_examples() -> None:
    """Four files, four runs; a page that loses them would test nothing."""
    assert len(FILES) == len(RUNS) == 4
