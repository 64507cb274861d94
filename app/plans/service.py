"""Verbs of the plans floor."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.core import audit
from app.core.db import upsert
from app.plans.models import (
    Organisation,
    OrganisationSuccession,
    PlanEdition,
    PlanItem,
    PlanLink,
)
from app.plans.rules import LinkBasis, OrganisationKind, PlanItemKind

DATA = Path(__file__).parent / "data"


def load_plans(
    session: Session, *, wish_ids: Mapping[tuple[int, int], int], now: datetime
) -> tuple[int, int]:
    """Bring plans and organisations of the shipped files into the database; safe to repeat.

    `wish_ids` maps (edition year, number) to the wish's row: plans stand beside the wishes floor,
    not above it, so the caller who knows both hands the ids over. Gives (items, organisations).
    """
    bodies = _load_organisations(session)
    data = tomllib.loads((DATA / "plans.toml").read_text(encoding="utf-8"))
    items: dict[tuple[str, str], PlanItem] = {}
    for entry in data["editions"]:
        plan = _store_plan(session, entry)
        for line in entry["items"]:
            items[plan.slug, line["slug"]] = _store_item(session, plan, line)
    for link in data["links"]:
        upsert(
            session,
            PlanLink,
            {
                "plan_item_id": items[link["plan"], link["item"]].id,
                "wish_id": wish_ids[link["wish_year"], link["wish"]],
            },
            basis=LinkBasis(link["basis"]),
            source=link["source"],
            note=link["note"],
        )
    audit.note(session, "loaded", "plans:all", actor_id=None, now=now, items=len(items))
    return len(items), bodies


def _load_organisations(session: Session) -> int:
    data = tomllib.loads((DATA / "organisations.toml").read_text(encoding="utf-8"))
    found: dict[str, Organisation] = {}
    for line in data["organisations"]:
        found[line["slug"]] = upsert(
            session,
            Organisation,
            {"slug": line["slug"]},
            name=line["name"],
            kind=OrganisationKind(line["kind"]),
            what=line["what"],
            note=line["note"],
            source=line["source"],
            from_year=line.get("from_year"),
            to_year=line.get("to_year"),
        )
    for line in data["organisations"]:
        for before in line["predecessors"]:
            key = {"predecessor_id": found[before].id, "successor_id": found[line["slug"]].id}
            upsert(session, OrganisationSuccession, key)
    return len(found)


def _store_plan(session: Session, entry: dict[str, Any]) -> PlanEdition:
    return upsert(
        session,
        PlanEdition,
        {"slug": entry["slug"]},
        title=entry["name"],
        vision=entry["vision"],
        vision_our_words=entry["vision_our_words"],
        source=entry["source"],
        note=entry["note"],
        from_year=entry["from_year"],
        to_year=entry["to_year"],
        unknown=[gap["unknown"] for gap in entry.get("unknown", [])],
    )


def _store_item(session: Session, plan: PlanEdition, line: dict[str, Any]) -> PlanItem:
    return upsert(
        session,
        PlanItem,
        {"plan_id": plan.id, "slug": line["slug"]},
        kind=PlanItemKind(line["kind"]),
        number=line.get("number"),
        text=line["text"],
        our_words=line["our_words"],
        unknown=line["unknown"],
        has_data=line.get("has_data", True),
        source=line["source"],
        note=line["note"],
    )
