"""The invented action plan of the sample site."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.actions import service as acting
from app.actions.models import Action
from app.actions.rules import ActionStatus, Horizon
from app.core.clock import leeds_day
from app.core.db import upsert
from app.plans.models import Organisation
from app.plans.rules import OrganisationKind
from app.staff.models import StaffAccount
from app.wishes.models import Wish

STATUSES = {
    "not_started": ActionStatus.NOT_STARTED,
    "started": ActionStatus.STARTED,
    "going_well": ActionStatus.GOING_WELL,
    "harder_than_thought": ActionStatus.HARDER,
    "done": ActionStatus.DONE,
    "not_doing": ActionStatus.NOT_DOING,
    "paused": ActionStatus.STARTED,
}
USUAL_WAIT = 60  # days until the next update where the sample names none


def fill_plan(
    session: Session, data: Mapping[str, Any], *, wishes: list[Wish], author: StaffAccount,
    approver: StaffAccount, now: datetime,
) -> int:  # fmt: skip
    """Goals, actions and updates of the sample, each on its own invented day; gives the actions."""
    by_number = {wish.number: wish for wish in wishes}
    goals = {
        line["slug"]: acting.set_goal(
            session, by_number[line["wish"]], horizon=Horizon(line["length"]), text=line["text"],
            child_text=line["child_text"], actor=author, now=now - timedelta(days=220),
        )
        for line in data["goals"]
    }  # fmt: skip
    wish_of = {line["slug"]: by_number[line["wish"]] for line in data["goals"]}
    for line in data["actions"]:
        action = acting.add_action(
            session,
            wish_of[line["goal"]],
            _plan(session, line, goals[line["goal"]].id, now),
            actor=author,
            now=now + timedelta(days=min(line.get("started_days", -30), -1)),
        )
        updates = [one for one in data["updates"] if one["action"] == line["slug"]]
        for number, update in enumerate(updates):
            is_last = number == len(updates) - 1
            words = _words(line, update, is_last=is_last, now=now)
            _tell(session, action, words, update, people=(author, approver), now=now)
        if line["status"] == "paused":
            acting.pause_action(
                session, action, reason=line["reason"], actor=author, now=now - timedelta(days=9)
            )
    return len(data["actions"])


def _owner(session: Session, name: str) -> int:
    slug = name.lower().replace(":", "").replace(" ", "-").replace("'", "")
    body = upsert(
        session, Organisation, {"slug": slug}, name=name, kind=OrganisationKind.TEAM,
        what="Invented for this sample site.", source="invented",
    )  # fmt: skip
    return body.id or 0


def _plan(
    session: Session, line: Mapping[str, Any], goal_id: int | None, now: datetime
) -> acting.Plan:
    def day(key: str) -> Any:
        return leeds_day(now + timedelta(days=line[key])) if key in line else None

    return acting.Plan(
        title=line["title"], owner_id=_owner(session, line["owner"]), goal_id=goal_id,
        child_line=line["child_text"], lead_role="Lead officer (invented)",
        partners=", ".join(line["partners"]), starts_on=day("started_days"),
        due_on=day("due_days"),
        next_update_due_on=day("next_update_due_days") or leeds_day(now) + timedelta(USUAL_WAIT),
    )  # fmt: skip


def _words(
    line: Mapping[str, Any], update: Mapping[str, Any], *, is_last: bool, now: datetime
) -> acting.Words:
    status = STATUSES[line["status"]] if is_last else ActionStatus.STARTED
    written = now + timedelta(days=update["written_days"])
    due = leeds_day(now) + timedelta(days=line.get("next_update_due_days", USUAL_WAIT))
    return acting.Words(
        action_status=status, what_we_did=update["what_we_did"],
        better_off=update["what_changed"], what_next=update["what_is_next"],
        easy_read=" ".join(update["easy_read"]), child_line=update["child_text"],
        evidence=update["evidence"] or (line["evidence"] if status is ActionStatus.DONE else ""),
        reason=line["reason"] if status is ActionStatus.NOT_DOING else "",
        next_update_due_on=max(due, leeds_day(written) + timedelta(days=1)),
    )  # fmt: skip


def _tell(
    session: Session, action: Action, words: acting.Words, update: Mapping[str, Any], *,
    people: tuple[StaffAccount, StaffAccount], now: datetime,
) -> None:  # fmt: skip
    author, approver = people
    written = now + timedelta(days=update["written_days"])
    row = acting.post_update(session, action, words, actor=author, now=written)
    if update["state"] == "draft":
        return
    acting.send_for_review(session, row, actor=author, now=written)
    if update["state"] == "published":
        published = now + timedelta(days=update["published_days"])
        acting.publish_update(session, row, actor=approver, now=published)
