"""Releases: what would be published now, what was, and whether it is still what it was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.core.settings import Settings
from app.publication.disclosure.canonical import content_hash
from app.publication.disclosure.figures import (
    PopulationWords,
    compose_figures,
    read_words,
    words_to_json,
)
from app.publication.disclosure.gate import gate
from app.publication.disclosure.shapes import (
    Batch,
    Cell,
    Gated,
    Limits,
    Row,
    gated_to_json,
    read_batch,
    read_gated,
)
from app.publication.models import Release
from app.publication.queries.gathering import Gathered, Subject, find_subject, gather_batch
from app.publication.rules import Part, Reason, why_not_propose


@dataclass(frozen=True)
class Preview:
    """What a release proposed now would publish, beside what staff may see."""

    gathered: Gathered
    reason: Reason | None
    figures: dict[str, Any]
    gate: dict[str, Any]


@dataclass(frozen=True)
class CellView:
    """One cell for a staff page: the exact count beside what the public gets."""

    label: str
    exact: int
    state: str
    count: int | None
    percent: int | None
    why: str


@dataclass(frozen=True)
class RowView:
    """One row for a staff page."""

    population: str
    unit: str
    total: int
    kind: str
    title: str
    cells: list[CellView]


def limits_of(settings: Settings) -> Limits:
    """The thresholds an administrator set."""
    return Limits(
        minimum=settings.gate_minimum,
        hide_below=settings.gate_hide_below,
        round_to=settings.gate_round_to,
        percent_from=settings.gate_percent_from,
    )


def get_release(session: Session, release_id: int, *, for_update: bool = False) -> Release:
    """The release with this id, locked until the end of the transaction when asked."""
    release = session.get(
        Release, release_id, populate_existing=for_update, with_for_update=for_update or None
    )
    if release is None:
        raise NotFound
    return release


def list_releases(session: Session) -> list[Release]:
    """All releases, newest first."""
    return list(session.exec(select(Release).order_by(col(Release.id).desc())))


def list_published_releases(session: Session, subject: Subject) -> list[Release]:
    """What the public has or once had about this subject, newest first."""
    return list(
        session.exec(
            select(Release)
            .where(
                col(Release.consultation_id) == subject.consultation_id
                if subject.consultation_id
                else col(Release.source_id) == subject.source_id,
                col(Release.released_at).is_not(None),
            )
            .order_by(col(Release.id).desc())
        )
    )


def preview_release(
    session: Session, subject: Subject, parts: set[Part], limits: Limits, *, now: datetime
) -> Preview:
    """Gather, ask the rules, pass the gate: what would be published, or why nothing would."""
    gathered = gather_batch(session, subject, parts, now=now)
    reason = why_not_propose(
        is_closed=subject.is_closed,
        parts=parts,
        texts=gathered.texts,
        sorted_texts=gathered.sorted_texts,
        unreleased_ballots=gathered.unreleased_ballots,
    )
    if reason is not None:
        return Preview(gathered, reason, {}, {})
    before = list_published_releases(session, subject)
    gated = gate(gathered.batch, limits=limits, earlier=[_as_published(one) for one in before])
    if isinstance(gated, Reason):
        return Preview(gathered, gated, {}, {})
    kept = {
        "batch": gathered.batch.to_json(),
        "words": words_to_json(gathered.words),
        "gated": gated_to_json(gated),
        "earlier": [one.id for one in before],
    }
    about = gathered.about | {"model": gathered.model_id}
    return Preview(gathered, None, compose_figures(gated, gathered.words, about), kept)


def is_stale(session: Session, release: Release, *, now: datetime) -> bool:
    """Whether counts, wording or earlier releases have changed since this one was proposed."""
    subject = find_subject(
        session, consultation_id=release.consultation_id, source_id=release.source_id
    )
    parts = {Part(one) for one in release.figures["about"]["parts"]}
    limits = read_gated(release.gate["gated"]).limits
    fresh = preview_release(session, subject, parts, limits, now=now)
    return content_hash(fresh.figures) != release.figures_hash or content_hash(
        fresh.gate
    ) != content_hash(release.gate)


def rebuild_figures(session: Session, release: Release) -> dict[str, Any]:
    """The public figures again, from the exact counts and limits frozen with the release."""
    kept = release.gate
    before = [_as_published(get_release(session, one)) for one in kept["earlier"]]
    limits = read_gated(kept["gated"]).limits
    gated = gate(read_batch(kept["batch"]), limits=limits, earlier=before)
    if isinstance(gated, Reason):  # it passed once with the same facts
        raise ArithmeticError(f"the gate no longer passes what it passed: {gated}")
    return compose_figures(gated, read_words(kept["words"]), release.figures["about"])


def list_broken_releases(session: Session) -> list[int]:
    """Releases whose figures no longer fit their hash or their frozen input; it should be none."""
    return [
        release.id or 0
        for release in list_releases(session)
        if content_hash(release.figures) != release.figures_hash
        or content_hash(rebuild_figures(session, release)) != release.figures_hash
    ]


def list_rows(kept: dict[str, Any]) -> list[RowView]:
    """From what was kept beside a release or a preview: exact counts beside the gated ones."""
    batch, said, gated = (
        read_batch(kept["batch"]),
        read_words(kept["words"]),
        read_gated(kept["gated"]),
    )
    return [
        RowView(
            population=said[population.key].title,
            unit=said[population.key].unit,
            total=population.total,
            kind=said[population.key].rows[row.key].kind,
            title=said[population.key].rows[row.key].title,
            cells=_cell_views(row, said[population.key], gated.cells[population.key][row.key]),
        )
        for population in batch.populations
        for row in population.rows
    ]


def _cell_views(row: Row, words: PopulationWords, cells: dict[str, Cell]) -> list[CellView]:
    return [
        CellView(
            label=words.rows[row.key].cells[key].label,
            exact=exact,
            state=cells[key].state.value,
            count=cells[key].count,
            percent=cells[key].percent,
            why=why.value if (why := cells[key].why) else "",
        )
        for key, exact in row.counts.items()
    ]


def _as_published(release: Release) -> tuple[Batch, Gated]:
    """An earlier release as its readers know it, from its own frozen figures."""
    return read_batch(release.gate["batch"]), read_gated(release.gate["gated"])
