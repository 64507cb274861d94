"""What the desk posts about texts."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from app.texts.rules import QuoteStatus, Sorting

# A text's id in a path: anything else is a page of ours (422), never a database error.
TextId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class UploadTexts(BaseModel):
    """The file itself is read beside the form."""


class StartImport(BaseModel):
    """Which columns to read, and where the texts come from."""

    source_id: int = Field(ge=1, le=2_147_483_647)
    text_column: str = Field(max_length=200)
    id_column: str = Field(default="", max_length=200)


class DecideWishes(BaseModel):
    """One decision at the review desk, and where in the queue it was made."""

    sorting: Sorting = Sorting.WISHES
    wish_ids: list[int] = []
    suggestion_id: int | None = Field(default=None, ge=1, le=2_147_483_647)
    doubt: float | None = None
    queue: str = Field(default="", max_length=40)

    @property
    def chosen_wishes(self) -> list[int]:
        """The ticked wishes, where the button pressed was about wishes."""
        return self.wish_ids if self.sorting is Sorting.WISHES else []


class AboutQueue(BaseModel):
    """Which queue a person works on: `c12` a consultation, `s3` a source, empty for all."""

    queue: str = Field(default="", max_length=40)
    doubt: float | None = None


class ProposeQuote(BaseModel):
    """Wording to be published for a wish."""

    wish_id: int = Field(ge=1, le=2_147_483_647)
    wording: str = Field(min_length=3, max_length=400)


class JudgeQuote(BaseModel):
    """Approve or decline."""

    status: Literal[QuoteStatus.APPROVED, QuoteStatus.DECLINED]
