"""One ballot on the desk: what a count gives now, what was said before, what may be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.ballots.queries import count_papers
from app.consultations.models import Ballot
from app.consultations.queries import get_ballot, get_consultation
from app.consultations.rules import Definition, read_definition
from app.paper import queries as paper
from app.results import rules
from app.results.models import BallotResult
from app.results.queries.desk import (
    DeskLine,
    list_names,
    list_people,
    make_line,
    was_public,
)
from app.results.queries.public import list_restored
from app.results.queries.results import find_approved, list_results, next_version, standing_of
from app.results.rules import Counted, Facts, Reason, ResultStatus, SectionView, Stage
from app.results.rules.telling import show_figure
from app.staff.models import StaffAccount

COUNTABLE = (Stage.READY, Stage.PROPOSED, Stage.HELD, Stage.PUBLIC, Stage.TAKEN_BACK)
ROUNDED_TO = 5  # published precision of a note


@dataclass(frozen=True)
class Change:
    """An option whose figure is another than before."""

    question: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionLine:
    """A version on the desk, and why this person may not do the next thing with it."""

    result: BallotResult
    is_public: bool
    why_not_approve: str
    can_move_embargo: bool


@dataclass(frozen=True)
class Look:
    """What a count gives at this moment, beside what was said before."""

    body: str
    sections: Sequence[SectionView]
    cast: int
    votes: int
    paper: Mapping[str, int]
    facts: Facts
    changes: Sequence[Change]
    cast_change: int
    statuses: Sequence[tuple[ResultStatus, str]]  # what may come next, and why not yet
    suggested_note: str


@dataclass(frozen=True)
class DeskPage:
    """A ballot with everything an officer decides on."""

    line: DeskLine
    consultation_id: int
    counted: Look | None
    versions: Sequence[VersionLine]
    names: Mapping[int | None, str]
    restored: Sequence[tuple[int, str, datetime]]
    recount_until: datetime | None


def count_now(session: Session, ballot: Ballot, *, version: int | None = None) -> Counted:
    """The whole count of a closed ballot, as the next version would say it."""
    return rules.compose_result(
        read_definition(ballot.definition),
        version=version or next_version(session, ballot.id or 0),
        votes=count_papers(session, ballot.id or 0),
        on_paper=paper.paper_votes(session, ballot),
        by_hand=paper.hand_tallies(session, ballot),
    )


def gather_facts(
    session: Session,
    ballot: Ballot,
    counted: Counted,
    before: BallotResult | None,
    *,
    is_waiting: bool,
    minimum: int,
) -> Facts:
    """What decides whether this count may be the next version."""
    return Facts(
        is_waiting=is_waiting,
        is_changed=before is not None and not rules.same_figures(before.body, counted.body),
        cast=counted.cast,
        minimum=minimum,
        unconfirmed_piles=paper.count_waiting(session, ballot.id or 0),
    )


def get_desk_page(
    session: Session,
    ballot_id: int,
    *,
    keys: BallotKeys,
    actor: StaffAccount,
    minimum: int,
    recount_days: int,
    now: datetime,
) -> DeskPage:
    """Everything about one ballot. Counted afresh, so the page never shows an old figure."""
    ballot = get_ballot(session, ballot_id)
    round_ = get_consultation(session, ballot.consultation_id)
    line = make_line(session, ballot, round_, keys=keys, now=now)
    results = list_results(session, ballot_id)
    look = _look(session, ballot, line, minimum)
    return DeskPage(
        line=line,
        consultation_id=ballot.consultation_id,
        counted=look,
        versions=[_version(one, look, actor, now) for one in reversed(results)],
        names=list_names(session, list_people(results)),
        restored=list_restored(session, ballot_id),
        recount_until=line.closed_at + timedelta(days=recount_days) if line.closed_at else None,
    )


def _look(session: Session, ballot: Ballot, line: DeskLine, minimum: int) -> Look | None:
    """The count of this moment; None while nothing may be counted."""
    if line.stage not in COUNTABLE or line.gap is not None:
        return None
    definition, before = read_definition(ballot.definition), find_approved(session, ballot.id or 0)
    counted = count_now(session, ballot)
    facts = gather_facts(
        session, ballot, counted, before, is_waiting=line.stage is Stage.PROPOSED, minimum=minimum
    )
    body = counted.read_body()
    return Look(
        body=counted.body,
        sections=rules.tell_sections(definition, counted.details, "en"),
        cast=counted.cast,
        votes=body["votes"],
        paper=body["paper"],
        facts=facts,
        changes=_changes(definition, before, counted) if before else (),
        cast_change=counted.cast - rules.cast_of(before.body) if before else 0,
        statuses=_next(before, facts),
        suggested_note=_suggest(before, counted) if before else "",
    )


def _next(before: BallotResult | None, facts: Facts) -> list[tuple[ResultStatus, str]]:
    """What the next version may be, each with the reason why not; words are asked for later."""
    standing = standing_of(before) if before else None
    found = []
    for status in ResultStatus:
        if status in rules.next_statuses(standing, is_changed=facts.is_changed):
            why_not = rules.why_not_propose(
                standing, status, facts=facts, reason="to come", public_note="to come"
            )
            found.append((status, why_not.value if why_not else ""))
    return found


def _version(
    one: BallotResult, look: Look | None, actor: StaffAccount, now: datetime
) -> VersionLine:
    standing, why_not = standing_of(one), None
    if one.approved_at is None and one.withdrawn_at is None:
        why_not = rules.why_not_approve(
            standing,
            proposed_by_id=one.proposed_by_id,
            actor_id=actor.id or 0,
            is_stale=look is not None and not rules.same_figures(one.body, look.body),
        )
        if look is None:
            why_not = Reason.RECORDS_MISSING
    return VersionLine(
        one,
        was_public(one, now=now),
        why_not.value if why_not else "",
        not standing.is_withdrawn and not was_public(one, now=now),
    )


def _changes(definition: Definition, before: BallotResult, counted: Counted) -> list[Change]:
    was, is_now = before.read_body()["sections"], counted.read_body()["sections"]
    return [
        Change(section.question, option.label, *(show_figure(Fraction(one)) for one in pair))
        for section in definition.sections
        for option in section.options
        for pair in ([side[section.key]["totals"][option.key] for side in (was, is_now)],)
        if pair[0] != pair[1]
    ]


def _suggest(before: BallotResult, counted: Counted) -> str:
    """A first wording of the public note, rounded: the exact figures are in the audit book."""
    was, is_now = (
        ROUNDED_TO * round(sum(body["paper"].values()) / ROUNDED_TO)
        for body in (before.read_body(), counted.read_body())
    )
    if was == is_now:
        return "Papers were counted again, and some were read differently."
    return f"Papers were counted again: about {was} before, about {is_now} now."
