"""Phones that vote until they are answered, and know by themselves what their receipt must be.

The receipt is computed here from the written formulas (docs/ballot-box.md), by code that shares
nothing with the server.
"""

import asyncio
import hashlib
import random
import re
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

SIGNS = "23456789CDFHJKMNPRTVWXY"
SHOWN = re.compile(r'<p class="code" dir="ltr">([^<]+)</p>')
PATIENCE = 15.0  # seconds a phone waits for an answer
DONE = frozenset({200, 201})
LATER = 503


def hash_of(tag: bytes, *fields: bytes) -> bytes:
    """H(tag, …) of docs/ballot-box.md."""
    parts = b"".join(len(part).to_bytes(4, "big") + part for part in (tag, *fields))
    return hashlib.sha256(b"cfl1" + parts).digest()


@dataclass
class Phone:
    """One young person: a slip, a secret, a choice; and what came of it."""

    code: str
    chosen: tuple[str, ...]  # in printed order; empty: a blank vote
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    statuses: list[int] = field(default_factory=list)  # 0: no answer came
    receipts: list[str] = field(default_factory=list)

    @property
    def choices(self) -> str:
        """The canonical text of the choice."""
        return "s1=" + ",".join(self.chosen)

    @property
    def is_answered(self) -> bool:
        """Whether it was told that its vote is in the box."""
        return bool(DONE & set(self.statuses))

    @property
    def form(self) -> bytes:
        """What it sends, each time the same."""
        fields = [("code", self.code), ("secret", self.secret)]
        fields += [("s1", key) for key in self.chosen or ("-",)]
        return urlencode(fields).encode()

    def leaf(self, definition_hash: str) -> bytes:
        """What must be stored of it in the end."""
        blind = hash_of(b"blind", definition_hash.encode(), self.secret.encode())
        return hash_of(b"leaf", definition_hash.encode(), blind, self.choices.encode())

    def receipt(self, definition_hash: str) -> str:
        """What it must be shown."""
        number, signs = int.from_bytes(self.leaf(definition_hash), "big"), ""
        for _ in range(10):
            signs += SIGNS[number % 23]
            number //= 23
        check = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, 2)) % 23
        return f"{signs[:5]} {signs[5:]} {SIGNS[check]}"


def hand_out(codes: Sequence[str], options: Sequence[str], chance: random.Random) -> list[Phone]:
    """A phone for each slip: up to three options, one in ten a blank vote."""
    return [Phone(code, _choose(options, chance)) for code in codes]


def _choose(options: Sequence[str], chance: random.Random) -> tuple[str, ...]:
    if chance.random() < 0.1:
        return ()
    picked = set(chance.sample(options, chance.randint(1, 3)))
    return tuple(key for key in options if key in picked)


def papers_of(phones: Sequence[Phone]) -> Counter[str]:
    """What must be counted."""
    return Counter(phone.choices for phone in phones)


async def post(port: int, path: str, form: bytes) -> tuple[int, str, dict[str, str]]:
    """One send on a connection of its own: status, page, headers. OSError: no whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nsec-fetch-site: same-origin\r\n"
            "content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n"
            f"content-length: {len(form)}\r\n\r\n"
        )
        writer.write(head.encode() + form)
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    start, parted, page = answer.partition(b"\r\n\r\n")
    lines = start.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    if not parted or len(page) != int(headers.get("content-length", "-1")):
        raise ConnectionResetError("the answer was cut off")
    return int(lines[0].split()[1]), page.decode(), headers


async def send(phone: Phone, port: int, path: str) -> int:
    """One try; 0 when no answer came. The phone notes status and receipt."""
    status, page = 0, ""
    try:
        async with asyncio.timeout(PATIENCE):
            status, page, _ = await post(port, path, phone.form)
    except (OSError, TimeoutError):
        pass
    phone.statuses.append(status)
    if status in DONE:
        shown = SHOWN.search(page)
        phone.receipts.append(shown[1] if shown else "none")
    return status


async def vote(
    phone: Phone, port: Callable[[], int], path: str, chance: random.Random, *, again: float = 0.1
) -> None:
    """Try with the same secret until answered; sometimes once more, as impatient people do.

    `port`: which server to ask at each try. Gives up at an answer that means neither "stored" nor
    "later".
    """
    while (status := await send(phone, port(), path)) not in DONE:
        if status not in (0, LATER):
            return
        await asyncio.sleep(chance.uniform(0.02, 0.2))
    if chance.random() < again:
        await send(phone, port(), path)


async def vote_all(
    phones: Sequence[Phone], port: Callable[[], int], path: str, *, at_once: int, seed: int = 1
) -> None:
    """Everybody votes, so many at a time."""
    waiting = list(reversed(phones))
    chance = random.Random(seed)

    async def take_turns() -> None:
        while waiting:
            await vote(waiting.pop(), port, path, chance)

    await asyncio.gather(*(take_turns() for _ in range(at_once)))
