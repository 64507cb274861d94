"""Verbs of versions: one person proposes a result, a second lets it go, at its moment it is public.

Each verb holds the ballot's ledger until its transaction ends, so versions come one after the
other. Whatever is let go stands in the ledger by its hash, under a signed checkpoint.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotLedger
from app.ballots.queries import lock_ledgers
from app.ballots.service import add_entry, make_checkpoint
from app.consultations.models import Ballot
from app.core import audit
from app.core.errors import Refused
from app.results import queries, rules
from app.results.models import BallotResult
from app.results.queries import standing_of
from app.results.rules import Counted, Facts, Reason, ResultStatus
from app.results.service.counting import count_result, refuse_uncountable
from app.staff.models import StaffAccount

MINIMUM = 10  # papers; about fewer nothing is published (settings.gate_minimum)


@dataclass(frozen=True)
class Words:
    """What is said with a version: the reason for the desk, the note for everybody."""

    reason: str = ""
    public_note: str = ""


def propose_result(
    session: Session,
    ballot: Ballot,
    *,
    status: ResultStatus,
    words: Words = Words(),
    embargo_until: datetime | None = None,
    minimum: int = MINIMUM,
    keys: BallotKeys,
    actor: StaffAccount | None,
    now: datetime,
) -> BallotResult:
    """Count a closed ballot and freeze the count for a colleague to let go. Nothing is public yet.

    Refused: not closed, records missing, another proposal waits, the status does not follow, too
    few votes, figures that differ from those already approved without a reason and a public note.
    """
    hold_ledger(session, ballot)
    counted = count_result(session, ballot, keys=keys)
    before = queries.find_approved(session, ballot.id or 0)
    facts = _facts(session, ballot, counted, before, minimum)
    refuse_if(_why_not_propose(before, status, facts, words))
    refuse_if(rules.why_not_embargo(embargo_until, now=now))
    result = _freeze(ballot, counted, status, words, now)
    result.embargo_until = embargo_until
    result.proposed_by_id = actor.id if actor else None
    session.add(result)
    session.flush()
    was = _totals(before.read_body()) if before else None
    _note(session, "propose_result", result, actor, now,
          before=was, after=_totals(result.read_body()))  # fmt: skip
    return result


def correct_result(
    session: Session,
    ballot: Ballot,
    *,
    reason: str,
    public_note: str,
    embargo_until: datetime | None = None,
    minimum: int = MINIMUM,
    keys: BallotKeys,
    actor: StaffAccount | None,
    now: datetime,
) -> BallotResult:
    """Propose new figures after paper was counted again.

    The note is read by everybody: in published precision ("about 10, now about 20"), never the
    exact figures of one place. Refused when the figures are the same.
    """
    return propose_result(
        session, ballot, status=ResultStatus.CORRECTED, words=Words(reason, public_note),
        embargo_until=embargo_until, minimum=minimum, keys=keys, actor=actor, now=now,
    )  # fmt: skip


def approve_result(
    session: Session,
    ballot: Ballot,
    version: int,
    *,
    keys: BallotKeys,
    actor: StaffAccount,
    now: datetime,
) -> BallotResult:
    """Let a proposed version go: it is public from its embargo on, or at once.

    Refused: by whoever proposed it; when a count now gives other figures; records missing.
    """
    ledger = hold_ledger(session, ballot)
    result = queries.lock_result(session, ballot.id or 0, version)
    refuse_uncountable(session, ballot, keys=keys)
    fresh = queries.count_now(session, ballot, version=version)
    why_not = rules.why_not_approve(
        standing_of(result), proposed_by_id=result.proposed_by_id, actor_id=actor.id or 0,
        is_stale=fresh.body != result.body,
    )  # fmt: skip
    refuse_if(why_not)
    result.approved_by_id, result.approved_at = actor.id, now
    session.add(result)
    if result.status is ResultStatus.CORRECTED:
        add_entry(session, ledger, "corrected", now=now, version=version, note=result.public_note)
    add_entry(session, ledger, "released", now=now, version=version, hash=result.body_hash)
    _note(session, "approve_result", result, actor, now)
    make_checkpoint(session, ballot, ledger, keys, now=now)
    return result


def set_embargo(
    session: Session,
    ballot: Ballot,
    version: int,
    *,
    until: datetime | None,
    actor: StaffAccount,
    now: datetime,
) -> BallotResult:
    """Move the moment at which a version becomes public; None: as soon as two people let it go.

    Refused once it is public, and for a moment that is past.
    """
    result = queries.lock_result(session, ballot.id or 0, version)
    refuse_if(rules.why_not_move_embargo(standing_of(result), until, now=now))
    result.embargo_until = until
    session.add(result)
    _note(session, "set_embargo", result, actor, now, until=until.isoformat() if until else None)
    session.flush()
    return result


def withdraw_result(
    session: Session,
    ballot: Ballot,
    version: int,
    *,
    note: str = "",
    actor: StaffAccount,
    now: datetime,
) -> BallotResult:
    """Drop a proposal, or take back a version: its figures are no longer shown, the note is."""
    result = queries.lock_result(session, ballot.id or 0, version)
    refuse_if(rules.why_not_withdraw(standing_of(result), note=note))
    result.withdrawn_at, result.withdrawn_by_id = now, actor.id
    result.withdrawal_note = note.strip()
    session.add(result)
    _note(session, "withdraw_result", result, actor, now)
    session.flush()
    return result


def hold_ledger(session: Session, ballot: Ballot) -> BallotLedger:
    """The ledger of a ballot until the transaction ends. Refused when it was never held."""
    found = lock_ledgers(session, [ballot.id or 0])
    if not found:
        raise Refused(Reason.NOT_CLOSED)
    return found[ballot.id or 0]


def refuse_if(why_not: Reason | None) -> None:
    """Refuse when there is a reason."""
    if why_not is not None:
        raise Refused(why_not)


def _facts(
    session: Session,
    ballot: Ballot,
    counted: Counted,
    before: BallotResult | None,
    minimum: int,
) -> Facts:
    is_waiting = queries.find_waiting(session, ballot.id or 0) is not None
    return queries.gather_facts(
        session, ballot, counted, before, is_waiting=is_waiting, minimum=minimum
    )


def _why_not_propose(
    before: BallotResult | None, status: ResultStatus, facts: Facts, words: Words
) -> Reason | None:
    return rules.why_not_propose(
        standing_of(before) if before else None,
        status,
        facts=facts,
        reason=words.reason,
        public_note=words.public_note,
    )


def _freeze(
    ballot: Ballot, counted: Counted, status: ResultStatus, words: Words, now: datetime
) -> BallotResult:
    return BallotResult(
        ballot_id=ballot.id or 0,
        version=counted.read_body()["version"],
        status=status,
        body=counted.body,
        body_hash=counted.hash,
        details=counted.details,
        reason=words.reason.strip(),
        public_note=words.public_note.strip(),
        proposed_at=now,
    )


def _totals(body: dict[str, Any]) -> dict[str, Any]:
    """Exact figures stay in the audit book, before and after."""
    return {key: one["totals"] for key, one in body["sections"].items()}


def _note(
    session: Session,
    verb: str,
    result: BallotResult,
    actor: StaffAccount | None,
    now: datetime,
    **detail: object,
) -> None:
    audit.note(
        session, verb, f"ballot:{result.ballot_id}", actor_id=actor.id if actor else None, now=now,
        version=result.version, hash=result.body_hash, **detail,
    )  # fmt: skip
