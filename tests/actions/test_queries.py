"""What pages read of the action plan, on both databases."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from app.actions import queries, service
from app.actions.rules import ActionStatus, Timeliness, UpdateStatus
from tests.actions.world import make_action, make_world, publish, words


def test_only_the_newest_published_updates_come_in_order(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    for day in range(4):
        publish(
            session, world, action, words(what_we_did=f"Day {day}"), now=now + timedelta(days=day)
        )
    service.post_update(session, action, words(what_we_did="Secret"), actor=world.author, now=now)
    later = now + timedelta(days=10)
    (view,) = queries.view_actions(session, [action], now=later, silence_days=90, most=3)
    assert [update.what_we_did for update in view.updates] == ["Day 3", "Day 2", "Day 1"]
    assert queries.count_published_updates(session, world.wish.id or 0) == 4
    listed = queries.list_published_updates(session, wish_id=world.wish.id, limit=2, offset=1)
    assert [one.update.what_we_did for one in listed] == ["Day 2", "Day 1"]


def test_the_desk_shows_what_is_due_first(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    for title, days in (("later", 60), ("soon", 5), ("late", -3), ("latest", -9)):
        make_action(session, world, now=now, days=days, title=title)
    done = make_action(session, world, now=now, days=-20, title="done")
    publish(session, world, done, words(ActionStatus.DONE, evidence="Photographs"), now=now)
    paused = make_action(session, world, now=now, days=-20, title="paused")
    service.pause_action(session, paused, reason="Winter", actor=world.author, now=now)
    ids = [world.wish.id or 0]
    views = queries.list_desk(session, wish_ids=ids, now=now, silence_days=90)
    assert [view.action.title for view in views] == [
        "latest", "late", "soon", "later", "paused", "done",
    ]  # fmt: skip


def test_silence_turns_overdue_whatever_was_promised(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now, days=1000)
    at = now + timedelta(days=90)
    (view,) = queries.view_actions(session, [action], now=at, silence_days=90)
    assert view.timeliness is Timeliness.DUE_SOON
    (view,) = queries.view_actions(session, [action], now=at + timedelta(days=1), silence_days=90)
    assert view.timeliness is Timeliness.OVERDUE
    promised = words(next_update_due_on=date(2030, 1, 1))
    publish(session, world, action, promised, now=at + timedelta(days=1))
    (view,) = queries.view_actions(session, [action], now=at + timedelta(days=2), silence_days=90)
    assert view.due_on == (at + timedelta(days=91)).date()


def test_cards_of_all_twelve_wishes(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    make_action(session, world, now=now, days=-1)
    publish(session, world, action, words(child_line="Two swings work."), now=now)
    cards = queries.list_wish_cards(session, now=now)
    assert [card.wish.number for card in cards] == list(range(1, 13))
    first, second = cards[0], cards[1]
    assert (first.actions, first.overdue) == (2, 1)
    assert first.newest is not None
    assert first.newest.child_line == "Two swings work."
    assert (second.actions, second.newest, second.next_word_on) == (0, None, None)


def test_the_queue_says_who_may_publish(session: Session, now: datetime) -> None:
    world = make_world(session, now=now)
    action = make_action(session, world, now=now)
    update = service.post_update(session, action, words(), actor=world.author, now=now)
    service.send_for_review(session, update, actor=world.author, now=now)
    for actor, may in ((world.author, False), (world.colleague, True)):
        (queued,) = queries.list_queue(
            session, UpdateStatus.IN_REVIEW, actor_id=actor.id or 0, today=now.date()
        )
        assert (queued.why_not is None) is may
