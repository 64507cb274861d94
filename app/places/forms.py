"""What is typed or uploaded about places."""

from typing import Literal

from pydantic import BaseModel, Field

from app.places.rules import PlaceKind


class UploadRegister(BaseModel):
    """The file itself is read beside the form."""


class NewPlace(BaseModel):
    """Somewhere that is in no school register. A school comes from the register, by its URN."""

    name: str = Field(min_length=3, max_length=200)
    kind: Literal[PlaceKind.CLUB, PlaceKind.LIBRARY, PlaceKind.ONLINE, PlaceKind.OTHER]
    ward_code: str = Field(default="", max_length=9)
