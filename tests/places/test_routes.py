"""Staff pages of places: empty, found, refused, read in."""

from app.places import queries, service
from app.staff.rules import Role
from tests.site import Site

REGISTER = (
    "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),CloseDate\r\n"
    "900101,St Anne\x92s Test School,Open,Primary,\r\n"
    "900102,Closed Test School,Closed,Secondary,31-08-2019\r\n"
    "900101,Twice,Open,Primary,\r\n"
    ",Nameless,Open,Primary,\r\n"
).encode("latin-1")


def upload(site: Site, body: bytes, name: str = "register.csv") -> str:
    answer = site.post("/staff/places/register", files={"file": (name, body, "text/csv")})
    return f"{answer.status_code} {answer.text}"


def test_a_register_is_read_and_its_bad_rows_named(site: Site) -> None:
    site.sign_in(Role.ADMINISTRATOR)
    page = upload(site, REGISTER)
    assert page.startswith("200")
    assert "2 schools added" in page
    assert "The same URN as an earlier row" in page
    assert "No URN" in page
    listed = site.get("/staff/places?find=anne").text
    assert "St Anne’s Test School" in listed
    assert "Closed Test School" not in listed
    assert "0 schools added, 0 changed, 2 as before" in upload(site, REGISTER)


def test_what_is_no_register_is_refused_and_changes_nothing(site: Site) -> None:
    site.sign_in(Role.ADMINISTRATOR)
    assert upload(site, b"a,b\n1,2\n").startswith("422")
    assert upload(site, b"").startswith("422")
    assert site.post("/staff/places/register").status_code == 422
    assert "No place found" in site.get("/staff/places").text


def test_only_an_administrator_reads_a_register_in(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    assert upload(site, REGISTER).startswith("403")


def test_a_club_is_added_and_odd_words_stay_inert(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    with site.session() as session:
        service.load_leeds(session, now=site.now)
    bad = site.post("/staff/places", {"name": "X", "kind": "castle", "ward_code": "E1"})
    assert bad.status_code == 422
    assert 'value="X"' in bad.text
    done = site.post(
        "/staff/places",
        {"name": "<b>Test Club</b> =1+1", "kind": "club", "ward_code": "E05011385"},
    )
    assert "The place is on the list" in site.follow(done).text
    assert "&lt;b&gt;Test Club" in site.get("/staff/places").text


def test_a_ward_that_is_not_there_is_refused(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    answer = site.post("/staff/places", {"name": "Club", "kind": "club", "ward_code": "E05999999"})
    assert answer.status_code == 422
    assert "Choose a ward from the list" in answer.text


def test_figures_carry_their_dates_and_caveats(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    assert "No figures are loaded yet" in site.get("/staff/places/figures").text
    with site.session() as session:
        service.load_leeds(session, now=site.now)
        assert len(queries.list_wards(session)) == 33
    page = site.get("/staff/places/figures").text
    assert "mid-2022" in page
    assert "Gipton &amp; Harehills" in page
    assert "10,063" in page


def test_a_school_joins_one_cluster_at_a_time_and_leaves_with_a_date(site: Site) -> None:
    site.sign_in(Role.ADMINISTRATOR)
    assert "No clusters are loaded yet" in site.get("/staff/places/clusters").text
    upload(site, REGISTER)
    with site.session() as session:
        service.load_leeds(session, now=site.now)
        first, second = (one.id for one in queries.list_clusters(session)[:2])
    here = "/staff/places/clusters"
    form = {"urn": "900101", "cluster_id": str(first), "from_on": "2020-09-01"}
    assert "No school on our list" in site.post(here, form | {"urn": "77"}).text
    assert site.post(here, form | {"from_on": "soon"}).status_code == 422
    assert "St Anne’s Test School" in site.follow(site.post(here, form)).text
    again = site.post(here, form | {"cluster_id": str(second), "from_on": "2021-09-01"})
    assert again.status_code == 409
    assert "one cluster at a time" in again.text
    assert site.post(f"{here}/1/leave", {"to_on": ""}).status_code == 422
    assert site.post(f"{here}/1/leave", {"to_on": "2019-01-01"}).status_code == 409
    assert (
        "31 August 2022" in site.follow(site.post(f"{here}/1/leave", {"to_on": "2022-08-31"})).text
    )
    moved = site.post(here, form | {"cluster_id": str(second), "from_on": "2022-09-01"})
    assert moved.status_code == 303
    assert site.get(here).text.count("St Anne’s Test School") == 2
