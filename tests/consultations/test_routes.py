"""Pages of the asking side, walked like people walk them, with good and bad input."""

import re

import pytest
from httpx2 import Response

from app.consultations import queries
from app.consultations.rules import ConsultationStatus
from app.staff.rules import Role
from tests.factories import Round, make_edition, make_round
from tests.site import Site

WORDS = {
    "title": "Streets for all",
    "purpose": "To decide which streets change first",
    "asked_by": "Sample team",
    "decision_maker": "Sample board",
    "reply_by": "2026-09-01",
}
NASTY = [
    "<script>alert(1)</script><b>bold",
    '=HYPERLINK("http://evil.example")',
    "🎈👩🏽‍🚀🏳️‍🌈",
    "ما رأيك في المدينة؟ \u202eback",
    "{{ 7*7 }} {% raw %} %s %(x)s",
    "null \x00 byte \ufffe and \x1b[31m",
]
TOO_LONG = "long words " * 95_000  # 1 MB
BALLOT = {
    "title": "Top", "s1.question": "Which matter most?", "s1.rule": "choices", "s1.seats": "1",
    "s1.max_choices": "2", "s1.options": "Short 1\nShort 2\nShort 12",
}  # fmt: skip


def start_draft(site: Site, **words: str) -> str:
    """Draft a consultation as an officer; gives the address of its page."""
    with site.session() as session:
        make_edition(session)
    site.sign_in(Role.OFFICER)
    answer = site.post("/staff/consultations", WORDS | words)
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["location"].split("?")[0]


def start_round(site: Site) -> Round:
    with site.session() as session:
        return make_round(session, now=site.now)


# --- an officer asks -------------------------------------------------------------------------


def test_an_officer_asks_from_draft_to_closed(site_on_both: Site) -> None:
    site = site_on_both
    site_is_empty = site.get
    at = start_draft(site)
    assert "Nothing is asked yet" in site_is_empty(at).text
    for kind in ("single", "several", "scale", "text"):
        form = site.get(f"{at}/questions/new?kind={kind}")
        assert form.status_code == 200
        options = "" if kind == "text" else "Yes\nNo\nMaybe"
        words = {"kind": kind, "text": f"A {kind} question?", "options": options}
        assert site.post(f"{at}/questions", words).status_code == 303
    page = site.get(at)
    moved = re.findall(r'action="([^"]+/move)"', page.text)
    assert site.post(moved[3], {"step": "up"}).status_code == 303
    edited = moved[0].removesuffix("/move")
    assert 'value="A single question?"' in site.get(edited).text
    again = {"kind": "single", "text": "Is it safe?", "options": "Yes\nNo"}
    assert site.post(edited, again).status_code == 303
    assert site.post(moved[1].replace("/move", "/remove")).status_code == 303
    assert site.post(f"{at}/ballots", BALLOT).status_code == 303
    preview = site.get(f"{at}/preview").text
    order = [preview.index(words) for words in ("Is it safe?", "A text question?", "A scale")]
    assert order == sorted(order)
    assert "Short 12" in preview
    page = site.follow(site.post(f"{at}/open"))
    assert "It is open." in page.text
    assert "/questions/new" not in page.text
    assert site.post(f"{at}/edit", WORDS).status_code == 409
    assert "Streets for all" in site.get("/staff/consultations").text
    page = site.follow(site.post(f"{at}/close"))
    assert "It is closed." in page.text
    assert site.post(f"{at}/close").status_code == 409


def test_opening_names_everything_missing_and_refuses(site: Site) -> None:
    at = start_draft(site, purpose="", asked_by="", decision_maker="", reply_by="")
    page = site.get(at).text
    for words in ("plain words what this is for", "Say who asks", "promised to listen", "the date"):
        assert words in page
    assert 'aria-disabled="true"' in page
    assert site.post(f"{at}/open").status_code == 409
    with site.session() as session:
        (one,) = queries.list_consultations(session)
        assert one.status is ConsultationStatus.DRAFT


@pytest.mark.parametrize("text", NASTY)
def test_anything_typed_stays_words(site: Site, text: str) -> None:
    at = start_draft(site, title=text, purpose=text, asked_by=text, decision_maker=text)
    words = {"kind": "single", "text": text, "hint": text, "options": f"{text} 1\n{text} 2"}
    assert site.post(f"{at}/questions", words).status_code == 303
    named = {"title": text, "s1.question": text, "s1.options": f"{text} a\n{text} b"}
    assert site.post(f"{at}/ballots", BALLOT | named).status_code == 303
    (ballot,) = set(re.findall(rf'href="({at}/ballots/\d+)"', site.get(at).text))
    source = {"title": text, "kind": "other", "owner": text, "method": text, "caveat": text}
    assert site.post("/staff/sources", source).status_code == 303
    for url in (at, f"{at}/preview", ballot, f"{ballot}/sections/1", f"{at}/edit"):
        page = site.get(url)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>bold" not in page.text
    assert site.get("/staff/sources").status_code == 200


