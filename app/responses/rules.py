"""Rules of responses and of sorting texts. Pure: facts in, a reason or a value out."""

import hashlib
import unicodedata
from enum import StrEnum


class Sorting(StrEnum):
    """What a text turned out to be, in a suggestion (machine) or a decision (person)."""

    WISHES = "wishes"  # it joins one or more wishes
    NONE = "none"  # meaningful, but none of the twelve
    NOT_AN_ANSWER = "not_an_answer"  # "idk", a joke, mashed keys
    NOT_SURE = "not_sure"  # the machine abstains
    UNTRANSLATED = "untranslated"  # another language: waits for a translator


class ImportStatus(StrEnum):
    """How far an import of texts has come."""

    UPLOADED = "uploaded"  # file kept, columns to be chosen
    WAITING = "waiting"  # to be read by the worker
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # nothing was imported; `problem` says why


class QuoteStatus(StrEnum):
    """How far a quote has come; two people stand behind an approved one."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


def hash_words(text: str) -> str:
    """SHA-256 in hex of the words alone: capitals, spacing and Unicode forms do not matter."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
