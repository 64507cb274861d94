"""Two processes serve one ballot on PostgreSQL: one chain, each vote once, whoever was asked."""

import asyncio
import random
from pathlib import Path

from tests.ballots.box.killing import kill_at, kill_server
from tests.ballots.box.phones import Phone, hand_out, send, vote_all
from tests.ballots.box.polls import check_box, check_receipts, open_poll
from tests.ballots.box.servers import Mother, running


def test_two_servers_share_a_ballot(postgres_address: str, tmp_path: Path, mother: Mother) -> None:
    chance = random.Random(2)
    with open_poll(postgres_address, tmp_path / "data", slips=400) as poll:
        phones = hand_out(poll.codes, poll.options, chance)
        with (
            running(mother, postgres_address, poll.data_dir) as first,
            running(mother, postgres_address, poll.data_dir) as second,
        ):
            servers = (first, second)

            async def hold() -> None:
                killer = asyncio.create_task(
                    kill_at([100, 250], phones, lambda: kill_server(chance.choice(servers)))
                )
                await vote_all(
                    phones, lambda: chance.choice(servers).port, poll.path, at_once=40
                )  # a repeat may go to the other one
                await killer

            asyncio.run(hold())
        assert all(phone.is_answered for phone in phones)
        check_receipts(poll, phones)
        check_box(poll, phones)


def test_fifty_different_sends_with_one_code_to_two_servers(
    postgres_address: str, tmp_path: Path, mother: Mother
) -> None:
    with open_poll(postgres_address, tmp_path / "data", slips=1) as poll:
        phones = [Phone(poll.codes[0], (f"w{1 + n % 12}",)) for n in range(50)]
        with (
            running(mother, postgres_address, poll.data_dir) as first,
            running(mother, postgres_address, poll.data_dir) as second,
        ):

            async def all_at_once() -> None:
                await asyncio.gather(*(
                    send(phone, (first, second)[n % 2].port, poll.path)
                    for n, phone in enumerate(phones)
                ))  # fmt: skip

            asyncio.run(all_at_once())
        statuses = sorted(phone.statuses[0] for phone in phones)
        assert statuses == [201] + [409] * 49
        check_box(poll, [phone for phone in phones if phone.is_answered])


def test_one_secret_for_two_codes_at_two_servers_is_one_vote(
    postgres_address: str, tmp_path: Path, mother: Mother
) -> None:
    """Both servers look before the other has written: the database has the last word."""
    with open_poll(postgres_address, tmp_path / "data", slips=40) as poll:
        pairs = [
            (Phone(one, ("w1",)), Phone(other, ("w1",)))
            for one, other in zip(poll.codes[::2], poll.codes[1::2], strict=True)
        ]
        for one, other in pairs:
            other.secret = one.secret
        with (
            running(mother, postgres_address, poll.data_dir) as first,
            running(mother, postgres_address, poll.data_dir) as second,
        ):

            async def all_at_once() -> None:
                await asyncio.gather(*(
                    send(phone, server.port, poll.path)
                    for pair in pairs
                    for phone, server in zip(pair, (first, second), strict=True)
                ))  # fmt: skip

            asyncio.run(all_at_once())
        for one, other in pairs:
            assert sorted(one.statuses + other.statuses) == [201, 422]
        check_box(poll, [phone for pair in pairs for phone in pair if phone.is_answered])
