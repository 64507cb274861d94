"""Codes, secrets and keyed hashes.

A class code is not a secret: it is read from the back row of a classroom. Everything that opens a
door or finds an answer again is random and stored only as a hash.
"""

import hashlib
import hmac
import secrets

# 23 signs: no vowels (no words), at most one of each look-alike group (0 O, 1 I L, 5 S, 2 Z ...).
ALPHABET = "23456789CDFHJKMNPRTVWXY"
CLASS_CODE_LENGTH = 4
HEX_SIGNS = frozenset("0123456789abcdef")
RUDE_PARTS = ("FCK", "FK", "KKK", "KMS", "69", "88", "WTF", "CNT", "TWT", "PRK", "DCK")
LOOK_ALIKES = str.maketrans(
    {
        "0": "D",
        "O": "D",
        "1": "7",
        "I": "7",
        "L": "7",
        "Z": "2",
        "S": "5",
        "G": "6",
        "B": "8",
        "U": "V",
        "Q": "9",
    }
)


def new_class_code() -> str:
    """A random four-sign code a classroom can read out; never one from the rude list."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CLASS_CODE_LENGTH))
        if not any(part in code for part in RUDE_PARTS):
            return code


def tidy_code(typed: str) -> str:
    """What was meant: case, spaces and dashes forgiven, look-alikes read as the sign we use."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept.translate(LOOK_ALIKES)


def new_secret() -> str:
    """A random 256-bit secret, safe in a URL."""
    return secrets.token_urlsafe(32)


def plain_hash(secret: str) -> str:
    """SHA-256 in hex, for secrets that are long and random themselves (sessions, invitations)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_hash(key: bytes, *fields: str) -> str:
    """HMAC-SHA256 in hex over length-prefixed fields: no two field lists give the same message."""
    message = b"".join(
        len(raw).to_bytes(4, "big") + raw
        for raw in (field.encode("utf-8", "surrogatepass") for field in fields)
    )
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def new_submission_id() -> str:
    """A random 128-bit id for one send, in hex: what a phone draws, for a phone without script."""
    return secrets.token_hex(16)


def is_strong_id(submission_id: str) -> bool:
    """Whether this can be a phone's random id: 32 to 64 hex signs, at least 8 different ones.

    A truly random id has fewer than 8 different signs less than once in 25 million; a broken random
    generator (all zeros, a counter) nearly always.
    """
    signs = set(submission_id)
    return 32 <= len(submission_id) <= 64 and len(signs) >= 8 and signs <= HEX_SIGNS
