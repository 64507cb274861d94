"""Verbs of releases: one person proposes figures, another lets them go."""

from datetime import datetime

from sqlmodel import Session

from app.core import audit
from app.core.errors import Refused
from app.publication import queries, rules
from app.publication.disclosure.canonical import content_hash
from app.publication.disclosure.shapes import Limits
from app.publication.models import Release
from app.publication.queries import Subject
from app.publication.rules import Part, ReleaseStatus
from app.staff.models import StaffAccount


def propose_release(
    session: Session,
    subject: Subject,
    *,
    parts: set[Part],
    limits: Limits,
    actor: StaffAccount | None,
    now: datetime,
) -> Release:
    """Freeze what the gate lets through, for a colleague to look at. Nothing is public yet.

    Refused: not closed, nothing chosen, nothing sorted, under the minimum, too close to what the
    public already has.
    """
    preview = queries.preview_release(session, subject, parts, limits, now=now)
    if preview.reason is not None:
        raise Refused(preview.reason)
    release = Release(
        consultation_id=subject.consultation_id,
        source_id=subject.source_id,
        edition_id=subject.edition_id,
        status=ReleaseStatus.PROPOSED,
        figures=preview.figures,
        gate=preview.gate,
        figures_hash=content_hash(preview.figures),
        model_id=preview.gathered.model_id,
        proposed_by_id=actor.id if actor else None,
        proposed_at=now,
    )
    session.add(release)
    session.flush()
    _note(session, "propose_release", release, actor, now)
    return release


def approve_release(
    session: Session, release: Release, *, actor: StaffAccount, now: datetime
) -> Release:
    """Let a proposed release go to the public.

    Refused: by the person who proposed it, or when the answers, their sorting or the releases
    before it have changed since: then it must be proposed again.
    """
    release = queries.get_release(session, release.id or 0, for_update=True)
    reason = rules.why_not_approve(
        release.status,
        proposed_by_id=release.proposed_by_id,
        actor_id=actor.id or 0,
        is_stale=queries.is_stale(session, release, now=now),
    )
    if reason is not None:
        raise Refused(reason)
    release.status, release.released_at = ReleaseStatus.RELEASED, now
    release.released_by_id = actor.id
    _note(session, "approve_release", release, actor, now)
    session.flush()
    return release


def withdraw_release(
    session: Session, release: Release, *, note: str, actor: StaffAccount, now: datetime
) -> Release:
    """Take a release back, or drop a proposal. What was public leaves a public note behind."""
    release = queries.get_release(session, release.id or 0, for_update=True)
    if reason := rules.why_not_withdraw_release(release.status, note=note):
        raise Refused(reason)
    release.status, release.withdrawn_at = ReleaseStatus.WITHDRAWN, now
    release.public_note = note.strip()
    _note(session, "withdraw_release", release, actor, now)
    session.flush()
    return release


def _note(
    session: Session, verb: str, release: Release, actor: StaffAccount | None, now: datetime
) -> None:
    audit.note(
        session, verb, f"release:{release.id}",
        actor_id=actor.id if actor else None, now=now, figures=release.figures_hash,
    )  # fmt: skip
