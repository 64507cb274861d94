"""The picture of votes that move on: one band to each option, as wide as its share."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 308  # of the drawing; a phone is hardly wider
LINE = 40  # height of one receiver
LEFT, RIGHT = 56.0, 198.0  # where the bands begin and end
FULL = 36.0  # how wide all bands are together
THINNEST = 1.5


@dataclass(frozen=True)
class Band:
    """The outline of one band and the height of its end."""

    path: str
    y: float


@dataclass(frozen=True)
class Flow:
    """The whole drawing; bands stand in the order of the moves."""

    width: int
    height: int
    y: float  # of the source
    bands: tuple[Band, ...]


def draw_flow(values: Sequence[float]) -> Flow:
    """Bands from one source to its receivers, best first."""
    height = max(2 * LINE - 24, LINE * len(values))
    middle, total = height / 2, sum(values)
    step = height / len(values)
    top, bands = middle - FULL / 2, []
    for place, value in enumerate(values):
        wide = max(THINNEST, FULL * value / total)
        y = round(step * (place + 0.5), 1)
        bands.append(Band(_outline(top, y - wide / 2, wide), y))
        top += FULL * value / total
    return Flow(WIDTH, height, middle, tuple(bands))


def _outline(top: float, end: float, wide: float) -> str:
    """Out along one bent line and back along the other."""
    bend = (LEFT + RIGHT) / 2
    there = f"M{LEFT} {top:.1f}C{bend} {top:.1f} {bend} {end:.1f} {RIGHT} {end:.1f}"
    low, high = end + wide, top + wide
    return f"{there}V{low:.1f}C{bend} {low:.1f} {bend} {high:.1f} {LEFT} {high:.1f}z"
