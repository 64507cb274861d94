"""Findings: what is being written, and what the public reads about a wish."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.publication.models import Finding, Release
from app.publication.rules import FindingStatus, ReleaseStatus
from app.texts.queries import list_approved_quotes
from app.wishes.models import Wish


@dataclass(frozen=True)
class PublishedFinding:
    """One version as the public reads it. All numbers come frozen out of its release.

    `figures` holds `voices` (state, count, percent, total: how many named this wish in their own
    words, or None), `ballots` (the same with a title each) and `model`. A `count` of None means
    that `state` says it in words: hidden, almost_all, withheld. `hidden_note` is that state where
    a number is missing, else empty.
    """

    finding_id: int
    wish_id: int
    headline: str
    story: str
    easy_read: str
    quotes: tuple[str, ...]
    figures: dict[str, Any]
    hidden_note: str
    version: int
    released_at: datetime
    published_at: datetime
    public_note: str  # of a correction: what changed and why
    subject_kind: str  # consultation, source
    subject_slug: str
    subject_title: str
    release_id: int
    release_hash: str
    earlier: tuple["PublishedFinding", ...] = ()  # corrected versions, newest first

    @property
    def href(self) -> str:
        """Where the figures are explained."""
        return f"/{self.subject_kind}s/{self.subject_slug}"


@dataclass(frozen=True)
class FindingLine:
    """One finding for a staff list."""

    finding: Finding
    wish: Wish
    subject_title: str


def get_finding(session: Session, finding_id: int, *, for_update: bool = False) -> Finding:
    """The finding with this id, locked until the end of the transaction when asked."""
    finding = session.get(
        Finding, finding_id, populate_existing=for_update, with_for_update=for_update or None
    )
    if finding is None:
        raise NotFound
    return finding


def get_wish_by_id(session: Session, wish_id: int) -> Wish:
    """A wish of any edition."""
    wish = session.get(Wish, wish_id)
    if wish is None:
        raise NotFound
    return wish


def list_findings(session: Session) -> list[FindingLine]:
    """All findings for staff: unfinished first, then newest."""
    query = (
        select(Finding, Wish, Release)
        .join(Wish, col(Wish.id) == Finding.wish_id)
        .join(Release, col(Release.id) == Finding.release_id)
        .order_by(col(Finding.id).desc())
    )
    order = [FindingStatus.IN_REVIEW, FindingStatus.DRAFT, FindingStatus.PUBLISHED]
    lines = [
        FindingLine(finding, wish, release.figures["about"]["title"])
        for finding, wish, release in session.exec(query)
    ]
    return sorted(
        lines,
        key=lambda one: (
            order.index(one.finding.status) if one.finding.status in order else len(order)
        ),
    )


def list_versions(session: Session, release: Release, wish_id: int) -> list[Finding]:
    """Every version about this wish from the same consultation or source, oldest first."""
    same = (
        col(Release.consultation_id) == release.consultation_id
        if release.consultation_id is not None
        else col(Release.source_id) == release.source_id
    )
    query = (
        select(Finding)
        .join(Release, col(Release.id) == Finding.release_id)
        .where(Finding.wish_id == wish_id, same)
        .order_by(col(Finding.version))
    )
    return list(session.exec(query))


def list_quotes_for(session: Session, release: Release, wish_id: int) -> list[str]:
    """Wordings two people approved, to choose from."""
    quotes = list_approved_quotes(
        session, wish_id, consultation_id=release.consultation_id, source_id=release.source_id
    )
    return list(dict.fromkeys(quote.wording for quote in quotes))


def are_quotes_approved(session: Session, finding: Finding) -> bool:
    """Whether each quote is still one that two people stand behind, and not held apart."""
    release = session.get_one(Release, finding.release_id)
    return set(finding.quotes) <= set(list_quotes_for(session, release, finding.wish_id))


def is_wish_in(release: Release, wish: Wish) -> bool:
    """Whether the release says anything about this wish."""
    if wish.edition_id != release.edition_id:
        return False
    return bool(find_figures(release.figures, wish.number)["all"])


def find_figures(figures: dict[str, Any], number: int) -> dict[str, Any]:
    """What a release's figures say about the wish of this number."""
    found = [
        {
            "population": population["key"],
            "unit": population["unit"],
            "kind": row["kind"],
            "title": row["title"] or population["title"],
            "total": population["total"],
            "state": cell["state"],
            "count": cell["count"],
            "percent": cell["percent"],
        }
        for population in figures["populations"]
        for row in population["rows"]
        for cell in row["cells"]
        if cell["wish"] == number
    ]
    return {
        "all": found,
        "voices": next((one for one in found if one["kind"] == "wishes"), None),
        "ballots": [one for one in found if one["kind"] == "ballot"],
        "model": figures["about"]["model"],
    }


def list_published_findings(session: Session, wish_id: int) -> list[PublishedFinding]:
    """What the public reads about a wish: for each consultation or source its newest version.

    Versions that were corrected hang on it as `earlier`. Withdrawn findings and findings of a
    withdrawn release are not among them.
    """
    query = (
        select(Finding, Release, Wish)
        .join(Release, col(Release.id) == Finding.release_id)
        .join(Wish, col(Wish.id) == Finding.wish_id)
        .where(
            Finding.wish_id == wish_id,
            Finding.status == FindingStatus.PUBLISHED,
            Release.status == ReleaseStatus.RELEASED,
        )
        .order_by(col(Finding.version).desc(), col(Finding.id).desc())
    )
    chains: dict[tuple[str, str], list[PublishedFinding]] = {}
    for finding, release, wish in session.exec(query):
        one = _published(finding, release, wish)
        chains.setdefault((one.subject_kind, one.subject_slug), []).append(one)
    newest = [_chain(chain) for chain in chains.values()]
    return sorted(newest, key=lambda one: one.published_at, reverse=True)


def list_withdrawn_findings(session: Session, wish_id: int) -> list[Finding]:
    """Findings that were public and were taken back, with the note the public is owed."""
    query = select(Finding).where(
        Finding.wish_id == wish_id,
        Finding.status == FindingStatus.WITHDRAWN,
        col(Finding.published_at).is_not(None),
    )
    return list(session.exec(query.order_by(col(Finding.withdrawn_at).desc())))


def _chain(versions: list[PublishedFinding]) -> PublishedFinding:
    first, *rest = versions
    return replace(first, earlier=tuple(rest))


def preview_finding(finding: Finding, release: Release, wish: Wish) -> PublishedFinding:
    """A draft as the public would read it."""
    return _published(finding, release, wish)


def _published(finding: Finding, release: Release, wish: Wish) -> PublishedFinding:
    about = release.figures["about"]
    figures = find_figures(release.figures, wish.number)
    told = figures["voices"] or next(iter(figures["ballots"]), None)
    return PublishedFinding(
        finding_id=finding.id or 0,
        wish_id=finding.wish_id,
        headline=finding.headline,
        story=finding.story,
        easy_read=finding.easy_read,
        quotes=tuple(finding.quotes),
        figures=figures,
        hidden_note=told["state"] if told and told["count"] is None else "",
        version=finding.version,
        released_at=release.released_at or release.proposed_at,
        published_at=finding.published_at or finding.created_at,
        public_note=finding.public_note,
        subject_kind=about["kind"],
        subject_slug=about["slug"],
        subject_title=about["title"],
        release_id=release.id or 0,
        release_hash=release.figures_hash,
    )
