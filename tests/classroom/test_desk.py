"""The desk, the big screen, the end of a sitting and the reveal."""

import re

import pytest
from sqlmodel import select

from app.ballots.models import SealedVote, Vote
from app.classroom.models import Arrival
from app.classroom.rules import Door
from app.consultations.models import Consultation
from app.consultations.service import close_consultation
from app.responses.models import Response as SentSurvey
from app.staff.rules import Role
from tests.classroom.rooms import Phone, Room, hold_room
from tests.site import Site

DONE = {"waiting": "done"}


def fill(room: Room, *papers: tuple[str, ...]) -> list[Phone]:
    """Phones that join, are let in and vote like this."""
    phones = [room.phone() for _ in papers]
    for phone in phones:
        phone.join()
    room.site.post(f"{room.desk}/arrivals/let-in", {"up_to": "999999"})
    for phone, paper in zip(phones, papers, strict=True):
        assert phone.vote(*paper).status_code == 201
    return phones


@pytest.fixture
def room(site: Site) -> Room:
    site.sign_in(Role.OFFICER)
    return hold_room(site, [Door.PHONES], heads=12)


# ---- while people take part -----------------------------------------------------------------


def test_the_screen_counts_and_shows_no_option(room: Room) -> None:
    fill(room, ("w1",), ("w2",))
    screen = room.site.get(f"{room.desk}/screen").text
    for label, number in (("arrived", 2), ("let in", 2), ("voted", 2)):
        assert f"<dt>{label}</dt><dd>{number}</dd>" in screen
    assert room.code in screen
    assert not [one.label for one in room.round.options if one.label in screen]
    assert screen.count('class="tuft') == 12
    assert screen.count(" lit") == 2


def test_htmx_gets_only_the_live_part(room: Room) -> None:
    fill(room, ("w1",))
    for path, part in (("", "room"), ("/screen", "screen")):
        page = room.site.get(f"{room.desk}{path}", headers={"hx-request": "true"}).text
        assert "<html" not in page
        assert f'id="{part}"' in page
        assert f'data-sse-swap="{part}"' in page
        assert f'data-hx-get="{room.desk}{path}"' in page  # asks by itself where no stream comes


def test_surveys_are_counted_beside_votes(room: Room) -> None:
    with room.site.session() as session:
        for number in range(3):
            session.add(
                SentSurvey(
                    id=str(number), survey_id=room.round.survey.id or 0,
                    sitting_id=room.sitting.id, received_on=room.site.now.date(), answers_hash="",
                    slip_hash=str(number),
                )
            )  # fmt: skip
    assert "<dt>surveys</dt><dd>3</dd>" in room.site.get(room.desk).text


def test_a_card_for_what_a_young_person_says_is_always_there(room: Room) -> None:
    assert "Someone has told me something" in room.site.get(room.desk).text
    room.site.post(f"{room.desk}/close", {"note": "Over."} | DONE)
    assert "Someone has told me something" in room.site.get(room.desk).text


# ---- the end --------------------------------------------------------------------------------


def test_the_account_is_said_in_words_before_anything_ends(room: Room) -> None:
    fill(room, *[("w1",)] * 11)
    page = room.site.get(f"{room.desk}/close").text
    assert "12 in the room · 11 let in · 11 voted · 0 unused" in page
    assert "It does not balance" in page
    assert "1 person in the room has no seat, slip or turn on record." in page
    refused = room.site.post(f"{room.desk}/close", DONE)
    assert refused.status_code == 422
    assert "Say why in a few words" in refused.text
    assert "checked" in refused.text or "waiting" not in refused.text
    closed = room.site.follow(
        room.site.post(f"{room.desk}/close", {"note": "Left early <i>"} | DONE)
    )
    assert "Left early &lt;i&gt;" in closed.text
    assert room.site.post(f"{room.desk}/close", {"note": "again"}).status_code == 409
    assert room.site.get(f"{room.desk}/close").status_code == 303
    assert "This session has ended" in room.site.get(f"{room.desk}/screen").text


def test_a_room_that_balances_needs_no_note(room: Room) -> None:
    fill(room, *[("w1",)] * 12)
    page = room.site.get(f"{room.desk}/close").text
    assert "12 in the room · 12 let in · 12 voted · 0 unused" in page
    assert "It balances" in page
    assert "Does a phone still hold a vote?" not in page  # nobody is left to wait for
    assert room.site.post(f"{room.desk}/close").status_code == 303


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"slips_in_hand": "many"}, "slips_in_hand"),
        ({"slips_in_hand": "-1"}, "slips_in_hand"),
        ({"note": "long words " * 200}, "note"),
        ({"waiting": "perhaps"}, "waiting"),
    ],
)
def test_a_wrong_closing_form_comes_back(room: Room, words: dict[str, str], field: str) -> None:
    room.site.post(f"{room.desk}/doors", {"door": "slips"})
    room.site.post(f"{room.desk}/slips", {"count": "2"})
    page = room.site.post(f"{room.desk}/close", words)
    assert page.status_code == 422
    assert f'id="error-{field}"' in page.text


