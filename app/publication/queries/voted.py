"""What a release may say about ballots: the figures of their own released results."""

from sqlmodel import Session

from app.ballots.queries import find_ledger
from app.ballots.rules import BallotState
from app.consultations.models import Ballot
from app.consultations.queries import get_consultation, list_ballots
from app.consultations.rules import read_definition
from app.publication.disclosure.figures import CellWords, PopulationWords, RowWords
from app.publication.disclosure.shapes import Population, Row, RowKind
from app.results.queries import ReleasedCount
from app.wishes.queries import list_wishes

Piece = tuple[Population, PopulationWords]


def list_moving_ballots(session: Session, consultation_id: int) -> list[int]:
    """The ballots of a consultation that were held and are not closed yet."""
    held = [find_ledger(session, one.id or 0) for one in list_ballots(session, consultation_id)]
    ended = (BallotState.CLOSED, BallotState.FINAL)
    return [one.ballot_id for one in held if one is not None and one.state not in ended]


def tell_ballot(session: Session, ballot: Ballot, released: ReleasedCount) -> list[Piece]:
    """The sections in which options are chosen. An order cannot be told as a share of votes; it
    is told round by round on the ballot's own page.
    """
    definition = read_definition(ballot.definition)
    chosen = [section for section in definition.sections if not section.is_ranked]
    if not chosen or not released.cast:
        return []
    numbers = _wish_numbers(session, ballot)
    rows, words = [], {}
    counts = {section.key: released.sections[section.key] for section in chosen}
    for section in chosen:
        name = "options" if len(definition.sections) == 1 else section.key
        options = {key: int(counts[section.key]["totals"][key]) for key in section.keys}
        rows.append(Row(name, RowKind.MANY, options, released.cast, at_most=section.most))
        labels = {
            one.key: CellWords(one.label, numbers.get(one.picture)) for one in section.options
        }
        words[name] = RowWords("ballot", section.question, labels)
    facts: dict[str, int | str | None] = {
        "blank": sum(int(one["blank"]) for one in counts.values()),
        "choices": sum(sum(row.counts.values()) for row in rows),
        "max_choices": max(section.most for section in chosen),
    }
    population = Population(f"ballot:{ballot.id}", released.cast, tuple(rows), is_exact=True)
    return [(population, PopulationWords(ballot.title, "votes", words, facts))]


def _wish_numbers(session: Session, ballot: Ballot) -> dict[str, int]:
    """The wish behind an option's picture."""
    edition_id = get_consultation(session, ballot.consultation_id).edition_id
    return {f"wish-{wish.number}": wish.number for wish in list_wishes(session, edition_id)}
