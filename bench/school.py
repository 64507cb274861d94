"""A whole school behind one address: `python -m bench.school [--json] [--quick]`.

Five hundred phones load the ballot page in each of ten seconds; then five hundred votes are sent
in each of sixty seconds. By a time table: what waits because the server is behind is counted from
the moment at which it was due. No phone may be told that there were too many (429), or meet an
error (5xx). SQLite, one process, forty classes at once, all from one address.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from bench import voting
from bench.load import Plan, run_load
from bench.servers import HOST, cpu_seconds, run_site
from bench.wire import build_request

RATE = 500.0
CONNECTIONS = 500
CLASSES = 40
PAGE_SECONDS, SEND_SECONDS = 10.0, 60.0
PATIENCE = 120.0  # a server that is behind may catch up for so long


def measure(name: str, pid: int, plan: Plan, wanted: int) -> dict[str, Any]:
    """Send by the time table; figures that begin with `name`."""
    before = cpu_seconds(pid)
    found = run_load(plan)
    used = cpu_seconds(pid) - before
    statuses = {int(status): count for status, count in found["statuses"].items()}
    figures = {
        "sent": found["sent"],
        "answered": statuses.get(wanted, 0),
        "told_too_many": statuses.get(429, 0),
        "errors": sum(count for status, count in statuses.items() if status >= 500 or not status),
        "other": sum(
            count for status, count in statuses.items()
            if 0 < status < 500 and status not in {429, wanted}
        ),
        **{key: found[key] for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms", "late_starts")},
        "done_after_s": found["last_answer_s"],
        "server_us": round(1e6 * used / max(1, found["sent"])),
    }  # fmt: skip
    return {f"{name}_{key}": value for key, value in figures.items()}


def run(page_seconds: float, send_seconds: float, folder: Path) -> dict[str, Any]:
    """Pages first, then votes, on one server."""
    address = f"sqlite:///{folder / 'wishes.db'}"
    slips = round(RATE * send_seconds)
    box = voting.prepare_box(address, folder, slips=slips, sittings=CLASSES)
    pages = [build_request(HOST, page) for page in box.pages]
    sends = voting.list_requests(box.slips)
    with run_site(address, folder) as server:
        run_load(Plan(HOST, server.port, pages, connections=10))  # each class's first phone
        loaded = measure("page", server.pid, Plan(
            HOST, server.port, pages, CONNECTIONS, page_seconds, RATE, repeat=True,
            patience=PATIENCE,
        ), 200)  # fmt: skip
        sent = measure("send", server.pid, Plan(
            HOST, server.port, sends, CONNECTIONS, send_seconds, RATE, patience=PATIENCE
        ), voting.DONE)  # fmt: skip
        stored = voting.count_stored(address)
    return loaded | sent | {"send_lost": sent["send_answered"] - stored}


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument("--quick", action="store_true", help="a second of each")
    asked = parser.parse_args()
    seconds = (1.0, 1.0) if asked.quick else (PAGE_SECONDS, SEND_SECONDS)
    with tempfile.TemporaryDirectory() as name:
        figures = run(*seconds, Path(name))
    if not asked.json:
        for key, value in figures.items():
            print(f"{key:>20}  {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
