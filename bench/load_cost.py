"""What the load generator itself costs: `python -m bench.load_cost [--json]`.

Against a server that answers every request with the same two kilobytes and does nothing else: how
many requests a second our generator reaches, and its processor time for one, flat out and at 500 a
second; the same for `wrk` with a script of ready-made bodies that also counts statuses, where it
is installed. A server under test has about a thousandth of a second for a vote, so a generator is
in the way when its own share comes near that.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.load import Plan, run_load
from bench.servers import HOST, run_server
from bench.wire import build_request
from tests.server import free_port

PATH = "/b/ABCD/1/votes"
ANSWER = (
    b"HTTP/1.1 201 Created\r\ncontent-type: text/html\r\ncontent-length: 2000\r\n\r\n" + b"x" * 2000
)
SCRIPT = """
local sends, at, seen = {}, 0, {}
local headers = {["content-type"] = "application/x-www-form-urlencoded",
  ["sec-fetch-site"] = "same-origin", ["accept-encoding"] = "gzip"}
for body in io.lines("%s") do
  sends[#sends + 1] = wrk.format("POST", "%s", headers, body)
end
request = function() at = at %% #sends + 1; return sends[at] end
response = function(status) seen[status] = (seen[status] or 0) + 1 end
"""


class Trivial(asyncio.Protocol):
    """One answer for whatever comes."""

    def connection_made(self, transport: Any) -> None:
        """Keep the connection."""
        self.transport = transport

    def data_received(self, _data: bytes) -> None:
        """Answer."""
        self.transport.write(ANSWER)


async def serve_trivially(port: int) -> None:
    """Answer until stopped."""
    server = await asyncio.get_running_loop().create_server(Trivial, HOST, port)
    await server.serve_forever()


def measure_ours(port: int, seconds: float, rate: float = 0.0) -> dict[str, Any]:
    """Our generator."""
    sends = [build_request(HOST, PATH, make_fields()) for _ in range(5_000)]
    found = run_load(Plan(HOST, port, sends, seconds=seconds, rate=rate, repeat=True))
    return {
        "per_s": round(found["rate"]), "us": round(1e6 * found["cpu_s"] / found["sent"], 1)
    }  # fmt: skip


def measure_wrk(port: int, seconds: float, folder: Path) -> dict[str, Any] | None:
    """`wrk` with ready-made bodies; None where there is none."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    bodies, script = folder / "bodies.txt", folder / "sends.lua"
    sends = (build_request(HOST, PATH, make_fields()) for _ in range(5_000))
    bodies.write_bytes(b"\n".join(send.partition(b"\r\n\r\n")[2] for send in sends))
    script.write_text(SCRIPT % (bodies, PATH), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [wrk, "-t1", "-c64", f"-d{seconds:.0f}", "-s", str(script), f"http://{HOST}:{port}/"],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.search(r"(\d+) requests in", done.stdout)
    assert found is not None
    sent = int(found[1])
    return {"per_s": round(sent / seconds), "us": round(1e6 * used / sent, 1)}


def make_fields() -> list[tuple[str, str]]:
    """A vote's form."""
    return [("code", "K7MW2HX"), ("secret", secrets.token_hex(16)), ("s1", "w2"), ("s1", "w7")]


def run(seconds: float) -> dict[str, Any]:
    """Both generators, one after the other."""
    port = free_port()
    command = [sys.executable, "-m", "bench.load_cost", "--serve", str(port)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with run_server(command, folder, port=port, env=os.environ):
            figures: dict[str, Any] = {
                "generator": measure_ours(port, seconds),
                "generator_at_500": measure_ours(port, seconds, 500.0),
                "wrk": measure_wrk(port, seconds, folder) or "not installed",
            }
    return figures


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        import uvloop

        uvloop.run(serve_trivially(asked.serve))
        return
    figures = run(asked.seconds)
    if not asked.json:
        for name, value in figures.items():
            print(f"{name:>16}  {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
