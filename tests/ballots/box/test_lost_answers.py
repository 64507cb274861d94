"""The answer of every first send is swallowed on its way; every phone sends again."""

import asyncio
import random
from pathlib import Path

from tests.ballots.box.phones import hand_out, post, send
from tests.ballots.box.polls import check_box, check_receipts, open_poll
from tests.ballots.box.servers import Mother, running


def test_every_first_answer_is_swallowed(any_address: str, tmp_path: Path, mother: Mother) -> None:
    """Half of the phones hang up at once, half hear nothing though the server said it all."""
    with open_poll(any_address, tmp_path / "data", slips=120) as poll:
        phones = hand_out(poll.codes, poll.options, random.Random(2))
        with running(mother, any_address, poll.data_dir) as server:

            async def hang_up(form: bytes) -> None:
                _, writer = await asyncio.open_connection("127.0.0.1", server.port)
                head = f"POST {poll.path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(form)}\r\n"
                kind = "content-type: application/x-www-form-urlencoded\r\n\r\n"
                writer.write((head + kind).encode() + form)
                await writer.drain()
                writer.transport.abort()

            async def take_part(place: int) -> int:
                phone = phones[place]
                if place % 2:
                    await hang_up(phone.form)
                else:
                    assert (await post(server.port, poll.path, phone.form))[0] == 201
                return await send(phone, server.port, poll.path)

            async def all_of_them() -> list[int]:
                return await asyncio.gather(*map(take_part, range(len(phones))))

            statuses = asyncio.run(all_of_them())
        assert set(statuses[::2]) == {200}  # all of these had been stored
        assert set(statuses[1::2]) <= {200, 201}
        check_receipts(poll, phones)
        check_box(poll, phones)
