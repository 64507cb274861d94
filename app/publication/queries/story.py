"""The results story of a consultation or a source, out of released figures only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.consultations.models import Consultation, Source
from app.core.errors import NotFound
from app.publication.models import Release
from app.publication.queries.findings import PublishedFinding, list_published_findings
from app.publication.queries.gathering import Subject, find_subject
from app.publication.queries.releases import list_published_releases
from app.publication.rules import ReleaseStatus
from app.wishes.queries import list_wishes


@dataclass(frozen=True)
class Told:
    """One population of the story, with the release it comes from."""

    population: dict[str, Any]
    about: dict[str, Any]
    limits: dict[str, int]
    released_at: datetime
    release_id: int
    release_hash: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The breakdowns in printed order; what the answers are about comes before how sure."""
        rows: list[dict[str, Any]] = self.population["rows"]
        return sorted(rows, key=lambda row: row["kind"] == "sorting")


@dataclass(frozen=True)
class WishLink:
    """A wish with a page that says what happens next."""

    number: int
    slug: str
    label: str
    finding: PublishedFinding | None


@dataclass(frozen=True)
class Story:
    """Who asked, who answered, what they said, what happens. Empty `told`: nothing released yet."""

    subject: Subject
    about: dict[str, Any]
    told: list[Told]
    wishes: list[WishLink]
    withdrawn: list[Release] = field(default_factory=list)
    asked_from: date | None = None
    asked_to: date | None = None
    reply_by: date | None = None


def get_story(session: Session, slug: str, *, kind: str = "consultation") -> Story:
    """The story under this address. NotFound while nothing was ever released about it."""
    subject = _find(session, slug, kind)
    releases = list_published_releases(session, subject)
    if not releases:
        raise NotFound
    told: dict[str, Told] = {}
    live = [one for one in releases if one.status is ReleaseStatus.RELEASED]
    for release in live:  # newest first: an older release speaks only where no newer one does
        for population in release.figures["populations"]:
            told.setdefault(population["key"], _told(release, population))
    about = (live or releases)[0].figures["about"]
    return Story(
        subject=subject,
        about=about,
        told=sorted(told.values(), key=lambda one: _ORDER[one.population["unit"]]),
        wishes=_wishes(session, subject) if live else [],
        withdrawn=[one for one in releases if one.status is ReleaseStatus.WITHDRAWN],
        asked_from=_day(about.get("from_on")),
        asked_to=_day(about.get("to_on")),
        reply_by=_day(about.get("reply_by")),
    )


_ORDER = {"voices": 0, "texts": 1, "votes": 2, "responses": 3}


def _find(session: Session, slug: str, kind: str) -> Subject:
    table = Source if kind == "source" else Consultation
    found = session.exec(select(table.id).where(col(table.slug) == slug)).first()
    if found is None:
        raise NotFound
    if kind == "source":
        return find_subject(session, source_id=found)
    return find_subject(session, consultation_id=found)


def _told(release: Release, population: dict[str, Any]) -> Told:
    return Told(
        population=population,
        about=release.figures["about"],
        limits=release.figures["limits"],
        released_at=release.released_at or release.proposed_at,
        release_id=release.id or 0,
        release_hash=release.figures_hash,
    )


def _wishes(session: Session, subject: Subject) -> list[WishLink]:
    links = []
    for wish in list_wishes(session, subject.edition_id):
        findings = [
            one
            for one in list_published_findings(session, wish.id or 0)
            if (one.subject_kind, one.subject_slug) == (subject.kind, subject.slug)
        ]
        links.append(WishLink(wish.number, wish.slug, wish.short_label, next(iter(findings), None)))
    return links


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
