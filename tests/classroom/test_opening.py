"""Opening a sitting: one page on a phone, with good and bad input."""

import pytest

from app.classroom import queries as rooms
from app.classroom.rules import Door
from app.consultations import queries
from app.places.models import Place
from app.places.rules import PlaceKind
from app.staff.rules import Role
from tests.factories import Round, make_round
from tests.site import Site

TOO_LONG = "long words " * 95_000  # 1 MB


def start_round(site: Site) -> Round:
    with site.session() as session:
        return make_round(session, now=site.now)


def sitting_words(round_: Round, **words: str | list[str]) -> dict[str, str | list[str]]:
    return {
        "consultation_id": str(round_.consultation.id),
        "place_id": str(round_.place.id),
        "mode": "class_code",
        "basis": "informed_opt_out",
        "basis_confirmed": "yes",
        "doors": ["phones"],
        "expected_heads": "28",
    } | words


def test_a_worker_sees_only_their_places(site: Site) -> None:
    round_ = start_round(site)
    with site.session() as session:
        elsewhere = Place(kind=PlaceKind.CLUB, name="Sample Club B")
        session.add(elsewhere)
        session.flush()
        assert elsewhere.id
    site.sign_in(Role.YOUTH_WORKER, place_ids=[elsewhere.id])
    assert "Test School A" not in site.get("/staff/sittings").text
    at = f"/staff/sittings/{round_.sitting.id}"
    assert site.get(at).status_code == 404
    assert site.get(f"{at}/screen").status_code == 404
    for path in ("close", "arrivals/let-in", "heads/one-more", "slips", "tablet", "doors"):
        assert site.post(f"{at}/{path}", {"note": "mine now"}).status_code == 404, path
    for path in ("slips", "tablet", "close", "reveal", "events", "print/poster", "print/guide"):
        assert site.get(f"{at}/{path}").status_code == 404, path
    assert site.get(f"/staff/sittings/new/details?place_id={round_.place.id}").status_code == 404
    assert site.get("/staff/sittings/new/details").status_code == 404
    assert site.post("/staff/sittings", sitting_words(round_)).status_code == 404
    with site.session() as session:
        assert queries.get_sitting(session, round_.sitting.id or 0).closed_at is None
        assert len(queries.list_sittings(session, own_place_ids=None)) == 1


def test_an_officer_finds_a_school_among_many_and_opens_a_public_link(site: Site) -> None:
    round_ = start_round(site)
    with site.session() as session:
        for number in range(60):
            session.add(Place(kind=PlaceKind.SCHOOL, name=f"Sample School {number:02}"))
    site.sign_in(Role.OFFICER)
    page = site.get("/staff/sittings/new")
    assert "61 places" in page.text
    found = site.get("/staff/sittings/new?words=school+07", headers={"hx-request": "true"})
    assert found.text.count('class="choice"') == 1
    assert "Sample School 07" in found.text
    assert "No place is called that" in site.get("/staff/sittings/new?words=🎈").text
    link = {"mode": "public_link", "place_id": "", "basis": "public_page", "expected_heads": ""}
    assert "public link" in site.get("/staff/sittings/new/details").text
    page = site.follow(site.post("/staff/sittings", sitting_words(round_, **link)))
    assert "Public link" in page.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"basis": ""}, "Fill this in"),
        ({"basis": "because"}, "Choose one from the list"),
        ({"basis": "public_page"}, "does not fit"),
        ({"basis_confirmed": ""}, "Tick the box"),
        ({"basis_confirmed": "perhaps"}, "does not look right"),
        ({"expected_heads": ""}, "Count the heads"),
        ({"expected_heads": "many"}, "whole number"),
        ({"expected_heads": "99999999999999999999"}, "too big"),
        ({"expected_heads": "-3"}, "too small"),
        ({"label": "x" * 200}, "too long"),
        ({"label": TOO_LONG}, "too long"),
        ({"mode": "carrier_pigeon"}, "Choose one from the list"),
        ({"doors": []}, "at least one way"),
        ({"doors": ["window"]}, "Choose one from the list"),
    ],
)
def test_a_wrong_sitting_comes_back_as_typed(
    site: Site, words: dict[str, str | list[str]], said: str
) -> None:
    round_ = start_round(site)
    site.sign_in(Role.OFFICER)
    page = site.post("/staff/sittings", sitting_words(round_, label="Year 8") | words)
    assert page.status_code == 422
    assert said in page.text
    assert "Test School A" in page.text
    if "label" not in words:
        assert 'value="Year 8"' in page.text