def test_who_was_in_the_lobby_is_forgotten_and_the_numbers_stay(room: Room) -> None:
    (phone,) = fill(room, ("w1",))
    nickname = phone.get(f"/s/{room.code}/lobby").text.split("You are in, ")[1].split("!")[0]
    room.site.post(f"{room.desk}/close", {"note": "Over."} | DONE)
    with room.site.session() as session:
        assert session.exec(select(Arrival)).all() == []
    page = room.site.get(room.desk).text
    assert nickname not in page
    assert "1 let in" in page
    assert phone.state() == "gone"
    assert "This session has ended" in phone.get(f"/s/{room.code}").text


def test_a_vote_on_its_way_is_waited_for_unless_all_are_done(room: Room) -> None:
    late, *_ = fill(room, *[("w1",)] * 3)
    phone = room.phone()
    phone.join()
    room.site.post(f"{room.desk}/arrivals/let-in", {"up_to": "999999"})
    room.site.post(f"{room.desk}/close", {"note": "Over.", "waiting": "wait"})
    assert "Waiting for phones that are offline" in room.site.get(room.desk).text
    assert phone.vote("w2").status_code == 201
    assert late.vote("w2").status_code == 409
    page = room.site.follow(room.site.post(f"{room.desk}/stop-waiting"))
    assert "Waiting for phones" not in page.text


def test_a_sitting_closed_with_its_consultation_is_tidied_by_itself(room: Room) -> None:
    fill(room, ("w1",))
    with room.site.session() as session:
        round_ = session.get_one(Consultation, room.round.consultation.id)
        close_consultation(session, round_, close_sittings=True, actor=None, now=room.site.now)
    room.site.work()
    with room.site.session() as session:
        assert session.exec(select(Arrival)).all() == []
    assert "1 let in" in room.site.get(room.desk).text


def test_the_closing_sheet_is_there_only_after_the_end(room: Room) -> None:
    sheet = f"{room.desk}/print/ballots/{room.round.ballot.id}/closing"
    assert room.site.get(sheet).status_code == 404
    room.site.post(f"{room.desk}/close", {"note": "Over."} | DONE)
    assert sheet in room.site.get(room.desk).text
    assert room.site.get(sheet).headers["content-type"] == "application/pdf"


# ---- the reveal -----------------------------------------------------------------------------


def mixed(room: Room, *papers: tuple[str, ...]) -> str:
    """End the room, mix its votes, and look at the desk."""
    fill(room, *papers)
    room.site.post(f"{room.desk}/close", {"note": "Over."} | DONE)
    room.site.now = room.site.now.replace(minute=1)
    room.site.work()
    return room.site.get(room.desk).text


def test_the_room_sees_its_votes_step_by_step_and_the_winner_last(room: Room) -> None:
    papers = [("w6", "w2")] * 5 + [("w6", "w8")] * 3 + [("w6",)] * 1 + [("w2",)] * 1 + [("w1",)] * 2
    desk = mixed(room, *papers)
    assert "Reveal it on the big screen" in desk
    labels = {one.key: one.label for one in room.round.options}
    first = room.site.get(f"{room.desk}/reveal").text
    assert "12 votes in this room" in first
    assert first.count("Still a secret") == 3
    assert labels["w6"] not in first
    assert "wish-6" not in first.split('<ol class="reveal')[1]  # not even by its colour
    second = room.site.get(f"{room.desk}/reveal?opened=1").text
    assert labels["w8"] in second
    assert labels["w6"] not in second
    last = room.site.get(f"{room.desk}/reveal?opened=3").text
    assert "Still a secret" not in last
    figures = re.findall(
        r'<b dir="auto">(.*?)</b>.*?<span class="value">(.*?)</span>', last, re.DOTALL
    )
    assert figures == [(labels["w6"], "9"), (labels["w2"], "6"), (labels["w8"], "3")]
    assert labels["w1"] in last.split("Chosen by a few or by nobody")[1]


def test_what_everybody_chose_is_said_in_words(room: Room) -> None:
    mixed(room, *[("w6",)] * 12)
    page = room.site.get(f"{room.desk}/reveal?opened=3").text
    assert "almost everyone" in page
    assert '<span class="value">12' not in page


def test_fewer_than_ten_are_counted_with_other_small_groups(room: Room) -> None:
    desk = mixed(room, *[("w6",)] * 9)
    assert "Counted together with small groups at the end" in desk
    assert room.site.get(f"{room.desk}/reveal").status_code == 404
    with room.site.session() as session:
        assert len(session.exec(select(SealedVote)).all()) == 9
        assert session.exec(select(Vote)).all() == []


def test_there_is_no_reveal_while_people_vote(room: Room) -> None:
    fill(room, *[("w6",)] * 12)
    assert room.site.get(f"{room.desk}/reveal").status_code == 404
    assert "Reveal" not in room.site.get(room.desk).text


@pytest.mark.parametrize("query", ["number=2", "number=0", "opened=9", "opened=x"])
def test_a_reveal_of_nothing_is_refused(room: Room, query: str) -> None:
    mixed(room, *[("w6",)] * 12)
    assert room.site.get(f"{room.desk}/reveal?{query}").status_code in (404, 422)


def test_only_staff_of_the_place_see_the_reveal(room: Room) -> None:
    mixed(room, *[("w6",)] * 12)
    room.site.sign_in(Role.YOUTH_WORKER, place_ids=[])
    assert room.site.get(f"{room.desk}/reveal").status_code == 404
    room.site.sign_out()
    assert room.site.get(f"{room.desk}/reveal").status_code == 303
