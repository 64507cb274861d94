"""The answer slip: four easy words that lead a young person back to what became of their answer.

The words are computed from the send, so a repeat shows the same ones and they are stored nowhere:
the database holds a keyed hash of them, and the keys live outside the database. Pure.
"""

import hashlib
import hmac
from functools import cache
from pathlib import Path

from app.core.tokens import keyed_hash

WORD_COUNT = 4
_FILE = Path(__file__).parent / "data" / "slip_words.txt"


@cache
def list_words() -> tuple[str, ...]:
    """The words slips are made of. Never reorder or remove one: old slips would be shown anew."""
    return tuple(_FILE.read_text(encoding="utf-8").split())


def draw_words(
    words: tuple[str, ...], key: bytes, survey_id: int, submission_id: str, counter: int
) -> tuple[str, ...]:
    """Four different words for a send. `counter` draws others when a slip is already taken.

    HMAC-SHA256 gives 32 bytes; each word takes eight of them modulo the words left, so that no
    word is likelier than another by more than one part in 10**16.
    """
    message = f"{survey_id}|{submission_id}|{counter}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    left = list(words)
    return tuple(
        left.pop(int.from_bytes(digest[place * 8 : place * 8 + 8], "big") % len(left))
        for place in range(WORD_COUNT)
    )


def hash_slip(key: bytes, words: tuple[str, ...]) -> str:
    """What is stored of a slip. `key` is `settings.key("slip")`."""
    return keyed_hash(key, "-".join(words))


def read_slip(typed: str) -> tuple[str, ...] | None:
    """The four words somebody typed or scanned; None when there are not four words of ours.

    Case, dashes, commas and spaces are forgiven; order matters.
    """
    tidy = "".join(sign if sign.isalpha() else " " for sign in typed.lower())
    words = tuple(tidy.split())
    known = set(list_words())
    return words if len(words) == WORD_COUNT and known.issuperset(words) else None
