"""What everybody may read about a ballot: the question, the result once it is out, the proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.ballots.box.keys import BallotKeys
from app.ballots.models import Checkpoint, LedgerEntry
from app.ballots.queries import find_ledger, list_checkpoints
from app.ballots.rules import BallotState
from app.ballots.service.ledger import stamp
from app.consultations.models import Ballot
from app.consultations.queries import get_ballot, get_consultation
from app.consultations.rules import ConsultationStatus, Definition, PaperSection, read_definition
from app.core.errors import NotFound
from app.results.models import BallotResult
from app.results.queries.results import list_results, standing_of
from app.results.rules import (
    OptionView,
    SectionView,
    is_public,
    read_restored,
    tell_options,
    tell_sections,
)

SHOWN_CHECKPOINTS = 3


@dataclass(frozen=True)
class AskedView:
    """One question with its options, before anything is known."""

    section: PaperSection
    options: tuple[OptionView, ...]


@dataclass(frozen=True)
class VersionView:
    """One version in the list of versions."""

    version: int
    status: str
    public_at: datetime
    note: str
    withdrawn_at: datetime | None
    withdrawal_note: str
    hash: str


@dataclass(frozen=True)
class Announced:
    """A result that everybody may read."""

    version: VersionView
    sections: tuple[SectionView, ...]
    votes: int
    paper: int
    spoilt: int
    cast: int


@dataclass(frozen=True)
class PublicPage:
    """Everything the public page of a ballot shows."""

    ballot_id: int
    title: str
    consultation: str
    reply_by: date | None
    state: str  # waiting, open, counting, closed
    closed_at: datetime | None
    asked: tuple[AskedView, ...]
    announced: Announced | None
    expected_at: datetime | None  # when a result that is held back comes out
    is_taken_back: bool
    versions: tuple[VersionView, ...]
    definition_hash: str
    signing_key: str
    checkpoints: Sequence[Checkpoint]
    restored: Sequence[tuple[int, str, datetime]]  # records lost, what happened, when noted
    others: Sequence[tuple[int, str]]  # other ballots of the consultation
    is_final: bool


def get_public_ballot(session: Session, ballot_id: int) -> tuple[Ballot, Definition]:
    """A ballot that voting was once opened for. NotFound for a draft."""
    ballot = get_ballot(session, ballot_id)
    if not ballot.definition:
        raise NotFound
    return ballot, read_definition(ballot.definition)


def get_public_page(
    session: Session, ballot_id: int, *, keys: BallotKeys, language: str, now: datetime
) -> PublicPage:
    """The page of a ballot as everybody may see it at this moment."""
    ballot, definition = get_public_ballot(session, ballot_id)
    round_ = get_consultation(session, ballot.consultation_id)
    ledger = find_ledger(session, ballot_id)
    results = list_results(session, ballot_id)
    out = [one for one in results if is_public(standing_of(one), now=now)]
    newest = out[-1] if out else None
    is_shown = newest is not None and newest.withdrawn_at is None
    return PublicPage(
        ballot_id=ballot_id,
        title=definition.title,
        consultation=round_.title,
        reply_by=round_.reply_by,
        state=_state(round_.status, ledger.state if ledger else None),
        closed_at=ledger.closed_at if ledger else None,
        asked=tuple(
            AskedView(section, tuple(tell_options(section, language).values()))
            for section in definition.sections
        ),
        announced=_announce(newest, definition, language) if newest and is_shown else None,
        expected_at=_expected(results, now=now),
        is_taken_back=newest is not None and not is_shown,
        versions=tuple(_version(one) for one in reversed(out)),
        definition_hash=definition.hash,
        signing_key=keys.public_signing_key(),
        checkpoints=list_checkpoints(session, ballot_id)[-SHOWN_CHECKPOINTS:][::-1],
        restored=list_restored(session, ballot_id),
        others=_others(session, ballot),
        is_final=ledger is not None and ledger.state is BallotState.FINAL,
    )


def list_restored(session: Session, ballot_id: int) -> list[tuple[int, str, datetime]]:
    """What officers recorded about lost records, oldest first."""
    query = select(LedgerEntry.payload).where(
        LedgerEntry.ballot_id == ballot_id, LedgerEntry.kind == "restored"
    )
    return [read_restored(one) for one in session.exec(query.order_by(col(LedgerEntry.seq)))]


def list_checkpoint_lines(session: Session, ballot: Ballot) -> list[str]:
    """All checkpoints as a text that can be kept: entries, hash of the last, moment, signature.

    The check script reads it as it is (`--checkpoints`).
    """
    return [
        f"{one.size} {one.head} {stamp(one.at)} {one.signature}"
        for one in list_checkpoints(session, ballot.id or 0)
    ]


def _state(status: ConsultationStatus, state: BallotState | None) -> str:
    if state in (BallotState.CLOSED, BallotState.FINAL):
        return "closed"
    if status is ConsultationStatus.OPEN:
        return "open"
    return "counting" if state is not None else "closed"


def _expected(results: Sequence[BallotResult], *, now: datetime) -> datetime | None:
    """The moment of a version that two people let go and that is held back."""
    held = [
        one.embargo_until
        for one in results
        if one.approved_at and not one.withdrawn_at and one.embargo_until
        and one.embargo_until > now
    ]  # fmt: skip
    return held[-1] if held else None


def _version(one: BallotResult) -> VersionView:
    approved = one.approved_at or one.proposed_at
    return VersionView(
        version=one.version,
        status=one.status.value,
        public_at=max(approved, one.embargo_until or approved),
        note=one.public_note,
        withdrawn_at=one.withdrawn_at,
        withdrawal_note=one.withdrawal_note,
        hash=one.body_hash,
    )


def _announce(result: BallotResult, definition: Definition, language: str) -> Announced:
    body: dict[str, Any] = result.read_body()
    paper: dict[str, int] = body["paper"]
    return Announced(
        version=_version(result),
        sections=tell_sections(definition, result.details, language),
        votes=body["votes"],
        paper=sum(paper.values()),
        spoilt=paper["spoilt"],
        cast=body["votes"] + sum(paper.values()),
    )


def _others(session: Session, ballot: Ballot) -> list[tuple[int, str]]:
    query = (
        select(Ballot.id, Ballot.title)
        .where(
            Ballot.consultation_id == ballot.consultation_id,
            Ballot.id != ballot.id,
            col(Ballot.definition) != "",
        )
        .order_by(col(Ballot.id))
    )
    return [(other or 0, title) for other, title in session.exec(query)]
