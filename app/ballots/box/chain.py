"""Is a ledger what it was? Every hash recomputed, every signature checked, every count compared.

Pure: rows in, faults out. What is compared with what: entries with each other, with the head, with
the signed checkpoints, with the notes of checkpoints kept outside the database, and the votes with
the root the ledger closed on.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.ballots.box.digests import checkpoint_message, ledger_hash, ledger_start, merkle_root

VOTE_KINDS = frozenset({"cast", "late"})


class FaultKind(StrEnum):
    """What does not fit. The value is read out by `wishes check`."""

    DEFINITION = "the paper is not the one that was frozen"
    ENTRY = "an entry was changed, added or taken out"
    HEAD = "the ledger does not end where it says"
    BEGINNING = "the first entry is not the opening of this ballot"
    END = "the state does not fit the last entries"
    CHECKPOINT = "a checkpoint was changed or is not ours"
    CHECKPOINT_MISSING = "a checkpoint that was noted is gone"
    SHORTENED = "entries that were noted outside the database are gone"
    VOTES = "the votes are not those the ballot was closed on"
    UNREADABLE = "a row cannot be read at all"


@dataclass(frozen=True)
class Fault:
    """Something that does not fit, and at which entry (0: nowhere in particular)."""

    kind: FaultKind
    seq: int = 0


@dataclass(frozen=True)
class Entry:
    """A link of the chain."""

    seq: int
    kind: str
    payload: str
    hash: str


@dataclass(frozen=True)
class Mark:
    """Where a ledger stood: a checkpoint in the database, or a note of one outside it."""

    size: int
    head: str
    at: str
    signature: str


@dataclass
class Walked:
    """What is remembered of a ledger that was walked once from end to end, however long it is."""

    definition_hash: str
    size: int = 0
    head: str = ""
    hashes: dict[int, str] = field(default_factory=dict)  # at the places that were asked for
    events: list[Entry] = field(default_factory=list)  # all entries but the votes
    faults: list[Fault] = field(default_factory=list)

    def find(self, kind: str) -> dict[str, Any] | None:
        """The facts of the newest event of this kind."""
        payload = next((one.payload for one in reversed(self.events) if one.kind == kind), None)
        return None if payload is None else _read(payload)


def walk(definition_hash: str, entries: Iterable[Entry], places: Collection[int]) -> Walked:
    """Recompute every link from the first, and keep the hashes at these places."""
    walked = Walked(definition_hash, head=ledger_start(definition_hash))
    for place, entry in enumerate(entries, start=1):
        walked.head = ledger_hash(walked.head, place, entry.kind, entry.payload)
        walked.size = place
        if (entry.seq, entry.hash) != (place, walked.head):
            walked.faults.append(Fault(FaultKind.ENTRY, place))
            walked.head = entry.hash
        if place in places:
            walked.hashes[place] = entry.hash
        if entry.kind not in VOTE_KINDS:
            walked.events.append(entry)
    first = walked.events[0] if walked.events else None
    if first is None or first.kind != "opened" or definition_hash not in first.payload:
        walked.faults.append(Fault(FaultKind.BEGINNING, 1))
    return walked


def check_marks(
    walked: Walked, marks: Sequence[Mark], notes: Sequence[Mark], *, public_key: str
) -> Iterator[Fault]:
    """Checkpoints against the chain, and the notes outside the database against both.

    An officer who restored an older copy says so in the ledger (`restored`): the notes up to the
    first one that holds this entry are explained by it.
    """
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    for mark in marks:
        if not _is_in(walked, mark) or not _is_signed(walked.definition_hash, mark, key):
            yield Fault(FaultKind.CHECKPOINT, mark.size)
    kept = set(marks)
    for note in _unexplained(walked, notes):
        if not _is_in(walked, note):
            yield Fault(FaultKind.SHORTENED, note.size)
        elif note not in kept:
            yield Fault(FaultKind.CHECKPOINT_MISSING, note.size)


def check_end(
    walked: Walked, *, size: int, head: str, state: str, leaves: Sequence[bytes]
) -> Iterator[Fault]:
    """Where the ledger says it stands, and all leaves against the root the ballot was closed on."""
    if (size, head) != (walked.size, walked.head):
        yield Fault(FaultKind.HEAD, size)
    closed = walked.find("closed")
    is_final = walked.find("final") is not None
    if state not in ({"final"} if is_final else {"closed"} if closed else {"open", "closing"}):
        yield Fault(FaultKind.END, walked.size)
    if closed and (closed.get("root"), closed.get("count")) != (merkle_root(leaves), len(leaves)):
        yield Fault(FaultKind.VOTES)


def read_notes(lines: Sequence[str], definition_hash: str) -> list[Mark]:
    """The notes about one ballot, oldest first; a line torn by a crash says nothing."""
    notes = []
    for line in lines:
        plain = _read(line)
        if plain.get("definition_hash") == definition_hash:
            fields: list[Any] = [plain.get(name) for name in ("size", "head", "at", "signature")]
            notes.append(Mark(*fields))
    return notes


def _is_in(walked: Walked, mark: Mark) -> bool:
    return walked.hashes.get(mark.size) == mark.head


def _unexplained(walked: Walked, notes: Sequence[Mark]) -> Sequence[Mark]:
    restored = max((one.seq for one in walked.events if one.kind == "restored"), default=0)
    for place, note in enumerate(notes):
        if restored and note.size >= restored and _is_in(walked, note):
            return notes[place:]
    return notes


def _is_signed(definition_hash: str, mark: Mark, key: Ed25519PublicKey) -> bool:
    message = checkpoint_message(definition_hash, mark.size, mark.head, mark.at)
    try:
        key.verify(bytes.fromhex(mark.signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(text: str) -> dict[str, Any]:
    try:
        plain = json.loads(text)
    except ValueError:
        return {}
    return plain if isinstance(plain, dict) else {}
