"""What staff type on the publication pages: is it well-formed?"""

import re
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from app.core.forms import Form
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


def typed_words(form: Form[Any]) -> dict[str, Any]:
    """What was typed into a finding, to show it again with what is wrong."""
    fields = ("headline", "story", "easy_read", "public_note")
    words: dict[str, Any] = {name: form.raw.get(name, "") for name in fields}
    return {"words": words | {"quotes": form.lists.get("quotes", [])}, "errors": form.errors}


def subject_of(form: Form[NewFinding]) -> tuple[int, int]:
    """The release and wish of a form with mistakes; 0, which nothing has, when those are wrong."""
    release, wish = (form.raw.get(name, "") for name in ("release_id", "wish_id"))
    return tuple(int(one) if _NUMBER.fullmatch(one) else 0 for one in (release, wish))  # type: ignore[return-value]  # two in, two out


_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
