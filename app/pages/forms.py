"""What may be typed on the public pages."""

from pydantic import BaseModel, Field, field_validator

from app.pages.rules import tidy_path


class FollowForm(BaseModel):
    """The four words of a slip, however they were typed."""

    words: str = Field(max_length=200)


class FeedbackForm(BaseModel):
    """Did you find what you were looking for?"""

    path: str
    found_it: bool
    comment: str = Field(default="", max_length=1000)

    @field_validator("path")
    @classmethod
    def _ours(cls, typed: str) -> str:
        path = tidy_path(typed)
        if path is None:
            raise ValueError("We lost track of which page you mean.")
        return path
