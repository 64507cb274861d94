"""The lobby, from both sides: phones that wait, and the worker who lets them in."""

import re

import pytest
from sqlmodel import select

from app.ballots.models import VotingRight
from app.ballots.rules import seat_cookie
from app.classroom.models import Arrival
from app.classroom.rules import SPARE_WAITING, Door
from app.consultations.models import Ballot
from app.core.settings import Settings
from app.staff.rules import Role
from tests.classroom.rooms import Room, hold_room
from tests.conftest import NOW
from tests.site import Site

PART = {"hx-request": "true"}


@pytest.fixture
def room(site: Site) -> Room:
    site.sign_in(Role.OFFICER)
    return hold_room(site, [Door.PHONES], heads=3)


def waiting_ids(room: Room) -> list[str]:
    page = room.site.get(room.desk).text
    return re.findall(r'action="[^"]+/arrivals/(\d+)/let-in"', page)


def let_all_in(room: Room, *, up_to: int = 2**31 - 1) -> int:
    return room.site.post(f"{room.desk}/arrivals/let-in", {"up_to": str(up_to)}).status_code


def test_from_the_door_to_the_box(site_on_both: Site) -> None:
    site = site_on_both
    site.sign_in(Role.OFFICER)
    room = hold_room(site, [Door.PHONES])
    phone = room.phone()
    paper = f"/b/{room.code}/{room.round.ballot.id}"
    assert phone.get(paper).headers["location"] == f"/s/{room.code}"  # not before it is let in
    nickname = phone.join()
    assert phone.state() == "waiting"
    lobby = phone.get(f"/s/{room.code}/lobby").text
    assert "Wait for the grown-up" in lobby
    assert f"/s/{room.code}/survey/{room.round.survey.id}" in lobby  # meanwhile
    assert paper not in lobby
    assert phone.get(paper).status_code == 303
    assert phone.vote("w2").status_code == 404
    desk = site.get(room.desk).text
    assert nickname in desk
    assert "Let in the one waiting" in desk
    assert let_all_in(room) == 303
    assert phone.state() == "in"
    assert f"You are in, {nickname}!" in phone.get(f"/s/{room.code}/lobby").text
    assert phone.get(paper).status_code == 200
    assert phone.vote("w2", "w6").status_code == 201
    assert "1 in" in site.get(room.desk).text
    assert "voted</dt><dd>1</dd>" in site.get(room.desk).text


def test_the_cookie_is_for_this_visit_and_no_script_reads_it(room: Room) -> None:
    answer = room.phone().post(f"/s/{room.code}/arrivals")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(seat_cookie(room.code).lower() + "=")
    for word in ("httponly", "samesite=lax", "path=/"):
        assert word in cookie
    assert "max-age" not in cookie
    assert "expires" not in cookie
    assert "secure" not in cookie  # http://localhost
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_is_secure(tmp_path: object, site: Site) -> None:
    settings = Settings(
        database_url=site.settings.database_url, data_dir=site.settings.data_dir,
        secret_key="only for tests", worker=False, secure_cookies=True,
    )  # fmt: skip
    with Site(settings, start=NOW) as secure:
        room = hold_room(secure, [Door.PHONES])
        answer = room.phone().post(f"/s/{room.code}/arrivals")
        assert "secure" in answer.headers["set-cookie"].lower()


def test_joining_twice_is_one_phone(room: Room) -> None:
    phone = room.phone()
    assert phone.join() == phone.join()
    assert phone.get(f"/s/{room.code}").headers["location"] == f"/s/{room.code}/lobby"
    with room.site.session() as session:
        assert len(session.exec(select(Arrival)).all()) == 1


def test_arrivals_ask_for_nothing_and_no_name_can_be_sent(room: Room) -> None:
    phone = room.phone()
    answer = phone.post(f"/s/{room.code}/arrivals", {"name": "Mallory", "nickname": "Mallory"})
    assert answer.status_code == 303
    assert "Mallory" not in room.site.get(room.desk).text
    assert "Mallory" not in phone.get(f"/s/{room.code}/lobby").text


def test_all_that_the_worker_saw_are_let_in_and_no_later_one(room: Room) -> None:
    first = room.phone()
    first.join()
    seen = re.search(r'name="up_to" value="(\d+)"', room.site.get(room.desk).text)
    assert seen
    second = room.phone()
    second.join()
    let_all_in(room, up_to=int(seen[1]))
    assert (first.state(), second.state()) == ("in", "waiting")


def test_one_phone_too_many_is_told_and_one_more_head_mends_it(room: Room) -> None:
    phones = [room.phone() for _ in range(4)]
    for phone in phones:
        phone.join()
    desk = room.site.get(room.desk).text
    assert "4 phones would be in, and you counted 3 heads" in desk
    assert "Let in all" not in desk
    refused = room.site.post(f"{room.desk}/arrivals/let-in", {"up_to": "999999"})
    assert refused.status_code == 409
    assert "more phones than the heads" in refused.text
    assert "One more came: 4 in the room" in desk
    part = room.site.post(f"{room.desk}/heads/one-more", headers=PART)
    assert "Let in all 4 waiting" in part.text
    assert let_all_in(room) == 303
    assert {phone.state() for phone in phones} == {"in"}


