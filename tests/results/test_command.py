"""`wishes bundle`, `wishes verify` and the look at the records in `wishes check`."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.consultations.rules import BallotRule
from app.core.checkup import Line
from app.core.db import Database
from app.core.settings import ROOT, Settings
from app.results.command import check_records
from app.results.rules import ResultStatus
from tests.conftest import NOW, fresh_address
from tests.results.world import (
    Held,
    cut_ledger,
    define,
    finish_ballot,
    hold_ballot,
    make_section,
    open_desk,
    release,
)

PAPERS = {"s1=o1,o2": 12, "s1=o2": 9, "s1=": 2}


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    address = fresh_address("sqlite", request, tmp_path)
    return Settings(database_url=address, data_dir=tmp_path / "data", secret_key="only for tests")


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    opened = Database(settings.database_address)
    yield opened
    opened.close()


@pytest.fixture
def held(db: Database, settings: Settings) -> Held:
    definition = define(make_section(BallotRule.IRV))
    with db.session(writes=True) as session:
        return hold_ballot(session, settings.data_dir, definition, PAPERS, now=NOW)


def run(settings: Settings, *words: str, code: int = 0) -> str:
    env = os.environ | {
        "WISHES_DATA_DIR": str(settings.data_dir), "WISHES_DATABASE_URL": settings.database_url,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_bundle_is_written_for_its_owner_and_verified(
    db: Database, settings: Settings, held: Held, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    assert "not closed" in run(settings, "bundle", str(held.id), str(old), code=1)
    assert not old.exists()
    with db.session(writes=True) as session:
        finish_ballot(session, held, now=NOW)
    assert "readable by you only" in run(settings, "bundle", str(held.id), str(old))
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    with db.session(writes=True) as session:
        release(session, open_desk(session, held), status=ResultStatus.CONFIRMED, now=NOW)
    run(settings, "bundle", str(held.id), str(new))
    assert "everything holds" in run(settings, "verify", str(new))
    assert "everything holds" in run(settings, "verify", str(old), str(new))
    spoilt = tmp_path / "spoilt.zip"
    spoilt.write_bytes(new.read_bytes()[:-200])
    run(settings, "verify", str(spoilt), code=2)
    assert "not closed" in run(settings, "bundle", "999", str(old), code=1)


def test_the_look_at_an_installation_finds_missing_records(
    db: Database, settings: Settings, held: Held
) -> None:
    def look() -> list[Line]:
        return check_records(db, settings)

    assert [line.ok for line in look()] == [True]
    with db.session(writes=True) as session:
        finish_ballot(session, held, now=NOW + timedelta(minutes=15))
    assert [line.ok for line in look()] == [True]
    with db.session(writes=True) as session:
        cut_ledger(session, held, keep=20)
    missing, broken = look()
    assert not missing.ok
    assert not broken.ok
    assert "records missing since 02.03.2026 10:00" in missing.text
    said = run(settings, "check", code=1)
    assert "MEND  Ballot 1:" in said
