"""Phones that vote in a real browser, and the room in which they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from app.ballots.models import LedgerEntry, SealedVote
from app.core.db import Database
from tests.ballots.papers import Paper
from tests.server import Server


@dataclass
class Room:
    """A site where one paper is held, and phones to open."""

    server: Server
    db: Database
    paper: Paper
    browser: Any

    @contextmanager
    def phone(
        self, path: str = "", *, size: tuple[int, int] = (360, 740), **options: Any
    ) -> Iterator[Any]:
        """A page on a phone of its own; any script error or refused resource fails the test."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=self.server.url, **options
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: problems.append(said.text) if "Content Security" in said.text else None,
        )
        page.goto(path or self.paper.open_page)
        yield page
        context.close()
        assert problems == []

    def sealed(self) -> int:
        """How many votes are in the boxes."""
        with self.db.session(writes=False) as session:
            return len(session.exec(select(SealedVote.box_id)).all())

    def cast(self) -> int:
        """How many times the ledgers say that a vote was cast."""
        with self.db.session(writes=False) as session:
            kinds = session.exec(select(LedgerEntry.kind)).all()
        return sum(kind in ("cast", "late") for kind in kinds)


Rooms = Any  # `rooms([WISHES])` is a Room


def forward(page: Any) -> None:
    """Press the button that leads on."""
    page.locator("[data-forward]").click()


def thanks(page: Any) -> str:
    """Wait for the thank-you page; gives the receipt on it."""
    page.get_by_role("heading", name="Thank you for voting").wait_for()
    return str(page.locator("[data-receipt]").text_content())


def words_of(page: Any, selector: str) -> list[str]:
    """The words of everything that matches."""
    return [str(words) for words in page.locator(selector).all_inner_texts()]


def kept(page: Any) -> str:
    """Everything this tab remembers."""
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


def wait_until(page: Any, question: str) -> None:
    """Ask the page until it says yes (Playwright's own waiting takes a promise for a yes)."""
    for _ in range(100):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within ten seconds: {question}")


def wait_for_worker(page: Any) -> None:
    """Until the page is kept for a time without network."""
    wait_until(
        page,
        """async () => navigator.serviceWorker.controller
           && (await (await caches.open("wishes")).keys()).length > 3""",
    )
