"""Syncing fails, or the power does: what was acknowledged had reached the disk before."""

import asyncio
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.db import Database
from tests.ballots.box.killing import kill_at
from tests.ballots.box.phones import Phone, hand_out, send, vote_all
from tests.ballots.box.polls import Poll, check_box, check_receipts, open_poll
from tests.ballots.box.servers import Mortal, Mother
from tests.browser import give_up
from tests.conftest import fresh_address

SOURCE = Path(__file__).with_name("broken_sync.c")


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that stands between the server and the disk."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), "")
    made = tmp_path_factory.mktemp("shim") / "broken_sync.so"
    if not compiler:
        give_up("no C compiler, so no disk whose sync fails")
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return made


@pytest.fixture(scope="module")
def disk_mother(shim: Path) -> Iterator[Mother]:
    """Bears servers whose disk can break."""
    made = Mother(LD_PRELOAD=str(shim))
    yield made
    made.rest()


@contextmanager
def serving(mother: Mother, address: str, poll: Poll, **env: str) -> Iterator[Mortal]:
    """A server whose disk breaks as `env` says."""
    server = Mortal(mother, address, poll.data_dir)
    server.env |= env
    try:
        server.start()
        yield server
    finally:
        server.stop()


def try_once(phones: list[Phone], server: Mortal, poll: Poll) -> set[int]:
    """Each sends once, all in one moment; the statuses."""

    async def all_of_them() -> None:
        await asyncio.gather(*(send(phone, server.port, poll.path) for phone in phones))

    asyncio.run(all_of_them())
    return {phone.statuses[-1] for phone in phones}


def test_a_vote_that_cannot_be_synced_is_not_acknowledged(
    request: pytest.FixtureRequest, tmp_path: Path, disk_mother: Mother
) -> None:
    address = fresh_address("sqlite", request, tmp_path)
    broken = tmp_path / "broken"  # while this file is there
    with open_poll(address, tmp_path / "data", slips=60) as poll:
        phones = hand_out(poll.codes, poll.options, random.Random(5))
        with serving(disk_mother, address, poll, BROKEN_SYNC=str(broken)) as server:
            assert try_once(phones[:10], server, poll) == {201}
            broken.touch()
            assert try_once(phones[10:30], server, poll) == {503}
            assert poll.count_sealed() == 10
            broken.unlink()
            assert try_once(phones[20:40], server, poll) == {201}  # it goes on by itself
            broken.touch()
            assert try_once(phones[40:50], server, poll) == {503}
            server.kill()
            broken.unlink()
            server.start()
            waiting = [phone for phone in phones if not phone.is_answered]
            assert len(waiting) == 30
            asyncio.run(vote_all(waiting, lambda: server.port, poll.path, at_once=10))
        assert all(phone.is_answered for phone in phones)
        check_receipts(poll, phones)
        check_box(poll, phones)


def test_after_a_power_cut_every_acknowledged_vote_is_there(
    request: pytest.FixtureRequest, tmp_path: Path, disk_mother: Mother
) -> None:
    address = fresh_address("sqlite", request, tmp_path)
    file = Path(address.removeprefix("sqlite:///"))
    synced = tmp_path / "synced"
    synced.mkdir()
    with open_poll(address, tmp_path / "data", slips=200) as poll:
        poll.db.scrub_log()
        shutil.copy(file, synced)
        phones = hand_out(poll.codes, poll.options, random.Random(6))
        with serving(disk_mother, address, poll, POWER_CUT=str(synced)) as server:

            async def cut_power() -> None:
                server.kill()

            async def hold() -> None:
                cut = asyncio.create_task(kill_at([150], phones, cut_power))
                everybody = vote_all(phones, lambda: server.port, poll.path, at_once=20)
                voting = asyncio.create_task(everybody)
                await cut
                voting.cancel()

            asyncio.run(hold())
        assert 150 <= sum(phone.is_answered for phone in phones) < 200
        found = replace(poll, db=Database(f"sqlite:///{synced / file.name}"))
        check_box(found, phones)
        found.db.close()
