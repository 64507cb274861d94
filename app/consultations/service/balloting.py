"""Verbs about ballots: drafting a paper, and freezing it when the consultation opens."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Ballot, BallotOption, BallotSection, Consultation
from app.consultations.rules import BallotFacts, PaperSection, SectionDraft
from app.consultations.service.deciding import hold_draft, note, refuse_if
from app.staff.models import StaffAccount
from app.wishes.queries import list_wishes


def set_ballot(
    session: Session,
    consultation: Consultation,
    ballot: Ballot | None,
    *,
    title: str,
    is_shuffled: bool,
    sections: Sequence[SectionDraft],
    actor: StaffAccount | None,
    now: datetime,
) -> Ballot:
    """Draft a ballot, new or again: its sections and options become these."""
    hold_draft(session, consultation)
    refuse_if(rules.why_not_ballot(BallotFacts(tuple(one.facts for one in sections))))
    if ballot is None:
        ballot = Ballot(consultation_id=consultation.id or 0, title=title)
    ballot.title, ballot.is_shuffled = title, is_shuffled
    session.add(ballot)
    session.flush()
    _clear(session, ballot)
    for position, drafted in enumerate(sections, start=1):
        _add_section(session, consultation, ballot, position, drafted)
    note(session, "set_ballot", consultation, actor, now, ballot=ballot.id)
    return ballot


def remove_ballot(
    session: Session,
    consultation: Consultation,
    ballot: Ballot,
    *,
    actor: StaffAccount | None,
    now: datetime,
) -> None:
    """Take a ballot out of a draft."""
    hold_draft(session, consultation)
    _clear(session, ballot)
    session.delete(ballot)
    session.flush()
    note(session, "remove_ballot", consultation, actor, now, ballot=ballot.id)


def freeze_ballots(session: Session, consultation: Consultation) -> None:
    """Write each ballot's definition and hash, with the order for ties drawn by lot.

    From here on the text is what is voted on and counted; called when the consultation opens.
    """
    for asked in queries.get_asked(session, consultation.id or 0).ballots:
        drawn = tuple(map(_draw_tie_order, asked.paper.sections))
        definition = replace(asked.paper, sections=drawn)
        asked.ballot.definition = definition.to_json()
        asked.ballot.definition_hash = definition.hash
        session.add(asked.ballot)


def _draw_tie_order(section: PaperSection) -> PaperSection:
    order = list(section.keys)
    secrets.SystemRandom().shuffle(order)
    return replace(section, tie_order=tuple(order))


def _add_section(
    session: Session,
    consultation: Consultation,
    ballot: Ballot,
    position: int,
    drafted: SectionDraft,
) -> None:
    section = BallotSection(
        ballot_id=ballot.id or 0, position=position, question=drafted.question,
        rule=drafted.rule, max_choices=drafted.max_choices, seats=drafted.seats,
    )  # fmt: skip
    session.add(section)
    session.flush()
    wish_ids = {one.number: one.id for one in list_wishes(session, consultation.edition_id)}
    for place, one in enumerate(drafted.options, start=1):
        number = one.wish_number
        session.add(
            BallotOption(
                section_id=section.id or 0, key=f"w{number}" if number else f"o{place}",
                position=place, label=one.label, easy_read=one.easy_read,
                picture=one.picture or (f"wish-{number}" if number else ""), words=dict(one.words),
                wish_id=wish_ids.get(number) if number else None,
            )
        )  # fmt: skip
    session.flush()


def _clear(session: Session, ballot: Ballot) -> None:
    """Take the sections and options out, before new ones that may bear the same keys."""
    for one in queries.list_sections(session, ballot.id or 0):
        for option in one.options:
            session.delete(option)
        session.flush()
        session.delete(one.section)
    session.flush()
