"""Secrets kept as files beside the database, so that a copy of the database opens nothing.

Each key is one file only its owner may read, written with its own fsync. The folder is left out of
backups: a key that is destroyed must be gone.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path


class KeyStore:
    """Named keys in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, key: bytes) -> None:
        """Keep a key under this name; durable when this returns. Replaces an older one whole."""
        fresh = self._write_fresh(name, key)
        fresh.replace(self._folder / name)
        self._sync_folder()

    def read(self, name: str) -> bytes | None:
        """The key, or None when it never was or is destroyed."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def read_or_make(self, name: str, size: int) -> bytes:
        """The key under this name; random bytes of this size at its first use.

        Of two processes that make it in the same moment one is first, and both use its key.
        """
        found = self.read(name)
        if found is None:
            fresh = self._write_fresh(name, secrets.token_bytes(size))
            with suppress(FileExistsError):
                (self._folder / name).hardlink_to(fresh)
            fresh.unlink()
            self._sync_folder()
            found = (self._folder / name).read_bytes()
        return found

    def names(self) -> list[str]:
        """The names of all keys there are."""
        if not self._folder.exists():
            return []
        return sorted(path.name for path in self._folder.iterdir() if path.name[0] != ".")

    def destroy(self, name: str) -> None:
        """Overwrite a key and take it away. What a disk keeps behind our back we cannot reach."""
        path = self._folder / name
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._sync_folder()

    def append_line(self, name: str, line: str) -> None:
        """Add a line to a record that only grows; durable when this returns.

        A line that was torn when a disk was full stays torn; this one begins after it.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            is_torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            _write_all(handle, (("\n" if is_torn else "") + line + "\n").encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def read_lines(self, name: str) -> list[str]:
        """The lines of such a record, oldest first."""
        return (self.read(name) or b"").decode().splitlines()

    def _write_fresh(self, name: str, key: bytes) -> Path:
        """The key in a file of its own that has not its name yet."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._folder / f".{name}.{secrets.token_hex(4)}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write_all(handle, key)
            os.fsync(handle)
        except OSError:
            fresh.unlink()
            raise
        finally:
            os.close(handle)
        return fresh

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_all(handle: int, content: bytes) -> None:
    """Write to the last byte: a nearly full disk takes a part and calls that a success."""
    while content:
        content = content[os.write(handle, content) :]
