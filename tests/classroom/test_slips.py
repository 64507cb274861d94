"""Slips at the desk: codes exist once, a used one goes only with a second person."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlmodel import select

from app.ballots.box.codes import read_code
from app.ballots.models import SealedVote
from app.classroom.printing import pdf
from app.classroom.rules import Door
from app.staff.rules import Role
from tests.classroom.rooms import Room, hold_room
from tests.site import Site

CODE = re.compile(r"\b([2-9A-Z]{4}) ([2-9A-Z]{3})\b")


@pytest.fixture
def room(site: Site) -> Room:
    site.sign_in(Role.OFFICER)
    return hold_room(site, [Door.SLIPS])


def as_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site without typst."""
    monkeypatch.setattr(pdf, "typst", None)


def make(room: Room, count: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of new slips, read off the page."""
    as_pages(monkeypatch)
    page = room.site.post(f"{room.desk}/slips", {"count": str(count)})
    assert page.status_code == 200, page.text[:500]
    codes = [read_code("".join(found)) for found in CODE.findall(page.text)]
    return [code for code in dict.fromkeys(codes) if code]


def test_the_answer_to_making_slips_is_the_paper(room: Room) -> None:
    answer = room.site.post(f"{room.desk}/slips", {"count": "12"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    pages = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert text.count("This slip works once.") == 12
    assert room.code in text


def test_without_typst_the_answer_is_a_page_to_print(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = make(room, 5, monkeypatch)
    assert len(codes) == 5
    assert room.phone().vote("w2", code=codes[0]).status_code == 201


def test_codes_are_nowhere_afterwards(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = make(room, 3, monkeypatch)
    pages = [
        room.site.get(f"{room.desk}{path}").text
        for path in ("", "/slips", "/close", "/screen", "/print/poster")
    ]
    kept = "".join(pages) + "".join(
        path.read_bytes().decode("latin-1")
        for path in room.site.settings.data_dir.parent.rglob("*")
        if path.is_file()
    )
    for code in codes:
        assert code not in kept
        assert f"{code[:4]} {code[4:]}" not in kept
    assert "Codes are shown once" in pages[1]
    assert "3 made so far" in pages[1]


@pytest.mark.parametrize("count", ["", "0", "-1", "many", "5001", "9" * 30])
def test_a_wrong_number_makes_nothing(room: Room, count: str) -> None:
    page = room.site.post(f"{room.desk}/slips", {"count": count})
    assert page.status_code == 422
    assert 'id="error-count"' in page.text
    assert "made so far" not in room.site.get(f"{room.desk}/slips").text


def test_one_more_for_a_lost_slip_says_why(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    as_pages(monkeypatch)
    refused = room.site.post(f"{room.desk}/slips/replacements", {"reason": ""})
    assert refused.status_code == 422
    assert "why another slip is needed" in refused.text
    page = room.site.post(f"{room.desk}/slips/replacements", {"reason": "Fell in a puddle"})
    assert len([one for one in CODE.findall(page.text) if read_code("".join(one))]) >= 1


def test_an_unused_slip_stops_working_at_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    code = make(room, 2, monkeypatch)[0]
    typed = f"{code[:4].lower()} {code[4:]}"
    page = room.site.follow(
        room.site.post(f"{room.desk}/slips/void", {"code": typed, "why": "found"})
    )
    assert "does not work any more" in page.text
    assert room.phone().vote("w1", code=code).status_code == 409


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"code": ""}, "Fill this in"),
        ({"code": "K7MW 2HF"}, "not a slip code"),
        ({"code": "K7MW 2HX"}, "do not know this slip code"),
        ({"code": "🎈"}, "not a slip code"),
        ({"code": "K7MW2HX", "why": ""}, "Fill this in"),
        ({"code": "K7MW2HX", "why": "because"}, "Choose one"),
    ],
)
def test_a_wrong_code_comes_back_as_typed(
    room: Room, words: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(room, 2, monkeypatch)
    page = room.site.post(f"{room.desk}/slips/void", {"why": "spoilt"} | words)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{words["code"]}"' in page.text


def test_a_used_slip_goes_with_two_people_and_its_vote_unread(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = room.site
    code = make(room, 2, monkeypatch)[0]
    assert room.phone().vote("w1", code=code).status_code == 201
    site.sign_in(Role.YOUTH_WORKER, name="Asker", place_ids=[room.round.place.id or 0])
    page = site.follow(site.post(
        f"{room.desk}/slips/void", {"code": code, "why": "stolen", "words": "Seen <i>outside</i>"}
    ))  # fmt: skip
    assert "A second person has to agree" in page.text
    assert "I agree" not in page.text
    (request,) = re.findall(r"/slips/requests/(\d+)/decline", page.text)
    agree = f"{room.desk}/slips/requests/{request}/agree"
    assert site.post(agree).status_code == 409  # not one's own
    assert "A second person is needed" in site.get(room.desk).text
    site.sign_in(Role.OFFICER, name="Second")
    assert "Somebody needs a second person" in site.get("/staff/sittings").text
    asked = site.get(f"{room.desk}/slips").text
    assert "Asked by Asker" in asked
    assert "Seen &lt;i&gt;outside&lt;/i&gt;" in asked
    assert f"{code[:4]} {code[4:]}" in asked
    page = site.follow(site.post(agree))
    assert "unread" in page.text
    assert f"{code[:4]} {code[4:]}" not in page.text
    assert "asked by Asker: taken back, Second" in page.text
    with site.session() as session:
        assert session.exec(select(SealedVote)).all() == []
    assert site.post(agree).status_code == 409
    assert room.phone().vote("w1", code=code).status_code == 409


def test_a_worker_of_another_place_cannot_agree(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make(room, 1, monkeypatch)[0]
    room.phone().vote("w1", code=code)
    room.site.post(f"{room.desk}/slips/void", {"code": code, "why": "stolen"})
    room.site.sign_in(Role.YOUTH_WORKER, place_ids=[])
    assert room.site.post(f"{room.desk}/slips/requests/1/agree").status_code == 404
    assert "second person" not in room.site.get("/staff/sittings").text


@pytest.mark.parametrize(
    "path",
    ["poster", "guide", "ballots/1", "ballots/1?size=large", "ballots/1?size=easy",
     "ballots/1/tally", "ballots/1/tally?counting=hands"],
)  # fmt: skip
@pytest.mark.parametrize("is_pdf", [True, False])
def test_every_sheet_is_handed_out(
    room: Room, path: str, is_pdf: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_pdf:
        as_pages(monkeypatch)
    answer = room.site.get(f"{room.desk}/print/{path}")
    assert answer.status_code == 200
    kind = "application/pdf" if is_pdf else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind


def test_what_cannot_be_printed_is_not_found(room: Room) -> None:
    for path in ("ballots/999", "ballots/999/tally", "ballots/1/closing", "ballots/999/closing"):
        assert room.site.get(f"{room.desk}/print/{path}").status_code == 404, path
    assert room.site.get(f"{room.desk}/print/ballots/1?size=huge").status_code == 422
