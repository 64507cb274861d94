"""What the pictures of a count are drawn from: finished values, made by `telling`."""

from dataclasses import dataclass

from app.results.rules.drawing import Flow


@dataclass(frozen=True)
class OptionView:
    """An option as it is drawn: a wish's pictogram, an emoji, or its letter on a colour."""

    key: str
    label: str
    text: str
    letter: str
    wish: int | None
    picture: str
    colour: int  # 1 to 12


@dataclass(frozen=True)
class Bar:
    """An option and how much it got."""

    option: OptionView
    share: float
    text: str
    is_winner: bool
    last_round: int = 1  # the last round in which it stood


@dataclass(frozen=True)
class Row:
    """An option in one round: what it had, and what has just come to it."""

    option: OptionView
    share: float  # of the bar, with what has come
    came: float  # of the bar: what has come, at its end
    came_text: str
    text: str
    state: str  # "", elected, kept (elected before), out


@dataclass(frozen=True)
class Move:
    """What went from the option that is out (or has more than needed) to another, or to nobody."""

    option: OptionView | None
    text: str


@dataclass(frozen=True)
class TieView:
    """Options that stood equal, who was chosen for what, and what decided it."""

    between: tuple[OptionView, ...]
    chosen: OptionView
    about: str  # elected, out, surplus
    by: str  # earlier_round, order
    round: int | None
    order: tuple[OptionView, ...]  # the same options as they stand in the announced order


@dataclass(frozen=True)
class RoundView:
    """One round with its picture."""

    number: int
    rows: tuple[Row, ...]
    needed: str
    needed_at: float
    elected: tuple[OptionView, ...]
    has_enough: bool  # those elected reached what is needed; else they were the last or won a tie
    source: OptionView | None  # whose papers move on
    came_from: OptionView | None  # whose papers moved before this round
    is_out: bool
    source_text: str
    moves: tuple[Move, ...]
    flow: Flow | None
    ties: tuple[TieView, ...]


@dataclass(frozen=True)
class SectionView:
    """One question with its whole count."""

    key: str
    question: str
    rule: str
    unit: str
    seats: int
    most: int
    winners: tuple[Bar, ...]
    bars: tuple[Bar, ...]
    rounds: tuple[RoundView, ...]
    ties: tuple[TieView, ...]
    cast: str
    valid: str
    blank: str
    spoilt: str
    exhausted: str
    is_ranked: bool
