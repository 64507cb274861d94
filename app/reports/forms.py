"""What staff type on the report pages."""

from datetime import date

from pydantic import BaseModel, Field


class NewReport(BaseModel):
    """A period and a title."""

    title: str = Field(min_length=3, max_length=200)
    from_on: date
    to_on: date
