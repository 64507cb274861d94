"""The commands an operator types, on an empty folder, in order."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.db import Database
from app.core.settings import Settings
from tests.factories import make_round, put_up_box

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been migrated and seeded by the commands themselves."""
    folder = tmp_path_factory.mktemp("cli")
    assert "up to date" in run(folder, "migrate")
    assert "24 wishes of two editions" in run(folder, "seed")
    return folder


def run(folder: Path, *words: str, code: int = 0) -> str:
    """What a command says; its exit code must be `code`."""
    env = os.environ | {"WISHES_DATA_DIR": str(folder), "WISHES_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_seeding_twice_and_checking_says_all_is_well(folder: Path) -> None:
    assert "33 wards" in run(folder, "seed")
    assert "The database is up to date (sqlite)" in run(folder, "check")


def test_staff_are_invited_once_with_a_link(folder: Path) -> None:
    invite = ("add-staff", "new@example.org", "--name", "New Officer", "--role", "officer")
    assert "http://localhost:8000/staff/invitations/" in run(folder, *invite)
    assert "Not invited" in run(folder, *invite, code=1)
    run(folder, "add-staff", "x@example.org", "--name", "X", "--role", "king", code=2)


def test_texts_are_imported_once_and_sorted(folder: Path) -> None:
    file = folder / "texts.csv"
    file.write_text("ref,words\n1,the bus is always late\n2,\n3,more swings in the park please\n")
    words = ("import-texts", str(file), "--text-column", "words", "--id-column", "ref")
    said = run(folder, *words, "--source", "town-test")
    assert "2 texts added" in said
    assert "row 3: empty text" in said
    assert "Nothing was changed" in run(folder, *words, "--source", "town-test", code=1)
    assert "2 texts have a suggestion now" in run(folder, "suggest")


def test_a_school_register_is_read_by_a_command_of_its_own(folder: Path) -> None:
    file = folder / "register.csv"
    file.write_text("URN,School name,Status\n900001,Test School,Open\n,Nameless,Open\n")
    said = run(folder, "import-register", str(file))
    assert "1 schools added" in said
    assert "row 3: no urn" in said
    assert "1 unchanged" in run(folder, "import-register", str(file))


def test_a_register_that_is_none_is_refused(folder: Path) -> None:
    file = folder / "odd.csv"
    file.write_text("a,b\n1,2\n")
    assert "not a register" in run(folder, "import-register", str(file), code=1)


def test_a_changed_record_of_a_ballot_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    run(folder, "migrate")
    settings = Settings(data_dir=folder, secret_key="only for tests")
    db, now = Database(settings.database_address), datetime.now(UTC)
    with db.session(writes=True) as session:
        here = make_round(session, now=now)
        put_up_box(session, here, folder, slips=2, now=now)
    name = f"Ballot {here.ballot.id}"
    assert f"ok    {name}: all records fit." in run(folder, "check")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_entry SET payload = 'x' WHERE seq = 2")
    db.close()
    said = run(folder, "check", code=1)
    assert f"MEND  {name}: an entry was changed, added or taken out (entry 2)" in said
