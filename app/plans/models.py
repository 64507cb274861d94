"""Tables of the plans floor."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.plans.rules import LinkBasis, OrganisationKind, PlanItemKind


class Organisation(SQLModel, table=True):
    """A body that acts, leads or decides; dated, because names and bodies change."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=200)
    kind: OrganisationKind = Field(sa_column=enum_column(OrganisationKind))
    from_year: int | None = None
    to_year: int | None = None
    what: str = Field(default="", max_length=500)  # in our words
    note: str = Field(default="", max_length=1000)
    source: str = Field(default="", max_length=500)


class OrganisationSuccession(SQLModel, table=True):
    """One body followed another."""

    __tablename__ = "organisation_succession"

    predecessor_id: int = Field(foreign_key="organisation.id", primary_key=True)
    successor_id: int = Field(foreign_key="organisation.id", primary_key=True)
    note: str = Field(default="", max_length=500)


class PlanEdition(SQLModel, table=True):
    """One edition of the Children and Young People's Plan."""

    __tablename__ = "plan_edition"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    title: str = Field(max_length=200)
    from_year: int
    to_year: int
    vision: str = Field(default="", max_length=1000)
    vision_our_words: bool = False
    unknown: list[str] = Field(default_factory=list, sa_column=json_column())  # looked for in vain
    source: str = Field(max_length=500)
    note: str = Field(default="", max_length=1000)


class PlanItem(SQLModel, table=True):
    """An outcome, obsession, priority, behaviour or indicator of an edition."""

    __tablename__ = "plan_item"
    __table_args__ = (UniqueConstraint("plan_id", "slug"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan_edition.id")
    kind: PlanItemKind = Field(sa_column=enum_column(PlanItemKind))
    slug: str = Field(max_length=80)
    number: int | None = None
    text: str = Field(default="", max_length=500)
    our_words: bool = False  # paraphrased, not the published wording
    note: str = Field(default="", max_length=1000)
    unknown: str = Field(default="", max_length=500)  # what is not known of it
    has_data: bool = True  # an indicator may exist with no data yet
    source: str = Field(default="", max_length=500)


class PlanLink(SQLModel, table=True):
    """A wish and a plan item belong together, on somebody's word."""

    __tablename__ = "plan_link"
    __table_args__ = (UniqueConstraint("plan_item_id", "wish_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_item_id: int = Field(foreign_key="plan_item.id")
    wish_id: int = Field(foreign_key="wish.id", index=True)
    basis: LinkBasis = Field(sa_column=enum_column(LinkBasis))
    source: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=500)