def test_a_phone_that_is_not_in_the_room(room: Room) -> None:
    phone = room.phone()
    nickname = phone.join()
    (arrival,) = waiting_ids(room)
    part = room.site.post(f"{room.desk}/arrivals/{arrival}/turn-away", headers=PART)
    assert "1 not let in" in part.text
    assert "<html" not in part.text
    assert phone.state() == "away"
    page = phone.get(f"/s/{room.code}/lobby").text
    assert "This phone is not let in" in page
    assert nickname in page
    assert room.site.post(f"{room.desk}/arrivals/{arrival}/let-in").status_code == 303
    assert phone.state() == "in"


def test_a_seat_taken_back_makes_the_phone_ask_again(room: Room) -> None:
    phone = room.phone()
    phone.join()
    (arrival,) = waiting_ids(room)
    let_all_in(room)
    room.site.post(f"{room.desk}/arrivals/{arrival}/turn-away")
    assert phone.state() == "gone"
    welcome = phone.get(phone.get(f"/s/{room.code}/lobby").headers["location"]).text
    assert "This phone is not in any more" in welcome
    assert phone.vote("w1").status_code == 409
    phone.join()
    let_all_in(room)
    assert phone.vote("w1").status_code == 201


def test_a_seat_that_has_voted_stays(room: Room) -> None:
    phone = room.phone()
    phone.join()
    (arrival,) = waiting_ids(room)
    let_all_in(room)
    phone.vote("w1")
    refused = room.site.post(f"{room.desk}/arrivals/{arrival}/turn-away")
    assert refused.status_code == 409
    assert "has voted already" in refused.text


def test_a_full_lobby_says_whom_to_tell(room: Room) -> None:
    with room.site.session() as session:
        for number in range(3 + SPARE_WAITING):
            session.add(
                Arrival(
                    sitting_id=room.sitting.id or 0, token_hash=str(number), nickname=f"N {number}"
                )
            )
    full = room.phone().post(f"/s/{room.code}/arrivals")
    assert full.status_code == 409
    assert "Tell the grown-up" in full.text
    assert "set-cookie" not in full.headers


def test_a_cookie_of_nobody_leads_to_the_welcome(room: Room) -> None:
    phone = room.phone()
    for token in ("made up", "", "🎈".encode().hex(), "x" * 3000):
        phone.client.cookies.set(seat_cookie(room.code), token)
        assert phone.get(f"/s/{room.code}/lobby").headers["location"] == f"/s/{room.code}"
        assert phone.state() == "gone"
        assert phone.get(f"/s/{room.code}").status_code == 200
    assert phone.get("/s/ZZZZ/lobby").status_code == 404
    assert phone.get("/s/ZZZZ/lobby/state").text == "gone"
    assert phone.post("/s/ZZZZ/arrivals").status_code == 404


def test_a_seat_of_one_sitting_opens_no_other(room: Room) -> None:
    phone = room.phone()
    phone.join()
    let_all_in(room)
    token = phone.client.cookies[seat_cookie(room.code)]
    with room.site.session() as session:
        other = type(room.sitting)(
            **room.sitting.model_dump(exclude={"id", "class_code"}), class_code="4KPT"
        )
        session.add(other)
    room.site.work()
    phone.client.cookies.set(seat_cookie("4KPT"), token)
    assert phone.get("/s/4KPT/lobby").status_code == 303
    sent = phone.post(
        f"/b/4KPT/{room.round.ballot.id}/votes", {"secret": "0123456789abcdef" * 2, "s1": "w1"}
    )
    assert sent.status_code == 404


def test_where_only_a_survey_is_asked_nobody_waits(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    room = hold_room(site, [Door.PHONES])
    with site.session() as session:
        for right in session.exec(select(VotingRight)):
            session.delete(right)
        ballot = session.get_one(Ballot, room.round.ballot.id)
        ballot.consultation_id = _another_round(session, room)
    page = site.get(f"/s/{room.code}").text
    assert "Join in" not in page
    assert "Start" in page
    assert "waiting in the lobby" not in site.get(room.desk).text
    assert site.post(f"/s/{room.code}/arrivals").status_code == 409


def _another_round(session: object, room: Room) -> int:
    old = room.round.consultation
    other = type(old)(**old.model_dump(exclude={"id", "slug"}), slug="another")
    session.add(other)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    return other.id or 0


def test_a_malformed_tap_changes_nothing(room: Room) -> None:
    room.phone().join()
    for body in ({}, {"up_to": "all"}, {"up_to": "-1"}, {"up_to": "9" * 30}):
        assert room.site.post(f"{room.desk}/arrivals/let-in", body).status_code == 422
    assert room.site.post(f"{room.desk}/doors", {"door": "window"}).status_code == 422
    assert len(waiting_ids(room)) == 1


def test_a_door_is_added_when_something_does_not_work(room: Room) -> None:
    assert "Add<" in room.site.get(room.desk).text
    page = room.site.follow(room.site.post(f"{room.desk}/doors", {"door": "paper"}))
    assert "Ballots to copy" in page.text
