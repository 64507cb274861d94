"""Importing texts from elsewhere: all or nothing, known rows known, bad rows named."""

import io
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from app.consultations.models import Source
from app.core.audit import AuditEntry
from app.core.db import Database
from app.core.errors import Refused
from app.core.settings import Settings
from app.core.spreadsheets import Unreadable
from app.safeguarding.models import Concern
from app.texts.models import FreeText, TextImport
from app.texts.rules import ImportStatus, Reason
from app.texts.service import reading_in
from app.texts.service.importing import (
    discard_import,
    import_texts_file,
    preview_import,
    start_import,
    upload_texts,
)
from tests.factories import make_edition
from tests.texts.factories import make_officer, make_source

REAL = "town-comments/bowling_green_comments.csv"


class World:
    """A database with one source, and a folder for files."""

    def __init__(self, address: str, folder: Path, now: datetime) -> None:
        self.db = Database(address)
        self.settings = Settings(data_dir=folder / "data", secret_key="only for tests")
        self.folder, self.now = folder, now
        with self.db.session(writes=True) as session:
            wishes = make_edition(session)
            self.source_id = make_source(session, edition_id=wishes[0].edition_id, now=now).id or 0

    def write(self, content: str | bytes, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, path: Path, **options: Any) -> TextImport:
        given = {"text_column": "text", "id_column": "id"} | options
        return import_texts_file(
            self.db, self.settings, path, source_id=self.source_id, now=self.now, **given
        )

    def count(self, model: type = FreeText) -> int:
        with self.db.session(writes=False) as session:
            return session.exec(select(func.count()).select_from(model)).one()

    def texts(self) -> list[str]:
        with self.db.session(writes=False) as session:
            return list(session.exec(select(FreeText.text).order_by(col(FreeText.text))))

    def leftovers(self) -> list[Path]:
        folder = self.settings.data_dir / "uploads"
        return list(folder.iterdir()) if folder.exists() else []


@pytest.fixture
def world(any_address: str, tmp_path: Path, now: datetime) -> Any:
    made = World(any_address, tmp_path, now)
    yield made
    made.db.close()


@pytest.mark.needs_shared_data
def test_the_real_comments_are_imported_once(world: World, shared_data: Path) -> None:
    columns = {"text_column": "comment-body", "id_column": "comment-id"}
    seen: list[tuple[int, int]] = []
    row = world.read(
        shared_data / REAL, **columns, progress=lambda done, total: seen.append((done, total))
    )

    assert (row.status, row.total, row.added, row.bad_rows) == (ImportStatus.DONE, 896, 896, 0)
    assert seen[-1] == (896, 896)
    assert world.count() == 896
    assert world.leftovers() == []
    with pytest.raises(Refused) as refused:
        world.read(shared_data / REAL, **columns)
    assert refused.value.reason is Reason.ALREADY_IMPORTED
    assert world.leftovers() == []

    longer = (shared_data / REAL).read_bytes() + b'1,now,99001,1,0,0,1,"One more"\n'
    again = world.read(world.write(longer), **columns)
    assert (again.added, again.known) == (1, 896)
    assert world.count() == 897


def test_every_bad_row_is_named_with_its_reason(world: World) -> None:
    content = (
        'id,text\n1,"good, quoted ""words"""\n2,\n\n,no id\n1,twice\n'
        f"6,{'x' * 10_001}\n7,one,too many\n8\n9,<b>html</b> =1+1\n"
    )
    row = world.read(world.write(content))

    assert [(error["row"], error["reason"]) for error in row.row_errors] == [
        (3, "empty_text"), (5, "no_id"), (6, "repeated_id"), (7, "too_long"),
        (8, "too_many_cells"), (9, "too_few_cells"),
    ]  # fmt: skip
    assert (row.added, row.bad_rows) == (2, 6)
    assert world.texts() == ["<b>html</b> =1+1", 'good, quoted "words"']


def test_without_ids_copies_count_and_a_second_reading_adds_nothing(world: World) -> None:
    first = world.read(world.write("text\nmore parks\nmore parks\nbuses\n"), id_column="")
    again = world.read(world.write("text\nmore  PARKS\nmore parks\nmore parks\n"), id_column="")

    assert (first.added, first.known) == (3, 0)
    assert (again.added, again.known) == (1, 2)


def test_a_known_id_with_other_words_keeps_the_first(world: World) -> None:
    world.read(world.write("id,text\n1,buses\n"))
    again = world.read(world.write("id,text\n1,trams\n2,parks\n"))

    assert (again.added, again.known, again.bad_rows) == (1, 0, 1)
    assert again.row_errors == [{"row": 2, "reason": "known_with_other_words"}]
    assert world.texts() == ["buses", "parks"]


