"""The verb of the reports floor."""

from datetime import date, datetime

from sqlmodel import Session

from app.core import audit
from app.core.clock import leeds_day
from app.core.errors import Refused
from app.publication.disclosure.canonical import content_hash
from app.reports import queries, rules
from app.reports.models import Report
from app.staff.models import StaffAccount

SILENCE_DAYS = 90  # as the setting `update_due_days`; a caller with settings passes its own


def freeze_report(
    session: Session,
    *,
    from_on: date,
    to_on: date,
    title: str,
    actor: StaffAccount | None,
    now: datetime,
    silence_days: int = SILENCE_DAYS,
) -> Report:
    """Write down once and for all what the report of a period says.

    Refused: the period ends before it begins, is not over, or is longer than three years.
    """
    if reason := rules.why_not_freeze(from_on, to_on, today=leeds_day(now)):
        raise Refused(reason)
    snapshot = queries.take_snapshot(
        session, title=title, from_on=from_on, to_on=to_on, now=now, silence_days=silence_days
    )
    report = Report(
        title=title,
        from_on=from_on,
        to_on=to_on,
        snapshot=snapshot,
        snapshot_hash=content_hash(snapshot),
        frozen_by_id=actor.id if actor else None,
        frozen_at=now,
    )
    session.add(report)
    session.flush()
    audit.note(
        session, "freeze_report", f"report:{report.id}",
        actor_id=actor.id if actor else None, now=now, snapshot=report.snapshot_hash,
    )  # fmt: skip
    return report
