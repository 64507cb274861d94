"""A frozen report as a workbook. Only what is in the snapshot; no text becomes a formula."""

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from app.core.clock import LEEDS

SHEETS: dict[str, tuple[str, ...]] = {
    "Findings": (
        "wish", "label", "headline", "story", "from", "count", "of", "shown as", "version",
        "published on", "release hash",
    ),
    "Actions": (
        "wish", "label", "action", "owner", "lead role", "status", "word is", "next word by",
        "finish by", "late", "paused because",
    ),
    "Updates": (
        "wish", "label", "action", "status", "published on", "what we did", "how well",
        "is anyone better off", "what is next", "reason", "evidence",
    ),
    "Voices": ("from", "counted in", "title", "total", "released on", "taken back", "release hash"),
}  # fmt: skip


def export_report(snapshot: dict[str, Any], snapshot_hash: str) -> bytes:
    """The workbook, the same bytes each time for one snapshot."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        frozen_at = datetime.fromisoformat(snapshot["frozen_at"])
        book.set_properties(
            {
                "title": snapshot["title"],
                "created": frozen_at.astimezone(LEEDS).replace(tzinfo=None),
                "comments": f"Frozen report {snapshot_hash}",
            }
        )
        _sheet(book, "About", ("what", "value"), _about(snapshot, snapshot_hash))
        for name, rows in _tables(snapshot).items():
            _sheet(book, name, SHEETS[name], rows)
    return out.getvalue()


def _about(snapshot: dict[str, Any], snapshot_hash: str) -> list[tuple[Any, ...]]:
    return [
        ("title", snapshot["title"]),
        ("wishes", snapshot["edition"]),
        ("from", snapshot["from_on"]),
        ("to", snapshot["to_on"]),
        ("actions as they stood on", snapshot["standing_on"]),
        ("fingerprint", snapshot_hash),
        ("figures", "Rounded or hidden where small; responses and votes, not people."),
    ]


def _tables(snapshot: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    wishes = snapshot["wishes"]
    return {
        "Findings": [
            (*_head(wish), *_finding(one)) for wish in wishes for one in wish["findings"]
        ],
        "Actions": [
            (*_head(wish), one["title"], one["owner"], one["lead_role"], one["status"],
             one["timeliness"], one["word_due_on"], one["due_on"],
             "yes" if one["is_late"] else "no", one["pause_reason"])
            for wish in wishes for one in wish["actions"]
        ],
        "Updates": [
            (*_head(wish), one["action"], one["status"], one["published_on"], one["what_we_did"],
             one["how_well"], one["better_off"], one["what_next"], one["reason"],
             one["evidence_url"])
            for wish in wishes for one in wish["updates"]
        ],
        "Voices": [
            (one["title"], part["unit"], part["title"], part["total"], one["released_on"],
             one["public_note"] if one["is_withdrawn"] else "", one["hash"])
            for one in snapshot["releases"] for part in one["populations"]
        ],
    }  # fmt: skip


def _head(wish: dict[str, Any]) -> tuple[int, str]:
    return wish["number"], wish["label"]


def _finding(one: dict[str, Any]) -> tuple[Any, ...]:
    told: dict[str, Any] = one["figures"]["voices"] or next(iter(one["figures"]["ballots"]), {})
    return (
        one["headline"], one["story"], one["from"], told.get("count"), told.get("total"),
        told.get("state", ""), one["version"], one["published_on"], one["release_hash"],
    )  # fmt: skip


def _sheet(book: Any, name: str, headings: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    sheet = book.add_worksheet(name)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.write_row(0, 0, headings, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value, wrap)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 18)