def test_a_disclosure_in_a_file_raises_a_concern(world: World) -> None:
    world.read(world.write("id,text\n1,my dad hits me\n2,more buses\n"))

    with world.db.session(writes=False) as session:
        concern = session.exec(select(Concern)).one()
        held = session.get(FreeText, concern.text_id)
    assert held is not None
    assert held.external_ref == "1"
    assert concern.occasion == "Town comments · row 2 of file.csv"


@pytest.mark.parametrize("moment", ["reading", "writing"])
def test_a_worker_killed_halfway_leaves_nothing_and_the_next_one_does_it_all(
    world: World, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_args: object, **_options: object) -> None:
        raise Killed

    path = world.write("id,text\n" + "".join(f"{n},words {n}\n" for n in range(5_000)))
    with world.db.session(writes=True) as session, path.open("rb") as file:
        row = upload_texts(
            session, world.settings, file, file_name="big.csv", actor=None, now=world.now
        )
        start_import(
            session, world.settings, row, source=session.get_one(Source, world.source_id),
            text_column="text", id_column="id", language="en", actor=None, now=world.now,
        )  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(reading_in, "_tell" if moment == "reading" else "_finish", kill)
        with pytest.raises(Killed):
            reading_in.read_waiting_imports(world.db, world.settings, world.now)
    assert world.count() == 0

    soon, later = world.now + timedelta(seconds=5), world.now + timedelta(days=400)
    if moment == "reading":
        assert not reading_in.read_waiting_imports(world.db, world.settings, soon)
    assert reading_in.read_waiting_imports(world.db, world.settings, later)
    assert world.count() == 5_000
    assert world.leftovers() == []


def test_an_error_while_writing_refuses_the_import_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reading_in, "keep_finding", break_down)
    rows = "".join(f"{n},words {n}\n" for n in range(3_000)) + "x,my dad hits me\n"
    row = world.read(world.write("id,text\n" + rows))

    assert (row.status, row.problem, row.added) == (ImportStatus.REFUSED, "broke", 0)
    assert world.count() == 0
    assert world.leftovers() == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b"\n \n", Unreadable.EMPTY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Unreadable.NOT_A_TABLE),
        (b"PK\x03\x04 not a zip", Unreadable.DAMAGED),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(
    world: World, content: bytes, reason: Unreadable
) -> None:
    with pytest.raises(Refused) as refused:
        world.read(world.write(content))
    assert refused.value.reason is reason
    assert world.leftovers() == []
    assert world.count(TextImport) == 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"text_column": "words"}, Reason.COLUMN_NOT_THERE),
        ({"id_column": "number"}, Reason.COLUMN_NOT_THERE),
        ({"id_column": "text"}, Reason.SAME_COLUMN_TWICE),
    ],
)
def test_wrong_columns_are_refused(world: World, options: dict[str, str], reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        world.read(world.write("id,text\n1,buses\n"), **options)
    assert refused.value.reason is reason
    assert world.count(TextImport) == 0


def test_the_columns_are_guessed_and_a_discarded_file_is_gone(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    settings = Settings(data_dir=tmp_path, secret_key="only for tests")
    officer = make_officer(session, now=now)
    content = (
        "time,comment-id,author-id,comment-body\n1,7,3,More buses to town\n2,8,3,A skate park\n"
    )
    row = upload_texts(
        session, settings, io.BytesIO(content.encode()), file_name="../../x.csv", actor=officer,
        now=now,
    )  # fmt: skip
    seen = preview_import(settings, row)

    assert (seen.text_column, seen.id_column) == ("comment-body", "comment-id")
    assert row.file_name == "x.csv"
    discard_import(session, settings, row, actor=officer, now=now)
    assert list((tmp_path / "uploads").iterdir()) == []
    verbs = list(session.exec(select(AuditEntry.verb).order_by(col(AuditEntry.id))))
    assert verbs[-2:] == ["upload_texts", "discard_import"]


def test_two_workers_never_read_the_same_file(world: World) -> None:
    path = world.write("id,text\n" + "".join(f"{n},words {n}\n" for n in range(3_000)))
    with world.db.session(writes=True) as session, path.open("rb") as file:
        row = upload_texts(
            session, world.settings, file, file_name="a.csv", actor=None, now=world.now
        )
        start_import(
            session, world.settings, row, source=session.get_one(Source, world.source_id),
            text_column="text", id_column="id", language="en", actor=None, now=world.now,
        )  # fmt: skip
    did: list[bool] = []

    def work() -> None:
        did.append(reading_in.read_waiting_imports(world.db, world.settings, world.now))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(did) == [False, True]
    assert world.count() == 3_000
