"""The Django survey package under gunicorn with two workers, in an environment of its own.

The environment is made by pip for this run and thrown away: none of it belongs to the project.
"""

import http.client
import json
import os
import re
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.servers import HOST, Running, run_server
from bench.wire import build_request
from tests.server import free_port

SITE = Path(__file__).parent / "django_site"
PINNED = (
    "django-survey-and-report==1.5.0", "Django==5.2.19", "gunicorn==27.0.1", "asgiref==3.13.0",
    "sqlparse==0.6.1", "pytz==2026.6", "PyYAML==6.0.4",
)  # fmt: skip
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
DONE = 302  # to the page that says thank you
WORKERS = ("--workers", "2")
# Threads keep connections alive, plain workers do not; more than one thread a worker lost.
TUNED_WORKERS = (*WORKERS, "--worker-class", "gthread", "--threads", "1", "--keep-alive", "30")


@dataclass(frozen=True)
class Survey:
    """The environment, the database and the numbers of survey and questions."""

    python: Path
    database: Path
    survey: int
    code: int
    choice: int
    is_tuned: bool  # each choice its manuals leave open made for speed; else as they come

    def env(self) -> dict[str, str]:
        """What its processes are started with."""
        return os.environ | {
            "BENCH_DATABASE": str(self.database), "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(SITE), "BENCH_TUNED": "1" if self.is_tuned else "",
        }  # fmt: skip


def make_environment(folder: Path) -> Path:
    """Install the pinned packages; the path of their Python. Raises when that fails."""
    python = folder / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return python


def prepare_survey(python: Path, folder: Path, *, is_tuned: bool) -> Survey:
    """A database with one survey in it."""
    folder.mkdir(parents=True, exist_ok=True)
    empty = Survey(python, folder / "survey.db", 0, 0, 0, is_tuned)
    done = subprocess.run(
        [str(python), "make_survey.py"], cwd=SITE, env=empty.env(), check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    numbers = json.loads(done.stdout.strip().splitlines()[-1])
    return replace(empty, **numbers)


@contextmanager
def run_survey(survey: Survey, folder: Path) -> Iterator[Running]:
    """The survey, served."""
    port = free_port()
    command = [
        str(survey.python), "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()",
        "--bind", f"{HOST}:{port}", *(TUNED_WORKERS if survey.is_tuned else WORKERS),
    ]  # fmt: skip
    with run_server(command, folder, port=port, env=survey.env(), cwd=SITE) as server:
        yield server


def list_posts(survey: Survey, server: Running, count: int) -> list[bytes]:
    """So many filled-in pages. The token against forgery was fetched before: one for all."""
    path = f"/survey/{survey.survey}/"
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    cookie = (answer.headers["set-cookie"] or "").partition(";")[0]
    found = TOKEN.search(answer.read().decode())
    connection.close()
    if found is None:
        raise RuntimeError(f"no form at {path}: {answer.status}")
    return [
        build_request(
            server.host, path,
            [("csrfmiddlewaretoken", found[1]), (f"question_{survey.code}", secrets.token_hex(16)),
             *((f"question_{survey.choice}", f"w{one}") for one in (2, 5, 9))],
            headers={"cookie": cookie},
        )
        for _ in range(count)
    ]  # fmt: skip


def count_answers(survey: Survey) -> int:
    """Responses in its database. Raises when one of them lacks an answer."""
    with closing(sqlite3.connect(survey.database)) as db:
        responses = int(db.execute("SELECT count(*) FROM survey_response").fetchone()[0])
        answers = int(db.execute("SELECT count(*) FROM survey_answer").fetchone()[0])
    if answers != 2 * responses:
        raise RuntimeError(f"{responses} responses, but {answers} answers")
    return responses
