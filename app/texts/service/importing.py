"""Importing texts from elsewhere, at the desk: upload a file, look at it, start or discard it.

The worker does the rest (`reading_in`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from sqlmodel import Session

from app.consultations.models import Source
from app.consultations.queries import get_source
from app.core import audit
from app.core.db import Database
from app.core.errors import Refused
from app.core.forms import tidy_text
from app.core.settings import Settings
from app.core.spreadsheets import Row, open_table
from app.staff.models import StaffAccount
from app.texts import columns, queries, rules
from app.texts.models import TextImport
from app.texts.rules import ImportStatus, Reason
from app.texts.service.reading_in import (
    Progress,
    give_up_import,
    open_stored,
    run_import,
    stored_path,
)


@dataclass(frozen=True)
class Preview:
    """The head of an uploaded file, and which columns it most likely means."""

    columns: tuple[str, ...]
    rows: list[Row]
    text_column: str
    id_column: str
    read_as: str


def upload_texts(
    session: Session, settings: Settings, file: BinaryIO, *, file_name: str,
    actor: StaffAccount | None, now: datetime,
) -> TextImport:  # fmt: skip
    """Keep a file until its columns are chosen; raises `Refused(Unreadable)` for what is no table.

    The file lies under the data folder and is deleted when it is read, refused or discarded.
    """
    stored_as = uuid4().hex
    path = stored_path(settings, stored_as)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as kept:
        while block := file.read(1 << 20):
            digest.update(block)
            kept.write(block)
    try:
        open_table(path)
    except Refused:
        path.unlink()
        raise
    row = TextImport(
        file_name=tidy_text(Path(file_name).name)[-200:] or "file", stored_as=stored_as,
        file_sha256=digest.hexdigest(), status=ImportStatus.UPLOADED, created_at=now,
        created_by_id=actor.id if actor else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.note(
        session, "upload_texts", f"text_import:{row.id}", actor_id=row.created_by_id, now=now
    )
    return row


def preview_import(settings: Settings, row: TextImport) -> Preview:
    """The columns and first rows of a file that waits for its columns to be chosen."""
    table = open_stored(settings, row)
    sample = list(islice(table.rows(), 50))
    cells = [one.cells for one in sample]
    text = columns.guess_text_column(table.columns, cells)
    found = columns.guess_id_column(table.columns, cells, text)
    read_as = table.encoding + (f", {table.delimiter!r}" if table.delimiter else "")
    return Preview(table.columns, sample[:5], text, found, read_as)


def start_import(
    session: Session, settings: Settings, row: TextImport, *, source: Source, text_column: str,
    id_column: str, language: str, actor: StaffAccount | None, now: datetime,
) -> None:  # fmt: skip
    """Hand a file with its columns chosen to the worker."""
    earlier = queries.list_imports_of_file(session, row.file_sha256)
    columns = open_stored(settings, row).columns if row.status is ImportStatus.UPLOADED else ()
    reason = rules.why_not_start(
        row.status, columns=columns, text_column=text_column, id_column=id_column,
        is_known_file=any(one.text_column == text_column for one in earlier),
        is_source_closed=source.is_closed,
    )  # fmt: skip
    if reason is not None:
        raise Refused(reason)
    row.source_id, row.text_column, row.id_column = source.id, text_column, id_column
    row.language, row.status = language, ImportStatus.WAITING
    session.add(row)
    audit.note(
        session, "start_import", f"text_import:{row.id}", actor_id=actor.id if actor else None,
        now=now, source=source.slug,
    )  # fmt: skip


def discard_import(
    session: Session, settings: Settings, row: TextImport, *, actor: StaffAccount, now: datetime
) -> None:
    """Forget an upload that was not started, and delete its file."""
    if row.status is not ImportStatus.UPLOADED:
        raise Refused(Reason.ALREADY_STARTED)
    audit.note(session, "discard_import", f"text_import:{row.id}", actor_id=actor.id, now=now)
    session.delete(row)
    session.flush()
    stored_path(settings, row.stored_as).unlink(missing_ok=True)


def import_texts_file(
    db: Database, settings: Settings, path: Path, *, text_column: str, id_column: str = "",
    source_id: int, language: str = "en", actor: StaffAccount | None = None, now: datetime,
    progress: Progress | None = None,
) -> TextImport:  # fmt: skip
    """The whole path for a command: upload, start, read. Returns the import, done or refused.

    Raises `Refused` before anything is stored when the file or the columns are wrong, or when
    this file was imported before.
    """
    with db.session(writes=True) as session, path.open("rb") as file:
        row = upload_texts(session, settings, file, file_name=path.name, actor=actor, now=now)
        try:
            start_import(
                session, settings, row, source=get_source(session, source_id),
                text_column=text_column, id_column=id_column, language=language, actor=actor,
                now=now,
            )  # fmt: skip
        except Refused:
            stored_path(settings, row.stored_as).unlink(missing_ok=True)
            raise
        row.status, row.beat_at = ImportStatus.RUNNING, now  # this command is the worker
    try:
        return run_import(db, settings, row.id or 0, progress=progress)
    except KeyboardInterrupt:  # the person at the keyboard changed their mind
        give_up_import(db, settings, row.id or 0, problem="stopped")
        raise
