"""What a room may see of its own votes once they are mixed.

Only ten or more, only after the mix, only on the worker's own page. What nearly everybody or nearly
nobody chose is said in words: an exact figure there would tell of single people in the room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.ballots.rules import MIX_MINIMUM
from app.consultations.rules import Definition, PaperSection

FEW = 2  # so many or fewer, and so many or fewer short of everybody, are said in words


class RevealState(StrEnum):
    """Whether a room may see its votes."""

    OPEN = "open"  # people still vote
    WAITING = "waiting"  # for phones that are offline
    MIXING = "mixing"
    POOLED = "pooled"  # too few: counted together with other small groups, at the end
    READY = "ready"


class Size(StrEnum):
    """How a bar is told."""

    EXACT = "exact"
    FEW = "few"  # a few, or none
    NEARLY_ALL = "nearly_all"


@dataclass(frozen=True)
class Bar:
    """One option in the reveal. `share` is the length of its bar in percent."""

    label: str
    picture: str
    votes: int
    size: Size
    share: int
    place: int  # 1 is first; options with the same bar share a place

    @property
    def wish(self) -> int | None:
        """The number of the wish whose pictogram stands beside it."""
        kind, _, number = self.picture.partition("-")
        return int(number) if kind == "wish" and number.isdigit() else None


@dataclass(frozen=True)
class RevealedSection:
    """One question of a ballot as its room chose, most chosen first."""

    question: str
    is_ranked: bool
    bars: tuple[Bar, ...]


def tell_size(marks: int, votes: int) -> Size:
    """Whether a figure may be exact."""
    if marks <= FEW:
        return Size.FEW
    return Size.NEARLY_ALL if votes - marks <= FEW else Size.EXACT


def may_reveal(votes: int) -> bool:
    """Whether so many votes hide each other."""
    return votes >= MIX_MINIMUM


def reveal(definition: Definition, counts: Mapping[str, Any]) -> tuple[RevealedSection, ...]:
    """The tally of a room as bars. The caller has asked `may_reveal`."""
    votes = int(counts["votes"])
    return tuple(
        RevealedSection(
            section.question,
            section.is_ranked,
            _bars(section, counts["sections"].get(section.key, {}).get("marks", {}), votes),
        )
        for section in definition.sections
    )


def _bars(section: PaperSection, marks: Mapping[str, int], votes: int) -> tuple[Bar, ...]:
    told = []
    for option in section.options:
        size = tell_size(marks.get(option.key, 0), votes)
        shown = {Size.FEW: FEW // 2, Size.NEARLY_ALL: votes}.get(size, marks.get(option.key, 0))
        told.append((shown, size, option))
    told.sort(key=lambda one: -one[0])  # equal ones stay in printed order
    return tuple(
        Bar(
            option.label, option.picture, shown, size, round(100 * shown / votes),
            1 + sum(other > shown for other, _, _ in told),
        )
        for shown, size, option in told
    )  # fmt: skip
