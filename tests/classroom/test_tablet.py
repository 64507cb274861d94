"""The shared tablet without script: turns, the PIN, nothing left behind."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.ballots.rules import seat_cookie
from app.classroom.models import Kiosk
from app.classroom.rules import PIN_TRIES, Door
from app.consultations.models import Sitting
from app.core.shared_device import code_of_device, cookie_name
from app.core.tokens import new_submission_id
from app.staff.guards import COOKIE
from app.staff.models import StaffSession
from app.staff.rules import Role
from tests.classroom.rooms import Phone, Room, hold_room
from tests.site import Site

PIN = "4821"


@pytest.fixture
def room(site: Site) -> Room:
    return hold_room(site, [Door.TABLET])


def start(room: Room, *, pin: str = PIN) -> Phone:
    """A device a worker has signed in on and made the tablet."""
    room.site.sign_in(Role.OFFICER)
    tablet = room.phone()
    tablet.client.cookies.set(COOKIE, room.site.client.cookies[COOKIE])
    answer = tablet.post(f"{room.desk}/tablet", {"pin": pin})
    assert answer.status_code == 303, answer.text[:500]
    assert answer.headers["location"] == f"/k/{room.code}"
    room.site.sign_in(Role.OFFICER)  # the desk, on another device
    return tablet


def begin(room: Room, tablet: Phone) -> str:
    """A turn; gives the address of its first page."""
    answer = tablet.post(f"/k/{room.code}/turns")
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["location"]


def hand_on(room: Room, tablet: Phone) -> None:
    answer = tablet.post(f"/k/{room.code}/end")
    assert answer.headers["location"] == f"/k/{room.code}/done"
    room.site.now += timedelta(seconds=5)


def test_two_children_vote_one_after_the_other(site_on_both: Site) -> None:
    room = hold_room(site_on_both, [Door.TABLET])
    tablet = start(room)
    seats = []
    for wish in ("w1", "w9"):
        home = tablet.get(f"/k/{room.code}")
        assert "I am next" in home.text
        paper = tablet.get(begin(room, tablet))
        seats.append(tablet.client.cookies[seat_cookie(room.code)])
        assert "checked" not in paper.text
        thanks = tablet.vote(wish)
        assert thanks.status_code == 201
        assert "I am done: hand the tablet on" in thanks.text
        assert 'href="/"' not in thanks.text  # nothing leads out
        assert f"/s/{room.code}/survey/{room.round.survey.id}" in thanks.text
        hand_on(room, tablet)
        assert seat_cookie(room.code) not in tablet.client.cookies
    assert len(set(seats)) == 2
    desk = room.site.get(room.desk).text
    assert "voted</dt><dd>2</dd>" in desk
    assert "1 tablet in use" in desk


def test_going_back_finds_nothing(room: Room) -> None:
    tablet = start(room)
    paper = begin(room, tablet)
    secret = new_submission_id()
    tablet.vote("w3", secret=secret)
    hand_on(room, tablet)
    assert tablet.get(paper).headers["location"] == f"/s/{room.code}"
    assert tablet.get(f"/s/{room.code}").headers["location"] == f"/k/{room.code}"
    again = tablet.vote("w3", secret=secret)  # the browser offers to send the form again
    assert again.status_code == 303
    assert again.headers["location"] == f"/k/{room.code}"
    begin(room, tablet)
    other = tablet.vote("w3", secret=secret)  # in somebody else's turn
    assert other.status_code in (409, 422)


def test_every_page_of_a_turn_is_wiped_and_never_stored(room: Room) -> None:
    tablet = start(room)
    paper = begin(room, tablet)
    pages = [tablet.get(paper), tablet.vote("w1")]
    ended = tablet.post(f"/k/{room.code}/end")
    pages += [ended, tablet.get(f"/k/{room.code}/done"), tablet.get(f"/k/{room.code}")]
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}
    assert [page.headers.get("clear-site-data") for page in pages[2:]] == ['"storage"'] * 3
    assert f"{seat_cookie(room.code)}=" in ended.headers["set-cookie"]
    assert "Max-Age=0" in ended.headers["set-cookie"]
    assert "js/kiosk." in pages[0].text
    assert "js/kiosk." in pages[1].text


def test_the_worker_is_signed_out_on_the_tablet(room: Room) -> None:
    tablet = start(room)
    assert tablet.get("/staff/sittings").headers["location"].startswith("/staff/sign-in")
    with room.site.session() as session:
        assert any(one.revoked_at for one in session.exec(select(StaffSession)))
        kiosk = session.exec(select(Kiosk)).one()
        assert PIN not in kiosk.model_dump_json()
        assert kiosk.pin_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("", "Fill this in"), ("12", "four to eight digits"), ("12345", "first one everybody"),
        ("0000", "first one everybody"), ("abcd", "four to eight"), ("1" * 60, "too long"),
    ],
)  # fmt: skip
def test_a_weak_pin_starts_nothing(room: Room, pin: str, said: str) -> None:
    room.site.sign_in(Role.OFFICER)
    page = room.site.post(f"{room.desk}/tablet", {"pin": pin})
    assert page.status_code == 422
    assert said in page.text
    assert room.site.get("/staff/sittings").status_code == 200  # still signed in


def test_a_pause_between_two_turns(room: Room) -> None:
    tablet = start(room)
    begin(room, tablet)
    tablet.post(f"/k/{room.code}/end")
    early = tablet.post(f"/k/{room.code}/turns")
    assert early.status_code == 409
    assert "hand the tablet on first" in early.text
    room.site.now += timedelta(seconds=5)
    begin(room, tablet)


def test_leaving_needs_the_pin_and_a_wrong_one_is_told(room: Room) -> None:
    tablet = start(room)
    assert "The PIN you chose" in tablet.get(f"/k/{room.code}/leave").text
    for typed in ("1111", "", "🎈", "4" * 41):
        page = tablet.post(f"/k/{room.code}/leave", {"pin": typed})
        assert page.status_code == 422
        assert "That PIN is wrong" in page.text
    left = tablet.post(f"/k/{room.code}/leave", {"pin": PIN})
    assert left.headers["location"].startswith(room.desk)
    assert cookie_name(room.code) not in tablet.client.cookies
    assert tablet.get(f"/k/{room.code}").headers["location"] == f"/s/{room.code}"
    assert tablet.post(f"/k/{room.code}/turns").status_code == 303


def test_pins_cannot_be_tried_for_ever_and_the_desk_can_end_it(room: Room) -> None:
    tablet = start(room)
    for _ in range(PIN_TRIES):
        tablet.post(f"/k/{room.code}/leave", {"pin": "1112"})
    locked = tablet.post(f"/k/{room.code}/leave", {"pin": PIN})
    assert locked.status_code == 422
    assert "Too many tries" in locked.text
    begin(room, tablet)  # voting goes on meanwhile
    assert room.site.post(f"{room.desk}/tablets/1/end").status_code == 303
    assert "not shared any more" in tablet.get(f"/k/{room.code}").text
    assert cookie_name(room.code) not in tablet.client.cookies


def test_after_a_while_the_pin_may_be_tried_again(room: Room) -> None:
    tablet = start(room)
    for _ in range(PIN_TRIES + 1):
        tablet.post(f"/k/{room.code}/leave", {"pin": "1112"})
    room.site.now += timedelta(minutes=6)
    assert tablet.post(f"/k/{room.code}/leave", {"pin": PIN}).status_code == 303


def test_a_phone_cannot_call_itself_the_tablet(room: Room) -> None:
    start(room)
    phone = room.phone()
    phone.client.cookies.set(cookie_name(room.code), "made up")
    turn = phone.post(f"/k/{room.code}/turns")
    assert turn.headers["location"] == f"/s/{room.code}"
    assert phone.post(f"/k/{room.code}/end").status_code == 303
    assert phone.vote("w1").status_code == 303
    with room.site.session() as session:
        assert session.exec(select(Kiosk)).one().turn_hash == ""
    assert room.phone().get("/k/ZZZZ").status_code == 404


def test_the_tablet_of_another_sitting_hands_out_nothing_here(room: Room) -> None:
    tablet = start(room)
    with room.site.session() as session:
        facts = room.sitting.model_dump(exclude={"id", "class_code"})
        session.add(Sitting(**facts, class_code="4KPT"))
    tablet.client.cookies.set(cookie_name("4KPT"), tablet.client.cookies[cookie_name(room.code)])
    assert tablet.post("/k/4KPT/turns").headers["location"] == "/s/4KPT"


def test_the_end_of_the_sitting_ends_the_tablet(room: Room) -> None:
    tablet = start(room)
    begin(room, tablet)
    room.site.post(f"{room.desk}/close", {"note": "Over.", "waiting": "done"})
    assert "not shared any more" in tablet.get(f"/k/{room.code}").text
    assert tablet.post(f"/k/{room.code}/turns").status_code == 303
    assert tablet.vote("w1").status_code != 201


def test_a_refusal_on_the_tablet_leads_back_to_its_first_page(room: Room) -> None:
    tablet = start(room)
    page = tablet.get(f"/b/{room.code}/999")
    assert page.status_code == 404
    assert f'href="/k/{room.code}"' in page.text
    assert 'href="/wishes"' not in page.text


def test_stopping_hands_the_tablet_on(room: Room) -> None:
    tablet = start(room)
    begin(room, tablet)
    page = tablet.get(f"/s/{room.code}/stop").text
    assert f'action="/k/{room.code}/end"' in page
    assert "Start again" not in page


def test_other_phones_see_nothing_of_the_tablet(room: Room) -> None:
    """Pages are kept for everybody: one drawn for the tablet must not reach a phone."""
    room.site.sign_in(Role.OFFICER)
    room.site.post(f"{room.desk}/doors", {"door": "phones"})
    tablet = start(room)
    tablet.get(begin(room, tablet))
    tablet.vote("w1")
    phone = room.phone()
    phone.join()
    room.site.post(f"{room.desk}/arrivals/let-in", {"up_to": "9999"})
    paper = phone.get(f"/b/{room.code}/{room.round.ballot.id}").text
    thanks = phone.vote("w2").text
    for page in (paper, thanks):
        assert "kiosk" not in page
    assert "Finish" in thanks


@pytest.mark.parametrize(
    ("cookies", "code"),
    [
        ({"kiosk-K7MW": "x"}, "K7MW"),
        ({"seat-K7MW": "x"}, ""),
        ({"kiosk-": "x"}, ""),
        ({"kiosk-AAAA": "x"}, ""),
        ({"kiosk-K7M/": "x", "kiosk-K7MW": ""}, "K7MW"),
        ({}, ""),
    ],
)
def test_a_device_is_known_by_a_well_formed_cookie(cookies: dict[str, str], code: str) -> None:
    assert code_of_device(cookies) == code
