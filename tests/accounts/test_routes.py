"""The administrator's pages and the invitation link."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.places.models import Place
from app.places.rules import PlaceKind
from app.staff.rules import Role
from tests.site import Site
from tests.staff.people import PASSWORD, code_at, sign_in

NEW = {"name": "New Person", "email": "new.person@example.org", "role": "youth_worker"}
ODD = "<script>alert(1)</script> =1+1 مرحبا 😀"


def field(page: str, name: str) -> str:
    """The value of an input on a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def invite(site: Site, **changes: str) -> str:
    """Invite someone as an administrator and give the path of their link; then leave."""
    site.sign_in(Role.ADMINISTRATOR)
    page = site.post("/staff/accounts", NEW | changes)
    assert page.status_code == 200, page.text
    found = re.search(r'value="http://localhost:8000(/staff/invitations/[^"]+)"', page.text)
    assert found
    site.sign_out()
    return found[1]


def answers(site: Site, page: str, **changes: str) -> dict[str, str]:
    """The invitation page filled in rightly, but for what is given."""
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found
    secret = found[1].replace(" ", "")
    return {
        "name": "New Person", "password": PASSWORD, "code": code_at(site.now, secret),
        "sealed": field(page, "sealed"),
    } | changes  # fmt: skip


def test_from_invitation_to_the_next_days_sign_in(site_on_both: Site) -> None:
    site = site_on_both
    link = invite(site)
    page = site.get(link)
    assert "<svg" in page.text
    assert 'href="otpauth://totp/' in page.text
    secret = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert secret
    done = site.post(link, answers(site, page.text))
    assert done.status_code == 200
    codes = re.findall(r"<code>([^<]+)</code>", done.text)
    assert len(codes) == 8
    assert "Hello, New Person" in site.get("/staff").text
    site.post("/staff/sign-out")
    site.now += timedelta(days=1)
    code = code_at(site.now, secret[1].replace(" ", ""))
    assert sign_in(site, email=NEW["email"], code=code).status_code == 303


def test_a_link_opens_once(site: Site) -> None:
    link = invite(site)
    form = answers(site, site.get(link).text)
    assert site.post(link, form).status_code == 200
    site.sign_out()
    for answer in (site.get(link), site.post(link, form)):
        assert answer.status_code == 409
        assert "has been used" in answer.text


