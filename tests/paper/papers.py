"""Invented papers and piles for the tests of this floor."""

from sqlmodel import Session

from app.consultations.models import Ballot, Consultation
from app.consultations.rules import BallotRule, Definition, PaperOption, PaperSection
from app.paper.rules import Contents


def make_section(
    key: str = "s1",
    rule: BallotRule = BallotRule.CHOICES,
    *,
    most: int | None = 2,
    options: int = 4,
) -> PaperSection:
    """A section with options o1, o2, …"""
    keys = tuple(f"o{number}" for number in range(1, options + 1))
    return PaperSection(
        key=key, question=f"Question {key}?", rule=rule, max_choices=most, seats=1,
        tie_order=keys, options=tuple(PaperOption(one, f"Option {one}") for one in keys),
    )  # fmt: skip


def make_definition(*sections: PaperSection) -> Definition:
    """A paper of these sections."""
    return Definition("A paper", False, ("en",), sections or (make_section(),))


CHOICES = make_definition()
ONE_OF_FOUR = make_definition(make_section(rule=BallotRule.PLURALITY, most=None))
APPROVAL = make_definition(make_section(rule=BallotRule.APPROVAL, most=None))
RANKED = make_definition(make_section(rule=BallotRule.IRV, most=None))
TWO_SECTIONS = make_definition(
    make_section("s1", BallotRule.PLURALITY, most=None), make_section("s2", most=2)
)
RANKED_TOO = make_definition(make_section("s1"), make_section("s2", BallotRule.STV, most=3))


def make_ballot(session: Session, consultation: Consultation, definition: Definition) -> Ballot:
    """A frozen ballot of this definition."""
    ballot = Ballot(
        consultation_id=consultation.id or 0, title=definition.title,
        definition=definition.to_json(), definition_hash=definition.hash,
    )  # fmt: skip
    session.add(ballot)
    session.flush()
    return ballot


def marked(
    *, issued: int = 30, valid: int = 27, blank: int = 1, spoilt: int = 1, unused: int = 1,
    **marks: int,
) -> Contents:  # fmt: skip
    """A pile counted option by option in section s1."""
    return Contents(issued, valid, blank, spoilt, unused, marks={"s1": marks})


def one_by_one(*papers: tuple[str, int], blank: int = 0, spoilt: int = 0) -> Contents:
    """A pile entered paper by paper, all of them used."""
    valid = sum(n for _, n in papers)
    return Contents(valid + blank + spoilt, valid, blank, spoilt, papers=tuple(sorted(papers)))
