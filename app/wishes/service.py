"""Verbs of the wishes floor."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from app.core import audit
from app.core.db import upsert
from app.wishes.models import Wish, WishEdition, WishSuccession
from app.wishes.rules import Basis

WISH_FIELDS = (
    "slug", "title", "title_source", "title_note", "short_label", "child_label", "scope",
    "not_here", "easy_read",
)  # fmt: skip
DATA = Path(__file__).parent / "data" / "editions.toml"


def load_editions(session: Session, *, now: datetime) -> int:
    """Bring the editions of the shipped file into the database; gives how many wishes it holds.

    Safe to repeat: rows are found by (year, number) and updated, so links to a wish stay.
    """
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    wishes: dict[tuple[int, int], Wish] = {}
    for entry in data["editions"]:
        edition = _store_edition(session, entry)
        for line in entry["wishes"]:
            wish = _store_wish(session, edition, line, checked_on=entry["title_checked_on"])
            wishes[edition.year, wish.number] = wish
    _store_crosswalk(session, data, wishes)
    audit.note(session, "loaded", "wish_editions:all", actor_id=None, now=now, wishes=len(wishes))
    return len(wishes)


def _store_edition(session: Session, entry: dict[str, Any]) -> WishEdition:
    return upsert(
        session,
        WishEdition,
        {"year": entry["year"]},
        name=entry["name"],
        source=entry["source"],
        note=entry["note"],
        is_current=entry["current"],
    )


def _store_wish(
    session: Session, edition: WishEdition, line: dict[str, Any], *, checked_on: date
) -> Wish:
    return upsert(
        session,
        Wish,
        {"edition_id": edition.id, "number": line["number"]},
        title_variants=line.get("title_variants", []),
        title_checked_on=checked_on,
        **{name: line[name] for name in WISH_FIELDS},
    )


def _store_crosswalk(
    session: Session, data: dict[str, Any], wishes: dict[tuple[int, int], Wish]
) -> None:
    for old in session.exec(select(WishSuccession).order_by(col(WishSuccession.id))):
        session.delete(old)
    session.flush()
    basis = Basis(data["crosswalk_basis"]["basis"])
    for line in data["crosswalk"]:
        session.add(
            WishSuccession(
                from_wish_id=wishes[line["from_year"], line["from_number"]].id,
                to_wish_id=wishes[line["to_year"], line["to_number"]].id,
                strength=line["strength"], basis=basis, note=line["note"],
            )
        )  # fmt: skip
    for gap in data["crosswalk_gaps"]:
        wish = wishes[gap["year"], gap["number"]]
        is_new = gap["kind"] == "new"
        session.add(
            WishSuccession(
                from_wish_id=None if is_new else wish.id, to_wish_id=wish.id if is_new else None,
                strength=gap["kind"], basis=basis, note=gap["note"],
            )
        )  # fmt: skip
    session.flush()