def test_a_link_is_refused_after_a_week_and_when_made_up(site: Site) -> None:
    link = invite(site)
    site.now += timedelta(days=7)
    assert "more than a week old" in site.get(link).text
    assert site.get("/staff/invitations/made-up").status_code == 404
    assert site.post("/staff/invitations/made-up", {}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "000000"}, "This code does not fit"),
        ({"code": ""}, "Fill this in"),
        ({"password": "short"}, "at least 12"),
        ({"password": "New Person 1"}, "Your name or e-mail"),
        ({"name": "x" * 121}, "too long"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_the_same_secret(
    site: Site, changes: dict[str, str], sentence: str
) -> None:
    link = invite(site)
    first = site.get(link).text
    again = site.post(link, answers(site, first) | {"name": "Typed Name"} | changes)
    assert again.status_code == 422
    assert sentence in again.text
    assert "name" in changes or field(again.text, "name") == "Typed Name"
    assert PASSWORD not in again.text
    shown = re.findall(r'<code class="secret">([^<]+)</code>', first + again.text)
    assert shown[0] == shown[1]
    assert site.post(link, answers(site, again.text)).status_code == 200


def test_each_opening_of_a_link_shows_another_secret(site: Site) -> None:
    link = invite(site)
    shown = [re.findall(r'class="secret">([^<]+)<', site.get(link).text)[0] for _ in range(2)]
    assert shown[0] != shown[1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "no address"}, "name@example.org"),
        ({"email": "a@b@c.org"}, "name@example.org"),
        ({"email": "x" * 300 + "@example.org"}, "too long"),
        ({"name": "   "}, "Fill this in"),
        ({"name": "x" * 121}, "too long"),
        ({"role": "king"}, "Choose one from the list"),
        ({"role": ""}, "Fill this in"),
    ],
)
def test_a_mistaken_invitation_is_shown_again(
    site: Site, changes: dict[str, str], sentence: str
) -> None:
    site.sign_in(Role.ADMINISTRATOR)
    answer = site.post("/staff/accounts", NEW | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "email" in changes or field(answer.text, "email") == NEW["email"]


def test_a_known_address_is_said_on_the_form(site: Site) -> None:
    invite(site)
    site.sign_in(Role.ADMINISTRATOR)
    answer = site.post("/staff/accounts", NEW | {"email": "NEW.person@example.org"})
    assert answer.status_code == 422
    assert "has an account already" in answer.text


def test_odd_names_are_shown_as_typed(site: Site) -> None:
    invite(site, name=ODD)
    site.sign_in(Role.ADMINISTRATOR)
    page = site.get("/staff/accounts").text
    assert "<script>alert" not in page
    assert ODD in unescape(page)


def person_page(site: Site) -> str:
    """The page of the invited person, as an administrator."""
    invite(site)
    site.sign_in(Role.ADMINISTRATOR)
    found = re.search(r'href="(/staff/accounts/\d+)">New Person', site.get("/staff/accounts").text)
    assert found
    return found[1]


def test_places_are_found_added_and_removed(site: Site) -> None:
    page = person_page(site)
    with site.session() as session:
        session.add(Place(kind=PlaceKind.CLUB, name="100% Youth Club B"))
        session.add(Place(kind=PlaceKind.CLUB, name="Closed Youth Club", is_open=False))
    assert "cannot open a sitting" in site.get(page).text
    found = site.get(page, params={"find": "youth club"}).text
    assert "Closed Youth Club" not in found
    place_id = field(found, "place_id")
    assert (
        "100% Youth Club B" in site.follow(site.post(page + "/places", {"place_id": place_id})).text
    )
    assert "No other open place" in site.get(page, params={"find": ODD}).text
    gone = site.follow(site.post(f"{page}/places/{place_id}/remove"))
    assert "cannot open a sitting" in gone.text
    for bad in ("", "x", "0", "999999", "9" * 30):
        assert site.post(page + "/places", {"place_id": bad}).status_code == 404


def test_role_link_sessions_and_access(site: Site) -> None:
    page = person_page(site)
    changed = site.follow(site.post(page + "/role", {"role": "officer"}))
    assert "Officer." in changed.text
    assert site.post(page + "/role", {"role": "king"}).status_code == 303
    assert "shown only once" in site.post(page + "/invitation").text
    assert "signed out everywhere" in site.follow(site.post(page + "/sessions/revoke")).text
    assert "Disabled since" in site.follow(site.post(page + "/disable")).text
    assert site.post(page + "/disable").status_code == 409
    assert "account is disabled" in site.post(page + "/invitation").text
    assert "Invited, has not joined" in site.follow(site.post(page + "/enable")).text


def test_a_disabled_person_is_out_at_the_next_click(site: Site) -> None:
    officer = site.sign_in(Role.OFFICER)
    cookies = dict(site.client.cookies)
    assert site.get("/staff").status_code == 200
    site.sign_in(Role.ADMINISTRATOR)
    site.post(f"/staff/accounts/{officer}/disable")
    site.client.cookies.clear()
    site.client.cookies.update(cookies)
    assert site.get("/staff").status_code == 303


def test_ones_own_page_offers_nothing_dangerous(site: Site) -> None:
    own = site.sign_in(Role.ADMINISTRATOR)
    page = site.get(f"/staff/accounts/{own}").text
    assert "This is you" in page
    assert "Disable account" not in page
    assert site.post(f"/staff/accounts/{own}/disable").status_code == 409


@pytest.mark.parametrize("unknown", ["999999", "x", "9" * 30])
def test_a_person_we_do_not_know_is_no_crash(site: Site, unknown: str) -> None:
    site.sign_in(Role.ADMINISTRATOR)
    assert site.get(f"/staff/accounts/{unknown}").status_code in (404, 422)
    assert site.post(f"/staff/accounts/{unknown}/disable").status_code in (404, 422)


def test_the_audit_book_shows_deeds_and_filters(site: Site) -> None:
    page = person_page(site)
    staff_id = page.rsplit("/", 1)[1]
    assert "add staff" in site.get("/staff/audit").text
    about = site.get("/staff/audit", params={"subject": f"staff:{staff_id}"}).text
    assert "role: youth_worker" in about
    assert "Nothing was done about" in site.get("/staff/audit", params={"subject": ODD}).text
