"""Every hash of the ballot box. All are SHA-256 over length-prefixed fields under a tag of their
own, so no two different facts can give the same message (docs/ballot-box.md).
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from app.ballots.box.codes import check_sign
from app.core.tokens import ALPHABET

RECEIPT_SIGNS = 10


def digest(tag: str, *fields: str | bytes) -> bytes:
    """H(tag, fields…): the hash of these fields under this tag."""
    raw = (field.encode() if isinstance(field, str) else field for field in (tag, *fields))
    return hashlib.sha256(b"cfl1" + b"".join(len(x).to_bytes(4, "big") + x for x in raw)).digest()


def keyed_digest(key: bytes, *fields: str | bytes) -> bytes:
    """HMAC-SHA256 over length-prefixed fields."""
    raw = (field.encode() if isinstance(field, str) else field for field in fields)
    message = b"".join(len(x).to_bytes(4, "big") + x for x in raw)
    return hmac.new(key, message, hashlib.sha256).digest()


def blind_of(definition_hash: str, secret: str) -> bytes:
    """r: what hides a vote inside its leaf; nobody can compute it without the phone's secret."""
    return digest("blind", definition_hash, secret)


def leaf_of(definition_hash: str, blind: bytes, choices: str) -> bytes:
    """The leaf: it commits to the choices and shows nothing of them."""
    return digest("leaf", definition_hash, blind, choices)


def receipt_of(leaf: bytes) -> str:
    """Ten signs of the leaf and a check sign: what a young person may keep."""
    number, signs = int.from_bytes(leaf, "big"), ""
    for _ in range(RECEIPT_SIGNS):
        number, place = divmod(number, len(ALPHABET))
        signs += ALPHABET[place]
    return signs + check_sign(signs)


def show_receipt(receipt: str) -> str:
    """A receipt in groups: `ABCDE FGHJK M`."""
    return f"{receipt[:5]} {receipt[5:10]} {receipt[10:]}"


def ledger_start(definition_hash: str) -> str:
    """What the first entry of a ledger is chained to."""
    return digest("start", definition_hash).hex()


def ledger_hash(previous: str, seq: int, kind: str, payload: str) -> str:
    """The hash of an entry, which holds the hash of the one before it."""
    return digest("ledger", previous, str(seq), kind, payload).hex()


def checkpoint_message(definition_hash: str, size: int, head: str, at: str) -> bytes:
    """What the signature of a checkpoint is made over."""
    return digest("checkpoint", definition_hash, str(size), head, at)


def merkle_root(leaves: Sequence[bytes]) -> str:
    """The root over leaves in this order, in hex (RFC 6962 section 2.1)."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        level = list(_pair(level))
    return level[0].hex()


def _pair(level: Sequence[bytes]) -> Iterable[bytes]:
    """One level up. A node without a neighbour goes up as it is, which is RFC 6962's tree."""
    for place in range(0, len(level) - 1, 2):
        yield hashlib.sha256(b"\x01" + level[place] + level[place + 1]).digest()
    if len(level) % 2:
        yield level[-1]
