"""The disk is full: who is told "stored" is stored, everybody else is told kindly and goes on."""

import asyncio
import os
import random
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest

from tests.ballots.box.disks import Disk, StuntedFiles, small_disk
from tests.ballots.box.phones import Phone, hand_out, post, send, vote_all
from tests.ballots.box.polls import Poll, check_box, check_receipts, open_poll
from tests.ballots.box.servers import Mortal, Mother, running
from tests.conftest import database_of, fresh_address, run_sql

VOTES = 90


@pytest.fixture(params=["real", "stunted"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """The same for a disk that is really full and for files that may not grow."""
    if request.param == "stunted":
        (tmp_path / "disk").mkdir()
        yield StuntedFiles(tmp_path / "disk")
        return
    with small_disk(tmp_path / "disk", megabytes=12) as made:
        yield made


def try_once(phones: list[Phone], server: Mortal, poll: Poll) -> set[int]:
    """Each phone sends once, ten at a time; the statuses."""

    async def all_of_them() -> None:
        for start in range(0, len(phones), 10):
            some = phones[start : start + 10]
            await asyncio.gather(*(send(phone, server.port, poll.path) for phone in some))

    asyncio.run(all_of_them())
    return {phone.statuses[-1] for phone in phones}


def check_kind_page(phone: Phone, server: Mortal, poll: Poll) -> None:
    """What a phone that is refused sees: everything it chose, its own secret, and when to retry."""
    status, page, headers = asyncio.run(post(server.port, poll.path, phone.form))
    assert status == 503
    assert int(headers["retry-after"]) > 0
    assert "could not be stored just now" in page
    assert f'name="secret" value="{phone.secret}"' in page
    for key in phone.chosen:
        assert re.search(rf'value="{key}"[^>]* checked', page)


def test_a_full_disk_costs_nobody_a_vote(
    request: pytest.FixtureRequest, disk: Disk, mother: Mother
) -> None:
    address = fresh_address("sqlite", request, disk.folder)
    with open_poll(address, disk.folder / "data", slips=VOTES) as poll:
        phones = hand_out(poll.codes, poll.options, random.Random(3))
        early, during, late = phones[:30], phones[30:70], phones[70:]
        with running(mother, address, poll.data_dir) as server:
            assert try_once(early, server, poll) == {201}
            disk.fill(server)
            assert 503 in try_once(during, server, poll) <= {201, 503}
            stuck = [phone for phone in during if not phone.is_answered]
            check_kind_page(stuck[0], server, poll)
            assert httpx2.get(f"http://127.0.0.1:{server.port}{poll.page}").status_code == 200
            told = sum(phone.is_answered for phone in phones)
            assert poll.count_sealed() == told
            server.kill()
            server.start(file_limit=disk.limit)
            assert 503 in try_once(stuck, server, poll) <= {201, 503}
            stuck = [phone for phone in stuck if not phone.is_answered]
            disk.free(server)
            asyncio.run(vote_all([*stuck, *late], lambda: server.port, poll.path, at_once=20))
        assert all(phone.is_answered for phone in phones)
        check_receipts(poll, phones)
        check_box(poll, phones)


@contextmanager
def postgres_on(admin: str, folder: Path) -> Iterator[str]:
    """A migrated PostgreSQL database whose tables lie in this folder."""
    name = f"t_{uuid.uuid4().hex}"
    tables = folder / "tables"
    tables.mkdir()
    folder.parent.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(tables, "pgserver")
    run_sql(admin, f"CREATE TABLESPACE {name} LOCATION '{tables}'")
    run_sql(admin, f"CREATE DATABASE {name} TEMPLATE template_wishes TABLESPACE {name}")
    try:
        yield database_of(admin, name)
    finally:
        run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")
        run_sql(admin, f"DROP TABLESPACE {name}")


def test_a_full_disk_under_postgresql(postgres_admin: str, tmp_path: Path, mother: Mother) -> None:
    with (
        TemporaryDirectory() as open_to_all,  # what pytest gives lies behind folders of our own
        small_disk(Path(open_to_all) / "disk", megabytes=24) as disk,
        postgres_on(postgres_admin, disk.folder) as address,
        open_poll(address, tmp_path / "data", slips=VOTES) as poll,
    ):
        phones = hand_out(poll.codes, poll.options, random.Random(4))
        early, during = phones[:10], phones[10:]
        with running(mother, address, poll.data_dir) as server:
            assert try_once(early, server, poll) == {201}
            disk.fill(server)
            assert 503 in try_once(during, server, poll) <= {201, 503}
            stuck = [phone for phone in during if not phone.is_answered]
            check_kind_page(stuck[0], server, poll)
            disk.free(server)
            asyncio.run(vote_all(stuck, lambda: server.port, poll.path, at_once=20))
        assert all(phone.is_answered for phone in phones)
        check_receipts(poll, phones)
        check_box(poll, phones)
