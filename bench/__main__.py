"""`make bench`: run every benchmark and write `docs/performance.md`.

Absolute times depend on the machine; where a benchmark has a plain baseline, both are measured in
the same run and the ratio is what counts.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = (
    "pages", "suggest", "class30", "load_cost", "votes", "school", "guessing", "kill", "city",
)  # fmt: skip
MEANING = {
    "wish_bytes": "wish page, first visit, all assets, bytes over the wire (goal: 30,000 or fewer)",
    "ballot_bytes": "ballot page, first visit, all assets (goal: 30,000 or fewer)",
    "survey_bytes": "survey page of the sample consultation, first visit, all assets",
    "wish_requests": "requests of that visit (goal: 5 or fewer)",
    "ballot_requests": "requests of that visit (goal: 5 or fewer)",
    "wish_p50_ms": "wish page, 300 requests on one connection, whole round trip, the middle one",
    "wish_p95_ms": "the same, the slow end (goal on a quiet core: 20 or less)",
    "wish_cpu_ms": "processor time of the server for one wish page",
    "wish_304_p50_ms": "the same page asked again with its tag, nothing sent",
    "ballot_p95_ms": "ballot page, the slow end (goal on a quiet core: 20 or less)",
    "ballot_cpu_ms": "processor time of the server for one ballot page",
    "responses": "survey responses in the database while measuring",
    "seconds_sqlite": "30 phones load the ballot and send their vote twice: until the last is done",
    "p95_ms_sqlite": "one request of that, as the phone feels it, the slow end",
    "doubled": "votes beyond one a phone (must be 0)",
    "generator": "the load generator flat out against a server that does nothing: 64 connections",
    "generator_at_500": "the same at 500 a second",
    "wrk": "`wrk` with a script of ready-made bodies, for comparison",
    "ours": "sealed votes on SQLite, 64 connections (goals: 1,000 a second, p99 under 500 ms)",
    "noop": "(a) the same form on the same stack, nothing stored",
    "plain": "(b) FastAPI + SQLModel as in their tutorials, insert and commit, same safety",
    "django": "(c) POSTs of a page of django-survey-and-report, two gunicorn workers, as it comes",
    "django_tuned": "the same with every setting chosen for speed",
    "postgres": "(d) sealed votes on PostgreSQL, two worker processes",
    "ratio_to_noop": "ours over it, in votes a second (goal: 0.25 or more, aim 0.35)",
    "ratio_to_plain": "goal: 2 or more, aim 3",
    "ratio_to_django": "goal: 8 or more, aim 12",
    "cpu_ratio_to_noop": "its processor time for one vote over ours; hardly changed by others",
    "page_p95_ms": "500 ballot pages a second for ten seconds, one address, from when each was due",
    "page_told_too_many": "pages answered 429 (must be 0)",
    "page_errors": "pages answered 5xx or not at all (must be 0)",
    "page_done_after_s": "until the last of the pages was there",
    "send_p95_ms": "500 votes a second for sixty seconds, one address, from when each was due",
    "send_told_too_many": "votes answered 429 (must be 0)",
    "send_errors": "votes answered 5xx or not at all (must be 0)",
    "send_lost": "votes answered “stored” that are not (must be 0)",
    "send_late_starts": "votes sent late because every connection was waiting",
    "guesses": "wrong codes with a right check sign, from the class's own address",
    "accepted": "of them (must be 0)",
    "pupils_done": "pupils who voted meanwhile (must be all)",
    "pupils_p95_ms": "a page or a send of theirs, the slow end",
    "killed_sqlite": "`kill -9` of the server every 1.5 s while 200 phones vote (lost, doubled: 0)",
    "killed_postgres": "the same on PostgreSQL",
    "killed_database": "the same, but PostgreSQL's own processes are killed",
    "rights": "one for each young person of the city, in 6,500 sittings; all are used",
    "verify_exit": "what the stand-alone script says of the audit bundle (0: everything holds)",
    "casts_per_s": "votes a second by the verbs alone, in batches of 64, without the web",
    "total_s": "the whole city, from the first sitting opened to the bundle verified",
    "total_peak_mb": "the most memory the process held",
    "db_before_mix_mb": "the database with every vote sealed",
    "db_after_close_mb": "the same after mix, close and compaction",
    "texts_per_s": "texts sorted a second on one core after loading (goal: 2,000 or more)",
    "rss_mb": "peak memory of the process, MB",
    "micro_f1": "micro-F1 over the twelve wishes, trained on the shipped examples only",
    "macro_f1": "macro-F1 over the wishes with five or more positives",
}


def run(name: str) -> dict[str, object]:
    """The figures of one benchmark: the JSON object on its last line."""
    print(f"bench.{name} ...", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--json"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    figures: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def table(name: str, figures: dict[str, object]) -> list[str]:
    """One benchmark as lines of Markdown."""
    lines = [
        f"## {name}",
        "",
        f"`python -m bench.{name} --json`",
        "",
        "| figure | value | |",
        "|---|---|---|",
    ]
    for key, value in figures.items():
        shown = (
            ", ".join(f"{inner}: {one}" for inner, one in value.items())
            if isinstance(value, dict)
            else value
        )
        lines.append(f"| {key} | {shown} | {MEANING.get(key, '')} |")
    return [*lines, ""]


def load() -> str:
    """How busy the machine was before we began, where the system says so."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f" with {os.getloadavg()[0]:.0f} other processes wanting them when this began"


def main() -> None:
    """Run all and write the page."""
    about = (
        f"Written by `make bench` on {datetime.now(UTC):%d %B %Y}: Python "
        f"{platform.python_version()}, {os.cpu_count()} shared, noisy cores{load()}. "
        "Trust ratios and bytes; take absolute times as a hint."
    )
    lines = ["# Performance", "", about, ""]
    for name in BENCHMARKS:
        lines += table(name, run(name))
    (ROOT / "docs" / "performance.md").write_text("\n".join(lines), encoding="utf-8")
    print("docs/performance.md written")


if __name__ == "__main__":
    main()
