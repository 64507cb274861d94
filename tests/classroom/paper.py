"""Sheets to print in tests: English, Arabic, and texts that would like to be code."""

import random
from datetime import UTC, datetime
from typing import Any

from app.classroom.printing.sheets import (
    ClosingSheet,
    Counting,
    Guide,
    LedgerPoint,
    Option,
    PaperBallot,
    Poster,
    Print,
    Section,
    Sheet,
    Slips,
    TallySheet,
)
from app.classroom.printing.words import Wording
from app.core.assets import Assets
from app.core.settings import ROOT, Settings
from app.core.templates import make_templates
from app.core.tokens import ALPHABET

BASE = "https://wishes.example.org"
TITLE = "What should Leeds do next?"
CLOSED_AT = datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
POINT = LedgerPoint(412, "9f2ab04c77e1d5aa" * 4, CLOSED_AT, "ab" * 64)
HOSTILE = (
    "#panic[x] *bold* _it_ $x^2$ @ref `raw`",
    "<script>alert(1)</script> & <b>",
    "= heading \\ #read(\"/etc/passwd\")",
    "- list // comment /* c */ ~ -- ...",
    "{page} {{ 7*7 }} {% raw %}",
)  # fmt: skip

ARABIC = {
    "Class code": "رمز الصف",
    "Your slip": "قسيمتك",
    "Slips": "قسائم",
    "Cut along the lines, shuffle, let everyone draw one.": "قص واخلط ودع كل شخص يسحب واحدة.",
    "This slip works once.": "تعمل هذه القسيمة مرة واحدة.",
    "Nobody can see from it how you voted.": "لا يستطيع أحد أن يعرف منها كيف صوتت.",
    "Put an X in up to %(num)s boxes.": "ضع علامة X في %(num)s مربعات على الأكثر.",
    "Ballot paper": "ورقة اقتراع",
    "Point your camera here": "وجه الكاميرا إلى هنا",
}


def english() -> Wording:
    return Wording(make_templates(Settings(), Assets(ROOT / "static")))


def arabic() -> Wording:
    """Arabic words, as a catalogue would give them."""
    templates = make_templates(Settings(), Assets(ROOT / "static"))
    templates.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: ARABIC.get(words, words),
        lambda one, many, number: ARABIC.get(one if number == 1 else many, many),
        newstyle=True,
    )
    return Wording(templates, "ar")


def codes(count: int) -> tuple[str, ...]:
    drawn = random.Random(count)
    return tuple("".join(drawn.choices(ALPHABET, k=7)) for _ in range(count))


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(
        Option(label, f"Short: {label}", f"wish-{number}") for number, label in enumerate(labels, 1)
    )


CHOOSE = Section(
    "Which wishes first?", "choices", 3, options("Parks", "Buses", "Voice", "Learning")
)
RANK = Section("Who should be mayor?", "irv", 2, options("Amara", "Ben"))


def every_sheet(title: str = TITLE, sections: tuple[Section, ...] = (CHOOSE, RANK)) -> list[Sheet]:
    return [
        Slips(title, "K7MW", codes(11), BASE),
        Poster(title, "K7MW", BASE),
        *(PaperBallot(title, sections, size) for size in Print),
        *(TallySheet(title, sections, kind, "Roundhay", "Year 8") for kind in Counting),
        ClosingSheet(
            title, "Roundhay", "Year 8", CLOSED_AT, 30, 27, 1, 2, 28, "A note",
            POINT, "Voice and Influence", "Mrs Patel",
        ),
        Guide(BASE, title),
    ]  # fmt: skip


def sheet_name(sheet: Any) -> str:
    detail = getattr(sheet, "size", "") or getattr(sheet, "counting", "")
    return f"{sheet.kind}-{detail}".strip("-")
