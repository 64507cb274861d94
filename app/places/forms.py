"""What is typed or uploaded about places."""

from datetime import date
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


class JoinCluster(BaseModel):
    """A school becomes a member of a cluster."""

    urn: int = Field(ge=1, le=2_147_483_647)
    cluster_id: int = Field(ge=1, le=2_147_483_647)
    from_on: date
    source: str = Field(default="", max_length=500)


class LeaveCluster(BaseModel):
    """The last day of a membership."""

    to_on: date
