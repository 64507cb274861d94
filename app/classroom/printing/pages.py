"""Sheets as pages to print from a browser: for a site without typst, and for signs no font has."""

from typing import Any

from markupsafe import Markup

from app.classroom.printing.layout import lay_out
from app.classroom.printing.sheets import Sheet
from app.classroom.printing.words import Wording


def page_of(sheet: Sheet, wording: Wording) -> tuple[str, dict[str, Any]]:
    """The template and the context of the page that says what the PDF of this sheet says."""
    described: dict[str, Any] = _drawn(lay_out(sheet, wording))
    return f"print/{sheet.kind}.html", {
        "sheet": described,
        "words": described["words"],
        "lang": wording.language.replace("_", "-"),
        "direction": wording.direction,
    }


def _drawn(value: Any) -> Any:
    """The description with its QR codes as markup: they are drawn by us, all else stays text."""
    if isinstance(value, dict):
        return {
            name: Markup(one) if name == "qr" else _drawn(one)  # noqa: S704  # drawn by us
            for name, one in value.items()
        }
    return [_drawn(one) for one in value] if isinstance(value, list) else value
