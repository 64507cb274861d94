"""The audit bundle as a zip, made while it is sent: however large a ballot, memory stays flat."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain

from app.core.settings import ROOT

VERIFIER = ROOT / "app" / "results" / "verifier.py"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
PRIVATE = 0o600 << 16
GATHERED = 64 * 1024  # bytes before a chunk leaves

README = """\
Audit bundle of a ballot
========================

CONFIDENTIAL while it holds votes.jsonl. Whoever has this bundle AND sees a young person's receipt
can read that vote. Give it only to people who were named to check the count, and delete it after.

To check everything (Python 3.9 or newer, nothing else to install, no network):

    python3 verify.py BUNDLE.zip

It recounts every vote and paper, follows the ledger from its first entry to its last, checks each
signature and ends with 0 when all of it holds. Compare the signing key in public_key.txt and the
definition's fingerprint with those you wrote down or saw in public before voting ended.

    python3 verify.py verify-diff OLDER.zip NEWER.zip

says whether a newer bundle only adds to an older one.

definition.json    what was asked, frozen before voting began
ledger.jsonl       every event of the ballot, each chained to the one before
checkpoints.jsonl  signed notes of where the ledger stood
public_key.txt     the key that checks those signatures (Ed25519)
votes.jsonl        every vote: leaf, blind value, choices, group (until the time for recounts ends)
leaves.txt         instead, once that time is over: only the leaves
paper.jsonl        every revision of every pile of paper; the highest of a pile counts
result.json        the newest version of the result; what a count gives now, if none says that yet
"""


class _Pipe(io.RawIOBase):
    """What the zip writes into; it cannot seek, so nothing has to be kept to the end."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        """A pipe can only be written."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Keep what the zip gives until it is taken."""
        self._parts.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def take(self) -> bytes:
        """Everything written since the last time."""
        taken = b"".join(self._parts)
        self._parts, self.waiting = [], 0
        return taken


def pack_bundle(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The zip of these files with the guide and the script that checks them, in chunks."""
    pipe = _Pipe()
    ours = [("README.txt", iter([README.encode()])), ("verify.py", iter([VERIFIER.read_bytes()]))]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, parts in chain(files, ours):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, PRIVATE
            with bundle.open(entry, "w") as file:
                for part in parts:
                    file.write(part)
                    if pipe.waiting >= GATHERED:
                        yield pipe.take()
    yield pipe.take()
