"""The school register, as the government publishes it, taken into both databases."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from app.core.db import Database
from app.core.errors import Refused
from app.places.models import Place, RegisterImport
from app.places.rules import Reason
from app.places.service import RegisterResult, load_leeds, read_register

REGISTER = "leeds/gias_leeds_2023.csv"
HEADING = "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),CloseDate\n"


@pytest.fixture
def db(any_address: str) -> Database:
    return Database(any_address)


def read_file(db: Database, path: Path, *, now: datetime) -> RegisterResult:
    with db.session(writes=True) as session:
        return read_register(session, path, file_name=path.name, actor_id=None, now=now)


def read(db: Database, path: Path, *, now: datetime) -> tuple[int, int, int, int, int]:
    found = read_file(db, path, now=now)
    assert found.open_schools == count_open(db)
    return (
        found.added, found.changed, found.unchanged, len(found.problems), found.open_schools,
    )  # fmt: skip


def count_open(db: Database) -> int:
    with db.session(writes=False) as session:
        return session.exec(select(func.count()).select_from(Place).where(col(Place.is_open))).one()


def names(db: Database) -> dict[int | None, str]:
    with db.session(writes=False) as session:
        return {place.urn: place.name for place in session.exec(select(Place))}


@pytest.mark.needs_shared_data
def test_the_register_of_leeds_is_read_once(db: Database, shared_data: Path, now: datetime) -> None:
    with db.session(writes=True) as session:
        load_leeds(session, now=now)
    assert read(db, shared_data / REGISTER, now=now) == (771, 0, 0, 0, 306)
    assert read(db, shared_data / REGISTER, now=now) == (0, 0, 771, 0, 306)
    with db.session(writes=False) as session:
        places = session.exec(select(Place)).all()
        assert len(places) == 771
        assert all(place.ward_code for place in places if place.is_open)
        assert len({place.ward_code for place in places if place.is_open}) == 33
        nursery = next(place for place in places if place.urn == 107806)
        readings = session.exec(select(RegisterImport).order_by(col(RegisterImport.id))).all()
    assert (nursery.name, nursery.is_open) == ("Hunslet Nursery School", False)
    assert [(one.added, one.unchanged) for one in readings] == [(771, 0), (0, 771)]


@pytest.mark.parametrize(
    "apostrophe",
    [b"\x92", "’".encode(), "\x92".encode()],
    ids=["cp1252", "utf-8", "cp1252 taken for latin-1 and saved as utf-8"],
)
def test_an_apostrophe_is_an_apostrophe_in_every_encoding(
    db: Database, tmp_path: Path, now: datetime, apostrophe: bytes
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(HEADING.encode() + b"900001,Test St Mary" + apostrophe + b"s,Open,Primary,\n")
    assert read(db, path, now=now) == (1, 0, 0, 0, 1)
    assert names(db) == {900001: "Test St Mary’s"}


def test_a_school_that_closed_is_kept_and_marked(
    db: Database, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(HEADING + "900001,Test A,Open,Primary,\n900002,Test B,Open,Primary,\n")
    assert read(db, path, now=now) == (2, 0, 0, 0, 2)
    path.write_text(HEADING + "900001,Test A,Closed,Primary,31-08-2025\n")
    assert read(db, path, now=now) == (0, 1, 0, 0, 1)
    assert names(db) == {900001: "Test A", 900002: "Test B"}


def test_bad_rows_are_named_by_number_and_the_rest_comes_in(
    db: Database, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(
        HEADING + "900001,Test A,Open,Primary,\n,No number,Open,Primary,\n"
        "900001,Twice,Open,Primary,\n900003,,Open,Primary,\n900004,Test D,Open,Primary,soon\n"
    )
    found = read_file(db, path, now=now)
    assert [(row, str(why)) for row, why in found.problems] == [
        (3, "no_urn"), (4, "urn_twice"), (5, "no_name"), (6, "bad_date"),
    ]  # fmt: skip
    assert names(db) == {900001: "Test A"}


def test_a_table_that_is_no_register_is_refused_whole(
    db: Database, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "other.csv"
    path.write_text("id,words\n1,more parks\n")
    with pytest.raises(Refused) as refused:
        read_file(db, path, now=now)
    assert refused.value.reason is Reason.NOT_A_REGISTER
    assert names(db) == {}
