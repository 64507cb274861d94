"""What staff type on the publication pages: is it well-formed?"""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.publication.rules import Part

SubjectKey = Annotated[str, StringConstraints(pattern=r"^(consultation|source):[0-9]{1,9}$")]


class NewRelease(BaseModel):
    """Figures of which subject to propose, and which parts of it."""

    subject: SubjectKey
    parts: list[Part] = Field(min_length=1)


class Note(BaseModel):
    """Words for the public about why something was taken back."""

    note: str = Field(default="", max_length=1000)


class FindingWords(BaseModel):
    """What a finding says."""

    headline: str = Field(min_length=3, max_length=200)
    story: str = Field(default="", max_length=4000)
    easy_read: str = Field(default="", max_length=2000)
    quotes: list[str] = Field(default_factory=list, max_length=20)
    public_note: str = Field(default="", max_length=1000)


class NewFinding(FindingWords):
    """The same for a new version: about which wish of which release."""

    release_id: int = Field(ge=1, lt=2**31)
    wish_id: int = Field(ge=1, lt=2**31)


def split_subject(key: str) -> dict[str, int]:
    """`source:3` as the argument that `find_subject` takes."""
    kind, _, number = key.partition(":")
    return {f"{kind}_id": int(number)}
