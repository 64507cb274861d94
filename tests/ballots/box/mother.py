"""Imports the application once and forks a server for every line it reads.

Started by `tests.ballots.box.servers`: a server that is killed every second must be up again before
the second is over, and importing everything takes longer than that. Each child is a whole uvicorn
process of its own; this one never serves and holds no connection.
"""

import json
import os
import resource
import signal
import sys
from typing import Any

import uvicorn

import app.main
import app.tables  # noqa: F401

HOST = "127.0.0.1"


def serve(asked: dict[str, Any]) -> None:
    """Become a server, as `wishes serve` is one."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(asked["env"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(stream, target)
    if asked["file_limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_limit"], resource.RLIM_INFINITY))
    uvicorn.run(
        "app.main:create_app", factory=True, host=HOST, port=asked["port"], access_log=False,
        timeout_graceful_shutdown=2,
    )  # fmt: skip


def say(word: str) -> None:
    """A line to whoever asked."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    """Fork until nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burying
    say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                serve(asked)
                code = 0
            finally:
                os._exit(code)
        say(str(pid))


if __name__ == "__main__":
    main()
