"""A young person types a code, or points a camera at it: the join page and the welcome."""

import re
from collections.abc import Callable
from html import escape

import pytest

from app.classroom.rules import Door
from app.consultations import queries
from app.consultations.rules import SittingMode
from app.safeguarding.queries import list_help_contacts
from app.safeguarding.service import load_help_contacts
from tests.classroom.rooms import hold_room
from tests.factories import Round, make_round
from tests.site import Site

NASTY = [
    "<script>alert(1)</script><b>bold",
    '=HYPERLINK("http://evil.example")',
    "🎈👩🏽‍🚀🏳️‍🌈",
    "ما رأيك في المدينة؟ \u202eback",
    "{{ 7*7 }} {% raw %} %s %(x)s",
    "null \x00 byte \ufffe and \x1b[31m",
]


def start_round(site: Site) -> Round:
    with site.session() as session:
        return make_round(session, now=site.now)


@pytest.mark.parametrize(
    "how", [str.lower, str.upper, " ".join, lambda code: f" {code[:2]}-{code[2:]} "]
)
def test_a_code_is_forgiven_its_typing(site: Site, how: Callable[[str], str]) -> None:
    round_ = start_round(site)
    code = round_.sitting.class_code
    welcome = site.follow(site.post("/j", {"code": how(code)}))
    assert welcome.status_code == 200
    for words in ("Test round", "To test", "do not ask your name", "not straight away", "Join in"):
        assert words in welcome.text
    assert f"/s/{code}/survey/{round_.survey.id}" in welcome.text
    assert f"/s/{code}/arrivals" in welcome.text  # a vote needs a seat, so there is no link to it
    assert f"/b/{code}/{round_.ballot.id}" not in welcome.text
    assert "set-cookie" not in welcome.headers


@pytest.mark.parametrize("code", ["", " ", "????", "ZZZZ", "🎈", "<b>", "x" * 500, *NASTY])
def test_a_wrong_code_comes_back_with_a_sentence(site: Site, code: str) -> None:
    start_round(site)
    page = site.post("/j", {"code": code})
    assert page.status_code == 422
    assert 'id="error-code"' in page.text
    if code in ("????", "ZZZZ"):
        assert f'value="{code}"' in page.text
        assert "We do not know this code" in page.text


@pytest.mark.parametrize("body", ["code=%ED%A0%80", "code=%FF%FE", "code", "&&&=", "code=a&code=b"])
def test_a_broken_encoding_is_no_accident(site: Site, body: str) -> None:
    start_round(site)
    kind = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    assert site.client.post("/j", content=body, headers=kind).status_code == 422


def test_no_field_at_all_is_a_sentence_too(site: Site) -> None:
    assert site.post("/j").status_code == 422


@pytest.mark.parametrize(
    "path", ["/j/ZZZZ", "/s/ZZZZ", "/s/%00", "/s/%F0%9F%8E%88", "/j/" + "x" * 5000]
)
def test_a_wrong_code_in_an_address_shows_the_field(site: Site, path: str) -> None:
    start_round(site)
    page = site.get(path)
    assert page.status_code == 404
    assert "We do not know this code" in page.text


def test_a_closed_code_says_so_kindly(site: Site) -> None:
    round_ = start_round(site)
    with site.session() as session:
        sitting = queries.get_sitting(session, round_.sitting.id or 0)
        sitting.closed_at = site.now
    code = round_.sitting.class_code
    page = site.post("/j", {"code": code})
    assert page.status_code == 422
    assert "This session has ended" in page.text
    assert f'value="{code}"' in page.text
    assert "This session has ended" in site.follow(site.get(f"/j/{code}")).text


def test_the_join_page_asks_for_one_thing(site: Site) -> None:
    page = site.get("/j")
    assert page.status_code == 200
    assert len(re.findall(r"<input", page.text)) == 1


def test_help_is_at_hand_before_the_first_question(site: Site) -> None:
    round_ = start_round(site)
    with site.session() as session:
        load_help_contacts(session, now=site.now)
        contacts = list_help_contacts(session, site.now.date())
        assert contacts
    page = site.get(f"/s/{round_.sitting.class_code}").text
    assert all(escape(contact.name, quote=True) in page for contact in contacts)


@pytest.mark.parametrize(
    ("doors", "offered", "kept_back"),
    [
        ([Door.PHONES], ["Join in"], ["I have a slip"]),
        ([Door.PHONES, Door.SLIPS], ["Join in", "I have a slip"], []),
        ([Door.SLIPS], ["I have a slip", "Begin with the questions"], ["Join in"]),
        ([Door.TABLET], ["Wait for your turn", "Begin with"], ["Join in", "I have a slip"]),
        ([Door.PAPER], ["You vote on paper", "Begin with"], ["Join in", "I have a slip"]),
    ],
)
def test_the_welcome_offers_the_ways_this_room_has(
    site: Site, doors: list[Door], offered: list[str], kept_back: list[str]
) -> None:
    room = hold_room(site, doors)
    page = site.get(f"/s/{room.code}").text
    assert [one for one in offered if one not in page] == []
    assert [one for one in kept_back if one in page] == []
    assert f"/s/{room.code}/survey/{room.round.survey.id}" in page  # a survey needs no seat


def test_a_public_link_stands_open(site: Site) -> None:
    room = hold_room(site)
    with site.session() as session:
        queries.get_sitting(session, room.sitting.id or 0).mode = SittingMode.PUBLIC_LINK
    page = site.get(f"/s/{room.code}").text
    assert f"/b/{room.code}/{room.round.ballot.id}" in page
    assert "Join in" not in page
    assert site.get(f"/b/{room.code}/{room.round.ballot.id}").status_code == 200
    assert site.post(f"/s/{room.code}/arrivals").status_code == 409
