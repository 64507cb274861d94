"""Every SELECT of the reports floor: what a report of a period would say now."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.actions.models import Action, ActionUpdate
from app.actions.queries import ActionView, list_actions, list_goals, view_actions
from app.actions.rules import UpdateStatus
from app.core.clock import LEEDS, leeds_day
from app.core.errors import NotFound
from app.publication.disclosure.canonical import content_hash
from app.publication.models import Release
from app.publication.queries import PublishedFinding, list_published_findings
from app.reports.models import Report
from app.wishes.models import Wish
from app.wishes.queries import get_current_edition, list_wishes

FORMAT = 1


def get_report(session: Session, report_id: int) -> Report:
    """The frozen report with this id."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound
    return report


def list_reports(session: Session) -> list[Report]:
    """All frozen reports, newest first."""
    return list(session.exec(select(Report).order_by(col(Report.id).desc())))


def list_broken_reports(session: Session) -> list[int]:
    """Reports whose content no longer fits their hash; it should be none."""
    return [
        report.id or 0
        for report in list_reports(session)
        if content_hash(report.snapshot) != report.snapshot_hash
    ]


def take_snapshot(
    session: Session, *, title: str, from_on: date, to_on: date, now: datetime, silence_days: int
) -> dict[str, Any]:
    """Everything the report says: per wish its findings, goals, actions and updates.

    Findings, figures and updates are those published within the period, days in Leeds; the
    standing of actions is that of `now`, and the snapshot says so.
    """
    edition = get_current_edition(session)
    span = _moments(from_on, to_on)
    wishes = [
        _wish(session, wish, span, now=now, silence_days=silence_days)
        for wish in list_wishes(session, edition.id or 0)
    ]
    return {
        "format": FORMAT,
        "title": title,
        "edition": edition.name,
        "from_on": from_on.isoformat(),
        "to_on": to_on.isoformat(),
        "frozen_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "standing_on": leeds_day(now).isoformat(),
        "wishes": wishes,
        "releases": _releases(session, span),
        "totals": {
            name: sum(len(wish[name]) for wish in wishes)
            for name in ("findings", "actions", "updates")
        }
        | {
            "overdue": sum(
                one["timeliness"] == "overdue" for wish in wishes for one in wish["actions"]
            )
        },
    }


def _moments(from_on: date, to_on: date) -> tuple[datetime, datetime]:
    """The first moment of the period and the first after it."""
    start = datetime.combine(from_on, time(), LEEDS)
    end = datetime.combine(to_on + timedelta(days=1), time(), LEEDS)
    return start.astimezone(UTC), end.astimezone(UTC)


def _wish(
    session: Session,
    wish: Wish,
    span: tuple[datetime, datetime],
    *,
    now: datetime,
    silence_days: int,
) -> dict[str, Any]:
    actions = list_actions(session, wish_ids=[wish.id or 0])
    views = view_actions(session, actions, now=now, silence_days=silence_days)
    return {
        "number": wish.number,
        "label": wish.short_label,
        "title": wish.title,
        "goals": [
            {"text": goal.text, "horizon": goal.horizon.value}
            for goal in list_goals(session, wish_id=wish.id)
        ],
        "findings": [
            _finding(one)
            for one in list_published_findings(session, wish.id or 0)
            if span[0] <= one.published_at < span[1]
        ],
        "actions": [_action(view) for view in views],
        "updates": _updates(session, wish.id or 0, span),
    }


def _finding(one: PublishedFinding) -> dict[str, Any]:
    return {
        "headline": one.headline,
        "story": one.story,
        "quotes": list(one.quotes),
        "figures": one.figures,
        "from": one.subject_title,
        "version": one.version,
        "public_note": one.public_note,
        "published_on": leeds_day(one.published_at).isoformat(),
        "release_hash": one.release_hash,
    }


def _action(view: ActionView) -> dict[str, Any]:
    action = view.action
    return {
        "title": action.title,
        "owner": view.owner,
        "lead_role": action.lead_role,
        "status": view.status.value,
        "timeliness": view.timeliness.value,
        "word_due_on": view.due_on.isoformat(),
        "due_on": action.due_on.isoformat() if action.due_on else None,
        "is_late": view.is_late,
        "pause_reason": action.pause_reason if action.paused_on else "",
    }


def _updates(
    session: Session, wish_id: int, span: tuple[datetime, datetime]
) -> list[dict[str, Any]]:
    query = (
        select(ActionUpdate, Action.title)
        .join(Action, col(Action.id) == ActionUpdate.action_id)
        .where(
            Action.wish_id == wish_id,
            ActionUpdate.status == UpdateStatus.PUBLISHED,
            col(ActionUpdate.published_at) >= span[0],
            col(ActionUpdate.published_at) < span[1],
        )
        .order_by(col(ActionUpdate.published_at), col(ActionUpdate.id))
    )
    fields = (
        "what_we_did", "how_well", "better_off", "what_next", "reason", "evidence", "evidence_url",
    )  # fmt: skip
    return [
        {
            "action": title,
            "status": update.action_status.value,
            "published_on": leeds_day(update.published_at).isoformat(),
        }
        | {name: getattr(update, name) for name in fields}
        for update, title in session.exec(query)
        if update.published_at is not None
    ]


def _releases(session: Session, span: tuple[datetime, datetime]) -> list[dict[str, Any]]:
    """Whose voices were published in the period, and what was taken back."""
    query = (
        select(Release)
        .where(col(Release.released_at) >= span[0], col(Release.released_at) < span[1])
        .order_by(col(Release.released_at), col(Release.id))
    )
    return [
        {
            "title": one.figures["about"]["title"],
            "released_on": leeds_day(one.released_at).isoformat() if one.released_at else "",
            "is_withdrawn": one.withdrawn_at is not None,
            "public_note": one.public_note,
            "hash": one.figures_hash,
            "limits": one.figures["limits"],
            "populations": [
                {"unit": part["unit"], "title": part["title"], "total": part["total"]}
                for part in one.figures["populations"]
            ],
        }
        for one in session.exec(query)
    ]
