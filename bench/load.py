"""A load generator that costs little: `fire(plan)` here, `run_load(plan)` in a process of its own.

Prebuilt requests go out over keep-alive connections on one epoll loop; of an answer it reads the
status and how long it is, nothing else. Two ways to send:

- closed loop (`rate=0`): each connection sends its next request when it has its answer;
- open loop (`rate=500`): requests have a time table. Latency then runs from the planned moment,
  so a server that stalls cannot hide the requests it kept waiting; `late_starts` counts those
  that found no free connection, or us busy, for ten milliseconds or more.

A connection the server closes is opened again inside the latency of the next request.
What it costs itself says `bench.load_cost`: about as much as `wrk` with a script, so we need none.
"""

import gc
import json
import pickle
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.wire import read_answer

ROOT = Path(__file__).resolve().parents[1]
LATE = 0.010  # seconds behind the time table from which a start counts as late
CHUNK = 65_536
BROKEN = 0  # "status" of a request whose connection died before the answer was whole


@dataclass
class Plan:
    """What to send, and how."""

    host: str
    port: int
    requests: list[bytes]
    connections: int = 64
    seconds: float = 10.0
    rate: float = 0.0  # a second; 0 is a closed loop
    repeat: bool = False  # begin again when the list is used up
    patience: float = 30.0  # seconds to wait for what is still out when the time is over


@dataclass
class Line:
    """One keep-alive connection and the request that is out on it."""

    wire: socket.socket | None = None
    number: int = -1  # of the request that is out; -1: free
    since: float = 0.0
    got: bytes = b""


@dataclass
class Found:
    """What was seen. Times are seconds since the start."""

    taken: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    samples: dict[int, str] = field(default_factory=dict)  # the first answer of each status
    late: int = 0
    sent: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


class Generator:
    """The loop."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.found = Found()
        self.selector = selectors.DefaultSelector()
        self.lines = [Line() for _ in range(plan.connections)]
        self.free = list(self.lines)
        self.out = 0
        self.total = sys.maxsize if plan.repeat else len(plan.requests)
        if plan.rate:
            self.total = min(self.total, round(plan.rate * plan.seconds))

    def run(self) -> Found:
        """Send until the time is over or the list is used up, then wait for what is out."""
        for line in self.lines:
            self.connect(line)
        cpu, self.start = time.process_time(), time.perf_counter()
        self.until = self.start + self.plan.seconds
        while self.send_due(time.perf_counter()) or self.out:
            if time.perf_counter() > self.until + self.plan.patience:
                self.found.statuses[BROKEN] += self.out
                break
            for key, _ in self.selector.select(self.pause()):
                self.read(key.data)
        self.found.seconds = min(self.plan.seconds, time.perf_counter() - self.start)
        self.found.cpu = time.process_time() - cpu
        for line in self.lines:
            self.hang_up(line)
        return self.found

    def pause(self) -> float:
        """How long to wait for answers: until the next request is due, where one can be sent."""
        if not self.plan.rate or not self.free or self.found.sent >= self.total:
            return 0.5
        due = self.start + self.found.sent / self.plan.rate
        return max(0.0, due - time.perf_counter())

    def send_due(self, now: float) -> bool:
        """Send all that may go now; whether there will be more."""
        plan, found = self.plan, self.found
        if found.sent >= self.total or (not plan.rate and now >= self.until):
            return False
        while self.free and found.sent < self.total:
            since = now
            if plan.rate:
                since = self.start + found.sent / plan.rate
                if since > now:
                    break
                found.late += now - since >= LATE
            line = self.free.pop()
            line.number, line.since = found.sent, since
            found.sent += 1
            self.out += 1
            self.send(line)
            now = time.perf_counter()
        return True

    def connect(self, line: Line) -> None:
        """Open the connection of a line."""
        line.wire = socket.create_connection((self.plan.host, self.plan.port), timeout=10)
        line.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.wire.setblocking(False)
        line.got = b""
        self.selector.register(line.wire, selectors.EVENT_READ, line)

    def hang_up(self, line: Line) -> None:
        """Close it, if it is open."""
        if line.wire is not None:
            self.selector.unregister(line.wire)
            line.wire.close()
            line.wire = None

    def send(self, line: Line) -> None:
        """Send the request of a line whole; broken when that cannot be done."""
        request = self.plan.requests[line.number % len(self.plan.requests)]
        try:
            if line.wire is None:
                self.connect(line)
            assert line.wire is not None
            if line.wire.send(request) != len(request):
                raise OSError("a request larger than the socket takes at once")
        except OSError:
            self.hang_up(line)
            self.note(line, BROKEN)

    def read(self, line: Line) -> None:
        """Take what came; note the answer when it is whole and send the next request."""
        assert line.wire is not None
        try:
            got = line.wire.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            got = b""
        if not got:
            self.hang_up(line)
            if line.number >= 0:
                self.note(line, BROKEN)
            return
        if line.got:
            got = line.got + got
        status, length = read_answer(got)
        if not status:
            line.got = got
            return
        line.got = b""
        if status not in self.found.samples:
            self.found.samples[status] = got.decode(errors="replace")[:4000]
        if length < 0:
            self.hang_up(line)
        self.note(line, status)

    def note(self, line: Line, status: int) -> None:
        """A request has ended: keep its time, free its line; in a closed loop send the next."""
        now = time.perf_counter()
        found = self.found
        found.statuses[status] += 1
        if status != BROKEN:
            found.taken.append(now - line.since)
            found.ended.append(now - self.start)
        line.number = -1
        self.out -= 1
        self.free.append(line)
        if not self.plan.rate:
            self.send_due(now)


def sum_up(plan: Plan, found: Found) -> dict[str, Any]:
    """The figures of one run. The rate counts what was answered within the time."""
    taken = sorted(found.taken) or [0.0]
    inside = [one for one in found.ended if one <= plan.seconds]
    per_second = Counter(int(one) for one in inside)
    whole = [per_second[second] for second in range(int(found.seconds))]
    parts = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99}
    return {
        "rate": round(len(inside) / found.seconds, 1) if found.seconds else 0.0,
        "slowest_second": min(whole, default=len(inside)),
        **{
            name: round(1000 * taken[min(len(taken) - 1, int(len(taken) * part))], 1)
            for name, part in parts.items()
        },
        "max_ms": round(1000 * taken[-1], 1),
        "sent": found.sent,
        "statuses": {str(status): count for status, count in sorted(found.statuses.items())},
        "late_starts": found.late,
        "ran_out": not plan.rate and not plan.repeat and found.sent >= len(plan.requests),
        "seconds": round(found.seconds, 2),
        "last_answer_s": round(max(found.ended, default=0.0), 2),
        "cpu_s": round(found.cpu, 2),
        "per_second": whole,
        "samples": found.samples,
    }


def fire(plan: Plan) -> dict[str, Any]:
    """Send in this process."""
    gc.disable()
    return sum_up(plan, Generator(plan).run())


def start_load(plan: Plan) -> "subprocess.Popen[bytes]":
    """A process of its own that sends; give it to `finish_load`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    pickle.dump(plan, process.stdin)
    process.stdin.close()
    process.stdin = None
    return process


def finish_load(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """Wait for such a process; its figures."""
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the load generator failed ({process.returncode})")
    figures: dict[str, Any] = json.loads(said)
    return figures


def run_load(plan: Plan) -> dict[str, Any]:
    """Send in a process of its own, as every measurement does."""
    return finish_load(start_load(plan))


if __name__ == "__main__":
    print(json.dumps(fire(pickle.load(sys.stdin.buffer))))
