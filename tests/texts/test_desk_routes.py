"""The desk walked as officers do: import, review, quote; and what it refuses."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
import xlsxwriter
from sqlmodel import col, select

from app.responses.queries import count_sorted
from app.safeguarding.models import Concern
from app.staff.rules import Role
from app.texts.models import DecidedWish, Decision, FreeText, Quote, Suggestion
from app.texts.rules import QuoteStatus, Sorting
from app.texts.service import sorting, store_text
from tests.factories import make_edition
from tests.site import Site
from tests.texts.factories import make_source

IMPORTS = "/staff/texts/imports"


@pytest.fixture
def desk(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with wishes and a source, no model, an officer signed in."""
    monkeypatch.setattr(sorting, "ensure_model", lambda *_args: None)
    with site.session() as session:
        wishes = make_edition(session)
        make_source(session, edition_id=wishes[0].edition_id, now=site.now)
    site.sign_in(Role.OFFICER)
    return site


def _upload(site: Site, content: bytes, name: str = "comments.csv") -> str:
    answer = site.post(IMPORTS, files={"file": (name, content)})
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"])


def _store(site: Site, *texts: str) -> list[str]:
    with site.session() as session:
        return [
            store_text(session, text, language="en", now=site.now, source_id=1).id for text in texts
        ]


def test_a_file_goes_from_upload_to_texts(desk: Site) -> None:
    page = _upload(desk, "id;wörds, what would you change?\n1;more bußes\n2;\n".encode("cp1252"))
    preview = desk.get(page)
    assert "more bußes" in preview.text
    assert "Read as cp1252" in preview.text

    column = "wörds, what would you change?"
    missing = desk.post(page + "/start", {"text_column": column})
    assert missing.status_code == 422
    assert "Fill this in." in missing.text

    started = desk.post(
        page + "/start", {"text_column": column, "id_column": "id", "source_id": "1"}
    )
    assert "Waiting for its turn" in desk.follow(started).text
    part = desk.get(page, headers={"hx-request": "true"})
    assert part.text.lstrip().startswith('<div id="import"')
    assert "<html" not in part.text

    desk.work()
    done = desk.get(page)
    assert "1 texts added" in done.text
    assert "No text." in done.text
    listed = desk.get(page + "/row-errors.csv").text
    assert listed.splitlines()[1] == "3,empty text"
    with desk.session() as session:
        assert session.exec(select(FreeText.text)).one() == "more bußes"


def test_the_same_file_is_told_and_not_doubled(desk: Site) -> None:
    content = b"id,text\n1,more parks\n"
    chosen = {"text_column": "text", "id_column": "id", "source_id": "1"}
    desk.post(_upload(desk, content) + "/start", chosen)
    desk.work()
    again = _upload(desk, content, "other-name.csv")
    assert "This file has been here before" in desk.get(again).text
    refused = desk.post(again + "/start", chosen)
    assert refused.status_code == 409
    assert "imported before" in refused.text
    assert desk.follow(desk.post(again + "/discard")).status_code == 200


def _workbook(*, macros: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "text"])
    sheet.write_row(1, 0, [7, "<script>alert(1)</script>"])
    sheet.write_string(2, 1, '=HYPERLINK("http://x")')
    sheet.write(2, 0, 8)
    book.close()
    if macros:
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


def _bomb(*, honest: bool) -> bytes:
    out = io.BytesIO(_workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"\0" * (200 * 1024 * 1024))
    raw = out.getvalue()
    if not honest:  # the directory claims one kilobyte
        size = (200 * 1024 * 1024).to_bytes(4, "little")
        raw = raw.replace(size, (1024).to_bytes(4, "little"))
    return raw


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "not a table"),
        (b"%PDF-1.7\n%\xe2\xe3", "not a table"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "behind a password"),
        (b"PK\x03\x04rubbish", "damaged"),
        (_workbook(macros=True), "holds macros"),
        (_bomb(honest=True), "more than 100 MB"),
        (_bomb(honest=False), "more than 100 MB"),
    ],
)
def test_a_bad_file_gets_a_sentence(desk: Site, content: bytes, said: str) -> None:
    answer = desk.post(IMPORTS, files={"file": ("x.xlsx", content)})
    assert answer.status_code == 422
    assert said in answer.text
    folder = desk.settings.data_dir / "uploads"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_html_and_formulas_stay_words(desk: Site) -> None:
    page = _upload(desk, _workbook(), "book.xlsx")
    assert "&lt;script&gt;" in desk.get(page).text
    desk.post(page + "/start", {"text_column": "text", "id_column": "id", "source_id": "1"})
    desk.work()
    with desk.session() as session:
        texts = session.exec(select(FreeText.text).order_by(col(FreeText.external_ref))).all()
    assert texts == ["<script>alert(1)</script>", '=HYPERLINK("http://x")']
    assert "<script>alert" not in desk.get("/staff/review").text


