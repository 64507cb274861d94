"""Verbs of the places floor."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.core import audit
from app.core.db import upsert
from app.core.errors import Refused
from app.core.spreadsheets import open_table
from app.places.models import (
    Caveat,
    Cluster,
    ClusterMembership,
    Place,
    Population,
    RegisterImport,
    Ward,
)
from app.places.queries import (
    count_places,
    get_cluster,
    known_schools,
    known_ward_codes,
    list_memberships_of,
)
from app.places.rules import (
    REQUIRED_COLUMNS,
    PlaceKind,
    Reason,
    RegisterProblem,
    School,
    map_headings,
    read_school,
    why_not_join_cluster,
    why_not_leave_cluster,
)

DATA = Path(__file__).parent / "data" / "leeds.toml"
WARD_MEASURES = {
    # our measure: (key in the file, unit, key of the as-at date, key of the source)
    "under_18": ("under_18", "people", "population_as_at", "population_source"),
    "aged_0_19": ("aged_0_19", "people", "population_as_at", "population_source"),
    "pupils_at_schools": ("pupils_at_schools", "pupils", "schools_as_at", "schools_source"),
    "schools": ("schools", "schools", "schools_as_at", "schools_source"),
    "fsm_percent": ("fsm_percent", "percent", "schools_as_at", "schools_source"),
}


@dataclass
class RegisterResult:
    """How the reading of a register went; row numbers are those of the file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    open_schools: int = 0  # of all schools, after this reading
    problems: list[tuple[int, RegisterProblem]] = field(default_factory=list)


