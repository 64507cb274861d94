"""Somebody in the class guesses codes while the others vote: no guess is taken, nobody is held up.

Here 240 guesses and ten pupils; `python -m bench.guessing` sends 10,000 while thirty pupils vote.
"""

import asyncio
import random
import time
from pathlib import Path

from app.ballots.box.codes import new_codes
from app.ballots.routes_public.voting import GUESSES, SLOW_SECONDS
from tests.ballots.box.phones import Phone, hand_out, send, vote
from tests.ballots.box.polls import check_box, open_poll
from tests.ballots.box.servers import Mother, running

TRIES = 240
AT_ONCE = 40
PUPILS = 10


def test_guesses_are_slowed_and_never_taken(
    any_address: str, tmp_path: Path, mother: Mother
) -> None:
    chance = random.Random(8)
    with open_poll(any_address, tmp_path / "data", slips=PUPILS) as poll:
        pupils = hand_out(poll.codes, poll.options, chance)
        wrong = [code for code in new_codes(TRIES) if code not in poll.codes]
        guesses = [Phone(code, ("w1",)) for code in wrong]
        waits: list[float] = []
        with running(mother, any_address, poll.data_dir) as server:

            async def guess() -> None:
                waiting = list(guesses)

                async def go_on() -> None:
                    while waiting:
                        await send(waiting.pop(), server.port, poll.path)

                await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))

            async def take_part(pupil: Phone) -> None:
                await asyncio.sleep(chance.uniform(1, 4))
                began = time.monotonic()
                await vote(pupil, lambda: server.port, poll.path, chance)
                waits.append(time.monotonic() - began)

            async def hold() -> float:
                began = time.monotonic()
                guessing = asyncio.create_task(guess())
                await asyncio.gather(*map(take_part, pupils))
                await guessing
                return time.monotonic() - began

            seconds = asyncio.run(hold())
        assert {status for one in guesses for status in one.statuses} == {404}
        assert seconds > (TRIES - GUESSES) / AT_ONCE * SLOW_SECONDS * 0.9  # each waits its second
        assert all(set(pupil.statuses) <= {200, 201} for pupil in pupils)
        assert max(waits) < 5
        check_box(poll, pupils)
