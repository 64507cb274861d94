"""Tables of the pages floor."""

from datetime import date

from sqlmodel import Field, SQLModel


class PageFeedback(SQLModel, table=True):
    """An answer to "Did you find what you were looking for?" on a public page."""

    __tablename__ = "page_feedback"

    id: str = Field(max_length=32, primary_key=True)  # random
    path: str = Field(max_length=200, index=True)
    found_it: bool
    comment: str = Field(default="", max_length=1000)
    left_on: date
