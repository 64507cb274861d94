"""Tables of the texts floor."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.db import enum_column, json_column
from app.texts.rules import ImportStatus, QuoteStatus, Sorting


class FreeText(SQLModel, table=True):
    """Somebody's own words, from a survey here or from a source elsewhere."""

    __tablename__ = "free_text"
    __table_args__ = (UniqueConstraint("source_id", "external_ref"),)

    id: str = Field(max_length=32, primary_key=True)  # random
    text: str
    text_hash: str = Field(max_length=64, index=True)  # of the tidied words: finds copies
    language: str = Field(default="en", max_length=20)
    arrived_on: date
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)
    source_id: int | None = Field(default=None, foreign_key="source.id", index=True)
    external_ref: str | None = Field(default=None, max_length=120)  # the row's own id elsewhere
    import_id: int | None = Field(default=None, foreign_key="text_import.id", index=True)


class TextImport(SQLModel, table=True):
    """One file of texts from elsewhere, and how its reading went."""

    __tablename__ = "text_import"

    id: int | None = Field(default=None, primary_key=True)
    source_id: int | None = Field(default=None, foreign_key="source.id")
    file_name: str = Field(max_length=200)
    file_sha256: str = Field(max_length=64, index=True)
    stored_as: str = Field(default="", max_length=60)  # under data_dir/uploads until it is read
    text_column: str = Field(default="", max_length=200)
    id_column: str = Field(default="", max_length=200)
    language: str = Field(default="en", max_length=20)
    status: ImportStatus = Field(sa_column=enum_column(ImportStatus, index=True))
    problem: str = Field(default="", max_length=500)
    total: int = 0
    done: int = 0
    added: int = 0
    known: int = 0  # already here from an earlier import of this source
    bad_rows: int = 0  # all of them; `row_errors` keeps the first ones
    row_errors: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    created_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime
    beat_at: datetime | None = None  # a running import says it is alive
    finished_at: datetime | None = None


class ClassifierModel(SQLModel, table=True):
    """A trained classifier: its card here, its numbers in the data folder under its id."""

    __tablename__ = "classifier_model"

    id: str = Field(max_length=64, primary_key=True)  # hash of data, parameters and versions
    edition_id: int = Field(foreign_key="wish_edition.id")
    card: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    is_current: bool = False
    created_at: datetime


class Suggestion(SQLModel, table=True):
    """What a model made of a text. Never edited."""

    __table_args__ = (UniqueConstraint("text_id", "model_id"),)

    id: int | None = Field(default=None, primary_key=True)
    text_id: str = Field(foreign_key="free_text.id")
    model_id: str = Field(foreign_key="classifier_model.id", index=True)
    sorting: Sorting = Field(sa_column=enum_column(Sorting, index=True))
    confidence: float = 0.0  # calibrated probability of the top label
    doubt: float = Field(default=0.0, index=True)  # 0 to 1: how near a yes was to a no
    created_at: datetime


class SuggestedWish(SQLModel, table=True):
    """One wish in a suggestion, with its calibrated probability."""

    __tablename__ = "suggested_wish"

    suggestion_id: int = Field(foreign_key="suggestion.id", primary_key=True)
    wish_id: int = Field(foreign_key="wish.id", primary_key=True, index=True)
    score: float


class Decision(SQLModel, table=True):
    """What a person decided about a text. Append-only: the newest of a text counts.

    Taking a decision back is a row too: `undoes_id` names the one taken back; the row repeats what
    held before, or is not current when nothing did.
    """

    __table_args__ = (
        Index(
            "uq_decision_current",
            "text_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    text_id: str = Field(foreign_key="free_text.id", index=True)
    sorting: Sorting = Field(sa_column=enum_column(Sorting))
    suggestion_id: int | None = Field(default=None, foreign_key="suggestion.id")  # what was shown
    is_current: bool = True  # the newest; older ones stay as history
    undoes_id: int | None = Field(default=None, foreign_key="decision.id")
    decided_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    decided_at: datetime


class DecidedWish(SQLModel, table=True):
    """One wish in a decision."""

    __tablename__ = "decided_wish"

    decision_id: int = Field(foreign_key="decision.id", primary_key=True)
    wish_id: int = Field(foreign_key="wish.id", primary_key=True, index=True)


class Quote(SQLModel, table=True):
    """Published wording of a text for a wish: redacted by one person, approved by another."""

    __table_args__ = (UniqueConstraint("text_id", "wish_id"),)

    id: int | None = Field(default=None, primary_key=True)
    text_id: str = Field(foreign_key="free_text.id")
    wish_id: int = Field(foreign_key="wish.id", index=True)
    wording: str = Field(max_length=400)
    status: QuoteStatus = Field(sa_column=enum_column(QuoteStatus))
    proposed_by_id: int = Field(foreign_key="staff_account.id")
    proposed_at: datetime
    judged_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    judged_at: datetime | None = None