@pytest.mark.parametrize("field", ["title", "purpose", "asked_by", "decision_maker"])
def test_a_megabyte_is_too_long_and_comes_back(site: Site, field: str) -> None:
    with site.session() as session:
        make_edition(session)
    site.sign_in(Role.OFFICER)
    page = site.post("/staff/consultations", WORDS | {field: TOO_LONG})
    assert page.status_code == 422
    assert "too long" in page.text
    assert page.text.count("long words") >= 95_000
    assert "Sample" in page.text
    with site.session() as session:
        assert queries.list_consultations(session) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"title": ""}, "Fill this in"),
        ({"title": "   "}, "Fill this in"),
        ({"title": "\u200b\u2060"}, "words that can be seen"),
        ({"reply_by": "soon"}, "Write a date"),
        ({"reply_by": "2026-02-31"}, "Write a date"),
    ],
)
def test_a_wrong_word_is_said_beside_its_field(
    site: Site, words: dict[str, str], said: str
) -> None:
    with site.session() as session:
        make_edition(session)
    site.sign_in(Role.OFFICER)
    page = site.post("/staff/consultations", WORDS | words)
    assert page.status_code == 422
    assert said in page.text
    assert "Sample board" in page.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"kind": "single", "options": ""}, "at least two options"),
        ({"kind": "single", "options": "One\n\n \n"}, "at least two options"),
        ({"kind": "single", "options": "Yes\nyes"}, "say the same"),
        ({"kind": "several", "options": "a\nb", "max_choices": "3"}, "number of choices"),
        ({"kind": "several", "options": "a\nb", "max_choices": "0"}, "too small"),
        ({"kind": "several", "options": "a\nb", "max_choices": "two"}, "whole number"),
        ({"kind": "several", "options": "a\nb", "max_choices": "9" * 40}, "too big"),
        ({"kind": "scale", "options": "a\nb"}, "three to seven"),
        ({"kind": "single", "options": "\n".join(map(str, range(50)))}, "too many options"),
        ({"kind": "single", "options": f"a\n{'b' * 300}"}, "too long"),
        ({"kind": "single", "options": TOO_LONG}, "too long"),
        ({"kind": "riddle", "options": "a\nb"}, "Choose one from the list"),
        ({"kind": "text", "text": ""}, "Fill this in"),
    ],
)
def test_a_wrong_question_comes_back_as_typed(site: Site, words: dict[str, str], said: str) -> None:
    at = start_draft(site)
    page = site.post(f"{at}/questions", {"text": "Kept as typed?"} | words)
    assert page.status_code == 422
    assert said in page.text
    assert words.get("text", "Kept as typed?") in page.text
    with site.session() as session:
        assert queries.list_surveys(session, int(at.rsplit("/", 1)[1])) == []


@pytest.mark.parametrize("number", ["0", "-1", "999", "99999999999999999999", "x", "1;drop"])
def test_what_is_not_there_is_a_page_that_helps(site: Site, number: str) -> None:
    at = start_draft(site)
    for url in (
        f"/staff/consultations/{number}",
        f"/staff/consultations/{number}/preview",
        f"{at}/questions/{number}",
        f"{at}/ballots/{number}",
        f"{at}/ballots/{number}/sections/{number}",
        f"/staff/sittings/{number}",
        f"/staff/sittings/{number}/screen",
        f"/staff/sittings/new/details?place_id={number}",
    ):
        assert site.get(url).status_code in (404, 422), url


def test_closing_takes_open_sittings_along_only_when_told(site: Site) -> None:
    round_ = start_round(site)
    site.sign_in(Role.OFFICER)
    at = f"/staff/consultations/{round_.consultation.id}"
    page = site.post(f"{at}/close")
    assert page.status_code == 422
    assert "Sittings are still open" in page.text
    assert site.post(f"{at}/close", {"close_sittings": "yes"}).status_code == 303
    assert "This session has ended" in site.get(f"/s/{round_.sitting.class_code}").text


def test_the_question_form_of_a_stale_page_is_refused_when_open(site: Site) -> None:
    round_ = start_round(site)
    site.sign_in(Role.OFFICER)
    at = f"/staff/consultations/{round_.consultation.id}"
    answer = site.post(f"{at}/questions", {"kind": "text", "text": "Too late?"})
    assert answer.status_code == 409
    assert "can no longer change" in answer.text


# --- the register of sources -----------------------------------------------------------------


def test_a_source_is_registered_once_and_completed(site: Site) -> None:
    with site.session() as session:
        make_edition(session)
    site.sign_in(Role.OFFICER)
    assert "No sources yet" in site.get("/staff/sources").text
    words = {"title": "Town comments 2024", "kind": "comments", "people": "", "ages": "8 to 16"}
    page = site.follow(site.post("/staff/sources", words))
    assert "Town comments 2024" in page.text
    again = site.post("/staff/sources", words)
    assert again.status_code == 422
    assert "on the register already" in again.text
    assert 'value="8 to 16"' in again.text
    (closing,) = re.findall(r'action="(/staff/sources/\d+/close)"', page.text)
    assert "Complete" in site.follow(site.post(closing)).text
    assert site.post(closing).status_code == 409


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"title": ""}, "Fill this in"),
        ({"kind": ""}, "Fill this in"),
        ({"from_on": "2024-05-01", "to_on": "2024-04-01"}, "comes before"),
        ({"people": "many"}, "whole number"),
        ({"caveat": TOO_LONG}, "too long"),
    ],
)
def test_a_wrong_source_comes_back_as_typed(site: Site, words: dict[str, str], said: str) -> None:
    with site.session() as session:
        make_edition(session)
    site.sign_in(Role.OFFICER)
    given = {"title": "Town", "kind": "survey", "owner": "Sample owner"} | words
    page = site.post("/staff/sources", given)
    assert page.status_code == 422
    assert said in page.text
    assert "Sample owner" in page.text


# --- doors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["/staff/consultations", "/staff/consultations/new", "/staff/sources", "/staff/sources/new"],
)
def test_only_officers_ask(site: Site, url: str) -> None:
    site.sign_in(Role.YOUTH_WORKER)
    assert site.get(url).status_code == 403
    site.sign_out()
    assert site.get(url).status_code == 303


def get_all(site: Site) -> list[Response]:
    return [site.get(url) for url in ("/staff/consultations", "/staff/sittings", "/staff/sources")]


def test_empty_pages_say_what_to_do(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    assert [page.status_code for page in get_all(site)] == [200, 200, 200]
