"""Who holds which ranked papers, and how papers move on. Shared by irv and stv."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.ballots.counting.papers import Amount, Pile, Question, Reading, read_ranking
from app.ballots.counting.results import End


@dataclass
class Holdings:
    """The table of a count in progress: papers by holder, and the value that has ended."""

    held: dict[str, dict[Reading, Amount]]
    ended: dict[End, Fraction]
    spoilt: Fraction  # never counted for anybody

    def tallies(self, options: Iterable[str]) -> dict[str, Fraction]:
        """What each of these options holds."""
        return {option: Fraction(sum(self.held[option].values())) for option in options}


def deal(pile: Pile, asked: Question) -> Holdings:
    """Give every paper to its first option."""
    held: dict[str, dict[Reading, Amount]] = {o: defaultdict(int) for o in asked.options}
    ended: dict[End, Fraction] = dict.fromkeys(End, Fraction(0))
    spoilt = Fraction(0)
    for ranks, weight in pile.by_marks.items():
        reading = read_ranking(ranks, asked.handling, asked.limit)
        if reading.ranking:
            held[reading.ranking[0]][reading] += weight
        else:
            ended[reading.ends] += weight
            spoilt += weight
    return Holdings(held, ended, spoilt)


def move_on(
    holdings: Holdings, source: str, continuing: Collection[str], share: Amount = 1
) -> tuple[Mapping[str, Fraction], Fraction]:
    """Move this share of each paper `source` holds to the paper's next continuing option.

    Returns what each option received, and what went to nobody.
    """
    received: dict[str, Amount] = defaultdict(int)
    dropped: dict[End, Amount] = defaultdict(int)
    papers = holdings.held[source]
    for reading, value in list(papers.items()):
        moving = value * share
        papers[reading] = value - moving
        heir = next((option for option in reading.ranking if option in continuing), None)
        if heir is None:
            dropped[reading.ends] += moving
        else:
            holdings.held[heir][reading] += moving
            received[heir] += moving
    for end, value in dropped.items():
        holdings.ended[end] += value
    return (
        {heir: Fraction(value) for heir, value in received.items()},
        Fraction(sum(dropped.values())),
    )


def next_above(amount: Fraction, unit: Fraction) -> Fraction:
    """The smallest multiple of `unit` that is more than `amount` (whole papers: floor + 1)."""
    return (amount // unit + 1) * unit
