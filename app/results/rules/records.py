"""Are all records still there? The ledger against the checkpoints noted outside the database.

Every checkpoint is also a line of a log beside the keys. A database that was restored from a copy
is shorter than its newest line, or has grown on another way: then what came after the copy is gone.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Noted:
    """One line of the log: where a ledger stood."""

    size: int
    head: str
    at: datetime


@dataclass(frozen=True)
class Gap:
    """Records that are gone: how many (at most), and since when nothing can be vouched for."""

    missing: int
    since: datetime


def read_noted(lines: Iterable[str], definition_hash: str) -> list[Noted]:
    """The lines about one ballot, oldest first. A line torn by a crash says nothing."""
    found = []
    for line in lines:
        if definition_hash not in line:
            continue
        try:
            plain = json.loads(line)
            noted = Noted(plain["size"], plain["head"], datetime.fromisoformat(plain["at"]))
        except (ValueError, KeyError, TypeError):
            continue
        if plain["definition_hash"] == definition_hash:
            found.append(noted)
    return found


def find_gap(
    noted: Collection[Noted], *, size: int, hashes: Mapping[int, str], restored_at: int
) -> Gap | None:
    """What the log knows and the ledger does not.

    `size`: entries in the ledger now. `hashes`: the ledger's hash at each size that was noted.
    `restored_at`: the entry by which an officer last recorded what happened (0: never); the log
    up to the first line that holds that entry is explained.
    """
    lines = list(noted)
    is_kept = [hashes.get(one.size) == one.head for one in lines]
    explained = next(
        (
            place
            for place, one in enumerate(lines)
            if restored_at and is_kept[place] and one.size >= restored_at
        ),
        0,
    )
    gone = [place for place in range(explained, len(lines)) if not is_kept[place]]
    if not gone:
        return None
    before = [place for place in range(gone[0]) if is_kept[place]]
    base = lines[before[-1]].size if before else 0
    since = lines[before[-1]].at if before else lines[gone[0]].at
    newest = max(lines[place].size for place in gone)
    has_gone_on = size >= newest or any(is_kept[gone[0] :])
    return Gap(newest - (base if has_gone_on else size), since)


def read_restored(payload: str) -> tuple[int, str, datetime]:
    """What a ledger entry `restored` says: how many records, what happened, when it was noted."""
    plain = json.loads(payload)
    return int(plain["missing"]), str(plain["words"]), datetime.fromisoformat(plain["at"])
