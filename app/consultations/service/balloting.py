"""Verbs about ballots: drafting a paper, and freezing it when the consultation opens."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Ballot, BallotOption, BallotSection, Consultation
from app.consultations.queries import AskedBallot
from app.consultations.rules import (
    BallotFacts,
    BallotRule,
    Definition,
    OptionDraft,
    PaperOption,
    PaperSection,
    SectionDraft,
    SectionFacts,
)
from app.consultations.service.deciding import hold_draft, note, refuse_if
from app.staff.models import StaffAccount
from app.wishes.queries import list_wishes

LANGUAGE = "en"


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
    facts = BallotFacts(
        tuple(
            SectionFacts(
                tuple(option.label for option in one.options), one.rule, one.max_choices, one.seats
            )
            for one in sections
        )
    )
    refuse_if(rules.why_not_ballot(facts))
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


def edit_ballot(
    session: Session,
    consultation: Consultation,
    *,
    title: str,
    question: str,
    max_choices: int,
    is_shuffled: bool = True,
    wish_numbers: Collection[int] = (),
    labels: Sequence[str] = (),
    actor: StaffAccount | None,
    now: datetime,
) -> Ballot:
    """Set the draft's first ballot to one section of equal choices: wishes, or own words."""
    wishes = [one for one in list_wishes(session, consultation.edition_id)
              if one.number in wish_numbers]  # fmt: skip
    options = tuple(
        OptionDraft(one.short_label, one.child_label, wish_number=one.number) for one in wishes
    ) or tuple(OptionDraft(label) for label in labels)
    found = queries.list_ballots(session, consultation.id or 0)
    return set_ballot(
        session, consultation, found[0] if found else None, title=title, is_shuffled=is_shuffled,
        sections=[SectionDraft(question, BallotRule.CHOICES, max_choices, 1, options)],
        actor=actor, now=now,
    )  # fmt: skip


def remove_ballot(
    session: Session,
    consultation: Consultation,
    ballot: Ballot | None = None,
    *,
    actor: StaffAccount | None,
    now: datetime,
) -> None:
    """Take a ballot out of a draft; without naming one, all of them."""
    hold_draft(session, consultation)
    for one in queries.list_ballots(session, consultation.id or 0):
        if ballot is None or one.id == ballot.id:
            _clear(session, one)
            session.delete(one)
            session.flush()
            note(session, "remove_ballot", consultation, actor, now, ballot=one.id)


def freeze_ballots(session: Session, consultation: Consultation) -> None:
    """Write each ballot's definition and hash, with the order for ties drawn by lot.

    From here on the text is what is voted on and counted; called when the consultation opens.
    """
    for asked in queries.get_asked(session, consultation.id or 0).ballots:
        definition = _define(asked)
        asked.ballot.definition = definition.to_json()
        asked.ballot.definition_hash = definition.hash
        session.add(asked.ballot)


def _define(asked: AskedBallot) -> Definition:
    languages = {LANGUAGE}.union(
        *(option.words for one in asked.sections for option in one.options)
    )
    keys = rules.list_section_keys(len(asked.sections))
    return Definition(
        title=asked.ballot.title,
        is_shuffled=asked.ballot.is_shuffled,
        languages=tuple(sorted(languages)),
        sections=tuple(
            _define_section(key, one.section, one.options)
            for key, one in zip(keys, asked.sections, strict=True)
        ),
    )


def _define_section(key: str, section: BallotSection, options: list[BallotOption]) -> PaperSection:
    order = [option.key for option in options]
    secrets.SystemRandom().shuffle(order)
    return PaperSection(
        key=key,
        question=section.question,
        rule=section.rule,
        max_choices=section.max_choices,
        seats=section.seats,
        tie_order=tuple(order),
        options=tuple(
            PaperOption(one.key, one.label, one.easy_read, one.picture, one.words)
            for one in options
        ),
    )


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
