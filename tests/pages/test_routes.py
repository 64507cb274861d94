"""Home, follow, feedback, help and the rest, as visitors meet them."""

from datetime import timedelta
from secrets import token_hex

import pytest
from sqlmodel import select

from app.actions.rules import ActionStatus
from app.pages import service
from app.pages.models import PageFeedback
from app.pages.rules import FEEDBACK_A_MINUTE, WRONG_WORDS_A_MINUTE
from app.plans.models import Organisation
from app.plans.rules import OrganisationKind
from app.responses.rules import Given
from app.responses.service import Keys, send_response
from app.safeguarding.models import Concern
from app.safeguarding.service import load_help_contacts
from app.staff.rules import Role
from app.texts.models import DecidedWish, Decision, FreeText
from app.texts.rules import Sorting
from tests.actions.world import World, make_action, publish, words
from tests.factories import Round, make_round
from tests.publication.world import make_staff
from tests.site import Site

SECRET = "please mend the purple swings in the park"
PAGES = ["/", "/about", "/privacy", "/accessibility", "/help", "/follow", "/wishes"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_stand_on_an_empty_site(site: Site, path: str) -> None:
    page = site.get(path)
    assert page.status_code == 200
    assert "Did you find what you were looking for?" in page.text


def test_health_and_favicon(site: Site) -> None:
    assert site.client.get("/health").json() == {"ok": True, "database": True}
    icon = site.client.get("/favicon.ico", follow_redirects=True)
    assert icon.headers["content-type"].startswith("image/svg+xml")


def test_help_shows_only_contacts_checked_lately(site: Site) -> None:
    with site.session() as session:
        load_help_contacts(session, now=site.now)
    assert "0800 1111" in site.get("/help").text
    site.now += timedelta(days=4000)
    page = site.get("/help").text
    assert "0800 1111" not in page
    assert "Talk to a teacher, a youth worker or someone at home." in page


def answer(site: Site, one: Round, text: str = SECRET) -> tuple[str, ...]:
    """Send a survey with these words; gives the four words of the slip."""
    with site.session() as session:
        sent = send_response(
            session, one.sitting, one.survey, submission_id=token_hex(16),
            answers={one.questions[3].id or 0: Given(text=text)}, language="en",
            keys=Keys.of(site.settings.key), now=site.now,
        )  # fmt: skip
    return sent.words


@pytest.fixture
def one(site: Site) -> Round:
    """An open round."""
    with site.session() as session:
        return make_round(session, now=site.now)


def test_words_lead_to_wishes_and_never_to_the_text(site: Site, one: Round) -> None:
    slip = answer(site, one)
    waiting = site.post("/follow", {"words": " ".join(slip)})
    assert "Your answer is waiting to be read" in waiting.text
    with site.session() as session:
        officers = make_staff(session, "A", now=site.now), make_staff(session, "B", now=site.now)
        text = session.exec(select(FreeText)).one()
        decision = Decision(
            text_id=text.id, sorting=Sorting.WISHES, decided_by_id=officers[0].id,
            decided_at=site.now,
        )  # fmt: skip
        session.add(decision)
        session.flush()
        session.add(DecidedWish(decision_id=decision.id or 0, wish_id=one.wishes[1].id or 0))
        owner = Organisation(slug="parks", name="Sample parks", kind=OrganisationKind.TEAM)
        session.add(owner)
        session.flush()
        world = World([one.wishes[1]], owner, *officers)
        action = make_action(session, world, now=site.now)
        said = words(ActionStatus.GOING_WELL, child_line="Two swings work.")
        publish(session, world, action, said, now=site.now)
    typed = f" {slip[0].upper()},{slip[1]}-{slip[2]}\n  {slip[3]}. "
    page = site.post("/follow", {"words": typed})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for told in ("Short 2", "A person checked this", "Two swings work.", "not published yet"):
        assert told in page.text
    assert "Short 1<" not in page.text
    for kept in (SECRET, "purple", *slip):
        assert kept not in page.text


def test_a_held_answer_looks_like_one_that_waits(site: Site, one: Round) -> None:
    plain = answer(site, one)
    held = answer(site, one, text="someone at home hits me and i want to die")
    with site.session() as session:
        assert session.exec(select(Concern)).one()
    pages = [site.post("/follow", {"words": "-".join(slip)}).text for slip in (plain, held)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the four words from your slip."),
        ("river", "We do not find these four words."),
        ("<script>alert(1)</script> a b c", "We do not find these four words."),
        ("😀 ☂ ש ل", "We do not find these four words."),
        ("x" * 100_000, "We do not find these four words."),
        ("\x00", "Type the four words from your slip."),
    ],
)
def test_wrong_words_get_a_kind_sentence(site: Site, typed: str, said: str) -> None:
    page = site.post("/follow", {"words": typed})
    assert page.status_code == 422
    assert said in page.text
    assert "<script>alert" not in page.text


