"""The doors of the desk, walked through as a browser would."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.staff.guards import COOKIE
from app.staff.models import StaffSession
from app.staff.rules import Role
from tests.site import Site
from tests.staff.people import EMAIL, PASSWORD, code_at, make_person, sign_in


@pytest.fixture
def person(site: Site) -> int:
    """Someone who can really sign in."""
    with site.session() as session:
        return make_person(session, now=site.now).id or 0


def test_a_stranger_signs_in_and_lands_where_they_wanted(site_on_both: Site) -> None:
    site = site_on_both
    with site.session() as session:
        make_person(session, now=site.now)
    asked = site.get("/staff/profile?x=1&y=2")
    assert asked.headers["location"] == "/staff/sign-in?next=/staff/profile%3Fx%3D1%26y%3D2"
    page = site.follow(asked)
    assert 'name="next" value="/staff/profile?x=1&amp;y=2"' in page.text
    answer = sign_in(site, next="/staff/profile?x=1&y=2")
    assert answer.headers["location"] == "/staff/profile?x=1&y=2"
    assert "Sam Sample" in site.follow(answer).text


def test_the_cookie_is_for_the_desk_only_and_out_of_reach_of_scripts(
    site: Site, person: int
) -> None:
    cookies = sign_in(site).headers.get_list("set-cookie")
    session_cookie = next(one for one in cookies if one.startswith(COOKIE))
    for wanted in ("HttpOnly", "SameSite=lax", "Path=/staff"):
        assert wanted in session_cookie
    assert "Max-Age" not in session_cookie
    assert "Secure" not in session_cookie
    site.settings.secure_cookies = True
    site.now += timedelta(minutes=1)
    assert all("Secure" in one for one in sign_in(site).headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/wishes", "/staff/sign-out"]
)
def test_signing_in_never_leads_elsewhere(site: Site, person: int, target: str) -> None:
    assert sign_in(site, next=target).headers["location"] == "/staff"
    assert "evil" not in site.get("/staff/sign-in", params={"next": target}).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.org"}, {"password": "wrong wrong wrong"}, {"code": "000000"},
        {"code": "٠١٢٣٤٥"}, {"code": "RECOVERY-X"}, {"password": "x" * 900},
    ],
)  # fmt: skip
def test_every_wrong_part_gets_the_same_answer(
    site: Site, person: int, wrong: dict[str, str]
) -> None:
    answer = sign_in(site, **wrong)
    assert answer.status_code == 422
    assert "do not fit together" in answer.text
    assert wrong.get("email", EMAIL) in answer.text
    assert PASSWORD not in answer.text
    assert COOKIE not in site.client.cookies


def test_a_replayed_code_does_not_open(site: Site, person: int) -> None:
    assert sign_in(site).status_code == 303
    site.sign_out()
    assert sign_in(site).status_code == 422


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_the_sixth_try_waits_for_known_and_unknown_alike(
    site: Site, person: int, email: str
) -> None:
    for _ in range(5):
        assert sign_in(site, email=email, password="wrong wrong wrong").status_code == 422
    waiting = sign_in(site, email=email)
    assert waiting.status_code == 429
    assert "2 March 2026, 10:15" in waiting.text
    site.now += timedelta(minutes=15)
    assert sign_in(site, email=email).status_code == (303 if email == EMAIL else 422)


def test_strangers_guesses_do_not_lock_out_a_known_browser(site: Site, person: int) -> None:
    assert sign_in(site).status_code == 303
    known = dict(site.client.cookies)
    site.sign_out()
    site.now += timedelta(minutes=1)
    for _ in range(6):
        sign_in(site, password="wrong wrong wrong")
    assert sign_in(site).status_code == 429
    site.client.cookies.update(known)
    assert sign_in(site).status_code == 303


@pytest.mark.parametrize(
    "form", [{}, {"email": ""}, {"email": "a" * 300, "password": "x", "code": "1"}]
)
def test_an_unfinished_form_is_shown_again(site: Site, form: dict[str, str]) -> None:
    answer = site.post("/staff/sign-in", form)
    assert answer.status_code == 422
    assert "Something needs another look" in answer.text


def test_a_session_left_alone_ends(site: Site, person: int) -> None:
    sign_in(site)
    site.now += timedelta(minutes=50)
    assert site.get("/staff").status_code == 200  # this use counts
    site.now += timedelta(minutes=50)
    assert site.get("/staff").status_code == 200
    site.now += timedelta(minutes=61)
    assert site.get("/staff").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_happens(site: Site, person: int) -> None:
    sign_in(site)
    for _ in range(14):
        site.now += timedelta(minutes=50)
        assert site.get("/staff").status_code == 200
    site.now += timedelta(minutes=50)
    assert site.get("/staff").status_code == 303


def test_last_seen_is_written_at_most_every_five_minutes(site: Site, person: int) -> None:
    sign_in(site)
    begun = site.now

    def seen() -> object:
        with site.session() as session:
            return session.exec(select(StaffSession.last_seen_at)).one()

    site.now += timedelta(minutes=4)
    site.get("/staff")
    assert seen() == begun
    site.now += timedelta(minutes=1)
    site.post("/staff/profile/sessions/revoke")
    assert seen() == site.now


def test_signing_out_ends_the_session_on_the_server(site: Site, person: int) -> None:
    sign_in(site)
    token = site.client.cookies[COOKIE]
    out = site.post("/staff/sign-out")
    assert "You are signed out" in site.follow(out).text
    site.client.cookies.set(COOKIE, token)
    assert site.get("/staff").status_code == 303


def test_signing_out_everywhere_else_spares_this_browser(site: Site, person: int) -> None:
    sign_in(site)
    other = site.client.cookies[COOKIE]
    site.sign_out()
    site.now += timedelta(minutes=1)
    sign_in(site)
    assert "Another one" in site.get("/staff/profile").text
    answer = site.post("/staff/profile/sessions/revoke")
    assert "Another one" not in site.follow(answer).text
    site.client.cookies.set(COOKIE, other, path="/staff")
    site.client.cookies.clear()
    site.client.cookies.set(COOKIE, other)
    assert site.get("/staff").status_code == 303


def test_changing_the_password(site: Site, person: int) -> None:
    sign_in(site)
    for current, fresh, sentence in [
        ("wrong", "purple otter in a canoe", "not your password now"),
        (PASSWORD, "short", "at least 12"),
        (PASSWORD, "Password1234", "first passwords a stranger"),
        (PASSWORD, "", "Fill this in"),
    ]:
        answer = site.post(
            "/staff/profile/password", {"current_password": current, "password": fresh}
        )
        assert answer.status_code == 422
        assert sentence in answer.text
    fresh = "purple otter in a canoe"
    answer = site.post("/staff/profile/password", {"current_password": PASSWORD, "password": fresh})
    assert "Your password is changed" in site.follow(answer).text
    site.now += timedelta(minutes=1)
    assert sign_in(site).status_code == 422
    assert sign_in(site, password=fresh).status_code == 303


def test_new_recovery_codes_open_the_door(site: Site, person: int) -> None:
    sign_in(site)
    assert "0 of 8" in site.get("/staff/profile/recovery-codes").text
    wrong = site.post("/staff/profile/recovery-codes", {"current_password": ""})
    assert wrong.status_code == 422
    shown = site.post("/staff/profile/recovery-codes", {"current_password": PASSWORD})
    code = shown.text.split("<code>")[1].split("</code>")[0]
    site.sign_out()
    assert sign_in(site, code=code).status_code == 303
    assert code not in site.get("/staff/profile").text


def test_an_htmx_request_without_a_session_leads_the_whole_page_to_the_door(site: Site) -> None:
    page = {"hx-request": "true", "hx-current-url": "http://testserver/staff/profile?page=2"}
    answer = site.get("/staff", headers=page)
    assert answer.headers["hx-redirect"] == "/staff/sign-in?next=/staff/profile%3Fpage%3D2"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_home_with_one_next_step(site: Site, role: Role) -> None:
    site.sign_in(role)
    page = site.get("/staff").text
    assert "My profile" in page
    assert page.count("Start here") <= 1


def test_a_code_of_the_past_minute_still_opens(site: Site, person: int) -> None:
    earlier = code_at(site.now - timedelta(seconds=30))
    assert sign_in(site, code=earlier).status_code == 303
