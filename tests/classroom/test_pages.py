"""Sheets as pages: the same words and QR codes as the PDF, and no text of people runs."""

import io
from html.parser import HTMLParser
from importlib.util import find_spec
from typing import Any

import pytest

from app.classroom.printing.layout import checkpoint_text
from app.classroom.printing.pages import page_of
from app.classroom.printing.sheets import (
    Option,
    PaperBallot,
    Poster,
    Section,
    Sheet,
    Slips,
    show_code,
)
from app.classroom.printing.words import Wording
from app.core.settings import ROOT
from tests.browser import give_up
from tests.classroom.paper import (
    BASE,
    HOSTILE,
    POINT,
    TITLE,
    arabic,
    codes,
    english,
    every_sheet,
    sheet_name,
)
from tests.house.rendering import Tags, page_context
from tests.page_check import check_page


def render(sheet: Sheet, wording: Wording) -> str:
    template, context = page_of(sheet, wording)
    given: dict[str, Any] = page_context(request=None, flash=[]) | context
    return wording._templates.get_template(template).render(given)


class Said(HTMLParser):
    """Every piece of text in the main part of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.feed(page[page.index("<main") : page.index("</main>")])

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.pieces.append(" ".join(data.split()))


@pytest.mark.parametrize("sheet", every_sheet(), ids=sheet_name)
@pytest.mark.parametrize("wording", [english, arabic])
def test_every_sheet_is_a_sound_page(sheet: Sheet, wording: Any) -> None:
    page = render(sheet, wording())
    check_page(page, url=sheet_name(sheet))
    root = next(attributes for tag, attributes in Tags(page).found if tag == "html")
    assert (root["lang"], root["dir"]) == (("ar", "rtl") if wording is arabic else ("en-GB", "ltr"))
    assert TITLE in page


@pytest.mark.parametrize("sheet", every_sheet(HOSTILE[1]), ids=sheet_name)
def test_hostile_text_is_inert(sheet: Sheet) -> None:
    page = render(sheet, english())
    check_page(page, url=sheet_name(sheet))
    assert "<script>alert" not in page
    assert any(HOSTILE[1] in piece for piece in Said(page).pieces)


@pytest.mark.parametrize("sheet", every_sheet(), ids=sheet_name)
def test_page_and_pdf_say_the_same(sheet: Sheet) -> None:
    if find_spec("typst") is None:
        give_up("typst is not installed (the extra `print`)")
    from app.classroom.printing import pdf
    from tests.classroom.test_pdf import read, text_of

    made = pdf.make_pdf(sheet, english())
    told = (text_of(made) + read(made).metadata.title).replace(" ", "").lower()
    pieces = Said(render(sheet, english())).pieces
    assert len(pieces) > 10
    missing = [
        piece
        for piece in pieces
        if piece.rstrip(" =+≠").replace(" ", "").lower() not in told
        and not piece.startswith("Use your browser")
    ]
    assert not missing


def test_the_page_of_slips_has_every_code() -> None:
    page = render(Slips(TITLE, "K7MW", codes(30), BASE), english())
    for code in codes(30):
        assert page.count(show_code(code)) == 1
    assert page.count("<article") == 30
    assert "{% " not in page


def test_options_of_every_kind_are_drawn() -> None:
    options = (Option("Wish", "", "wish-6"), Option("Tree", "", "🌳"), Option("Plain"))
    page = render(PaperBallot(TITLE, (Section("Q", "stv", 2, options),)), english())
    assert page.count("wish-6") == 2  # the drawing, and the seed of the mark
    assert "🌳" in page
    assert page.count('class="tick-box round"') == 3


@pytest.mark.browser
def test_the_qr_codes_of_the_pages_scan(browser: Any) -> None:
    if find_spec("zxingcpp") is None:
        give_up("zxing-cpp is not installed (the dev extra)")
    import zxingcpp
    from PIL import Image

    slips = Slips(TITLE, "K7MW", codes(4), BASE)
    closing = next(one for one in every_sheet() if one.kind == "closing")
    meant = {
        slips: {f"{BASE}/b/K7MW#{code}" for code in slips.codes},
        Poster(TITLE, "K7MW", BASE): {f"{BASE}/j/K7MW"},
        closing: {checkpoint_text(POINT)},
    }
    page = browser.new_page(viewport={"width": 1000, "height": 1400}, device_scale_factor=2)
    for sheet, addresses in meant.items():
        page.set_content(render(sheet, english()))
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        assert {one.text for one in zxingcpp.read_barcodes(picture)} == addresses
    page.close()


@pytest.mark.browser
def test_every_sheet_fits_a_narrow_screen(browser: Any) -> None:
    style = (ROOT / "static" / "css" / "wishes.css").read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for sheet in every_sheet("X" * 60):
        page.set_content(render(sheet, english()))
        page.add_style_tag(content=style)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, sheet_name(sheet)
    page.close()
