"""The versions of a result: provisional, confirmed, corrected. One proposes, another approves.

A version never changes once it is proposed; what changes is the next version. The moment until
which it is held back may move as long as nobody outside has seen it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.ballots.rules import BallotState


class ResultStatus(StrEnum):
    """What a version claims to be."""

    PROVISIONAL = "provisional"  # counted; paper may still arrive
    CONFIRMED = "confirmed"  # everything is in
    CORRECTED = "corrected"  # the figures of an earlier version were not right


class Stage(StrEnum):
    """Where a ballot stands, from the boxes to the public."""

    UNHELD = "unheld"  # no box was put up yet
    OPEN = "open"
    CLOSING = "closing"  # nobody may begin any more; boxes still wait or are to be mixed
    READY = "ready"  # can be counted
    PROPOSED = "proposed"  # one person has counted it
    HELD = "held"  # two people let it go; it waits for its moment
    PUBLIC = "public"
    TAKEN_BACK = "taken_back"


TRANSITIONS: dict[ResultStatus | None, frozenset[ResultStatus]] = {
    None: frozenset({ResultStatus.PROVISIONAL, ResultStatus.CONFIRMED}),
    ResultStatus.PROVISIONAL: frozenset({ResultStatus.CONFIRMED, ResultStatus.CORRECTED}),
    ResultStatus.CONFIRMED: frozenset({ResultStatus.CORRECTED}),
    ResultStatus.CORRECTED: frozenset({ResultStatus.CONFIRMED, ResultStatus.CORRECTED}),
}


class Reason(StrEnum):
    """Why a verb of this floor refuses."""

    NOT_CLOSED = "not_closed"
    RECORDS_MISSING = "records_missing"
    TOO_FEW = "too_few"
    PAPER_WAITS = "paper_waits"
    PROPOSAL_WAITS = "proposal_waits"
    WRONG_STATUS = "wrong_status"
    NOTHING_CHANGED = "nothing_changed"
    WORDS_MISSING = "words_missing"
    NOTE_MISSING = "note_missing"
    SAME_PERSON = "same_person"
    STALE = "stale"
    MOVED_ON = "moved_on"
    EMBARGO_PAST = "embargo_past"
    PUBLIC_ALREADY = "public_already"
    NO_GAP = "no_gap"


@dataclass(frozen=True)
class Standing:
    """Where a version has come to."""

    status: ResultStatus
    is_approved: bool
    is_withdrawn: bool
    embargo_until: datetime | None


@dataclass(frozen=True)
class Facts:
    """What is known of the count that is to become the next version."""

    is_waiting: bool  # another proposal waits for its second person
    is_changed: bool  # other figures than in the newest approved version
    cast: int  # votes and papers
    minimum: int  # of fewer nothing is said
    unconfirmed_piles: int = 0  # paper that only one person has counted


def is_public(version: Standing, *, now: datetime) -> bool:
    """Whether everybody may see it: approved, and its moment has come (the moment counts).

    A version that was taken back was public once: its figures are not shown, its note is.
    """
    if not version.is_approved:
        return False
    return version.embargo_until is None or now >= version.embargo_until


def stage_of(
    state: BallotState | None, newest: Standing | None, *, is_round_closed: bool, now: datetime
) -> Stage:
    """Where a ballot stands. `newest`: its newest version that was not dropped."""
    if newest is not None:
        if not newest.is_approved:
            return Stage.PROPOSED
        if newest.is_withdrawn:
            return Stage.TAKEN_BACK
        return Stage.PUBLIC if is_public(newest, now=now) else Stage.HELD
    if state in (BallotState.CLOSED, BallotState.FINAL):
        return Stage.READY
    if state is None:
        return Stage.UNHELD
    is_open = state is BallotState.OPEN and not is_round_closed
    return Stage.OPEN if is_open else Stage.CLOSING


def next_statuses(before: Standing | None, *, is_changed: bool) -> frozenset[ResultStatus]:
    """What the next version may be. After one that was taken back the same is said again.

    Other figures than those that were confirmed are a correction, whatever they are called.
    """
    if before is None:
        return TRANSITIONS[None]
    allowed = TRANSITIONS[before.status]
    if before.is_withdrawn:
        allowed |= {before.status}
    if is_changed and before.status is not ResultStatus.PROVISIONAL:
        allowed &= {ResultStatus.CORRECTED}
    return allowed


def why_not_count(state: BallotState | None, *, is_whole: bool) -> Reason | None:
    """Why nothing is said about a ballot yet: somebody may still vote, or records are gone."""
    if state not in (BallotState.CLOSED, BallotState.FINAL):
        return Reason.NOT_CLOSED
    return None if is_whole else Reason.RECORDS_MISSING


def why_not_propose(
    before: Standing | None,
    wanted: ResultStatus,
    *,
    facts: Facts,
    reason: str,
    public_note: str,
) -> Reason | None:
    """Why this cannot be the next version. `before`: the newest approved one.

    Whoever knew other figures is told why they changed; a correction that changes nothing is none.
    """
    for is_wrong, why in (
        (facts.is_waiting, Reason.PROPOSAL_WAITS),
        (
            wanted not in next_statuses(before, is_changed=facts.is_changed),
            Reason.WRONG_STATUS,
        ),
        (facts.cast < facts.minimum, Reason.TOO_FEW),
        (wanted is ResultStatus.CONFIRMED and facts.unconfirmed_piles > 0, Reason.PAPER_WAITS),
    ):
        if is_wrong:
            return why
    if before is None:
        return None
    if wanted is ResultStatus.CORRECTED and not facts.is_changed and not before.is_withdrawn:
        return Reason.NOTHING_CHANGED
    if facts.is_changed or before.is_withdrawn:
        return why_not_words(reason) or why_not_note(public_note)
    return None


def why_not_words(words: str) -> Reason | None:
    """A reason is at least a few words."""
    return None if len(words.split()) >= 2 else Reason.WORDS_MISSING


def why_not_note(note: str) -> Reason | None:
    """A note for the public is at least a few words."""
    return None if len(note.split()) >= 2 else Reason.NOTE_MISSING


def why_not_embargo(until: datetime | None, *, now: datetime) -> Reason | None:
    """A moment to wait for lies ahead; None means at once."""
    return Reason.EMBARGO_PAST if until is not None and until <= now else None


def why_not_move_embargo(
    version: Standing, until: datetime | None, *, now: datetime
) -> Reason | None:
    """The moment may be moved until somebody outside has seen the result."""
    if version.is_withdrawn:
        return Reason.MOVED_ON
    if is_public(version, now=now):
        return Reason.PUBLIC_ALREADY
    return why_not_embargo(until, now=now)


def why_not_approve(
    version: Standing, *, proposed_by_id: int | None, actor_id: int, is_stale: bool
) -> Reason | None:
    """A second person lets go what is still what a count gives."""
    if version.is_approved or version.is_withdrawn:
        return Reason.MOVED_ON
    if proposed_by_id == actor_id:
        return Reason.SAME_PERSON
    return Reason.STALE if is_stale else None


def why_not_withdraw(version: Standing, *, note: str) -> Reason | None:
    """A proposal may be dropped; what was approved is taken back with a note for everybody."""
    if version.is_withdrawn:
        return Reason.MOVED_ON
    return why_not_note(note) if version.is_approved else None
