"""Somebody at a real browser. Every page they land on is checked on the way."""

import re
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import pyotp

from tests.journeys.people import Person

PHONE = (360, 740)
DESK = (1280, 800)
PAGES = {"document", "fetch", "xhr"}  # these may be refused with a sentence of ours; files may not


class Visitor:
    """One person with a browser context of their own; a context manager.

    `go`, `click` and `press` wait for the page they lead to and check it: axe finds nothing, it
    does not scroll sideways, no script error, nothing refused by the content policy, no request to
    another host, no missing file and no 500. `touch`, `fill`, `choose`, `tick` stay on the page;
    `check` looks at it again, after a script changed it.
    """

    def __init__(
        self, browser: Any, url: str, *, size: tuple[int, int] = PHONE, javascript: bool = True,
        locale: str = "en-GB", scheme: str = "light", **options: Any,
    ) -> None:  # fmt: skip
        self.url = url
        self.width = size[0]
        self.problems: list[str] = []
        self.checked: list[str] = []  # the paths of the pages checked, in order
        self.context = browser.new_context(
            base_url=url, viewport={"width": size[0], "height": size[1]}, locale=locale,
            java_script_enabled=javascript, color_scheme=scheme, reduced_motion="reduce", **options,
        )  # fmt: skip
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()
        self._watch(self.page)
        self._reader = None if javascript else self._open_reader(browser)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.context.close()
        if self._reader is not None:
            self._reader.context.close()
        if error is None:
            assert self.problems == []

    def _open_reader(self, browser: Any) -> Any:
        """A second browser with JavaScript for axe, which shows the same HTML without scripts."""
        context = browser.new_context(viewport=self.page.viewport_size, reduced_motion="reduce")
        return context.new_page()

    def _page_for_axe(self) -> Any:
        if self._reader is None:
            return self.page
        html = re.sub(r"<script\b.*?</script>", "", self.page.content(), flags=re.DOTALL)
        kind = "text/html; charset=utf-8"
        answer = {"status": 200, "content_type": kind, "body": html}
        self._reader.route(self.page.url, lambda route: route.fulfill(**answer))
        self._reader.goto(self.page.url, wait_until="load")
        self._reader.unroute(self.page.url)
        return self._reader

    def _watch(self, page: Any) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("console", self._hear)
        page.on("request", self._see_request)
        page.on("response", self._see_response)

    def _hear(self, said: Any) -> None:
        # A page of ours may say 409 or 422, and a phone may lose its network: Chromium reports
        # both as failed loads. `_see_response` judges the answers instead.
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {said.text}")

    def _see_request(self, request: Any) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in {"http", "https"} and asked.netloc != urlsplit(self.url).netloc:
            self.problems.append(f"request to another host: {asked.netloc}")

    def _see_response(self, answer: Any) -> None:
        kind = answer.request.resource_type
        if answer.status >= 500 or (answer.status >= 400 and kind not in PAGES):
            self.problems.append(f"{answer.status} for {answer.url}")

    @property
    def path(self) -> str:
        """Where they are, without the host."""
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """All words of the main part, as they are seen."""
        return str(self.page.locator("main").inner_text())

    def sees(self, *words: str) -> None:
        """Each of these stands in the main part of the page."""
        text = self.text
        missing = [one for one in words if one not in text]
        assert not missing, f"{missing} not on {self.path}:\n{text}"

    def go(self, path: str, *, status: int = 200) -> None:
        """Open an address of the site."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is None or answer.status == status, f"{answer.status} for {path}"
        self.check()

    def click(self, name: str, *, role: str = "button", within: Any = None) -> None:
        """Press the button (or link) of this name that leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.find(name, role=role, within=within).click()
        self.check()

    def follow(self, name: str, *, within: Any = None) -> None:
        """Follow the link of this name."""
        self.click(name, role="link", within=within)

    def press(self, *keys: str) -> None:
        """Type keys; the last one leads to another page."""
        for key in keys[:-1]:
            self.page.keyboard.press(key)
        with self.page.expect_navigation(wait_until="load") as landed:
            self.page.keyboard.press(keys[-1])
        assert landed.value.status < 400, f"{landed.value.status} after {keys}:\n{self.text}"
        self.check()

    def touch(self, name: str, *, role: str = "button", within: Any = None) -> None:
        """Press something that stays on this page."""
        self.find(name, role=role, within=within).click()

    def find(self, name: str, *, role: str = "button", within: Any = None) -> Any:
        """The one thing of this role with this name, or whose name has these words in it."""
        place = within or self.page
        exact = place.get_by_role(role, name=name, exact=True)
        return exact if exact.count() else place.get_by_role(role, name=name)

    def fill(self, label: str, value: str) -> None:
        """Type into the field of this label."""
        self.page.get_by_label(label).fill(value)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label).select_option(label=option)

    def tick(self, label: str, *, exact: bool = False) -> None:
        """Tick a box or choose a round button."""
        self.page.get_by_label(label, exact=exact).locator("visible=true").first.check()

    def upload(self, label: str, path: Path) -> None:
        """Choose a file."""
        self.page.get_by_label(label).set_input_files(path)

    def sign_in(self, person: Person) -> None:
        """Sign in at the desk with password and the code of this moment."""
        self.go("/staff/sign-in")
        self.fill("E-mail", person.email)
        self.fill("Password", person.password)
        self.fill("Code from your phone", pyotp.TOTP(person.totp_secret).at(int(time.time())))
        self.click("Sign in")
        assert self.path != "/staff/sign-in", self.text

    def check(self) -> None:
        """The page as it stands now is accessible, and nothing went wrong so far."""
        from axe_playwright_python.sync_playwright import Axe

        where = self.page.url
        found = Axe().run(self._page_for_axe()).response["violations"]
        told = [(one["id"], node["target"], node["html"]) for one in found for node in one["nodes"]]
        assert told == [], f"axe on {where}"
        across = self.page.evaluate("document.documentElement.scrollWidth")
        assert across <= self.width, f"{where} scrolls sideways: {across} > {self.width}"
        assert self.problems == [], where
        self.checked.append(self.path)
