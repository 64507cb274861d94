"""Rules of the action plan. Pure: facts and `now` in, a reason or a value out."""

from datetime import date, timedelta
from enum import StrEnum


class Horizon(StrEnum):
    """How far ahead a goal looks."""

    SHORT = "short"
    LONG = "long"


class ActionStatus(StrEnum):
    """Status words a ten-year-old reads. Not an official scheme of anybody's."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    GOING_WELL = "going_well"
    HARDER = "harder"  # "harder than we thought"
    DONE = "done"
    NOT_DOING = "not_doing"  # always with "because"


class UpdateStatus(StrEnum):
    """How far an update has come on its way to the public."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


class Timeliness(StrEnum):
    """Whether we keep our word about telling what is new. Set by the clock, by nobody else."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    ON_TIME = "on_time"
    PAUSED = "paused"
    FINISHED = "finished"


class Reason(StrEnum):
    """Why a step in the action plan is refused."""

    GOAL_OF_ANOTHER_WISH = "goal_of_another_wish"
    DUE_BEFORE_START = "due_before_start"
    NOTHING_SAID = "nothing_said"
    NOT_IN_REVIEW = "not_in_review"
    ALREADY_PUBLISHED = "already_published"
    SECOND_PERSON = "second_person"
    DONE_NEEDS_EVIDENCE = "done_needs_evidence"
    NOT_DOING_NEEDS_REASON = "not_doing_needs_reason"
    NEXT_DATE_NEEDED = "next_date_needed"
    NEXT_DATE_PAST = "next_date_past"
    PAUSE_NEEDS_REASON = "pause_needs_reason"
    ALREADY_PAUSED = "already_paused"
    NOT_PAUSED = "not_paused"
    ACTION_FINISHED = "action_finished"


FINISHED = frozenset({ActionStatus.DONE, ActionStatus.NOT_DOING})
DUE_SOON_DAYS = 14
TRANSITIONS: dict[UpdateStatus, frozenset[UpdateStatus]] = {
    UpdateStatus.DRAFT: frozenset({UpdateStatus.IN_REVIEW}),
    UpdateStatus.IN_REVIEW: frozenset({UpdateStatus.DRAFT, UpdateStatus.PUBLISHED}),
    UpdateStatus.PUBLISHED: frozenset(),
}


def status_of(newest_published: ActionStatus | None) -> ActionStatus:
    """An action's status is what its newest published update says; not started before that."""
    return newest_published or ActionStatus.NOT_STARTED


def effective_due(next_update_due_on: date, last_word_on: date, *, silence_days: int) -> date:
    """The day by which something must be said.

    The promised day, but never later than `silence_days` after the last word: nobody can promise
    silence. `last_word_on` is the day of the newest published update, of the end of the last pause
    or of the action's beginning, whichever is newest.
    """
    return min(next_update_due_on, last_word_on + timedelta(days=silence_days))


def timeliness(due_on: date, *, status: ActionStatus, is_paused: bool, today: date) -> Timeliness:
    """How an action stands by the clock. `due_on` is `effective_due`; overdue from the day after.

    A finished action owes nothing more; a paused one has said publicly why it is silent.
    """
    if status in FINISHED:
        return Timeliness.FINISHED
    if is_paused:
        return Timeliness.PAUSED
    if today > due_on:
        return Timeliness.OVERDUE
    if today >= due_on - timedelta(days=DUE_SOON_DAYS):
        return Timeliness.DUE_SOON
    return Timeliness.ON_TIME


def is_late(due_on: date | None, *, status: ActionStatus, today: date) -> bool:
    """Whether an action should have been finished by now and is not."""
    return due_on is not None and today > due_on and status not in FINISHED


def why_not_add(
    *, wish_id: int, goal_wish_id: int | None, starts_on: date | None, due_on: date | None
) -> Reason | None:
    """An action serves a goal of its own wish and does not end before it starts."""
    if goal_wish_id is not None and goal_wish_id != wish_id:
        return Reason.GOAL_OF_ANOTHER_WISH
    if starts_on is not None and due_on is not None and due_on < starts_on:
        return Reason.DUE_BEFORE_START
    return None


def why_not_say(
    *,
    what_we_did: str,
    action_status: ActionStatus,
    has_evidence: bool,
    reason: str,
    next_update_due_on: date | None,
    today: date,
) -> Reason | None:
    """What an update must hold before anybody reviews or publishes it.

    Done names its evidence, not doing its reason, and everything else the day of the next update.
    """
    if not what_we_did.strip():
        return Reason.NOTHING_SAID
    if action_status is ActionStatus.DONE and not has_evidence:
        return Reason.DONE_NEEDS_EVIDENCE
    if action_status is ActionStatus.NOT_DOING and not reason.strip():
        return Reason.NOT_DOING_NEEDS_REASON
    if action_status in FINISHED:
        return None
    if next_update_due_on is None:
        return Reason.NEXT_DATE_NEEDED
    return Reason.NEXT_DATE_PAST if next_update_due_on <= today else None


def why_not_move(before: UpdateStatus, after: UpdateStatus) -> Reason | None:
    """Drafts go to review, reviewed ones back or out; what is published stays as it is."""
    if after in TRANSITIONS[before]:
        return None
    if before is UpdateStatus.PUBLISHED:
        return Reason.ALREADY_PUBLISHED
    return Reason.NOT_IN_REVIEW


def why_not_rewrite(status: UpdateStatus) -> Reason | None:
    """Words may change until they are published."""
    return Reason.ALREADY_PUBLISHED if status is UpdateStatus.PUBLISHED else None


def why_not_publish(
    status: UpdateStatus, *, author_id: int | None, actor_id: int, unsaid: Reason | None
) -> Reason | None:
    """Publishing takes two people and an update that holds all it must (`why_not_say`)."""
    refused = why_not_move(status, UpdateStatus.PUBLISHED)
    if refused is None and author_id == actor_id:
        return Reason.SECOND_PERSON
    return refused or unsaid


def why_not_pause(*, status: ActionStatus, is_paused: bool, reason: str) -> Reason | None:
    """Only a running action is paused, and the public is told why."""
    if status in FINISHED:
        return Reason.ACTION_FINISHED
    if is_paused:
        return Reason.ALREADY_PAUSED
    return None if reason.strip() else Reason.PAUSE_NEEDS_REASON


def why_not_resume(*, is_paused: bool, next_update_due_on: date, today: date) -> Reason | None:
    """A paused action goes on with a promise of when we tell more."""
    if not is_paused:
        return Reason.NOT_PAUSED
    return Reason.NEXT_DATE_PAST if next_update_due_on <= today else None
