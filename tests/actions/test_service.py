"""Verbs of the action plan on both databases."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from app.actions import queries, service
from app.actions.rules import ActionStatus, Horizon, Reason, Timeliness, UpdateStatus
from app.actions.service import Plan
from app.core.audit import list_entries
from app.core.errors import NotFound, Refused
from tests.actions.world import make_action, make_world, publish, words


def test_an_update_reaches_the_public_through_two_people(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    update = service.post_update(session, action, words(), actor=world.author, now=now)
    with pytest.raises(Refused) as early:
        service.publish_update(session, update, actor=world.colleague, now=now)
    assert early.value.reason is Reason.NOT_IN_REVIEW
    service.send_for_review(session, update, actor=world.author, now=now)
    with pytest.raises(Refused) as alone:
        service.publish_update(session, update, actor=world.author, now=now)
    assert alone.value.reason is Reason.SECOND_PERSON
    assert queries.find_status(session, action.id or 0) is ActionStatus.NOT_STARTED
    service.publish_update(session, update, actor=world.colleague, now=now)
    assert queries.find_status(session, action.id or 0) is ActionStatus.STARTED
    assert action.next_update_due_on == date(2026, 6, 1)
    verbs = [entry.verb for entry in list_entries(session, subject=f"action_update:{update.id}")]
    assert verbs == ["publish_update", "send_for_review", "post_update"]


def test_what_is_published_stays(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    update = publish(session, world, action, words(), now=now)
    with pytest.raises(Refused) as refused:
        service.rewrite_update(
            session, update, words(what_we_did="Other"), actor=world.author, now=now
        )
    assert refused.value.reason is Reason.ALREADY_PUBLISHED
    assert update.what_we_did == "We mended two swings."


def test_whoever_changed_the_words_last_may_not_publish(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    update = service.post_update(session, action, words(), actor=world.author, now=now)
    service.rewrite_update(session, update, words(), actor=world.colleague, now=now)
    service.send_for_review(session, update, actor=world.author, now=now)
    with pytest.raises(Refused) as refused:
        service.publish_update(session, update, actor=world.colleague, now=now)
    assert refused.value.reason is Reason.SECOND_PERSON
    service.publish_update(session, update, actor=world.author, now=now)
    assert update.status is UpdateStatus.PUBLISHED


def test_a_colleague_sends_it_back_with_a_word(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    update = service.post_update(session, action, words(), actor=world.author, now=now)
    service.send_for_review(session, update, actor=world.author, now=now)
    service.return_update(session, update, note="Which swings?", actor=world.colleague, now=now)
    assert (update.status, update.return_note) == (UpdateStatus.DRAFT, "Which swings?")
    service.send_for_review(session, update, actor=world.author, now=now)
    assert update.return_note == ""


def test_done_and_not_doing_owe_the_public_something(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    for status, reason in (
        (ActionStatus.DONE, Reason.DONE_NEEDS_EVIDENCE),
        (ActionStatus.NOT_DOING, Reason.NOT_DOING_NEEDS_REASON),
    ):
        update = service.post_update(session, action, words(status), actor=world.author, now=now)
        with pytest.raises(Refused) as refused:
            service.send_for_review(session, update, actor=world.author, now=now)
        assert refused.value.reason is reason


def test_a_pause_stops_the_clock_and_stays_in_the_history(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now, days=10)
    service.pause_action(session, action, reason="Winter", actor=world.author, now=now)
    later = now + timedelta(days=40)
    (view,) = queries.view_actions(session, [action], now=later, silence_days=90)
    assert view.timeliness is Timeliness.PAUSED
    due_on = later.date() + timedelta(days=20)
    service.resume_action(session, action, next_update_due_on=due_on, actor=world.author, now=later)
    (view,) = queries.view_actions(session, [action], now=later, silence_days=90)
    assert view.timeliness is Timeliness.ON_TIME
    assert [(one.reason, one.from_on, one.to_on) for one in view.pauses] == [
        ("Winter", now.date(), later.date())
    ]
    assert action.paused_on is None
    with pytest.raises(Refused):
        service.resume_action(
            session, action, next_update_due_on=due_on, actor=world.author, now=later
        )


def test_an_action_serves_a_goal_of_its_own_wish(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    goal = service.set_goal(
        session, world.wishes[1], horizon=Horizon.SHORT, text="Goal", actor=world.author, now=now
    )
    plan = Plan(
        title="X", owner_id=world.owner.id or 0, next_update_due_on=date(2026, 5, 1),
        goal_id=goal.id,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        service.add_action(session, world.wish, plan, actor=world.author, now=now)
    assert refused.value.reason is Reason.GOAL_OF_ANOTHER_WISH
    nobody = Plan(title="X", owner_id=999_999, next_update_due_on=date(2026, 5, 1))
    with pytest.raises(NotFound):
        service.add_action(session, world.wish, nobody, actor=world.author, now=now)
