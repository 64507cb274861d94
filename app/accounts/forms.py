"""What is typed about accounts: invitations, joining, roles and places."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.staff.rules import Role

ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]+")


def _address(typed: str) -> str:
    if not ADDRESS.fullmatch(typed):
        raise ValueError("Write an e-mail address like name@example.org")
    return typed


Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_address)
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class NewStaff(BaseModel):
    """A person to invite."""

    name: Name
    email: Email
    role: Role


class Joining(BaseModel):
    """What an invited person sets. `sealed` is the page's own secret coming back."""

    name: Name
    password: str = Field(max_length=1000)
    code: str = Field(max_length=40)
    sealed: str = Field(default="", max_length=400)


class RoleChange(BaseModel):
    """A new role for a person."""

    role: Role


class PlaceChoice(BaseModel):
    """A place to add."""

    place_id: int = Field(ge=1, le=2**31 - 1)