@pytest.mark.parametrize(
    "words",
    [{"place_id": "99999999999999999999"}, {"place_id": "4321"}, {"consultation_id": "4321"}],
)
def test_a_sitting_of_nothing_is_not_found(site: Site, words: dict[str, str]) -> None:
    round_ = start_round(site)
    site.sign_in(Role.OFFICER)
    assert site.post("/staff/sittings", sitting_words(round_) | words).status_code in (404, 422)


def test_with_nothing_open_no_sitting_is_offered(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    assert "No consultation is open now" in site.get("/staff/sittings").text
    assert "Nothing to answer yet" in site.get("/staff/sittings/new").text
    assert "Nothing to answer yet" in site.get("/staff/sittings/new/details").text


def test_a_worker_without_places_is_told_whom_to_ask(site: Site) -> None:
    start_round(site)
    site.sign_in(Role.YOUTH_WORKER)
    assert "Ask an administrator" in site.get("/staff/sittings/new").text


def test_a_worker_opens_a_sitting_with_the_doors_they_chose(site_on_both: Site) -> None:
    site = site_on_both
    round_ = start_round(site)
    site.sign_in(Role.YOUTH_WORKER, place_ids=[round_.place.id or 0])
    form = site.follow(site.get("/staff/sittings/new"))
    assert "Test School A" in form.text
    assert 'value="phones" checked' in form.text  # the usual way is chosen already
    answer = site.post(
        "/staff/sittings",
        sitting_words(round_, label="Year 8 <b>", mode="", doors=["slips", "paper"]),
    )
    page = site.follow(answer)
    at = answer.headers["location"].split("?")[0]
    assert "Year 8 &lt;b&gt;" in page.text
    assert "Make slips" in page.text
    assert "waiting in the lobby" not in page.text
    assert "Someone has told me something" in page.text
    with site.session() as session:
        sitting = queries.get_sitting(session, int(at.rsplit("/", 1)[1]))
        assert rooms.get_doors(session, sitting) == {Door.SLIPS, Door.PAPER}
    assert "Year 8 &lt;b&gt;" in site.get("/staff/sittings").text


def test_the_form_is_filled_in_as_at_the_latest_sitting_of_the_place(site: Site) -> None:
    round_ = start_round(site)
    site.sign_in(Role.YOUTH_WORKER, place_ids=[round_.place.id or 0])
    site.post("/staff/sittings", sitting_words(round_, basis="parental_consent_held"))
    form = site.get(f"/staff/sittings/new/details?place_id={round_.place.id}").text
    assert 'value="parental_consent_held" checked' in form
    assert 'name="basis_confirmed" value="yes" checked' not in form  # confirmed anew each time
    assert 'name="expected_heads" type="text" value=""' in form


def test_a_public_link_at_a_place_has_no_lobby_and_no_doors(site: Site) -> None:
    round_ = start_round(site)
    site.sign_in(Role.OFFICER)
    form = site.get(f"/staff/sittings/new/details?place_id={round_.place.id}&public=true").text
    assert 'name="doors"' not in form
    words = sitting_words(
        round_, mode="public_link", basis="public_page", expected_heads="", doors=[]
    )
    page = site.follow(site.post("/staff/sittings", words))
    assert "waiting in the lobby" not in page.text
