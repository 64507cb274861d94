"""One description of a sheet for both ways of printing it: plain values, drawings as SVG text."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

from app.classroom.printing.drawings import (
    NO_WISH,
    WISHES,
    draw_dandelion,
    draw_pictogram,
    draw_qr,
    find_wish,
)
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
    show_code,
)
from app.classroom.printing.words import Wording

# Letters that are not printable, or that turn the order of what follows them.
UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}
TURNING = {chr(sign) for sign in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}


def lay_out(sheet: Sheet, wording: Wording) -> dict[str, Any]:
    """Everything that stands on this sheet, in the words of one language."""
    common = {
        "kind": sheet.kind,
        "title": tidy(sheet.title),
        "words": dict(wording.of(sheet.kind)),
        "language": wording.language,
        "direction": wording.direction,
        "site": wording.site_name,
        "dandelion": draw_dandelion(),
    }
    return common | LAYOUTS[type(sheet)](sheet, wording)


def tidy(text: str) -> str:
    """A text as it was meant: one line, without signs that cannot be seen or turn the others."""
    kept = (
        sign if unicodedata.category(sign) not in UNPRINTABLE and sign not in TURNING else " "
        for sign in text
    )
    return " ".join("".join(kept).split())


def typed_address(base_url: str) -> str:
    """Where a class code is typed, as people read it out: without `https://`."""
    return f"{base_url.rstrip('/')}/j".rsplit("://", maxsplit=1)[-1]


def slip_address(base_url: str, class_code: str, code: str) -> str:
    """What the QR of a slip holds. The code stands behind `#`, so no server log ever sees it."""
    return f"{base_url.rstrip('/')}/b/{class_code}#{code}"


def join_address(base_url: str, class_code: str) -> str:
    """What the QR of a poster holds."""
    return f"{base_url.rstrip('/')}/j/{class_code}"


def checkpoint_text(point: LedgerPoint) -> str:
    """What the QR of a closing sheet holds: the checkpoint as a line of the audit bundle."""
    plain = {"size": point.size, "head": point.head, "at": point.at.isoformat()}
    if point.signature:
        plain["signature"] = point.signature
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _slips(sheet: Slips, _: Wording) -> dict[str, Any]:
    return {
        "class_code": sheet.class_code,
        "address": typed_address(sheet.base_url),
        "slips": [
            {
                "code": show_code(code),
                "qr": draw_qr(slip_address(sheet.base_url, sheet.class_code, code)),
            }
            for code in sheet.codes
        ],
    }


def _poster(sheet: Poster, _: Wording) -> dict[str, Any]:
    return {
        "class_code": sheet.class_code,
        "address": typed_address(sheet.base_url),
        "qr": draw_qr(join_address(sheet.base_url, sheet.class_code)),
    }


def _ballot(sheet: PaperBallot, wording: Wording) -> dict[str, Any]:
    is_easy = sheet.size is Print.EASY
    return {
        "size": sheet.size.value,
        "sections": [_section(one, wording, is_easy=is_easy) for one in sheet.sections],
    }


def _section(section: Section, wording: Wording, *, is_easy: bool) -> dict[str, Any]:
    return {
        "question": tidy(section.question),
        "instruction": wording.instruct(section.rule, section.most, len(section.options)),
        "is_ranked": section.is_ranked,
        "options": [_option(one, is_easy=is_easy) for one in section.options],
    }


def _option(option: Option, *, is_easy: bool) -> dict[str, Any]:
    number = find_wish(option.picture)
    strong, soft = WISHES[number] if number else NO_WISH
    label, line = tidy(option.label), tidy(option.easy_read)
    return {
        "label": label,
        "line": line if is_easy and line != label else "",
        "wish": number or 0,
        "svg": draw_pictogram(number) if number else "",
        "emoji": "" if number else tidy(option.picture),
        "strong": strong,
        "soft": soft,
    }


def _tally(sheet: TallySheet, wording: Wording) -> dict[str, Any]:
    words = wording.of("tally")
    is_hands = sheet.counting is Counting.HANDS
    parts = (
        ("issued", "valid", "blank")
        if is_hands
        else ("issued", "valid", "blank", "spoilt", "unused")
    )
    ending = "_hands" if is_hands else ""
    return {
        "what": words[sheet.counting.value],
        "explain": words[f"explain_{sheet.counting.value}"],
        "account": [words[part + ending] for part in parts],
        "place": tidy(sheet.place),
        "sitting": tidy(sheet.sitting),
        "sections": [_section(one, wording, is_easy=False) for one in sheet.sections],
    }


def _closing(sheet: ClosingSheet, wording: Wording) -> dict[str, Any]:
    words, point = wording.of("closing"), sheet.checkpoint
    figures = [(part, getattr(sheet, part)) for part in ("issued", "recorded", "spoilt", "unused")]
    above = sheet.above_heads
    return {
        "place": tidy(sheet.place),
        "sitting": tidy(sheet.sitting),
        "closed": wording.when(sheet.closed_at),
        "figures": [{"label": words[part], "number": str(number)} for part, number in figures],
        "heads": words["not_counted"] if sheet.heads is None else str(sheet.heads),
        "balance": wording.balance(sheet.missing),
        "is_even": sheet.missing == 0,
        "is_balanced": sheet.missing == 0 and (above is None or above <= 0),
        "heads_balance": "" if above is None else wording.compare_heads(above),
        "note": tidy(sheet.note),
        "point": point
        and {
            "size": str(point.size),
            "head": short_head(point.head),
            "at": wording.when(point.at),
            "qr": draw_qr(checkpoint_text(point)),
        },
        "hand_to": tidy(sheet.hand_to),
        "lead": tidy(sheet.safeguarding_lead),
    }


def short_head(head: str) -> str:
    """The first sixteen signs of a hash in fours, short enough to compare by eye."""
    return " ".join(head[at : at + 4] for at in range(0, 16, 4))


def _guide(sheet: Guide, _: Wording) -> dict[str, Any]:
    return {"address": typed_address(sheet.base_url)}


LAYOUTS: dict[type, Callable[[Any, Wording], dict[str, Any]]] = {
    Slips: _slips,
    Poster: _poster,
    PaperBallot: _ballot,
    TallySheet: _tally,
    ClosingSheet: _closing,
    Guide: _guide,
}
