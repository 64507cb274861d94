"""Importing texts from elsewhere, in the background: read, check, screen, and keep all or nothing.

The file is first read and screened into a spool file beside it, without holding the database; then
every row, every concern and the word "done" are written in one transaction. A worker killed before
that commit leaves the import to the next one.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import insert
from sqlmodel import Session

from app.consultations.models import Source
from app.consultations.queries import get_source
from app.core import audit
from app.core.clock import leeds_day, utc_now
from app.core.db import Database
from app.core.errors import Refused
from app.core.forms import tidy_text
from app.core.settings import Settings
from app.core.spreadsheets import Table, open_table
from app.safeguarding.rules import Tier
from app.safeguarding.screening import Found, screen
from app.safeguarding.service import keep_finding
from app.texts import columns, queries, rules
from app.texts.columns import RowReason
from app.texts.models import FreeText, TextImport
from app.texts.rules import ImportStatus, Reason

log = structlog.get_logger()

BATCH = 2_000
KEPT_ROW_ERRORS = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Spooled:
    """One good row on its way to the database."""

    text: str
    ref: str | None
    row: int
    tier: str = ""
    matched: tuple[str, ...] = ()


def stored_path(settings: Settings, stored_as: str) -> Path:
    """Where an uploaded file lies until it is read."""
    return settings.data_dir / "uploads" / stored_as


def open_stored(settings: Settings, row: TextImport) -> Table:
    """The uploaded file of an import as a table; refused when it is gone."""
    path = stored_path(settings, row.stored_as)
    if not row.stored_as or not path.exists():
        raise Refused(Reason.FILE_GONE)
    return open_table(path)


def read_waiting_imports(db: Database, settings: Settings, now: datetime) -> bool:
    """Sweep: read one import that waits, if there is one."""
    import_id = _claim(db, now)
    if import_id is None:
        return False
    run_import(db, settings, import_id)
    return True


def _claim(db: Database, now: datetime) -> int | None:
    with db.session(writes=False) as session:
        waiting = queries.list_unread_imports(session)
    if not any(rules.may_take_over(row.status, row.beat_at, now=now) for row in waiting):
        return None
    with db.session(writes=True) as session:
        for row in queries.list_unread_imports(session, lock=True):
            if rules.may_take_over(row.status, row.beat_at, now=now):
                row.status, row.beat_at = ImportStatus.RUNNING, now
                session.add(row)
                return row.id
    return None


def run_import(
    db: Database, settings: Settings, import_id: int, *, progress: Progress | None = None
) -> TextImport:
    """Read a claimed import to its end: done, or refused with nothing of it kept."""
    with db.session(writes=False) as session:
        row = queries.get_import(session, import_id)
    spool = stored_path(settings, row.stored_as).with_suffix(".spool")
    try:
        errors = _spool_rows(db, settings, row, spool, progress)
        with db.session(writes=True) as session:
            fresh = queries.get_import(session, import_id)
            _write_rows(session, fresh, spool, errors)
            _finish(session, fresh, ImportStatus.DONE)
    except Exception as error:  # whatever went wrong: nothing is kept, and the page says so
        log.warning("import_refused", import_id=import_id, error=type(error).__name__)
        problem = str(error.reason) if isinstance(error, Refused) else "broke"
        return give_up_import(db, settings, import_id, problem=problem)
    finally:
        spool.unlink(missing_ok=True)
    stored_path(settings, row.stored_as).unlink(missing_ok=True)
    return fresh


def give_up_import(db: Database, settings: Settings, import_id: int, *, problem: str) -> TextImport:
    """Mark an import as refused, and delete its file. Nothing of it was kept."""
    with db.session(writes=True) as session:
        row = queries.get_import(session, import_id)
        row.problem = problem
        _finish(session, row, ImportStatus.REFUSED)
    stored_path(settings, row.stored_as).unlink(missing_ok=True)
    return row


def _finish(session: Session, row: TextImport, status: ImportStatus) -> None:
    row.status, row.finished_at = status, utc_now()
    session.add(row)
    audit.note(
        session, f"import_{status.value}", f"text_import:{row.id}", actor_id=row.created_by_id,
        now=row.finished_at, added=row.added, known=row.known, bad_rows=row.bad_rows,
    )  # fmt: skip


def _spool_rows(
    db: Database, settings: Settings, row: TextImport, spool: Path, progress: Progress | None
) -> list[dict[str, Any]]:
    """Check and screen every row into the spool file; returns the rows left out, with reasons."""
    table = open_stored(settings, row)
    total = sum(1 for _ in table.rows())
    errors: list[dict[str, Any]] = []
    with spool.open("w", encoding="utf-8") as kept:
        for done, (number, found) in enumerate(_check_rows(table, row), start=1):
            if isinstance(found, RowReason):
                errors.append({"row": number, "reason": found.value})
            else:
                kept.write(json.dumps(asdict(found)) + "\n")
            if done % BATCH == 0 or done == total:
                _tell(db, row.id or 0, done, total)
                if progress is not None:
                    progress(done, total)
    return errors


def _check_rows(table: Table, row: TextImport) -> Iterator[tuple[int, _Spooled | RowReason]]:
    seen: set[str] = set()
    for one in table.rows():
        text = tidy_text(one.cells.get(row.text_column, "")).strip()
        ref = tidy_text(one.cells.get(row.id_column, "")).strip() if row.id_column else None
        reason = (
            RowReason(one.problem) if one.problem else columns.why_not_row(text, ref, seen=seen)
        )
        if reason is not None:
            yield one.number, reason
            continue
        if ref is not None:
            seen.add(ref)
        found = screen(text)
        spooled = _Spooled(text, ref, one.number)
        if found is not None:
            spooled = _Spooled(text, ref, one.number, found.tier, found.matched)
        yield one.number, spooled


def _tell(db: Database, import_id: int, done: int, total: int) -> None:
    with db.session(writes=True) as session:
        row = queries.get_import(session, import_id)
        row.done, row.total, row.beat_at = done, total, utc_now()
        session.add(row)


def _write_rows(
    session: Session, row: TextImport, spool: Path, errors: list[dict[str, Any]]
) -> None:
    source = get_source(session, row.source_id or 0)
    known = queries.list_known_refs(session, source.id or 0)
    hashes = Counter(queries.list_known_hashes(session, source.id or 0))
    with spool.open(encoding="utf-8") as lines:
        while batch := [_Spooled(**json.loads(line)) for line in islice(lines, BATCH)]:
            fresh = [one for one in batch if not _is_known(row, one, known, hashes, errors)]
            _insert(session, row, source, fresh)
    row.bad_rows = len(errors)
    row.row_errors = sorted(errors, key=lambda error: error["row"])[:KEPT_ROW_ERRORS]


def _is_known(
    row: TextImport, one: _Spooled, known: dict[str, str], hashes: Counter[str],
    errors: list[dict[str, Any]],
) -> bool:  # fmt: skip
    """Whether this source already has the row: by its id, or without ids by its words.

    Without ids each known copy answers for one row: two children may say the same.
    """
    digest = rules.hash_words(one.text)
    if one.ref is not None:
        earlier = known.get(one.ref)
        if earlier is not None and earlier != digest:
            errors.append({"row": one.row, "reason": RowReason.KNOWN_WITH_OTHER_WORDS.value})
        elif earlier is not None:
            row.known += 1
        return earlier is not None
    if hashes[digest] > 0:
        hashes[digest] -= 1
        row.known += 1
        return True
    return False


def _insert(session: Session, row: TextImport, source: Source, batch: list[_Spooled]) -> None:
    ids = [uuid4().hex for _ in batch]
    if batch:
        session.execute(insert(FreeText), [
            {
                "id": new, "text": one.text, "text_hash": rules.hash_words(one.text),
                "language": row.language, "arrived_on": leeds_day(row.created_at),
                "consultation_id": None, "source_id": source.id, "external_ref": one.ref,
                "import_id": row.id,
            }
            for new, one in zip(ids, batch, strict=True)
        ])  # fmt: skip
    for new, one in zip(ids, batch, strict=True):
        if one.tier:
            keep_finding(
                session, Found(Tier(one.tier), tuple(one.matched)), one.text, text_id=new,
                now=utc_now(), occasion=f"{source.title} · row {one.row} of {row.file_name}",
            )  # fmt: skip
    row.added += len(batch)
