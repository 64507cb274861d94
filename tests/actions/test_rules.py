"""The action plan's rules, line by line."""

from datetime import date, timedelta

import pytest

from app.actions import rules
from app.actions.rules import ActionStatus, Reason, Timeliness, UpdateStatus

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "status", "is_paused", "expected"),
    [
        (15, ActionStatus.STARTED, False, Timeliness.ON_TIME),
        (14, ActionStatus.STARTED, False, Timeliness.DUE_SOON),
        (0, ActionStatus.NOT_STARTED, False, Timeliness.DUE_SOON),
        (-1, ActionStatus.HARDER, False, Timeliness.OVERDUE),
        (-1, ActionStatus.GOING_WELL, True, Timeliness.PAUSED),
        (-1, ActionStatus.DONE, False, Timeliness.FINISHED),
        (-1, ActionStatus.NOT_DOING, True, Timeliness.FINISHED),
    ],
)
def test_the_clock_sets_timeliness(
    days: int, status: ActionStatus, is_paused: bool, expected: Timeliness
) -> None:
    due_on = TODAY + timedelta(days=days)
    found = rules.timeliness(due_on, status=status, is_paused=is_paused, today=TODAY)
    assert found is expected


def test_nobody_can_promise_silence() -> None:
    far, near = TODAY + timedelta(days=400), TODAY + timedelta(days=10)
    assert rules.effective_due(far, TODAY, silence_days=90) == TODAY + timedelta(days=90)
    assert rules.effective_due(near, TODAY, silence_days=90) == near


def test_late_only_after_the_last_day_and_unfinished() -> None:
    started, done = ActionStatus.STARTED, ActionStatus.DONE
    assert not rules.is_late(TODAY, status=started, today=TODAY)
    assert rules.is_late(TODAY, status=started, today=TODAY + timedelta(days=1))
    assert not rules.is_late(TODAY, status=done, today=TODAY + timedelta(days=1))
    assert not rules.is_late(None, status=started, today=TODAY)


@pytest.mark.parametrize(
    ("status", "facts", "expected"),
    [
        (ActionStatus.STARTED, {}, None),
        (ActionStatus.STARTED, {"what_we_did": "  "}, Reason.NOTHING_SAID),
        (ActionStatus.STARTED, {"next_update_due_on": None}, Reason.NEXT_DATE_NEEDED),
        (ActionStatus.STARTED, {"next_update_due_on": TODAY}, Reason.NEXT_DATE_PAST),
        (ActionStatus.DONE, {}, Reason.DONE_NEEDS_EVIDENCE),
        (ActionStatus.DONE, {"has_evidence": True, "next_update_due_on": None}, None),
        (ActionStatus.NOT_DOING, {}, Reason.NOT_DOING_NEEDS_REASON),
        (ActionStatus.NOT_DOING, {"reason": "No money.", "next_update_due_on": None}, None),
    ],
)
def test_what_an_update_must_say(
    status: ActionStatus, facts: dict[str, object], expected: Reason | None
) -> None:
    base: dict[str, object] = {
        "what_we_did": "We began.",
        "has_evidence": False,
        "reason": "",
        "next_update_due_on": TODAY + timedelta(days=1),
    }
    said = base | facts
    assert rules.why_not_say(action_status=status, today=TODAY, **said) is expected  # type: ignore[arg-type]


def test_publishing_truth_table() -> None:
    for status in UpdateStatus:
        for author in (1, 2, None):
            for unsaid in (None, Reason.NOTHING_SAID):
                found = rules.why_not_publish(status, author_id=author, actor_id=1, unsaid=unsaid)
                if status is UpdateStatus.PUBLISHED:
                    assert found is Reason.ALREADY_PUBLISHED
                elif status is UpdateStatus.DRAFT:
                    assert found is Reason.NOT_IN_REVIEW
                elif author == 1:
                    assert found is Reason.SECOND_PERSON
                else:
                    assert found is unsaid


def test_transitions_know_every_state() -> None:
    assert set(rules.TRANSITIONS) == set(UpdateStatus)
    assert rules.TRANSITIONS[UpdateStatus.PUBLISHED] == frozenset()


@pytest.mark.parametrize(
    ("status", "is_paused", "reason", "expected"),
    [
        (ActionStatus.STARTED, False, "Winter", None),
        (ActionStatus.STARTED, False, " ", Reason.PAUSE_NEEDS_REASON),
        (ActionStatus.STARTED, True, "Winter", Reason.ALREADY_PAUSED),
        (ActionStatus.DONE, False, "Winter", Reason.ACTION_FINISHED),
    ],
)
def test_pausing(
    status: ActionStatus, is_paused: bool, reason: str, expected: Reason | None
) -> None:
    assert rules.why_not_pause(status=status, is_paused=is_paused, reason=reason) is expected


def test_resuming_needs_a_pause_and_a_promise() -> None:
    later = TODAY + timedelta(days=1)
    resume = rules.why_not_resume
    assert resume(is_paused=True, next_update_due_on=later, today=TODAY) is None
    assert resume(is_paused=True, next_update_due_on=TODAY, today=TODAY) is Reason.NEXT_DATE_PAST
    assert resume(is_paused=False, next_update_due_on=later, today=TODAY) is Reason.NOT_PAUSED


def test_adding() -> None:
    add = rules.why_not_add
    assert add(wish_id=1, goal_wish_id=1, starts_on=TODAY, due_on=TODAY) is None
    assert add(wish_id=1, goal_wish_id=None, starts_on=None, due_on=TODAY) is None
    other = add(wish_id=1, goal_wish_id=2, starts_on=None, due_on=None)
    assert other is Reason.GOAL_OF_ANOTHER_WISH
    backwards = add(wish_id=1, goal_wish_id=1, starts_on=TODAY, due_on=TODAY - timedelta(days=1))
    assert backwards is Reason.DUE_BEFORE_START