def load_leeds(session: Session, *, now: datetime) -> int:
    """Bring wards, figures, caveats and named clusters into the database; safe to repeat."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    committees = {entry["code"]: entry["name"] for entry in data["committees"]}
    for line in data["wards"]:
        upsert(
            session,
            Ward,
            {"code": line["code"]},
            name=line["name"],
            committee=committees[line["committee"]],
            committee_mark=line["membership_mark"],
        )
        _store_ward_figures(session, line, data["wards_about"])
    for line in data["figures"]:
        _store_figure(session, None, line["key"], line)
    for line in data["caveats"]:
        upsert(session, Caveat, {"key": line["key"]}, about=line["about"], text=line["text"])
    for line in data["clusters"]:
        upsert(session, Cluster, {"name": line["name"]}, source=line["source"])
    audit.note(session, "loaded", "wards:all", actor_id=None, now=now, wards=len(data["wards"]))
    return len(data["wards"])


def import_register(
    session: Session,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    columns: Mapping[str, str],
    *,
    file_name: str,
    file_sha256: str,
    actor_id: int | None,
    now: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> RegisterResult:
    """Take a school register in: new schools are added, known ones (by URN) brought up to date.

    `columns` comes from `rules.map_headings`. A row with a problem is named and left out; nothing
    is ever deleted: a school that closed is marked closed, so old sittings keep their place.
    """
    result = RegisterResult()
    known, wards = known_schools(session), known_ward_codes(session)
    record = RegisterImport(
        file_name=file_name, file_sha256=file_sha256, imported_at=now, imported_by_id=actor_id
    )
    session.add(record)
    session.flush()
    seen: set[int] = set()
    for done, (number, row) in enumerate(rows, start=1):
        school = read_school(row, columns)
        if isinstance(school, School) and school.urn in seen:
            school = RegisterProblem.URN_TWICE
        if isinstance(school, RegisterProblem):
            result.problems.append((number, school))
            continue
        seen.add(school.urn)
        facts = _facts(school, wards)
        outcome = _store_school(session, known.get(school.urn), school.urn, facts, record.id)
        setattr(result, outcome, getattr(result, outcome) + 1)
        progress(done)
    record.added, record.changed, record.unchanged = (
        result.added, result.changed, result.unchanged,
    )  # fmt: skip
    session.flush()
    audit.note(
        session, "imported", f"register_import:{record.id}", actor_id=actor_id, now=now,
        added=result.added, changed=result.changed, problems=len(result.problems),
    )  # fmt: skip
    return result


def read_register(
    session: Session,
    path: Path,
    *,
    file_name: str,
    actor_id: int | None,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> RegisterResult:
    """Read a register file (CSV or XLSX) into the places.

    Raises `Refused`, naming what is wrong, before anything is written when it is no register.
    Reading the same file again changes nothing and says so in `unchanged`.
    """
    table = open_table(path)
    columns = map_headings(table.columns)
    if any(name not in columns for name in REQUIRED_COLUMNS):
        raise Refused(Reason.NOT_A_REGISTER)
    rows = list(table.rows())
    result = import_register(
        session,
        ((row.number, row.cells) for row in rows),
        columns,
        file_name=file_name,
        file_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        actor_id=actor_id,
        now=now,
        progress=lambda done: progress(done, len(rows)) if progress else None,
    )
    result.open_schools = count_places(session)[0]
    return result


def add_place(
    session: Session, *, name: str, kind: PlaceKind, ward_code: str | None, actor_id: int | None,
    now: datetime,
) -> Place:  # fmt: skip
    """Add somewhere that is not in the school register: a club, a library, a stall."""
    place = Place(name=name, kind=kind, ward_code=ward_code)
    session.add(place)
    session.flush()
    audit.note(session, "added", f"place:{place.id}", actor_id=actor_id, now=now)
    return place


def join_cluster(
    session: Session, place: Place, *, cluster_id: int, from_on: date, source: str,
    actor_id: int | None, now: datetime,
) -> ClusterMembership:  # fmt: skip
    """Note that a school is in a cluster from a day on; earlier memberships stay as history."""
    others = [(one.from_on, one.to_on) for one in list_memberships_of(session, place.id or 0)]
    if reason := why_not_join_cluster(from_on, others=others):
        raise Refused(reason)
    cluster = get_cluster(session, cluster_id)
    row = ClusterMembership(
        cluster_id=cluster.id or 0, place_id=place.id or 0, from_on=from_on, source=source
    )
    session.add(row)
    session.flush()
    audit.note(
        session, "joined_cluster", f"place:{place.id}", actor_id=actor_id, now=now,
        cluster=cluster_id,
    )  # fmt: skip
    return row


def leave_cluster(
    session: Session, row: ClusterMembership, *, to_on: date, actor_id: int | None, now: datetime
) -> None:
    """Note the last day of a membership."""
    if reason := why_not_leave_cluster(row.from_on, row.to_on, to_on=to_on):
        raise Refused(reason)
    row.to_on = to_on
    session.add(row)
    audit.note(
        session, "left_cluster", f"place:{row.place_id}", actor_id=actor_id, now=now,
        cluster=row.cluster_id,
    )  # fmt: skip


def _store_ward_figures(session: Session, line: dict[str, Any], about: dict[str, Any]) -> None:
    for measure, (key, unit, as_at, source) in WARD_MEASURES.items():
        figure = {"label": "", "unit": unit, "value": line[key], "as_at": about[as_at],
                  "source": about[source], "note": ""}  # fmt: skip
        _store_figure(session, line["code"], measure, figure)


def _store_figure(
    session: Session, ward_code: str | None, measure: str, line: dict[str, Any]
) -> None:
    upsert(
        session,
        Population,
        {"ward_code": ward_code, "measure": measure, "as_at": line["as_at"]},
        **{name: line[name] for name in ("label", "unit", "value", "source", "note")},
    )


def _facts(school: School, wards: set[str]) -> dict[str, Any]:
    facts = asdict(school)
    ward_code = facts.pop("ward_code")
    del facts["urn"]
    return facts | {"ward_code": ward_code if ward_code in wards else None}


def _store_school(
    session: Session, place: Place | None, urn: int, facts: dict[str, Any], import_id: int | None
) -> str:
    if place is None:
        session.add(Place(kind=PlaceKind.SCHOOL, urn=urn, register_import_id=import_id, **facts))
        return "added"
    if all(getattr(place, name) == value for name, value in facts.items()):
        return "unchanged"
    for name, value in (facts | {"register_import_id": import_id}).items():
        setattr(place, name, value)
    session.add(place)
    return "changed"
