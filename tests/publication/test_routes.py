"""The publication desk and the results story through the web."""

import csv
import io
from datetime import timedelta

import pytest

from app.staff.rules import Role
from tests.publication.world import (
    Evidence,
    add_quote,
    make_answered_round,
    make_evidence,
)
from tests.site import Site


def source_site(site: Site, **options: object) -> Evidence:
    with site.session() as session:
        evidence = make_evidence(session, now=site.now, **options)  # type: ignore[arg-type]
        add_quote(
            session, evidence.texts[0], evidence.wishes[0], "More kindness please", now=site.now
        )
        return evidence


def propose(site: Site, subject: str, parts: tuple[str, ...] = ("texts",)) -> str:
    answer = site.post("/staff/releases", data={"subject": subject, "parts": list(parts)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


def release(site: Site, subject: str, parts: tuple[str, ...] = ("texts",)) -> str:
    site.sign_in(Role.OFFICER)
    url = propose(site, subject, parts)
    site.sign_in(Role.OFFICER)
    assert site.post(f"{url}/approve").status_code == 303
    return url


def test_from_proposal_to_public_story_and_finding(site_on_both: Site) -> None:
    site = site_on_both
    evidence = source_site(site)
    subject = f"source:{evidence.source.id}"
    assert site.get("/sources/test-source").status_code == 404
    site.sign_in(Role.OFFICER)
    assert "No figures are public yet" in site.get("/staff/releases").text
    preview = site.get(f"/staff/releases/new?subject={subject}&parts=texts").text
    assert "too few" in preview
    url = propose(site, subject)
    page = site.get(url).text
    assert "Somebody else must let it go" in page
    assert 'aria-disabled="true"' in page
    assert site.post(f"{url}/approve").status_code == 409
    site.sign_out()
    assert site.get("/sources/test-source").status_code == 404

    site.sign_in(Role.OFFICER)
    assert "Released" in site.follow(site.post(f"{url}/approve")).text
    site.sign_out()
    story = site.get("/sources/test-source")
    assert story.status_code == 200
    assert "100 answers in own words" in story.text
    assert "about 60" in story.text
    assert "children" not in story.text.lower().replace("child friendly", "")
    assert "public, max-age" in story.headers["cache-control"]

    site.sign_in(Role.OFFICER)
    number, wish = url.rsplit("/", 1)[1], evidence.wishes[0].id
    assert (
        "More kindness" in site.get(f"/staff/findings/new?release_id={number}&wish_id={wish}").text
    )
    words = {
        "headline": "Kind words help",
        "story": "They said so.\n\nOften.",
        "easy_read": "Be kind.",
        "quotes": ["More kindness please"],
        "release_id": number,
        "wish_id": str(wish),
    }
    finding = site.post("/staff/findings", data=words).headers["location"].partition("?")[0]
    assert site.post(f"{finding}/review").status_code == 303
    assert site.post(f"{finding}/publish").status_code == 409
    assert "You wrote or proposed this yourself" in site.get(finding).text
    site.sign_in(Role.OFFICER)
    assert "Published." in site.follow(site.post(f"{finding}/publish")).text
    assert "Kind words help" in site.get("/staff/findings").text
    site.sign_out()
    assert "Kind words help" in site.get("/sources/test-source").text


def test_story_of_a_whole_round(site: Site) -> None:
    with site.session() as session:
        _, subject = make_answered_round(session, now=site.now)
    release(site, f"consultation:{subject.id}", ("texts", "surveys", "ballots"))
    site.sign_out()
    page = site.get("/consultations/test-round").text
    for words in (
        "120 responses",
        "61 votes",
        "40 answers in own words",
        "30 · 49%",
        "about 70",
        "Almost everyone",
        "88 choices",
        "Question 1",
        "What happens next",
    ):
        assert words in page, words
    rows = list(csv.reader(io.StringIO(
        site.get("/consultations/test-round/figures.csv").content.decode("utf-8-sig")
    )))  # fmt: skip
    assert rows[0][0] == "subject"
    by_answer = {(row[1], row[4]): row for row in rows[1:]}
    assert by_answer["votes", "Short 1"][7] == "30"
    assert by_answer["responses", "I don't know"][6:8] == ["hidden", ""]
    assert {row[7] for row in rows[1:] if row[6] != "shown"} == {""}


def test_formulas_in_titles_stay_words(site: Site) -> None:
    with site.session() as session:
        one, subject = make_answered_round(session, now=site.now)
        one.consultation.title = '=HYPERLINK("http://x")'
        one.questions[0].text = "+1 <script>alert(1)</script>"
        session.add(one.consultation)
        session.add(one.questions[0])
    release(site, f"consultation:{subject.id}", ("surveys",))
    text = site.get("/consultations/test-round/figures.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "<script>alert" not in site.get("/consultations/test-round").text


def test_open_and_small_are_explained_not_released(site: Site) -> None:
    evidence = source_site(site, is_closed=False)
    site.sign_in(Role.OFFICER)
    subject = f"source:{evidence.source.id}"
    page = site.get(f"/staff/releases/new?subject={subject}&parts=texts").text
    assert "This cannot be released" in page
    answer = site.post("/staff/releases", data={"subject": subject, "parts": ["texts"]})
    assert answer.status_code == 409
    assert "still open" in answer.text


@pytest.mark.parametrize(
    "data",
    [{}, {"subject": "source:1"}, {"subject": "'; drop", "parts": ["texts"]},
     {"subject": "source:999999999999", "parts": ["texts"]},
     {"subject": "source:1", "parts": ["texts", "secrets"]}],
)  # fmt: skip
def test_bad_proposals(site: Site, data: dict[str, object]) -> None:
    site.sign_in(Role.OFFICER)
    assert site.post("/staff/releases", data=data).status_code == 422


@pytest.mark.parametrize(
    "url",
    ["/staff/releases/99", "/staff/findings/99", "/staff/reports/99",
     "/staff/findings/new?release_id=1&wish_id=1", "/consultations/nothing",
     "/sources/x/figures.csv"],
)  # fmt: skip
def test_what_is_not_there(site: Site, url: str) -> None:
    site.sign_in(Role.OFFICER)
    assert site.get(url).status_code == 404


def test_bad_findings_keep_what_was_typed(site: Site) -> None:
    evidence = source_site(site)
    url = release(site, f"source:{evidence.source.id}")
    number, wish = url.rsplit("/", 1)[1], str(evidence.wishes[0].id)
    bad = {
        "headline": "",
        "story": "<b>kept</b>\x00 \U0001f600",
        "release_id": number,
        "wish_id": wish,
    }
    answer = site.post("/staff/findings", data=bad)
    assert answer.status_code == 422
    assert "&lt;b&gt;kept&lt;/b&gt; \U0001f600" in answer.text
    for wrong in ("", "x", "99999999999999999999", "-1"):
        answer = site.post("/staff/findings", data={"headline": "Long enough", "release_id": wrong,
                                                    "wish_id": wish})  # fmt: skip
        assert answer.status_code == 404
    good = {"headline": "A headline", "release_id": number, "wish_id": wish}
    finding = site.post("/staff/findings", data=good).headers["location"].partition("?")[0]
    answer = site.post(finding, data={"headline": "x" * 201, "story": "typed story"})
    assert answer.status_code == 422
    assert "typed story" in answer.text
    assert (
        site.post(finding, data={"headline": "h" * 9, "quotes": ["never said"]}).status_code == 303
    )
    assert "not approved" in site.get(finding).text
    assert site.post(f"{finding}/review").status_code == 409
    assert site.post(f"{finding}/withdraw", data={"note": "x" * 1001}).status_code == 422


def test_correction_and_withdrawal(site: Site) -> None:
    evidence = source_site(site)
    url = release(site, f"source:{evidence.source.id}")
    number, wish = url.rsplit("/", 1)[1], str(evidence.wishes[0].id)
    words = {"headline": "First words", "release_id": number, "wish_id": wish}
    first = site.post("/staff/findings", data=words).headers["location"].partition("?")[0]
    site.post(f"{first}/review")
    site.sign_in(Role.OFFICER)
    site.post(f"{first}/publish")
    again = site.get(f"/staff/findings/new?release_id={number}&wish_id={wish}").text
    assert "First words" in again
    assert "What changed since the last version?" in again
    words |= {"headline": "Second words", "public_note": "A slip."}
    second = site.post("/staff/findings", data=words).headers["location"].partition("?")[0]
    site.post(f"{second}/review")
    site.sign_in(Role.OFFICER)
    site.post(f"{second}/publish")
    assert "Version 1" in site.get(second).text
    assert "Second words" in site.get("/sources/test-source").text
    assert site.post(f"{second}/withdraw", data={"note": ""}).status_code == 409
    assert site.post(f"{second}/withdraw", data={"note": "Wrong."}).status_code == 303
    assert "First words" in site.get("/sources/test-source").text
    site.now += timedelta(days=1)
    site.sign_in(Role.OFFICER)
    assert site.post(f"{url}/withdraw", data={"note": "Counted twice."}).status_code == 303
    page = site.get("/sources/test-source").text
    assert "Counted twice." in page
    assert "about 60" not in page


@pytest.mark.parametrize("role", [Role.YOUTH_WORKER, Role.SAFEGUARDING_LEAD])
def test_other_roles_stay_out(site: Site, role: Role) -> None:
    site.sign_in(role)
    for url in ("/staff/releases", "/staff/releases/new", "/staff/findings", "/staff/reports"):
        assert site.get(url).status_code == 403
    assert site.post("/staff/releases", data={"subject": "source:1"}).status_code == 403
