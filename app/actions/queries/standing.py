"""Actions as they stand by the clock: one view of each, the officer's desk, the wish cards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.actions import rules
from app.actions.models import Action, ActionPause, ActionUpdate, Goal
from app.actions.rules import ActionStatus, Timeliness, UpdateStatus
from app.core.clock import leeds_day
from app.core.errors import NotFound
from app.plans.models import Organisation
from app.wishes.models import Wish, WishEdition


@dataclass(frozen=True)
class ActionView:
    """An action as it stands today. `updates` are published ones, newest first, not all of them."""

    action: Action
    owner: str
    status: ActionStatus
    timeliness: Timeliness
    due_on: date  # by when something must be said
    is_late: bool  # should have been finished by now
    updates: tuple[ActionUpdate, ...] = ()
    pauses: tuple[ActionPause, ...] = ()


@dataclass(frozen=True)
class WishCard:
    """What is happening with a wish, in a few figures and the newest line."""

    wish: Wish
    actions: int = 0
    overdue: int = 0
    done: int = 0
    newest: ActionUpdate | None = None
    next_word_on: date | None = None


def get_goal(session: Session, goal_id: int) -> Goal:
    """The goal with this id."""
    goal = session.get(Goal, goal_id)
    if goal is None:
        raise NotFound
    return goal


def get_owner(session: Session, owner_id: int) -> Organisation:
    """The organisation that does something."""
    owner = session.get(Organisation, owner_id)
    if owner is None:
        raise NotFound
    return owner


def get_action(session: Session, action_id: int) -> Action:
    """The action with this id."""
    action = session.get(Action, action_id)
    if action is None:
        raise NotFound
    return action


def get_wish_by_id(session: Session, wish_id: int) -> Wish:
    """The wish with this id, of any edition."""
    wish = session.get(Wish, wish_id)
    if wish is None:
        raise NotFound
    return wish


def list_goals(session: Session, *, wish_id: int | None = None) -> list[Goal]:
    """Goals in the order they were set; of one wish or of all."""
    query = select(Goal).order_by(col(Goal.wish_id), col(Goal.id))
    if wish_id is not None:
        query = query.where(Goal.wish_id == wish_id)
    return list(session.exec(query))


def list_actions(session: Session, *, wish_ids: Collection[int]) -> list[Action]:
    """The actions for these wishes, in the order they were added."""
    query = select(Action).where(col(Action.wish_id).in_(wish_ids)).order_by(col(Action.id))
    return list(session.exec(query))


def newest_updates(
    session: Session, action_ids: Collection[int], *, most: int
) -> dict[int, list[ActionUpdate]]:
    """The newest published updates of each action, at most so many, newest first."""
    place = func.row_number().over(
        partition_by=col(ActionUpdate.action_id),
        order_by=(col(ActionUpdate.published_at).desc(), col(ActionUpdate.id).desc()),
    )
    ranked = (
        select(col(ActionUpdate.id), place.label("place"))
        .where(
            col(ActionUpdate.action_id).in_(action_ids),
            ActionUpdate.status == UpdateStatus.PUBLISHED,
        )
        .subquery()
    )
    query = (
        select(ActionUpdate)
        .join(ranked, ranked.c.id == ActionUpdate.id)
        .where(ranked.c.place <= most)
        .order_by(col(ActionUpdate.action_id), ranked.c.place)
    )
    found: dict[int, list[ActionUpdate]] = {}
    for update in session.exec(query):
        found.setdefault(update.action_id, []).append(update)
    return found


def find_status(session: Session, action_id: int) -> ActionStatus:
    """The status of an action: that of its newest published update."""
    newest = newest_updates(session, [action_id], most=1).get(action_id)
    return rules.status_of(newest[0].action_status if newest else None)


def view_actions(
    session: Session, actions: Sequence[Action], *, now: datetime, silence_days: int, most: int = 1
) -> list[ActionView]:
    """These actions as they stand at `now`, each with at most so many published updates."""
    ids = [action.id or 0 for action in actions]
    owners = dict(session.exec(select(Organisation.id, Organisation.name)).all())
    updates = newest_updates(session, ids, most=most)
    pauses: dict[int, list[ActionPause]] = {}
    query = select(ActionPause).where(col(ActionPause.action_id).in_(ids))
    for pause in session.exec(query.order_by(col(ActionPause.id).desc())):
        pauses.setdefault(pause.action_id, []).append(pause)
    return [
        _view(
            action,
            owners.get(action.owner_id, ""),
            updates.get(action.id or 0, []),
            pauses.get(action.id or 0, []),
            today=leeds_day(now),
            silence_days=silence_days,
        )
        for action in actions
    ]


def _view(
    action: Action,
    owner: str,
    updates: list[ActionUpdate],
    pauses: list[ActionPause],
    *,
    today: date,
    silence_days: int,
) -> ActionView:
    status = rules.status_of(updates[0].action_status if updates else None)
    words_on = [leeds_day(action.created_at), action.starts_on or leeds_day(action.created_at)]
    words_on += [leeds_day(update.published_at) for update in updates[:1] if update.published_at]
    words_on += [pause.to_on for pause in pauses]
    due_on = rules.effective_due(
        action.next_update_due_on, max(words_on), silence_days=silence_days
    )
    return ActionView(
        action=action,
        owner=owner,
        status=status,
        timeliness=rules.timeliness(
            due_on, status=status, is_paused=action.paused_on is not None, today=today
        ),
        due_on=due_on,
        is_late=rules.is_late(action.due_on, status=status, today=today),
        updates=tuple(updates),
        pauses=tuple(pauses),
    )


def list_desk(
    session: Session, *, wish_ids: Collection[int], now: datetime, silence_days: int
) -> list[ActionView]:
    """Every action for these wishes, what is due first on top; finished ones last."""
    order = list(Timeliness)
    views = view_actions(
        session, list_actions(session, wish_ids=wish_ids), now=now, silence_days=silence_days
    )
    return sorted(views, key=lambda view: (order.index(view.timeliness), view.due_on))


def list_wish_cards(session: Session, *, now: datetime, silence_days: int = 90) -> list[WishCard]:
    """The twelve wishes of the edition in force with what is happening now."""
    wishes = list(
        session.exec(
            select(Wish)
            .join(WishEdition, col(WishEdition.id) == Wish.edition_id)
            .where(col(WishEdition.is_current))
            .order_by(col(Wish.number))
        )
    )
    views = view_actions(
        session,
        list_actions(session, wish_ids=[wish.id or 0 for wish in wishes]),
        now=now,
        silence_days=silence_days,
    )
    return [_card(wish, [v for v in views if v.action.wish_id == wish.id]) for wish in wishes]


def _card(wish: Wish, views: list[ActionView]) -> WishCard:
    updates = [view.updates[0] for view in views if view.updates]
    waiting = [view.due_on for view in views if view.timeliness is not Timeliness.FINISHED]
    return WishCard(
        wish=wish,
        actions=len(views),
        overdue=sum(view.timeliness is Timeliness.OVERDUE for view in views),
        done=sum(view.status is ActionStatus.DONE for view in views),
        newest=max(updates, key=_published, default=None),
        next_word_on=min(waiting, default=None),
    )


def _published(update: ActionUpdate) -> tuple[datetime, int]:
    assert update.published_at is not None  # noqa: S101  # only published ones come here
    return update.published_at, update.id or 0