def test_no_file_chosen_is_told(desk: Site) -> None:
    assert "Choose a file." in desk.post(IMPORTS, {"file": "words"}).text


def test_an_officer_decides_takes_back_and_the_history_stays(desk: Site) -> None:
    first, _ = sorted(_store(desk, "more buses", "a skate park"))
    page = desk.get("/staff/review")
    action = re.search(r'action="(/staff/review/texts/\w+)"', page.text)
    assert action is not None
    assert action[1].endswith(first)
    assert "<b>2</b> waiting" in page.text

    nothing = desk.post(action[1], {"sorting": "wishes"})
    assert nothing.status_code == 422
    assert "Choose at least one wish" in nothing.text
    saved = desk.post(action[1], {"sorting": "wishes", "wish_ids": ["6", "8"], "doubt": "0.0"})
    after = desk.follow(saved)
    assert "<b>1</b> decided by you today · <b>1</b> waiting" in after.text
    desk.post(action[1], {"sorting": "none", "wish_ids": ["6"]})

    with desk.session() as session:
        assert count_sorted(session).by_sorting == {Sorting.NONE: 1}
    back = desk.follow(desk.post("/staff/review/undo"))
    assert "Taken back. Here is the text again." in back.text
    with desk.session() as session:
        assert count_sorted(session).by_wish == {6: 1, 8: 1}
        rows = session.exec(select(Decision).order_by(col(Decision.id))).all()
        assert [row.is_current for row in rows] == [False, False, True]
        assert rows[2].undoes_id == rows[1].id
        kept = session.exec(select(DecidedWish).where(DecidedWish.decision_id == rows[0].id)).all()
        assert len(kept) == 2
    assert "counts now" in desk.get(action[1]).text


def test_taking_the_only_decision_back_opens_the_text_again(desk: Site) -> None:
    (text_id,) = _store(desk, "more buses")
    desk.post(f"/staff/review/texts/{text_id}", {"sorting": "none"})
    assert "Every text is decided" in desk.get("/staff/review").text
    desk.post("/staff/review/undo")
    assert "<b>1</b> waiting" in desk.get("/staff/review").text
    assert desk.post("/staff/review/undo").status_code == 409
    desk.post(f"/staff/review/texts/{text_id}", {"sorting": "wishes", "wish_ids": "1"})
    desk.post("/staff/review/undo")
    with desk.session() as session:
        assert count_sorted(session).by_wish == {}


def test_skipping_goes_on_and_the_end_offers_the_top(desk: Site) -> None:
    _store(desk, "one thing", "another thing")
    page = desk.get("/staff/review?queue=s1")
    for _ in range(2):
        link = re.search(r'href="(/staff/review\?queue=s1&amp;after=[^"]+)"', page.text)
        assert link is not None
        page = desk.get(link[1].replace("&amp;", "&"))
    assert "end of the queue" in page.text
    assert "Start again at the top" in page.text


def test_the_text_the_machine_doubts_most_comes_first(desk: Site) -> None:
    sure, unsure = _store(desk, "sure text", "doubtful text")
    with desk.session() as session:
        from app.texts.models import ClassifierModel

        session.add(ClassifierModel(id="m", edition_id=1, is_current=True, created_at=desk.now))
        session.flush()
        for text_id, doubt in ((sure, 0.1), (unsure, 0.9996240000000001)):
            session.add(Suggestion(
                text_id=text_id, model_id="m", sorting=Sorting.NOT_SURE, doubt=doubt,
                created_at=desk.now,
            ))  # fmt: skip
    page = desk.get("/staff/review")
    assert "doubtful text" in page.text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form["sorting"] = "none"
    following = desk.follow(desk.post(f"/staff/review/texts/{unsure}", form))
    assert "sure text" in following.text
    skipped = re.search(r'data-key="s" href="([^"]+)"', following.text)
    assert skipped is not None
    assert "end of the queue" in desk.get(skipped[1].replace("&amp;", "&")).text


