"""Verbs of findings: drafted by one person, published by another, corrected by a new version."""

from datetime import datetime

from sqlmodel import Session

from app.core import audit
from app.core.errors import Refused
from app.publication import queries, rules
from app.publication.models import Finding, Release
from app.publication.rules import FindingStatus, Reason
from app.staff.models import StaffAccount
from app.wishes.models import Wish


def draft_finding(
    session: Session,
    release: Release,
    wish: Wish,
    *,
    headline: str,
    story: str = "",
    easy_read: str = "",
    quotes: list[str] | None = None,
    public_note: str = "",
    actor: StaffAccount | None,
    now: datetime,
) -> Finding:
    """Begin the next version of what a release says about a wish.

    A wish that already has a published finding gets a correction: its `public_note` says why.
    """
    release = queries.get_release(session, release.id or 0, for_update=True)
    versions = queries.list_versions(session, release, wish.id or 0)
    reason = rules.why_not_draft(
        release.status,
        is_wish_in_release=queries.is_wish_in(release, wish),
        waiting_drafts=sum(one.status in _UNFINISHED for one in versions),
    )
    if reason is not None:
        raise Refused(reason)
    finding = Finding(
        release_id=release.id or 0,
        wish_id=wish.id or 0,
        version=max((one.version for one in versions), default=0) + 1,
        status=FindingStatus.DRAFT,
        headline=headline,
        story=story,
        easy_read=easy_read,
        quotes=list(quotes or []),
        public_note=public_note,
        author_id=actor.id if actor else None,
        created_at=now,
    )
    session.add(finding)
    session.flush()
    _note(session, "draft_finding", finding, actor, now)
    return finding


def edit_finding(
    session: Session,
    finding: Finding,
    *,
    headline: str,
    story: str,
    easy_read: str,
    quotes: list[str],
    public_note: str = "",
    actor: StaffAccount,
    now: datetime,
) -> Finding:
    """Change a draft. Whoever changed it last is its author, so may not publish it alone."""
    finding = queries.get_finding(session, finding.id or 0, for_update=True)
    if reason := rules.why_not_edit(finding.status):
        raise Refused(reason)
    finding.headline, finding.story, finding.easy_read = headline, story, easy_read
    finding.quotes, finding.public_note = list(quotes), public_note
    finding.author_id = actor.id
    _note(session, "edit_finding", finding, actor, now)
    session.flush()
    return finding


def send_for_review(
    session: Session, finding: Finding, *, actor: StaffAccount | None, now: datetime
) -> Finding:
    """Hand a draft to a colleague."""
    finding = queries.get_finding(session, finding.id or 0, for_update=True)
    reason = rules.why_not_review(
        finding.status,
        version=finding.version,
        note=finding.public_note,
        quotes_approved=queries.are_quotes_approved(session, finding),
    )
    if reason is not None:
        raise Refused(reason)
    finding.status = FindingStatus.IN_REVIEW
    _note(session, "send_for_review", finding, actor, now)
    session.flush()
    return finding


def return_finding(
    session: Session, finding: Finding, *, actor: StaffAccount, now: datetime
) -> Finding:
    """Give a finding back to be changed."""
    finding = queries.get_finding(session, finding.id or 0, for_update=True)
    if finding.status is not FindingStatus.IN_REVIEW:
        raise Refused(Reason.WRONG_STATE)
    finding.status = FindingStatus.DRAFT
    _note(session, "return_finding", finding, actor, now)
    session.flush()
    return finding


def publish_finding(
    session: Session, finding: Finding, *, actor: StaffAccount, now: datetime
) -> Finding:
    """Let a colleague's finding go to the public. From here on this version never changes."""
    finding = queries.get_finding(session, finding.id or 0, for_update=True)
    release = queries.get_release(session, finding.release_id)
    reason = rules.why_not_publish(
        finding.status,
        author_id=finding.author_id,
        actor_id=actor.id or 0,
        release_status=release.status,
        quotes_approved=queries.are_quotes_approved(session, finding),
    )
    if reason is not None:
        raise Refused(reason)
    finding.status, finding.published_at = FindingStatus.PUBLISHED, now
    finding.approver_id = actor.id
    _note(session, "publish_finding", finding, actor, now)
    session.flush()
    return finding


def withdraw_finding(
    session: Session, finding: Finding, *, note: str, actor: StaffAccount, now: datetime
) -> Finding:
    """Take a published version back; the public sees that and why."""
    finding = queries.get_finding(session, finding.id or 0, for_update=True)
    if reason := rules.why_not_withdraw_finding(finding.status, note=note):
        raise Refused(reason)
    finding.status, finding.withdrawn_at = FindingStatus.WITHDRAWN, now
    finding.withdrawal_note = note.strip()
    _note(session, "withdraw_finding", finding, actor, now)
    session.flush()
    return finding


_UNFINISHED = (FindingStatus.DRAFT, FindingStatus.IN_REVIEW)


def _note(
    session: Session, verb: str, finding: Finding, actor: StaffAccount | None, now: datetime
) -> None:
    audit.note(
        session, verb, f"finding:{finding.id}",
        actor_id=actor.id if actor else None, now=now, version=finding.version,
    )  # fmt: skip
