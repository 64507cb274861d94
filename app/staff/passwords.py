"""Passwords: how strong, how stored. Argon2id takes 64 MiB and about an eighth of a second each.

Because of that price at most two are computed at once; who waits longer than BUSY_SECONDS is asked
to try again, so a flood of sign-ins cannot take the threads that serve young people's phones.
Call these outside a writing transaction.
"""

import re
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError

from app.core.errors import Refused
from app.staff.rules import PASSWORD_LEAST, PASSWORD_MOST, Reason

BUSY_SECONDS = 2.0
_hasher = PasswordHash.recommended()
_turns = threading.BoundedSemaphore(2)

# Words that make up most guessed long passwords; a password made only of these, of digits and of
# signs is common. Written for this project: seasons, places, football and keyboard walks.
COMMON_PARTS = (
    "administrator", "changeme", "children", "childfriendly", "correcthorsebatterystaple",
    "football", "friendly", "iloveyou", "leedsunited", "password", "sunshine", "superman",
    "princess", "yorkshire", "liverpool", "manchester", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwerty", "azerty", "letmein", "welcome", "monkey", "dragon", "master", "spring", "summer",
    "autumn", "winter", "monday", "friday", "secret", "council", "school", "wishes", "leeds",
    "wish", "admin", "staff", "login", "hello", "city", "youth", "worker", "officer", "united",
    "rhinos", "marching", "together", "abcdefghijkl", "abcdef", "abc", "test", "my", "the", "a",
    "i", "is",
)  # fmt: skip

LETTERS_MEANT = str.maketrans("@013$5", "aoiess")


def why_weak(password: str, *, email: str = "", name: str = "") -> Reason | None:
    """Why a password is not accepted: too short or long, too common, or the person's own name."""
    if len(password) < PASSWORD_LEAST:
        return Reason.PASSWORD_SHORT
    if len(password) > PASSWORD_MOST:
        return Reason.PASSWORD_LONG
    if len(set(password.lower())) < 5 or _is_common(password.lower()):
        return Reason.PASSWORD_COMMON
    own = [part for part in re.split(r"\W+", f"{email} {name}".lower()) if len(part) > 2]
    if own and len(_without(password.lower(), own)) < PASSWORD_LEAST // 2:
        return Reason.PASSWORD_OWN_NAME
    return None


def hash_password(password: str) -> str:
    """An Argon2id hash with its own salt. Refused with SIGN_IN_BUSY when too many are at work."""
    with _turn():
        return _hasher.hash(password)


def check_password(password: str, stored: str) -> bool:
    """Whether this is the password behind `stored`.

    Where nothing usable is stored (unknown person, not joined yet) the same work is done against
    a hash of nobody's password, so the time taken tells nothing.
    """
    with _turn():
        nobody = _nobodys_hash()
        if len(password) > PASSWORD_MOST:
            password = ""
        try:
            return _hasher.verify(password, stored or nobody) and bool(stored)
        except PwdlibError:
            return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=BUSY_SECONDS):
        raise Refused(Reason.SIGN_IN_BUSY)
    try:
        yield
    finally:
        _turns.release()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody signs in with this")


def _is_common(lowered: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered)  # digits and signs put around do not help
    letters = re.sub(r"[\W\d_]", "", core.translate(LETTERS_MEANT))
    return not _without(letters, COMMON_PARTS)


def _without(text: str, parts: Collection[str]) -> str:
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "")
    return text
