"""Disks that can be filled: a small one of our own, and one on which no file may grow any more."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.ballots.box.servers import Mortal
from tests.browser import give_up

FILLER = "filler"


class Disk(Protocol):
    """Where the server's data lie."""

    folder: Path
    limit: int  # for a server that is started on it meanwhile

    def fill(self, server: Mortal) -> None:
        """From now on it is full."""

    def free(self, server: Mortal) -> None:
        """There is room again."""


class SmallDisk:
    """A file system in memory (needs root): the real ENOSPC, for logs and keys too."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.limit = folder, 0

    def fill(self, server: Mortal) -> None:
        """Write until nothing goes in any more."""
        with (self.folder / FILLER).open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                for size in (1 << 20, 1 << 12, 1):
                    with contextlib.suppress(OSError):
                        filler.write(b"x" * size)
                        break
                else:
                    raise OSError

    def free(self, server: Mortal) -> None:
        """Take the filler away."""
        (self.folder / FILLER).unlink()


class StuntedFiles:
    """No file of the server may grow beyond what its log has now: writing fails with EFBIG."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.limit = folder, 0

    def fill(self, server: Mortal) -> None:
        """Stop here."""
        (log,) = self.folder.glob("*.db-wal")
        self.limit = log.stat().st_size + 1
        server.limit_files(self.limit)

    def free(self, server: Mortal) -> None:
        """No limit any more."""
        server.limit_files(-1)


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of this size, mounted until the block ends."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        if os.geteuid() == 0:
            give_up("this machine does not let us mount a small disk")
        import pytest

        pytest.skip("only root may mount a small disk; the same is tested with limited files")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
