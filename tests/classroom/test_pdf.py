"""Sheets as PDF: every QR scanned back, texts read out, tags and bytes looked at."""

import io
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from app.classroom.printing import pdf
from app.classroom.printing.layout import checkpoint_text
from app.classroom.printing.sheets import (
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
from tests.browser import give_up
from tests.classroom.paper import (
    BASE,
    CHOOSE,
    HOSTILE,
    POINT,
    RANK,
    TITLE,
    arabic,
    codes,
    english,
    every_sheet,
    options,
    sheet_name,
)

A4 = (595, 842)


@pytest.fixture(autouse=True)
def _tools() -> None:
    for tool in ("typst", "pypdf", "zxingcpp"):
        if find_spec(tool) is None:
            give_up(f"{tool} is not installed (the dev extra)")


@pytest.fixture
def _emoji() -> None:
    if find_spec("manimgx_fonts") is None:
        give_up("the font with emoji is not installed (the extra `print`)")


def scan(page: bytes) -> list[Any]:
    """The QR codes of a page, row by row from the left."""
    import zxingcpp
    from PIL import Image

    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    return sorted(
        found, key=lambda one: (round(one.position.top_left.y / 100), one.position.top_left.x)
    )


def read(made: bytes) -> Any:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    """The words of all pages on one line, without the signs that only guide the typesetting."""
    pages = " ".join(page.extract_text() for page in read(made).pages)
    for sign in ("\u200b", "\u2068", "\u2069"):
        pages = pages.replace(sign, "")
    return " ".join(pages.split())


def tags_of(made: bytes) -> list[tuple[str, str]]:
    """The structure of a document: (tag, its replacement text) from the top."""
    found: list[tuple[str, str]] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            if "/K" in node and hasattr(node["/K"], "get_object"):
                walk(node["/K"])

    walk(read(made).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


# --- every sheet


@pytest.mark.parametrize("sheet", every_sheet(), ids=sheet_name)
def test_every_sheet_is_a_tagged_a4_document(sheet: Sheet) -> None:
    made = pdf.make_pdf(sheet, english())
    document = read(made)
    root = document.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert TITLE in document.metadata.title
    for page in document.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
    tags = tags_of(made)
    assert [tag for tag, _ in tags].count("/H1") == 1
    assert all(said for tag, said in tags if tag == "/Figure")


@pytest.mark.parametrize("sheet", every_sheet(), ids=sheet_name)
def test_the_same_sheet_gives_the_same_bytes(sheet: Sheet) -> None:
    made = pdf.make_pdf(sheet, english())
    pdf._fonts.cache_clear()
    time.sleep(1.1)  # a time of making in the file would differ now
    assert pdf.make_pdf(sheet, english()) == made


@pytest.mark.parametrize("sheet", every_sheet(HOSTILE[0] + HOSTILE[1]), ids=sheet_name)
def test_a_title_that_would_like_to_be_code_stays_text(sheet: Sheet) -> None:
    assert (HOSTILE[0] + HOSTILE[1]).replace(" ", "") in text_of(
        pdf.make_pdf(sheet, english())
    ).replace(" ", "")


@pytest.mark.parametrize("sheet", every_sheet("ماذا يجب أن تفعل ليدز؟"), ids=sheet_name)
def test_every_sheet_can_be_arabic(sheet: Sheet) -> None:
    made = pdf.make_pdf(sheet, arabic())
    assert read(made).trailer["/Root"]["/Lang"] == "ar"


# --- slips


def test_every_slip_scans_to_its_own_address() -> None:
    sheet = Slips(TITLE, "K7MW", codes(24), BASE)
    pages = pdf.draw_pages(sheet, english(), ppi=150)
    assert len(pages) == 3
    scanned = [one.text for page in pages for one in scan(page)]
    assert scanned == [f"{BASE}/b/K7MW#{code}" for code in sheet.codes]


def test_a_slip_says_its_codes_and_what_it_is_and_no_number() -> None:
    sheet = Slips(TITLE, "K7MW", codes(12), BASE)
    told = text_of(pdf.make_pdf(sheet, english()))
    for code in sheet.codes:
        assert told.count(show_code(code)) == 1
    for words in (TITLE, "K7MW", "This slip works once.", "wishes.example.org/j"):
        assert told.count(words) >= 12, words
    assert told.count("Nobody can see from it how you voted.") == 12
    assert told.count("Cut along the lines, shuffle, let everyone draw one.") == 2
    left = told
    for code in sheet.codes:
        left = left.replace(show_code(code), "")
    assert not [sign for sign in left.replace("K7MW", "") if sign.isdigit()]


def test_three_hundred_slips_are_ready_in_seconds() -> None:
    sheet = Slips(TITLE, "K7MW", codes(300), BASE)
    pdf.make_pdf(Poster(TITLE, "K7MW", BASE), english())  # fonts are read once
    began = time.perf_counter()
    made = pdf.make_pdf(sheet, english())
    took = time.perf_counter() - began
    assert len(read(made).pages) == 30
    assert took < 6, f"{took:.1f} s"  # about one on a quiet machine


def test_slips_are_mirrored_for_arabic() -> None:
    sheet = Slips("ماذا بعد؟", "K7MW", codes(2), BASE)
    (english_page,) = pdf.draw_pages(sheet, english(), ppi=150)
    (arabic_page,) = pdf.draw_pages(sheet, arabic(), ppi=150)
    addresses = [f"{BASE}/b/K7MW#{code}" for code in sheet.codes]
    assert [one.text for one in scan(english_page)] == addresses
    assert [one.text for one in scan(arabic_page)] == addresses[::-1]
    width = 210 / 25.4 * 150
    left = min(one.position.top_left.x for one in scan(english_page))
    right = max(one.position.top_right.x for one in scan(arabic_page))
    assert left == pytest.approx(width - right, abs=4)


# --- poster and closing sheet


@pytest.mark.parametrize("wording", [english, arabic])
@pytest.mark.parametrize("host", [BASE, "https://a-very-long-name.childfriendlyleeds.example.org/"])
def test_the_poster_scans_and_fills_one_page(wording: Any, host: str) -> None:
    pages = pdf.draw_pages(Poster("Wish " * 40, "K7MW", host), wording(), ppi=72)
    assert len(pages) == 1
    assert [one.text for one in scan(pages[0])] == [f"{host.rstrip('/')}/j/K7MW"]


def test_the_closing_sheet_holds_the_checkpoint_and_the_card() -> None:
    sheet = next(one for one in every_sheet() if one.kind == "closing")
    pages = pdf.draw_pages(sheet, english(), ppi=150)
    assert len(pages) == 1
    assert [one.text for one in scan(pages[0])] == [checkpoint_text(POINT)]
    told = text_of(pdf.make_pdf(sheet, english()))
    for words in (
        "9f2a b04c 77e1 d5aa", "412", "4 March 2026, 14:05", "It balances",
        "1 person in the room did not vote.", "A note", "Someone has told me something",
        "Mrs Patel", "Voice and Influence", "Handed over by", "Received by",
    ):  # fmt: skip
        assert words in told


# --- ballots and tally sheets


@pytest.mark.parametrize("size", list(Print))
def test_a_ballot_asks_each_section_by_its_rule(size: Print) -> None:
    made = pdf.make_pdf(PaperBallot(TITLE, (CHOOSE, RANK), size), english())
    told = text_of(made)
    for words in (
        "Which wishes first?", "Put an X in up to 3 boxes.", "Who should be mayor?",
        "Write 1 beside your favourite, 2 beside your next", "Parks", "Amara", "Official mark",
        "Do not write your name.", "Fold the paper once",
    ):  # fmt: skip
        assert words in told
    assert ("Short: Parks" in told) == (size is Print.EASY)
    assert [tag for tag, _ in tags_of(made)].count("/H2") == 2


@pytest.mark.parametrize("size", [Print.LARGE, Print.EASY])
def test_large_print_has_nothing_below_sixteen_points(size: Print) -> None:
    long_one = Section("Which?", "choices", 3, options(*(f"Option {n}" for n in range(12))))
    sizes = set()

    def note(text: str, _: Any, matrix: Any, __: Any, size: float) -> None:
        if text.strip():
            sizes.add(round(abs(size * matrix[3]), 1))

    for page in read(pdf.make_pdf(PaperBallot(TITLE, (long_one,), size), english())).pages:
        page.extract_text(visitor_text=note)
    assert sizes
    assert min(sizes) >= 16


def test_a_long_ballot_says_turn_over_and_asks_again() -> None:
    many = Section("Which one?", "plurality", 1, options(*(f"Option {n}" for n in range(60))))
    made = pdf.make_pdf(PaperBallot(TITLE, (many, RANK)), english())
    pages = [" ".join(page.extract_text().split()) for page in read(made).pages]
    assert len(pages) > 1
    for page in pages[:-1]:
        assert "Turn over" in page
        assert "Fold the paper" not in page
    assert "Turn over" not in pages[-1]
    assert "Fold the paper" in pages[-1]
    assert "Which one?" in pages[1], "the question is repeated over the page"
    assert "continued" in pages[1]
    assert "continued" not in pages[0]
    told = text_of(made)
    assert all(f"Option {n} " in told for n in range(60))


def test_a_ballot_that_fits_is_one_page() -> None:
    twelve = Section("Which?", "choices", 3, options(*(f"Wish number {n}" for n in range(12))))
    made = pdf.make_pdf(PaperBallot(TITLE, (twelve, RANK)), english())
    assert len(read(made).pages) == 1
    assert "Page 1 of 1" in text_of(made)


def test_a_tally_sheet_counts_in_fives_and_must_balance() -> None:
    told = text_of(pdf.make_pdf(TallySheet(TITLE, (CHOOSE, RANK)), english()))
    assert told.count("5 10 15 20 25 30 35 40") == 6
    for words in ("Given out", "Valid", "Blank", "Spoilt", "Not used", "Counted again by"):
        assert words in told
    assert "First choices only" in told


# --- hostile and odd texts


@pytest.mark.parametrize("size", list(Print))
def test_hostile_options_are_printed_as_typed(size: Print) -> None:
    section = Section(HOSTILE[0], "choices", 2, tuple(Option(one) for one in HOSTILE))
    told = text_of(pdf.make_pdf(PaperBallot(HOSTILE[1], (section,), size), english()))
    for one in HOSTILE:
        assert one.replace(" ", "") in told.replace(" ", "")


@pytest.mark.parametrize("label", ["X" * 200, "Safe parks for everybody " * 8, "Ü" * 200])
def test_a_label_of_two_hundred_signs_stays_on_the_paper(label: str) -> None:
    edges: list[float] = []

    def note(text: str, _: Any, matrix: Any, __: Any, size: float) -> None:
        if text.strip():
            edges.append(matrix[4] + len(text.strip()) * abs(size * matrix[3]) * 0.3)

    section = Section("Which?", "plurality", 1, (Option(label), Option("Short")))
    for size in Print:
        made = pdf.make_pdf(PaperBallot(TITLE, (section,), size), english())
        assert label.replace(" ", "") in text_of(made).replace(" ", "")
        for page in read(made).pages:
            page.extract_text(visitor_text=note)
    assert max(edges) < A4[0]


@pytest.mark.usefixtures("_emoji")
def test_emoji_and_scripts_of_leeds_are_printed() -> None:
    labels = ("🦄 party 🎉", "ਪੰਜਾਬੀ", "українська", "বাংলা", "አማርኛ", "اردو", "ŵ ŷ ł ș")
    section = Section("Which?", "plurality", 1, tuple(Option(one, "", "🌳") for one in labels))
    made = pdf.make_pdf(PaperBallot("Votes 🗳️", (section,)), english())
    told = text_of(made)
    for one in ("🦄 party 🎉", "українська", "ŵ ŷ ł ș"):
        assert one in told


# --- where there is no PDF


def test_without_typst_there_is_no_pdf_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdf.can_print_pdf()
    monkeypatch.setattr(pdf, "typst", None)
    assert not pdf.can_print_pdf()
    with pytest.raises(pdf.NoPdf, match="not installed"):
        pdf.make_pdf(Poster(TITLE, "K7MW", BASE), english())


def test_a_sign_no_font_has_is_told_not_printed_as_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "FONTS", ("fontpkg_lexend", "fontpkg_noto_sans_arabic"))
    pdf._fonts.cache_clear()
    try:
        with pytest.raises(pdf.NoPdf, match="could not be displayed"):
            pdf.make_pdf(Poster("Wishes 🦄", "K7MW", BASE), english())
    finally:
        pdf._fonts.cache_clear()


def test_the_core_starts_without_typst() -> None:
    import subprocess
    import sys

    program = (
        "import sys; sys.modules['typst'] = None\n"
        "from app.classroom.printing import pages, pdf\n"
        "assert not pdf.can_print_pdf()"
    )
    root = Path(pdf.__file__).parents[3]
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True)
