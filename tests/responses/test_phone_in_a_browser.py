"""The phone pages in a real browser, with their script: steps, memory, lost networks, access."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest
from sqlmodel import delete, select

from app.core.db import Database
from app.responses.models import Answer, Response
from app.safeguarding.service import load_help_contacts
from app.texts.models import FreeText
from tests.conftest import fresh_address
from tests.factories import Round, make_round
from tests.server import Server, serve

pytestmark = pytest.mark.browser


@dataclass
class Classroom:
    """A site with one open sitting, and phones to open."""

    server: Server
    db: Database
    here: Round
    browser: Any

    @property
    def survey(self) -> str:
        return f"{self.server.url}/s/{self.here.sitting.class_code}/survey/{self.here.survey.id}"

    @contextmanager
    def phone(self, **options: Any) -> Iterator[Any]:
        """A page on a phone of its own; any script error or refused resource fails the test."""
        context = self.browser.new_context(viewport={"width": 360, "height": 740}, **options)
        page = context.new_page()
        page.set_default_timeout(30_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: problems.append(said.text) if "Content Security" in said.text else None,
        )
        yield page
        context.close()
        assert problems == []


@pytest.fixture(scope="module")
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Any
) -> Iterator[Classroom]:
    folder = tmp_path_factory.mktemp("room")
    address = fresh_address("sqlite", request, folder)
    db = Database(address)
    with db.session(writes=True) as session:
        load_help_contacts(session, now=datetime.now(UTC))
        here = make_round(session, now=datetime.now(UTC))
    with serve(address, folder / "data") as server:
        yield Classroom(server, db, here, browser)
    db.close()


@pytest.fixture
def room(opened: Classroom) -> Classroom:
    """The same classroom for each test, with an empty box."""
    with opened.db.session(writes=True) as session:
        for table in (Answer, FreeText, Response):
            session.exec(delete(table))
    return opened


def forward(page: Any) -> None:
    page.locator("[data-forward]").click()


def progress(page: Any) -> str:
    return str(page.locator("[data-progress] label").inner_text())


def answer_all(page: Any, words: str) -> None:
    """Fill the four questions in and stop at the review."""
    page.get_by_label("Yes", exact=True).locator("visible=true").check()
    forward(page)
    page.get_by_label("Maybe").check()
    forward(page)
    forward(page)  # skips the scale
    page.locator("textarea").fill(words)
    forward(page)


def words_on(page: Any) -> list[str]:
    page.locator(".slip").wait_for()
    return [str(word) for word in page.locator(".slip-words li").all_inner_texts()]


def test_one_question_at_a_time_with_a_review_and_a_memory(room: Classroom) -> None:
    with room.phone() as page:
        page.goto(room.survey)
        assert progress(page) == "Question 1 of 4"
        assert page.locator("[data-forward]").inner_text() == "Skip"
        page.get_by_label("Yes", exact=True).locator("visible=true").check()
        assert page.locator("[data-forward]").inner_text() == "Next"
        forward(page)
        for label in ("Yes", "No", "Maybe"):
            page.get_by_label(label, exact=True).locator("visible=true").check()
        forward(page)
        assert "Choose up to 2" in page.locator(".error:visible").inner_text()
        assert progress(page) == "Question 2 of 4"
        page.get_by_label("No", exact=True).locator("visible=true").uncheck()
        forward(page)
        page.get_by_text("More ways to answer", exact=True).locator("visible=true").click()
        page.get_by_label("I don’t understand the question").locator("visible=true").check()
        forward(page)
        page.locator("textarea").fill("A swing for my nan’s street")
        page.reload()
        assert progress(page) == "Question 4 of 4"
        assert page.locator("textarea").input_value() == "A swing for my nan’s street"
        page.go_back()
        assert progress(page) == "Question 3 of 4"
        page.go_forward()
        forward(page)
        review = page.locator(".review").inner_text()
        for said in (
            "Yes",
            "Maybe",
            "I don’t understand the question",
            "A swing for my nan’s street",
        ):
            assert said in review
        forward(page)
        assert len(words_on(page)) == 4
        assert page.url == room.survey  # the words are in no address
        kept = page.evaluate("JSON.stringify(sessionStorage)")
        assert "swing" not in kept
        page.goto(room.survey)
        assert "already in" in page.locator("main").inner_text()
        page.get_by_text("It is someone else’s turn").click()
        page.locator("[data-progress] label").wait_for()
        assert progress(page) == "Question 1 of 4"
    with room.db.session(writes=False) as session:
        assert session.exec(select(FreeText.text)).all() == ["A swing for my nan’s street"]


def test_a_lost_network_and_a_lost_answer_end_in_one_response(room: Classroom) -> None:
    with room.phone() as page:
        page.goto(room.survey)
        answer_all(page, "Sent on a train")
        page.context.set_offline(True)
        forward(page)
        page.locator("[data-waiting]").wait_for()
        assert "Not sent yet" in page.locator("[data-waiting]").inner_text()
        swallowed = []

        def lose_the_answer(route: Any) -> None:
            if swallowed:
                route.continue_()
                return
            swallowed.append(route.fetch().status)  # it reaches the server; the phone hears nothing
            route.abort()

        page.route("**/responses", lose_the_answer)
        page.context.set_offline(False)
        words = words_on(page)
        assert swallowed == [200]
        assert len(words) == 4
    with room.db.session(writes=False) as session:
        assert len(session.exec(select(Response)).all()) == 1
        assert session.exec(select(FreeText.text)).all() == ["Sent on a train"]


def test_a_reload_while_waiting_sends_by_itself(room: Classroom) -> None:
    with room.phone() as page:
        page.route("**/responses", lambda route: route.abort())
        page.goto(room.survey)
        answer_all(page, "Sent after a reload")
        forward(page)
        page.locator("[data-waiting]").wait_for()
        page.unroute("**/responses")
        page.reload()
        assert len(words_on(page)) == 4
    with room.db.session(writes=False) as session:
        assert len(session.exec(select(Response)).all()) == 1


def test_stopping_forgets_what_was_typed(room: Classroom) -> None:
    with room.phone() as page:
        page.goto(room.survey)
        page.get_by_label("Yes", exact=True).locator("visible=true").check()
        page.get_by_text("I’d rather stop").click()
        page.get_by_role("heading", name="That is fine").wait_for()
        assert page.evaluate("sessionStorage.length") == 0


def test_everything_works_without_script(room: Classroom) -> None:
    with room.phone(java_script_enabled=False) as page:
        page.goto(room.survey)
        page.locator("textarea").fill("x" * 2001)
        page.locator("[data-forward]").click()
        assert "too long" in page.locator("#problems").inner_text()
        assert page.locator("textarea").input_value() == "x" * 2001
        page.locator("textarea").fill("No script needed")
        page.locator("[data-forward]").click()
        words = words_on(page)
        page.reload()
        assert words_on(page) == words
        assert page.locator(".bar a").inner_text() == "Next: Test ballot"
    with room.db.session(writes=False) as session:
        assert len(session.exec(select(Response)).all()) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible(room: Classroom, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def check(page: Any, state: str) -> None:
        found = axe.run(page).response["violations"]
        assert [(state, one["id"], one["nodes"][0]["html"]) for one in found] == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{state} scrolls sideways: {width}"

    with room.phone(color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto(room.survey)
        check(page, "first question")
        page.get_by_text("More ways to answer", exact=True).locator("visible=true").click()
        check(page, "more ways")
        answer_all(page, "x" * 2001)
        check(page, "too long")
        page.locator("textarea").fill("A" * 300)
        forward(page)
        check(page, "review")
        forward(page)
        page.locator(".slip").wait_for()
        check(page, "thanks")
        page.goto(room.survey)
        check(page, "already sent")
        page.goto(room.survey.replace("/survey/", "/stop?"))
        check(page, "stop")
    with room.phone(color_scheme=scheme, java_script_enabled=False) as page:
        page.goto(room.survey)
        assert page.locator("h1").count() == 1


def test_a_first_visit_is_small(room: Classroom) -> None:
    """Bytes over the wire, headers left out, everything the browser asks for on a first visit."""
    asked: list[str] = []
    with room.phone() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(room.survey, wait_until="networkidle")
    sizes = {url: _weigh(url) for url in {*asked, room.server.url + _favicon(room)}}
    assert len(sizes) <= 5, sorted(sizes)
    assert sum(sizes.values()) <= 30_000, sizes


def _favicon(room: Classroom) -> str:
    html = urlopen(room.survey).read().decode()
    return re.findall(r'rel="icon" href="([^"]+)"', html)[0]


def _weigh(url: str) -> int:
    with urlopen(Request(url, headers={"accept-encoding": "gzip"})) as answer:
        body = answer.read()
    assert answer.headers["content-encoding"] != "gzip" or gzip.decompress(body)
    return len(body)
