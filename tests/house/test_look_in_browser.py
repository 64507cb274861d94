"""The style guide and the layouts in a real browser: axe, reflow, target sizes, strict policy."""

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.house.rendering import ROOT, make_environment, page_context

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    '.button, select, summary, .choice, nav a, input:not([type=radio], [type=checkbox])')]
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([_, box]) => box.height && box.height < 43.9).map(([html, box]) => html)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve rendered pages and static files under the strict content policy; give the address."""
    folder: Path = tmp_path_factory.mktemp("pages")
    environment = make_environment()
    for direction in ("ltr", "rtl"):
        context = page_context(direction=direction)
        guide = environment.get_template("pages/style_guide.html").render(context)
        (folder / f"style-{direction}.html").write_text(guide)
        for layout in ("public", "kiosk", "phone", "print"):
            page = environment.get_template(f"layouts/{layout}.html").render(context)
            (folder / f"{layout}-{direction}.html").write_text(page)

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            return str((ROOT if path.startswith("/static/") else folder) / path.lstrip("/"))

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.mark.parametrize(
    ("page_name", "width", "scheme"),
    [
        ("style-ltr", 1280, "light"),
        ("style-ltr", 320, "dark"),
        ("style-rtl", 360, "light"),
        ("public-ltr", 320, "light"),
        ("public-rtl", 1280, "dark"),
        ("phone-ltr", 320, "dark"),
        ("kiosk-ltr", 1280, "light"),
        ("print-ltr", 800, "light"),
    ],
)
def test_page_is_accessible(
    site: str, browser: Any, page_name: str, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security" in m.text else None)
    page.goto(f"{site}/{page_name}.html", wait_until="load")
    violations = axe.run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
    assert page.evaluate(SMALL_TARGETS) == []
    assert refused == []
    context.close()
