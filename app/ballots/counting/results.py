"""What a count leaves behind: rounds that can be told to a child, and figures that add up."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.ballots.counting.papers import Handling


class Rule(StrEnum):
    """The rules of counting."""

    PLURALITY = "plurality"
    CHOICES = "choices"
    APPROVAL = "approval"
    BORDA = "borda"
    IRV = "irv"
    STV = "stv"


class Unit(StrEnum):
    """What the figures of an option are. One paper may hold several marks or points."""

    VOTES = "votes"
    MARKS = "marks"
    POINTS = "points"


class End(StrEnum):
    """Why a ranked paper counts for nobody any more."""

    RAN_OUT = "ran_out"  # no option left that it ranks
    OVERVOTED = "overvoted"
    SKIPPED = "skipped"
    REPEATED = "repeated"


class TieBy(StrEnum):
    """What decided a tie."""

    EARLIER_ROUND = "earlier_round"
    ORDER = "order"


class TieFor(StrEnum):
    """What a tie was about."""

    ELECTED = "elected"
    OUT = "out"
    SURPLUS = "surplus"  # whose surplus moves first


@dataclass(frozen=True)
class Tie:
    """Options that stood equal, the one that was chosen, and why."""

    between: tuple[str, ...]
    chosen: str
    about: TieFor
    by: TieBy
    round: int | None = None  # the earlier round that told them apart


@dataclass(frozen=True)
class Round:
    """One round: where everyone stood, and what was done about it.

    `tallies` are the figures of options still in (stv: and those elected) before anything moved.
    `moved[a][b]` went from a to b; `dropped[a]` left a and counts for nobody from now on.
    `ended` is all that counts for nobody so far, by reason; round 1 includes spoilt papers.
    """

    number: int
    tallies: Mapping[str, Fraction]
    needed: Fraction | None = None
    elected: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    moved: Mapping[str, Mapping[str, Fraction]] | None = None
    dropped: Mapping[str, Fraction] | None = None
    ended: Mapping[End, Fraction] | None = None
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class Result:
    """A whole count. Weighted figures are exact; `papers` is the number of papers, unweighted.

    cast = valid + blank + spoilt. For ranked rounds: sum of `totals` + exhausted = valid.
    `unused`: choices a valid paper could have made and did not (choices only).
    """

    rule: Rule
    options: tuple[str, ...]
    seats: int
    max_choices: int | None
    tie_order: tuple[str, ...]
    handling: "Handling"
    unit: Unit
    papers: int
    cast: Fraction
    valid: Fraction
    blank: Fraction
    spoilt: Fraction
    exhausted: Fraction
    unused: Fraction
    totals: Mapping[str, Fraction]
    rounds: tuple[Round, ...]
    winners: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Only what JSON knows. A figure is a whole number, or an exact fraction as text."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def exact(value: Fraction) -> int | str:
    """A whole number, or the fraction as text ("10/3"): never rounded."""
    return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _plain(value: Any) -> Any:
    """Dataclass fields as JSON values."""
    if isinstance(value, Fraction):
        return exact(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(held) for held in value]
    return str(value) if isinstance(value, StrEnum) else value