def test_a_worry_leaves_every_screen_at_once(desk: Site) -> None:
    (text_id,) = _store(desk, "nobody noticed but this is odd")
    desk.post(f"/staff/review/texts/{text_id}", {"sorting": "wishes", "wish_ids": "1"})
    desk.post(f"/staff/quotes/texts/{text_id}", {"wish_id": "1", "wording": "this is odd"})
    handed = desk.follow(desk.post(f"/staff/review/texts/{text_id}/worry", {"queue": ""}))
    assert "safeguarding lead has the text now" in handed.text

    assert "this is odd" not in desk.get("/staff/review").text
    assert "this is odd" not in desk.get("/staff/quotes").text
    for url in (f"/staff/review/texts/{text_id}", f"/staff/quotes/texts/{text_id}"):
        assert desk.get(url).status_code == 404
        assert desk.post(url, {"sorting": "none"}).status_code == 404
    desk.sign_in(Role.OFFICER)
    assert desk.post("/staff/quotes/1/judgement", {"status": "approved"}).status_code == 404
    with desk.session() as session:
        assert count_sorted(session).texts == 0
        assert session.exec(select(Concern.occasion)).one() == "Town comments"


def test_a_quote_needs_two_people_and_no_personal_data(desk: Site) -> None:
    (text_id,) = _store(desk, "ring me on 07700 900123 more buses to LS8 1AB please")
    form = f"/staff/quotes/texts/{text_id}"
    assert "Decide it first" in desk.get(form).text
    desk.post(f"/staff/review/texts/{text_id}", {"sorting": "wishes", "wish_ids": "6"})

    shown = desk.get(form + "?wish=6").text
    assert "<mark>07700 900123</mark>" in shown
    assert "ring me on [phone] more buses to [postcode] please</textarea>" in shown
    left = desk.post(form, {"wish_id": "6", "wording": "ring 07700 900123, more buses"})
    assert left.status_code == 422
    assert "personal data" in left.text
    assert "ring 07700 900123, more buses</textarea>" in left.text
    other = desk.post(form, {"wish_id": "2", "wording": "more buses please"})
    assert other.status_code == 422

    desk.post(form, {"wish_id": "6", "wording": "more buses please"})
    assert "another person has to approve it" in desk.get("/staff/quotes").text
    assert desk.post("/staff/quotes/1/judgement", {"status": "approved"}).status_code == 409
    desk.sign_in(Role.OFFICER, name="Second person")
    desk.post("/staff/quotes/1/judgement", {"status": "approved"})
    assert desk.post("/staff/quotes/1/judgement", {"status": "declined"}).status_code == 409
    with desk.session() as session:
        quote = session.exec(select(Quote)).one()
        assert (quote.status, quote.proposed_by_id != quote.judged_by_id) == (
            QuoteStatus.APPROVED, True,
        )  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "/staff/review?after=zzz", "/staff/review?after=nan:abc", "/staff/review?after=0.5:%00",
        "/staff/review?queue=s99999999", "/staff/review?queue=%F0%9F%A6%8A", "/staff/quotes?wish=0",
    ],
)  # fmt: skip
def test_odd_addresses_are_pages(desk: Site, url: str) -> None:
    _store(desk, "more buses")
    assert desk.get(url).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"sorting": "not_sure"}, {"sorting": "rubbish"}, {"wish_ids": "x"},
        {"wish_ids": "99999999999999999999"}, {"wish_ids": "9999"},
        {"sorting": "none", "suggestion_id": "99999999999999"}, {"doubt": "much"},
    ],
)  # fmt: skip
def test_odd_decisions_are_told(desk: Site, data: dict[str, str]) -> None:
    (text_id,) = _store(desk, "more buses")
    assert desk.post(f"/staff/review/texts/{text_id}", data).status_code == 422


def test_missing_things_are_not_found(desk: Site) -> None:
    assert desk.get(IMPORTS + "/77").status_code == 404
    assert desk.get("/staff/review/texts/" + "0" * 32).status_code == 404
    assert desk.get("/staff/review/texts/nothing").status_code == 422
    assert desk.post("/staff/quotes/77/judgement", {"status": "approved"}).status_code == 404


@pytest.mark.parametrize("url", [IMPORTS, "/staff/review", "/staff/quotes"])
def test_only_officers_come_in(desk: Site, url: str) -> None:
    for role in (Role.YOUTH_WORKER, Role.SAFEGUARDING_LEAD):
        desk.sign_in(role)
        assert desk.get(url).status_code == 403
    desk.sign_out()
    assert desk.get(url).status_code == 303


def test_the_empty_desk_says_so(desk: Site) -> None:
    assert "No files yet" in desk.get(IMPORTS).text
    assert "Every text is decided" in desk.get("/staff/review").text
    assert "None yet." in desk.get("/staff/quotes").text


def test_today_means_today_in_leeds(desk: Site) -> None:
    (text_id,) = _store(desk, "more buses")
    desk.post(f"/staff/review/texts/{text_id}", {"sorting": "none"})
    assert "<b>1</b> decided by you today" in desk.get("/staff/review").text
    desk.now += timedelta(hours=9)
    officer = desk.sign_in(Role.OFFICER)
    assert officer
    assert "<b>0</b> decided by you today" in desk.get("/staff/review").text
