"""Who is compared by `bench.votes`: each can be served, and says what a phone sends to it."""

import http.client
import json
import os
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench import django_survey, noop_app, voting
from bench.servers import HOST, Running, run_postgres, run_server, run_site
from bench.wire import build_request
from tests.server import free_port

NOTHING_STORED = -1


@dataclass(frozen=True)
class Target:
    """A server that takes votes, with the sends for it."""

    server: Running
    requests: list[bytes]
    done: int  # the status of a vote that is stored
    count: Callable[[], int]  # what is in its database; `NOTHING_STORED` where there is none
    repeat: bool = True  # whether the same sends may be sent again
    database_pid: int = 0


class Contender(Protocol):
    """One way of taking votes."""

    name: str

    def serve(self, folder: Path, sends: int) -> AbstractContextManager[Target]:
        """Serve it over an empty database in `folder`, with so many sends."""
        ...


class Ours:
    """The sealed box on SQLite, one process."""

    name = "ours"

    def __init__(self, page: Path) -> None:
        self.page = page  # a thank-you page is kept here for the no-op

    @contextmanager
    def serve(self, folder: Path, sends: int) -> Iterator[Target]:
        """A ballot with a slip for each send."""
        address = f"sqlite:///{folder / 'wishes.db'}"
        folder.mkdir(parents=True, exist_ok=True)
        box = voting.prepare_box(address, folder, slips=sends + 1)
        with run_site(address, folder) as server:
            self.keep_page(server, box.slips.pop())
            requests = voting.list_requests(box.slips)
            yield Target(
                server, requests, voting.DONE, lambda: voting.count_stored(address) - 1, False
            )

    def keep_page(self, server: Running, slip: voting.Slip) -> None:
        """Vote once and keep the page that says thank you."""
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        head, _, body = voting.vote(slip).partition(b"\r\n\r\n")
        kind = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        del kind["accept-encoding"]
        connection.request("POST", f"{slip.page}/votes", body, kind)
        answer = connection.getresponse()
        page = answer.read()
        connection.close()
        if answer.status != voting.DONE:
            raise RuntimeError(f"the first vote was answered {answer.status}:\n{page.decode()}")
        self.page.write_bytes(page)


class OursOnPostgres:
    """The sealed box on PostgreSQL, two worker processes."""

    name = "postgres"

    @contextmanager
    def serve(self, folder: Path, sends: int) -> Iterator[Target]:
        """A ballot with a slip for each send."""
        with run_postgres(folder / "cluster", "votes") as (address, pid):
            box = voting.prepare_box(address, folder / "data", slips=sends)
            requests = voting.list_requests(box.slips)
            with run_site(address, folder / "data", workers=2) as server:
                yield Target(
                    server, requests, voting.DONE, lambda: voting.count_stored(address), False, pid
                )


class Noop:
    """(a) The same form on the same stack, nothing stored."""

    name = "noop"

    def __init__(self, page: Path) -> None:
        self.page = page

    @contextmanager
    def serve(self, folder: Path, sends: int) -> Iterator[Target]:
        """The site over an empty database; the class code is anybody's."""
        os.environ["BENCH_PAGE"] = str(self.page)
        requests = [
            build_request(HOST, f"/b/ABCD/1/{noop_app.PLACE}", voting.vote_fields("K7MW2HX"))
            for _ in range(min(sends, 5_000))
        ]
        address = f"sqlite:///{folder / 'wishes.db'}"
        with run_site(address, folder, factory="bench.noop_app:create_app") as server:
            yield Target(server, requests, 201, lambda: NOTHING_STORED)


class Plain:
    """(b) FastAPI + SQLModel as their tutorials write it, SQLite, one process."""

    name = "plain"

    @contextmanager
    def serve(self, folder: Path, sends: int) -> Iterator[Target]:
        """A table of votes."""
        database, port = folder / "plain.db", free_port()
        requests = [
            build_request(
                HOST, "/votes/", kind="application/json",
                body=json.dumps({"code": "K7MW2HX", "secret": secrets.token_hex(16),
                                 "choices": "s1=w2,w7,w9"}).encode(),
            )
            for _ in range(min(sends, 5_000))
        ]  # fmt: skip
        command = [
            sys.executable, "-m", "uvicorn", "bench.plain_app:app", "--host", HOST,
            "--port", str(port), "--no-access-log",
        ]  # fmt: skip
        env = os.environ | {"BENCH_DATABASE": str(database)}

        def count() -> int:
            with closing(sqlite3.connect(database)) as db:
                return int(db.execute("SELECT count(*) FROM plainvote").fetchone()[0])

        with run_server(command, folder, port=port, env=env) as server:
            yield Target(server, requests, 201, count)


class DjangoSurvey:
    """(c) A survey package of Django under gunicorn, two workers, SQLite."""

    def __init__(self, name: str, python: Path, *, is_tuned: bool) -> None:
        self.name, self.python, self.is_tuned = name, python, is_tuned

    @contextmanager
    def serve(self, folder: Path, sends: int) -> Iterator[Target]:
        """One survey page."""
        survey = django_survey.prepare_survey(self.python, folder, is_tuned=self.is_tuned)
        with django_survey.run_survey(survey, folder) as server:
            requests = django_survey.list_posts(survey, server, min(sends, 5_000))
            yield Target(
                server, requests, django_survey.DONE, lambda: django_survey.count_answers(survey)
            )
