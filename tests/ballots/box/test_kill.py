"""The server is killed while phones vote: nothing acknowledged is lost, nothing counts twice.

Here with 1,000 votes; `python -m bench.kill` does it with 10,000 votes of 200 phones and a death
every 1.5 seconds, as does this test with WISHES_FULL_TESTS=1.
"""

import asyncio
import os
import random
from pathlib import Path

from tests.ballots.box.killing import kill_at, kill_backends, kill_every, kill_server
from tests.ballots.box.phones import hand_out, vote_all
from tests.ballots.box.polls import check_box, check_receipts, open_poll
from tests.ballots.box.servers import Mother, running

IS_FULL = os.environ.get("WISHES_FULL_TESTS") == "1"
VOTES, AT_ONCE = (10_000, 200) if IS_FULL else (1_000, 60)


def test_kill_nine_in_the_middle_of_a_school(
    any_address: str, tmp_path: Path, mother: Mother
) -> None:
    chance = random.Random(9)
    with open_poll(any_address, tmp_path / "data", slips=VOTES) as poll:
        phones = hand_out(poll.codes, poll.options, chance)
        with running(mother, any_address, poll.data_dir) as server:

            async def hold() -> None:
                marks = range(VOTES // 10, VOTES, VOTES // 5)
                strike = lambda: kill_server(server)  # noqa: E731
                killer = asyncio.create_task(
                    kill_every(1.5, strike) if IS_FULL else kill_at(marks, phones, strike)
                )
                await vote_all(phones, lambda: server.port, poll.path, at_once=AT_ONCE)
                killer.cancel()

            asyncio.run(hold())
            assert server.deaths >= 4
        assert all(phone.is_answered for phone in phones)
        assert sum(phone.statuses.count(0) for phone in phones) >= AT_ONCE  # answers were lost
        check_receipts(poll, phones)
        check_box(poll, phones)


def test_kill_nine_of_the_database_behind_the_server(
    postgres_address: str, tmp_path: Path, mother: Mother
) -> None:
    address = postgres_address
    chance = random.Random(10)
    with open_poll(address, tmp_path / "data", slips=VOTES // 2) as poll:
        phones = hand_out(poll.codes, poll.options, chance)
        with running(mother, address, poll.data_dir) as server:

            async def hold() -> None:
                marks = range(VOTES // 20, VOTES // 2, VOTES // 6)
                killer = asyncio.create_task(
                    kill_at(marks, phones, lambda: kill_backends(poll.db))
                )  # fmt: skip
                await vote_all(phones, lambda: server.port, poll.path, at_once=AT_ONCE)
                await killer

            asyncio.run(hold())
        assert all(phone.is_answered for phone in phones), {
            status for phone in phones for status in phone.statuses
        }
        check_receipts(poll, phones)
        check_box(poll, phones)
