"""Tables of the safeguarding floor."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.safeguarding.rules import ConcernStatus, Tier


class Concern(SQLModel, table=True):
    """A text that may hold a worry, held apart for the safeguarding lead.

    `text_id` names the free text (or page comment) it came from; the words are copied, because the
    concern must survive the text's own retention. Place and sitting are the only road to the child.
    """

    id: int | None = Field(default=None, primary_key=True)
    text_id: str = Field(max_length=64, unique=True)
    text: str
    tier: Tier = Field(sa_column=enum_column(Tier))
    rules_version: str = Field(max_length=40)
    matched: list[str] = Field(default_factory=list, sa_column=json_column())
    sitting_id: int | None = None  # of the consultations floor, above: a reference, not a key
    place_id: int | None = Field(default=None, foreign_key="place.id")
    occasion: str = Field(default="", max_length=300)  # place and sitting in words, as they were
    raised_at: datetime
    raised_by_id: int | None = Field(default=None, foreign_key="staff_account.id")  # none: screened
    status: ConcernStatus = Field(
        default=ConcernStatus.NEW, sa_column=enum_column(ConcernStatus, index=True)
    )


class ConcernEvent(SQLModel, table=True):
    """What was done about a concern, append-only: opened, acknowledged, noted, closed."""

    __tablename__ = "concern_event"

    id: int | None = Field(default=None, primary_key=True)
    concern_id: int = Field(foreign_key="concern.id", index=True)
    verb: str = Field(max_length=40)
    note: str = Field(default="", max_length=4000)
    reference: str = Field(default="", max_length=120)  # of the contact made elsewhere
    actor_id: int = Field(foreign_key="staff_account.id")
    at: datetime


class HelpContact(SQLModel, table=True):
    """Somewhere a young person can turn to now. Shown only while its review date is ahead."""

    __tablename__ = "help_contact"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    phone: str = Field(default="", max_length=40)
    url: str = Field(default="", max_length=300)
    hours: str = Field(default="", max_length=200)
    ages: str = Field(default="", max_length=120)
    cost: str = Field(default="", max_length=60)
    words: str = Field(max_length=400)  # for a young person
    easy_read: list[str] = Field(default_factory=list, sa_column=json_column())
    position: int = 0
    checked_on: date
    review_by: date
    checked_by_id: int | None = Field(default=None, foreign_key="staff_account.id")  # none: loaded
    source: str = Field(default="", max_length=500)
