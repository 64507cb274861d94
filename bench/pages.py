"""How heavy and how quick are the public pages? `python -m bench.pages [--json]`.

On a site with 80,000 responses, served by a real server on this machine:

- bytes: a real Chromium visits each page with nothing kept; counted is every answer's head and
  compressed body as it came over the wire. The icon is added where the browser did not ask for it;
- milliseconds: 300 requests one after another on one connection, from the first byte sent to the
  last byte read, so the client's own work and whatever else the machine does are in it. `…_cpu_ms`
  is the processor time of the server process per request, which a busy machine hardly changes.
"""

import argparse
import http.client
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.crowd import Crowd, make_crowd
from tests.browser import ARGUMENTS, NAMES
from tests.server import Server, serve

RESPONSES = 80_000
REQUESTS = 300
WARM_UP = 20
ICONS = "Array.from(document.querySelectorAll('link[rel~=icon],link[rel=manifest]'), l => l.href)"
TICKS = os.sysconf("SC_CLK_TCK")


def measure_visit(browser: Any, url: str) -> dict[str, int]:
    """Bytes and requests of a first visit: the page and everything it makes the browser fetch."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on(
        "Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]})
    )
    wire.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    answer = page.goto(url, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{url} was not served")
    got = {asked[one]: size for one, size in sizes.items()}
    for icon in page.evaluate(ICONS):
        if icon not in got:
            got[icon] = fetch_size(icon)
    context.close()
    return got


def fetch_size(url: str) -> int:
    """Bytes of one answer, head and body, as a browser that takes gzip gets it."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", "/" + path, headers={"accept-encoding": "gzip"})
    answer = connection.getresponse()
    head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
    size = len(head) + len(answer.read())
    connection.close()
    return size


def measure_time(server: Server, path: str, *, again: bool = False) -> dict[str, float]:
    """Middle and slow end of many requests; `again` sends the page's own tag and expects 304."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    headers = {"accept-encoding": "gzip"}
    taken: list[float] = []
    worked = 0.0
    for number in range(WARM_UP + REQUESTS):
        if number == WARM_UP:
            worked = processor_seconds(server.pid)
        started = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - started)
        if again:
            headers["if-none-match"] = answer.headers["etag"]
        wanted = 304 if again and number else 200
        if answer.status != wanted:
            raise RuntimeError(f"{path}: {answer.status}, not {wanted}")
    worked = processor_seconds(server.pid) - worked
    connection.close()
    taken = sorted(taken[WARM_UP:])
    return {
        "p50_ms": round(1000 * taken[REQUESTS // 2], 1),
        "p95_ms": round(1000 * taken[REQUESTS * 95 // 100], 1),
        "cpu_ms": round(1000 * worked / REQUESTS, 1),
    }


def processor_seconds(pid: int) -> float:
    """What a process has used so far (Linux); zero where the system does not say."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure_visits(server: Server, crowd: Crowd) -> dict[str, dict[str, int]]:
    """First visits in a real browser; raises where there is none."""
    from playwright.sync_api import sync_playwright

    chromium = next((found for name in NAMES if (found := shutil.which(name))), None)
    if chromium is None:
        raise RuntimeError("bytes are counted by a real browser: no Chromium on the path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        pages = {"wish": crowd.wish, "ballot": crowd.ballot, "survey": crowd.survey}
        visits = {name: measure_visit(browser, server.url + path) for name, path in pages.items()}
        browser.close()
    return visits


def run(responses: int) -> tuple[dict[str, Any], dict[str, dict[str, int]]]:
    """Every figure, and for the curious each request of each visit."""
    with tempfile.TemporaryDirectory() as name:
        crowd = make_crowd(Path(name), responses)
        with serve(crowd.address, crowd.data_dir) as server:
            visits = measure_visits(server, crowd)
            times = {
                "wish": measure_time(server, crowd.wish),
                "wish_304": measure_time(server, crowd.wish, again=True),
                "ballot": measure_time(server, crowd.ballot),
            }
    figures: dict[str, Any] = {f"{one}_bytes": sum(got.values()) for one, got in visits.items()}
    figures |= {f"{one}_requests": len(got) for one, got in visits.items()}
    figures |= {f"{one}_{key}": ms for one, some in times.items() for key, ms in some.items()}
    return figures | {"responses": crowd.responses}, visits


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument("--responses", type=int, default=RESPONSES)
    asked = parser.parse_args()
    figures, visits = run(asked.responses)
    if not asked.json:
        for page, got in visits.items():
            for url, size in got.items():
                print(f"{page:>8} {size:>7}  {url}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
