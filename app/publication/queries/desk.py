"""What the pages of the publication desk show, gathered for one look each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.consultations.models import Consultation, Source
from app.consultations.rules import ConsultationStatus
from app.core.errors import NotFound
from app.core.settings import Settings
from app.publication.models import Finding, Release
from app.publication.queries import findings, releases
from app.publication.queries.gathering import find_subject
from app.publication.queries.releases import RowView
from app.publication.rules import (
    FindingStatus,
    Part,
    Reason,
    ReleaseStatus,
    why_not_approve,
    why_not_publish,
    why_not_review,
)
from app.staff.models import StaffAccount
from app.wishes.queries import list_wishes

BLANK = {"headline": "", "story": "", "easy_read": "", "public_note": "", "quotes": []}


@dataclass(frozen=True)
class Choice:
    """Something a release can be about."""

    key: str  # consultation:3
    label: str


def releases_page(session: Session) -> dict[str, Any]:
    """All releases with the people behind them."""
    rows = releases.list_releases(session)
    people = [one.proposed_by_id for one in rows] + [one.released_by_id for one in rows]
    return {"releases": rows, "names": _names(session, people)}


def proposal_page(
    session: Session, settings: Settings, key: str, parts: set[Part], *, now: datetime
) -> dict[str, Any]:
    """The choice of subject and, once made, what the gate would let through."""
    choices = list_choices(session)
    page: dict[str, Any] = {
        "choices": choices,
        "pairs": [("", "Choose"), *((one.key, one.label) for one in choices)],
        "subject": None,
        "key": key,
        "parts": parts,
        "preview": None,
        "rows": [],
        "errors": {},
    }
    if not any(one.key == key for one in choices):
        return page
    kind, _, number = key.partition(":")
    subject = find_subject(session, **{f"{kind}_id": int(number)})
    limits = releases.limits_of(settings)
    preview = releases.preview_release(session, subject, parts, limits, now=now)
    rows = releases.list_rows(preview.gate) if preview.gate else []
    return page | {"subject": subject, "preview": preview, "rows": rows}


def list_choices(session: Session) -> list[Choice]:
    """Consultations that were opened, and registered sources, newest first."""
    rounds = session.exec(
        select(Consultation)
        .where(Consultation.status != ConsultationStatus.DRAFT)
        .order_by(col(Consultation.id).desc())
    )
    sources = session.exec(select(Source).order_by(col(Source.id).desc()))
    return [Choice(f"consultation:{one.id}", one.title) for one in rounds] + [
        Choice(f"source:{one.id}", f"{one.title} (from elsewhere)") for one in sources
    ]


def release_page(
    session: Session, release_id: int, actor_id: int, *, now: datetime
) -> dict[str, Any]:
    """One release: figures beside exact counts, who did what, and the wishes it speaks about."""
    release = releases.get_release(session, release_id)
    rows: list[RowView] = releases.list_rows(release.gate)
    reason: Reason | None = None
    if release.status is ReleaseStatus.PROPOSED:
        reason = why_not_approve(
            release.status,
            proposed_by_id=release.proposed_by_id,
            actor_id=actor_id,
            is_stale=releases.is_stale(session, release, now=now),
        )
    about = release.figures["about"]
    return {
        "release": release,
        "about": about,
        "rows": rows,
        "why_not": reason.value if reason else "",
        "names": _names(session, [release.proposed_by_id, release.released_by_id]),
        "wishes": _wishes_of(session, release),
        "story_href": f"/{about['kind']}s/{about['slug']}",
        "errors": {},
        "note": "",
    }


@dataclass(frozen=True)
class WishOfRelease:
    """A wish of a release and the newest version written about it."""

    id: int
    number: int
    label: str
    figures: dict[str, Any]
    finding: Finding | None


def _wishes_of(session: Session, release: Release) -> list[WishOfRelease]:
    if release.status is not ReleaseStatus.RELEASED:
        return []
    lines = []
    for wish in list_wishes(session, release.edition_id):
        if findings.is_wish_in(release, wish):
            versions = findings.list_versions(session, release, wish.id or 0)
            figures = findings.find_figures(release.figures, wish.number)
            newest = versions[-1] if versions else None
            lines.append(
                WishOfRelease(wish.id or 0, wish.number, wish.short_label, figures, newest)
            )
    return lines


def new_finding_page(session: Session, release_id: int, wish_id: int) -> dict[str, Any]:
    """An empty finding; for a correction the words of the newest version, to be changed."""
    release = releases.get_release(session, release_id)
    wish = findings.get_wish_by_id(session, wish_id)
    if not findings.is_wish_in(release, wish):
        raise NotFound
    versions = findings.list_versions(session, release, wish_id)
    words = _words(versions[-1]) | {"public_note": ""} if versions else dict(BLANK)
    return {
        "finding": None,
        "release": release,
        "wish": wish,
        "words": words,
        "is_correction": bool(versions),
        "figures": findings.find_figures(release.figures, wish.number),
        "about": release.figures["about"],
        "choices": findings.list_quotes_for(session, release, wish_id),
        "versions": versions,
        "preview": None,
        "errors": {},
        "why_not_send": "",
        "why_not_publish": "",
        "names": {},
    }


def finding_page(session: Session, finding_id: int, actor_id: int) -> dict[str, Any]:
    """A finding with its preview and what may be done with it now."""
    finding = findings.get_finding(session, finding_id)
    page = new_finding_page(session, finding.release_id, finding.wish_id)
    release: Release = page["release"]
    approved = findings.are_quotes_approved(session, finding)
    send = why_not_review(
        finding.status, version=finding.version, note=finding.public_note, quotes_approved=approved
    )
    publish = why_not_publish(
        finding.status,
        author_id=finding.author_id,
        actor_id=actor_id,
        release_status=release.status,
        quotes_approved=approved,
    )
    return page | {
        "finding": finding,
        "words": _words(finding),
        "is_correction": finding.version > 1,
        "preview": findings.preview_finding(finding, release, page["wish"]),
        "why_not_send": send.value if send else "",
        "why_not_publish": publish.value if publish else "",
        "is_open": finding.status in (FindingStatus.DRAFT, FindingStatus.IN_REVIEW),
        "names": _names(session, [finding.author_id, finding.approver_id]),
    }


def _words(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in BLANK}


def _names(session: Session, ids: Sequence[int | None]) -> dict[int | None, str]:
    wanted = {one for one in ids if one is not None}
    query = select(StaffAccount.id, StaffAccount.name).where(col(StaffAccount.id).in_(wanted))
    return {None: "nobody"} | dict(session.exec(query).all())
