"""Looking for bytes in everything that lies about."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

WINDOW = 16
STEP = 8


def files_in(folder: Path, *, since: float = 0.0) -> Iterator[tuple[str, bytes]]:
    """Every file under this folder that was written since then, with what is in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
            yield str(path), path.read_bytes()


def shown_of(pid: int) -> Iterator[tuple[str, bytes]]:
    """What the system shows of a process: how it was called, its surroundings, its open files."""
    here = Path(f"/proc/{pid}")
    for name in ("cmdline", "environ"):
        yield f"/proc/{name}", (here / name).read_bytes()
    for handle in (here / "fd").iterdir():
        target = str(handle.readlink())
        if target.endswith(" (deleted)"):  # a temporary file that has no name any more
            yield target, handle.read_bytes()


def forms_of(words: str) -> set[bytes]:
    """The same words as they might be written somewhere."""
    raw = words.encode()
    plain = {raw, words.upper().encode(), words.lower().encode(), words.encode("utf-16-le")}
    packed = {raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")}
    digests = {hashlib.sha256(raw).digest(), hashlib.sha256(raw).hexdigest().encode()}
    return plain | packed | digests


def windows_of(content: bytes) -> set[bytes]:
    """Pieces of random bytes: any of them found somewhere is a piece of these."""
    last = max(1, len(content) - WINDOW + 1)
    return {content[start : start + WINDOW] for start in range(0, last, STEP)}


def find_any(needles: Iterable[bytes], where: Iterable[tuple[str, bytes]]) -> list[str]:
    """In which of these files any of the needles stands."""
    wanted = list(needles)
    return [name for name, content in where if any(one in content for one in wanted)]


def contexts_of(word: bytes, where: Iterable[tuple[str, bytes]], *, width: int) -> set[bytes]:
    """What stands before a word, everywhere it stands."""
    found = set()
    for _, content in where:
        at = content.find(word)
        while at >= 0:
            found.add(content[max(0, at - width) : at])
            at = content.find(word, at + 1)
    return found
