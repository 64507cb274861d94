"""Sheets as PDF (tagged, PDF/UA-1) by typst, an extra: `pip install leeds-wishes[print]`.

The same sheet gives the same bytes: fonts come out of packages, never from the machine, and the
time of making is fixed. A slip's PDF therefore says nothing about when it was printed.
"""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.classroom.printing.layout import lay_out
from app.classroom.printing.sheets import Sheet
from app.classroom.printing.words import Wording
from app.core.settings import ROOT

try:
    import typst
except ImportError:  # without the extra `print`, sheets are pages (see `pages`)
    typst = None  # type: ignore[assignment]

SOURCES = ROOT / "templates" / "print"
FONTS = ("fontpkg_lexend", "fontpkg_noto_sans_arabic", "manimgx_fonts")
MADE_AT = 1_767_225_600  # 1 January 2026: the same for every file
LONG_WORD = re.compile(r"\S{25,}")
UNBROKEN = {"qr", "svg", "dandelion", "address"}  # drawings; addresses break at their dots


class NoPdf(Exception):
    """This sheet cannot be a PDF here; print its page instead. `str()` says why, for a log."""


def can_print_pdf() -> bool:
    """Whether typst is installed on this machine."""
    return typst is not None


def make_pdf(sheet: Sheet, wording: Wording) -> bytes:
    """The sheet as an A4 PDF. NoPdf without typst, or when no font of ours has a sign in it."""
    (made,) = _compile(sheet, wording, format="pdf", pdf_standards=["ua-1"], timestamp=MADE_AT)
    return made


def draw_pages(sheet: Sheet, wording: Wording, *, ppi: int = 110) -> list[bytes]:
    """The pages of the sheet as PNG pictures, to look at."""
    return _compile(sheet, wording, format="png", ppi=ppi)


def _compile(sheet: Sheet, wording: Wording, **how: Any) -> list[bytes]:
    if typst is None:
        raise NoPdf("typst is not installed (the extra `print`)")
    described = json.dumps(_breakable(lay_out(sheet, wording)), ensure_ascii=False)
    try:
        made = typst.compile(
            SOURCES / f"{sheet.kind}.typ",
            root=SOURCES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": described},
            **how,
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise NoPdf(str(error)) from error
        raise
    return made if isinstance(made, list) else [made]


def _breakable(value: Any) -> Any:
    """The description with a place to break in every word that is longer than a line."""
    if isinstance(value, str):
        return LONG_WORD.sub(lambda at: "\u200b".join(re.findall(".{1,12}", at[0])), str(value))
    if isinstance(value, dict):
        return {name: one if name in UNBROKEN else _breakable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_breakable(one) for one in value]
    return value


@cache
def _fonts() -> Any:
    """Lexend, Noto Sans Arabic and, where it is installed, Noto for emoji and other scripts."""
    found = [find_spec(package) for package in FONTS]
    folders = [
        Path(place) for spec in found if spec for place in spec.submodule_search_locations or ()
    ]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
