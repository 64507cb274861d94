"""Slip codes: six random signs and a check sign that catches slips of the finger.

The check is a weighted sum modulo 23, a prime: weights 2, 3, 4, … from the left. Every single wrong
sign, every swap of two neighbours and every twin error changes it. A code that fails its check was
mistyped, so the phone says so by itself and it never counts as a guess.
"""

import secrets
from collections.abc import Sequence

from app.core.tokens import ALPHABET, LOOK_ALIKES, RUDE_PARTS

RANDOM_SIGNS = 6
CODE_LENGTH = RANDOM_SIGNS + 1


def check_sign(signs: str) -> str:
    """The sign that belongs behind these."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=2))
    return ALPHABET[total % len(ALPHABET)]


def new_code() -> str:
    """A random slip code with its check sign; never one with a rude part."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SIGNS))
        code = signs + check_sign(signs)
        if not any(part in code for part in RUDE_PARTS):
            return code


def new_codes(count: int) -> Sequence[str]:
    """So many different codes, in no order that means anything."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(new_code())
    mixed = sorted(codes)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def read_code(typed: str) -> str | None:
    """The code that was meant, or None when it cannot be one: case, spaces, dashes and look-alike
    signs are forgiven, a wrong check sign is not.
    """
    code = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(LOOK_ALIKES)
    is_whole = len(code) == CODE_LENGTH and all(sign in ALPHABET for sign in code)
    return code if is_whole and check_sign(code[:-1]) == code[-1] else None


def show_code(code: str) -> str:
    """A code in the two groups people read out: `K7MW 2HX`."""
    return f"{code[:4]} {code[4:]}"