def test_typed_words_are_kept_on_an_error(site: Site) -> None:
    assert 'value="river aple"' in site.post("/follow", {"words": "river aple"}).text


def test_many_wrong_words_never_lock_out_the_right_ones(site: Site, one: Round) -> None:
    slip = answer(site, one)
    for _ in range(WRONG_WORDS_A_MINUTE):
        assert site.client.post("/follow", data={"words": "a b c d"}).status_code == 422
    flood = site.post("/follow", {"words": "a b c d"})
    assert flood.status_code == 429
    assert "the right words always work" in flood.text
    assert site.post("/follow", {"words": " ".join(slip)}).status_code == 200
    site.now += timedelta(minutes=2)
    assert site.post("/follow", {"words": "a b c d"}).status_code == 422


def test_feedback_is_kept_and_leads_back(site: Site) -> None:
    thanks = site.post(
        "/feedback", {"path": "/about", "found_it": "no", "comment": "More pictures"}
    )
    assert thanks.headers["location"] == "/about?feedback=thanks#page-feedback"
    assert "Thank you!" in site.follow(thanks).text
    site.sign_in(Role.OFFICER)
    page = site.get("/staff/feedback").text
    assert "More pictures" in page
    assert "/about" in page


def test_a_worrying_comment_goes_to_the_safeguarding_lead_only(site: Site) -> None:
    fields = {"path": "/", "found_it": "no", "comment": "i want to die"}
    assert site.post("/feedback", fields).status_code == 303
    with site.session() as session:
        concern = session.exec(select(Concern)).one()
        assert concern.occasion == "Comment left on the public page /"
    site.sign_in(Role.OFFICER)
    assert "want to die" not in site.get("/staff/feedback").text


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "//evil.example"},
        {"path": "https://evil.example"},
        {"path": "/staff"},
        {"found_it": ""},
        {"found_it": "perhaps"},
        {"comment": "x" * 1001},
    ],
)
def test_bad_feedback_is_shown_again(site: Site, changes: dict[str, str]) -> None:
    fields = {"path": "/about", "found_it": "yes", "comment": "Kept <i>words</i>"} | changes
    page = site.post("/feedback", fields)
    assert page.status_code == 422
    if "comment" not in changes:
        assert "Kept &lt;i&gt;words&lt;/i&gt;" in page.text
    with site.session() as session:
        assert session.exec(select(PageFeedback)).all() == []


def test_feedback_comes_from_our_own_pages(site: Site) -> None:
    answer = site.client.post(
        "/feedback", data={"path": "/", "found_it": "yes"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


def test_a_flood_of_feedback_is_slowed(site: Site) -> None:
    for _ in range(FEEDBACK_A_MINUTE):
        site.app.state.pace.note(
            "feedback", now=site.now, within=timedelta(minutes=1), limit=FEEDBACK_A_MINUTE
        )
    assert site.post("/feedback", {"path": "/", "found_it": "yes"}).status_code == 429


def test_feedback_on_both_databases(site_on_both: Site) -> None:
    with site_on_both.session() as session:
        for found_it, path in ((True, "/"), (False, "/"), (False, "/about")):
            service.leave_feedback(
                session, path=path, found_it=found_it, comment="", now=site_on_both.now
            )
    site_on_both.sign_in(Role.OFFICER)
    assert site_on_both.get("/staff/feedback").status_code == 200
    site_on_both.sign_in(Role.YOUTH_WORKER)
    assert site_on_both.get("/staff/feedback").status_code == 403


def test_the_style_guide_is_for_staff(site: Site) -> None:
    assert site.get("/staff/style").status_code == 303
    site.sign_in(Role.YOUTH_WORKER)
    assert site.get("/staff/style").status_code == 200
