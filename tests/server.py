"""A real server in a process of its own, for tests of many phones at once and for browsers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[1]
SECRET = "only for tests"
START_SECONDS = 120  # a loaded machine takes its time to import everything


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    host: str
    port: int
    pid: int = 0  # for measurements

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://{self.host}:{self.port}"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(address: str, data_dir: Path, **settings: str) -> Iterator[Server]:
    """Serve the site over the (migrated) database at `address` until the block ends.

    `settings` become `WISHES_…` variables. Its log is in `data_dir/server.log`.
    """
    server = Server("127.0.0.1", free_port())
    data_dir.mkdir(parents=True, exist_ok=True)
    facts = {
        "database_url": address, "data_dir": str(data_dir), "secret_key": SECRET,
        "worker": "false", "base_url": server.url,
    } | settings  # fmt: skip
    env = os.environ | {f"WISHES_{name.upper()}": value for name, value in facts.items()}
    command = [
        sys.executable, "-m", "uvicorn", "--factory", "app.main:create_app",
        "--host", server.host, "--port", str(server.port), "--no-access-log",
    ]  # fmt: skip
    with (data_dir / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            _wait_until_up(server, process, data_dir / "server.log")
            yield replace(server, pid=process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    latest = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < latest:
        try:
            httpx2.get(server.url + "/static/favicon.svg", timeout=1)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start:\n" + log.read_text(errors="replace")[-3000:])


def post_and_hang_up(server: Server, path: str, body: bytes) -> None:
    """Send a form and close the connection before reading a byte of the answer."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((server.host, server.port), timeout=10) as phone:
        phone.sendall(head.encode() + body)
