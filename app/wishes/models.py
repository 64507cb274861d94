"""Tables of the wishes floor."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.wishes.rules import Basis


class WishEdition(SQLModel, table=True):
    """One published set of wishes, for example that of 2022."""

    __tablename__ = "wish_edition"

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(unique=True)
    name: str = Field(max_length=120)
    is_current: bool = False
    source: str = Field(max_length=500)
    note: str = Field(default="", max_length=2000)


class Wish(SQLModel, table=True):
    """One wish of an edition: the official title beside our own plainer words."""

    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        UniqueConstraint("edition_id", "slug"),
    )

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="wish_edition.id")
    number: int
    slug: str = Field(max_length=60)
    title: str = Field(max_length=500)  # official wording
    title_source: str = Field(max_length=500)
    title_checked_on: date | None = None
    title_note: str = Field(default="", max_length=500)
    title_variants: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    short_label: str = Field(max_length=60)  # ours
    child_label: str = Field(max_length=200)  # ours
    scope: str = Field(max_length=2000)  # ours
    not_here: list[str] = Field(default_factory=list, sa_column=json_column())  # boundary rules
    easy_read: list[str] = Field(default_factory=list, sa_column=json_column())


class WishSuccession(SQLModel, table=True):
    """A line of the crosswalk between editions; no successor means the wish was not carried on."""

    __tablename__ = "wish_succession"
    __table_args__ = (UniqueConstraint("from_wish_id", "to_wish_id"),)

    id: int | None = Field(default=None, primary_key=True)
    from_wish_id: int | None = Field(default=None, foreign_key="wish.id")  # none: new in `to`
    to_wish_id: int | None = Field(default=None, foreign_key="wish.id")
    strength: str = Field(default="main", max_length=20)  # main, partly, new, lost, headline_lost
    basis: Basis = Field(sa_column=enum_column(Basis))
    note: str = Field(default="", max_length=1000)
