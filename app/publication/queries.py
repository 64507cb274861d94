"""SELECTs of the publication floor that pages above need: what is published about a wish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.consultations.models import Consultation, Source
from app.publication.models import Finding, Release
from app.publication.rules import FindingStatus, ReleaseStatus


@dataclass(frozen=True)
class PublishedFinding:
    """What one release says about one wish, frozen, with figures that passed the gate."""

    wish_id: int
    headline: str
    story: str
    easy_read: str
    quotes: tuple[str, ...]
    figures: dict[str, Any]
    released_at: datetime
    title: str  # of the consultation or source
    slug: str  # of the consultation, or nothing
    hidden_note: str
    version: int
    release_hash: str


def list_published_findings(session: Session, wish_id: int) -> list[PublishedFinding]:
    """The published findings about a wish, newest release first."""
    query = (
        select(Finding, Release, Consultation, Source)
        .join(Release, col(Release.id) == Finding.release_id)
        .outerjoin(Consultation, col(Consultation.id) == Release.consultation_id)
        .outerjoin(Source, col(Source.id) == Release.source_id)
        .where(
            Finding.wish_id == wish_id,
            Finding.status == FindingStatus.PUBLISHED,
            Release.status == ReleaseStatus.RELEASED,
        )
        .order_by(col(Release.released_at).desc(), col(Finding.id).desc())
    )
    return [
        PublishedFinding(
            wish_id=finding.wish_id,
            headline=finding.headline,
            story=finding.story,
            easy_read=finding.easy_read,
            quotes=tuple(finding.quotes),
            figures=release.figures,
            released_at=release.released_at or release.proposed_at,
            title=consultation.title if consultation else source.title if source else "",
            slug=consultation.slug if consultation else "",
            hidden_note="",
            version=finding.version,
            release_hash=release.figures_hash,
        )
        for finding, release, consultation, source in session.exec(query)
    ]
