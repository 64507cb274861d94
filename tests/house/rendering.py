"""Render templates without the application: what the tests of the look share."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[2]


def make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    # phone.css is made of wishes.css when the application starts
    environment.globals["asset"] = lambda path: f"/static/{path.replace('phone.css', 'wishes.css')}"
    return environment


def page_context(**changes: Any) -> dict[str, Any]:
    context = {
        "page_title": "A page",
        "site_name": "Child Friendly Leeds Wishes",
        "lang": "en-GB",
        "direction": "ltr",
        "nav_path": "/",
        "kiosk": "",
        "flash": [{"level": "ok", "text": "Saved."}],
        "sample_site": True,
        "staff": {"name": "Sam Sample", "role": "officer"},
        "staff_nav": [
            {
                "label": "Ask",
                "current": True,
                "entries": [
                    {"href": "/staff", "label": "Today", "current": True},
                    {"href": "/staff/sittings", "label": "Sittings", "current": False},
                ],
            }
        ],
        "languages": [
            {"href": "?lang=en", "lang": "en", "name": "English", "current": True},
            {"href": "?lang=pl", "lang": "pl", "name": "Polski", "current": False},
        ],
    }
    return context | changes


class Tags(HTMLParser):
    """Collect every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.found if (value := attrs.get(attribute))]
