"""Verbs of the action plan. What is published is never edited; a newer update says it better."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session

from app.actions import queries, rules
from app.actions.models import Action, ActionPause, ActionUpdate, Goal
from app.actions.rules import ActionStatus, Horizon, Reason, UpdateStatus
from app.core import audit
from app.core.clock import leeds_day
from app.core.errors import Refused
from app.staff.models import StaffAccount
from app.wishes.models import Wish


@dataclass(frozen=True)
class Plan:
    """What is known of an action when it is added."""

    title: str
    owner_id: int
    next_update_due_on: date
    child_line: str = ""
    lead_role: str = ""
    partners: str = ""
    goal_id: int | None = None
    finding_id: int | None = None
    starts_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Words:
    """What an update says. Fields as in `ActionUpdate`."""

    action_status: ActionStatus
    what_we_did: str
    how_well: str = ""
    better_off: str = ""
    what_next: str = ""
    easy_read: str = ""
    child_line: str = ""
    evidence: str = ""
    evidence_url: str = ""
    reason: str = ""
    next_update_due_on: date | None = None


def _refuse_for(reason: Reason | None) -> None:
    if reason is not None:
        raise Refused(reason)


def set_goal(
    session: Session,
    wish: Wish,
    *,
    horizon: Horizon,
    text: str,
    child_text: str = "",
    actor: StaffAccount,
    now: datetime,
) -> Goal:
    """Say where the city wants to get to for a wish."""
    goal = Goal(
        wish_id=wish.id or 0, horizon=horizon, text=text, child_text=child_text, created_at=now
    )
    session.add(goal)
    session.flush()
    audit.note(session, "set_goal", f"goal:{goal.id}", actor_id=actor.id, now=now, wish=wish.id)
    return goal


def add_action(
    session: Session, wish: Wish, plan: Plan, *, actor: StaffAccount, now: datetime
) -> Action:
    """Put something that somebody will do for a wish into the plan. Public at once."""
    queries.get_owner(session, plan.owner_id)
    goal = queries.get_goal(session, plan.goal_id) if plan.goal_id else None
    _refuse_for(
        rules.why_not_add(
            wish_id=wish.id or 0,
            goal_wish_id=goal.wish_id if goal else None,
            starts_on=plan.starts_on,
            due_on=plan.due_on,
        )
    )
    action = Action(wish_id=wish.id or 0, created_by_id=actor.id, created_at=now, **asdict(plan))
    session.add(action)
    session.flush()
    audit.note(session, "add_action", f"action:{action.id}", actor_id=actor.id, now=now)
    return action


def post_update(
    session: Session, action: Action, words: Words, *, actor: StaffAccount, now: datetime
) -> ActionUpdate:
    """Write a draft of what is new. Nobody outside sees it before it is published."""
    update = ActionUpdate(
        action_id=action.id or 0,
        status=UpdateStatus.DRAFT,
        author_id=actor.id,
        created_at=now,
        **asdict(words),
    )
    session.add(update)
    session.flush()
    _note(session, "post_update", update, actor=actor, now=now)
    return update


def rewrite_update(
    session: Session, update: ActionUpdate, words: Words, *, actor: StaffAccount, now: datetime
) -> None:
    """Change the words of what is not published yet. It becomes a draft of whoever changed it."""
    _refuse_for(rules.why_not_rewrite(update.status))
    for name, value in asdict(words).items():
        setattr(update, name, value)
    update.status, update.author_id = UpdateStatus.DRAFT, actor.id
    session.add(update)
    _note(session, "rewrite_update", update, actor=actor, now=now)


def send_for_review(
    session: Session, update: ActionUpdate, *, actor: StaffAccount, now: datetime
) -> None:
    """Ask a colleague to read it. What it must hold is asked for here already."""
    reason = rules.why_not_move(update.status, UpdateStatus.IN_REVIEW)
    _refuse_for(reason or queries.unsaid(update, today=leeds_day(now)))
    update.status, update.return_note = UpdateStatus.IN_REVIEW, ""
    session.add(update)
    _note(session, "send_for_review", update, actor=actor, now=now)


def return_update(
    session: Session, update: ActionUpdate, *, note: str, actor: StaffAccount, now: datetime
) -> None:
    """Give it back to its author with a word about what to change."""
    _refuse_for(rules.why_not_move(update.status, UpdateStatus.DRAFT))
    update.status, update.return_note = UpdateStatus.DRAFT, note
    session.add(update)
    _note(session, "return_update", update, actor=actor, now=now)


def publish_update(
    session: Session, update: ActionUpdate, *, actor: StaffAccount, now: datetime
) -> None:
    """Tell the public. Needs somebody else than the author (`rules.why_not_publish`)."""
    session.refresh(update, with_for_update=True)  # PostgreSQL: two approvers meet here in turn
    _refuse_for(queries.why_not_publish(update, actor_id=actor.id or 0, today=leeds_day(now)))
    action = queries.get_action(session, update.action_id)
    update.status, update.approver_id, update.published_at = UpdateStatus.PUBLISHED, actor.id, now
    session.add(update)
    if update.next_update_due_on is not None:
        action.next_update_due_on = update.next_update_due_on
        session.add(action)
    _note(session, "publish_update", update, actor=actor, now=now)


def pause_action(
    session: Session, action: Action, *, reason: str, actor: StaffAccount, now: datetime
) -> None:
    """Stop the clock of an action for now, and tell the public why."""
    status = queries.find_status(session, action.id or 0)
    _refuse_for(
        rules.why_not_pause(status=status, is_paused=action.paused_on is not None, reason=reason)
    )
    action.paused_on, action.pause_reason = leeds_day(now), reason
    session.add(action)
    audit.note(session, "pause_action", f"action:{action.id}", actor_id=actor.id, now=now)


def resume_action(
    session: Session,
    action: Action,
    *,
    next_update_due_on: date,
    actor: StaffAccount,
    now: datetime,
) -> None:
    """Go on with a paused action; the pause stays in its public history."""
    today, began = leeds_day(now), action.paused_on
    _refuse_for(
        rules.why_not_resume(
            is_paused=began is not None, next_update_due_on=next_update_due_on, today=today
        )
    )
    session.add(
        ActionPause(
            action_id=action.id or 0,
            from_on=began or today,
            to_on=today,
            reason=action.pause_reason,
        )
    )
    action.paused_on, action.pause_reason = None, ""
    action.next_update_due_on = next_update_due_on
    session.add(action)
    session.flush()
    audit.note(session, "resume_action", f"action:{action.id}", actor_id=actor.id, now=now)


def _note(
    session: Session, verb: str, update: ActionUpdate, *, actor: StaffAccount, now: datetime
) -> None:
    session.flush()
    audit.note(
        session, verb, f"action_update:{update.id}", actor_id=actor.id, now=now,
        action=update.action_id, status=update.action_status,
    )  # fmt: skip
