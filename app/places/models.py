"""Tables of the places floor."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import enum_column
from app.places.rules import Phase, PlaceKind


class Ward(SQLModel, table=True):
    """An electoral ward. Codes change with small boundary changes, so the code is the key."""

    code: str = Field(max_length=9, primary_key=True)
    name: str = Field(max_length=80)
    committee: str = Field(max_length=60)  # community committee
    committee_mark: str = Field(default="F", max_length=1)  # F found published, M to be checked


class Population(SQLModel, table=True):
    """One published head count: of a ward, or of the city where `ward_code` is empty."""

    __table_args__ = (UniqueConstraint("ward_code", "measure", "as_at"),)

    id: int | None = Field(default=None, primary_key=True)
    ward_code: str | None = Field(default=None, foreign_key="ward.code", index=True)
    measure: str = Field(max_length=60)  # under_18, aged_0_19, pupils_at_schools, fsm_percent ...
    label: str = Field(default="", max_length=200)
    unit: str = Field(default="people", max_length=20)
    value: float
    as_at: str = Field(max_length=60)  # as published: "mid-2022", "January 2023"
    source: str = Field(max_length=500)
    note: str = Field(default="", max_length=500)


class Caveat(SQLModel, table=True):
    """Something to be careful about when reading the figures of places."""

    key: str = Field(max_length=60, primary_key=True)
    about: str = Field(max_length=40)
    text: str = Field(max_length=500)
    source: str = Field(default="", max_length=500)


class Place(SQLModel, table=True):
    """Somewhere young people answer. Schools come from the register, others are added by hand."""

    id: int | None = Field(default=None, primary_key=True)
    kind: PlaceKind = Field(sa_column=enum_column(PlaceKind))
    name: str = Field(max_length=200, index=True)
    urn: int | None = Field(default=None, unique=True)  # schools only
    ward_code: str | None = Field(default=None, foreign_key="ward.code", index=True)
    phase: Phase | None = Field(default=None, sa_column=enum_column(Phase, nullable=True))
    is_special: bool = False  # special school, SILC or alternative provision
    postcode: str = Field(default="", max_length=10)
    opened_on: date | None = None
    closed_on: date | None = None
    is_open: bool = True
    pupils: int | None = None
    fsm_percent: float | None = None
    figures_as_at: date | None = None
    register_import_id: int | None = Field(default=None, foreign_key="register_import.id")


class RegisterImport(SQLModel, table=True):
    """One reading of a school register file: what came in, and from where."""

    __tablename__ = "register_import"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=200)
    file_sha256: str = Field(max_length=64, index=True)
    as_at: date | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    imported_at: datetime
    imported_by_id: int | None = Field(default=None, foreign_key="staff_account.id")


class Cluster(SQLModel, table=True):
    """A group of schools that work together. Schools choose it; it cuts across wards."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    source: str = Field(default="", max_length=500)


class ClusterMembership(SQLModel, table=True):
    """A dated link between a school and a cluster."""

    __tablename__ = "cluster_membership"
    __table_args__ = (UniqueConstraint("cluster_id", "place_id", "from_on"),)

    id: int | None = Field(default=None, primary_key=True)
    cluster_id: int = Field(foreign_key="cluster.id")
    place_id: int = Field(foreign_key="place.id", index=True)
    from_on: date
    to_on: date | None = None
    source: str = Field(default="", max_length=500)
