"""Servers to be killed: real processes on a fixed port, born again in a moment."""

import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server import ROOT, SECRET, START_SECONDS

HOST = "127.0.0.1"


class Mother:
    """The process whose children are our servers."""

    def __init__(self, **env: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ballots.box.mother"],
            cwd=ROOT, env=os.environ | env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._said() == "ready"

    def bear(self, **asked: object) -> int:
        """A new server; its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._said())

    def rest(self) -> None:
        """No more children."""
        self._process.kill()
        self._process.wait()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Mortal:
    """One server on one port, which may be killed and started again as often as one likes."""

    def __init__(self, mother: Mother, address: str, data_dir: Path, **settings: str) -> None:
        self.port, self.pid, self.deaths = quiet_port(), 0, 0
        self.data_dir, self.log = data_dir, data_dir / "server.log"
        self._mother = mother
        facts = {
            "database_url": address, "data_dir": str(data_dir), "secret_key": SECRET,
            "worker": "false", "base_url": f"http://{HOST}:{self.port}",
        } | settings  # fmt: skip
        self.env = {f"WISHES_{name.upper()}": value for name, value in facts.items()}
        data_dir.mkdir(parents=True, exist_ok=True)

    def start(self, *, file_limit: int = 0) -> None:
        """Up and listening. `file_limit`: the largest file it may write, in bytes."""
        self.pid = self._mother.bear(
            env=self.env, port=self.port, log=str(self.log), file_limit=file_limit
        )
        latest = time.monotonic() + START_SECONDS
        while time.monotonic() < latest and is_alive(self.pid):
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise RuntimeError("the server did not start:\n" + self.log.read_text()[-3000:])

    def kill(self) -> None:
        """kill -9: it gets no chance to finish anything."""
        os.kill(self.pid, signal.SIGKILL)
        self.deaths += 1
        self._wait_for_end(20)

    def stop(self) -> None:
        """As an operator stops it."""
        if not self.pid or not is_alive(self.pid):
            return
        os.kill(self.pid, signal.SIGTERM)
        if not self._wait_for_end(20):
            self.kill()

    def limit_files(self, size: int) -> None:
        """From now on no file of it may grow beyond this; -1: as large as the disk."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def _wait_for_end(self, seconds: float) -> bool:
        latest = time.monotonic() + seconds
        while is_alive(self.pid) and time.monotonic() < latest:
            time.sleep(0.005)
        return not is_alive(self.pid)


@contextmanager
def running(mother: Mother, address: str, data_dir: Path, **settings: str) -> Iterator[Mortal]:
    """A server until the block ends."""
    server = Mortal(mother, address, data_dir, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def is_alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def quiet_port() -> int:
    """A free port below those the system hands to clients, so that no phone that knocks while the
    server is dead can be given it."""
    chance = random.SystemRandom()
    for _ in range(200):
        port = chance.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")
