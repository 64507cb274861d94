"""What is noted outside the database was committed in it: no false alarm after a crash."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.ballots import queries, sweeps
from app.ballots.box.keys import CHECKPOINTS, BallotKeys
from app.consultations.rules import canonical_json
from app.core.db import Database
from app.core.keystore import KeyStore
from app.core.settings import Settings
from tests.factories import make_round, put_up_box


def test_a_checkpoint_that_was_never_committed_is_noted_nowhere(
    any_address: str, tmp_path: Path, now: datetime
) -> None:
    db, keys = Database(any_address), BallotKeys(KeyStore(tmp_path / "keys"))
    with pytest.raises(KeyboardInterrupt), db.session(writes=True) as session:
        put_up_box(session, make_round(session, now=now), tmp_path, slips=1, now=now)
        raise KeyboardInterrupt  # or a full disk, a deadlock, a power cut
    assert keys.store.read_lines(CHECKPOINTS) == []
    with db.session(writes=True) as session:
        box = put_up_box(session, make_round(session, now=now), tmp_path, slips=1, now=now)
        assert keys.store.read_lines(CHECKPOINTS) == []
    with db.session(writes=False) as session:
        (made,) = queries.list_checkpoints(session, box.round.ballot.id or 0)
    assert keys.store.read_lines(CHECKPOINTS) == [canonical_json({
        "definition_hash": box.round.ballot.definition_hash, "size": made.size,
        "head": made.head, "at": "2026-03-02T10:00:00+00:00", "signature": made.signature,
    })]  # fmt: skip
    db.close()


def test_checkpoints_go_on_when_the_clock_steps_back(
    any_address: str, tmp_path: Path, now: datetime
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=any_address, secret_key="x")
    db = Database(any_address)
    with db.session(writes=True) as session:
        box = put_up_box(session, make_round(session, now=now), tmp_path, slips=1, now=now)
    assert sweeps.sign_checkpoints(db, settings, now - timedelta(hours=5))
    assert not sweeps.sign_checkpoints(db, settings, now - timedelta(hours=5))
    with db.session(writes=False) as session:
        first, second = queries.list_checkpoints(session, box.round.ballot.id or 0)
    assert (first.size, second.size) == (2, 3)
    db.close()


def test_a_line_torn_by_a_full_disk_costs_only_itself(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.append_line("record", "first")
    with (tmp_path / "record").open("a") as file:
        file.write("sec")  # the disk was full in mid-line
    store.append_line("record", "third")
    assert store.read_lines("record")[-1] == "third"


def test_of_two_processes_that_make_a_key_both_use_the_same(tmp_path: Path) -> None:
    stores = [KeyStore(tmp_path / "keys") for _ in range(16)]
    start = threading.Barrier(16)

    def make(store: KeyStore) -> bytes:
        start.wait()
        return store.read_or_make("signing", 32)

    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(make, stores))
    assert made == {stores[0].read("signing")}
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["signing"]
