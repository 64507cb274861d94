"""Drawings, macros and layouts do what their headers promise, in every state."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.house.rendering import ROOT, Tags, make_environment, page_context

CSS = ROOT / "static" / "css" / "wishes.css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATUSES = [
    *("not-started", "started", "going-well", "harder"),
    *("done", "not-doing", "paused", "overdue"),
]

# --- drawings


def test_twelve_drawings_are_unlike_and_hidden_unless_named() -> None:
    module: Any = make_environment().get_template("components/pictograms.html").module
    drawn = [str(module.pictogram(number)) for number in range(1, 13)]
    assert len({re.sub(r"<svg[^>]*>", "", svg) for svg in drawn}) == 12
    for number, svg in enumerate(drawn, 1):
        assert 'aria-hidden="true"' in svg
        assert f"wish-{number}" in svg
        assert 'class="fill"' in svg
        assert " id=" not in svg
        assert "style" not in svg
    named = str(module.pictogram(3, label='A hand & a "wave"', size=20))
    assert 'role="img" aria-label="A hand &amp; a &#34;wave&#34;"' in named
    assert 'width="20" height="20"' in named
    assert str(module.dandelion()).count("<circle") == 12


# --- components


@pytest.fixture
def forms() -> Any:
    return make_environment().get_template("components/forms.html").module


@pytest.mark.parametrize(
    "field",
    [
        lambda forms, **notes: forms.text("x", "Label", value="kept <b>", **notes),
        lambda forms, **notes: forms.textarea("x", "Label", value="kept <b>", **notes),
        lambda forms, **notes: forms.select("x", "Label", [("kept <b>", "Words")], **notes),
        lambda forms, **notes: forms.file("x", "Label", **notes),
    ],
    ids=["text", "textarea", "select", "file"],
)
def test_field_ties_label_hint_and_error(forms: Any, field: Callable[..., Any]) -> None:
    page = str(field(forms, hint="A hint", error="Too long"))
    tags = Tags(page)
    assert "field-x" in tags.values("for")
    control = next(attrs for _, attrs in tags.found if attrs.get("id") == "field-x")
    assert control["aria-describedby"] == "hint-x error-x"
    assert control["aria-invalid"] == "true"
    assert {"hint-x", "error-x"} <= set(tags.values("id"))
    assert "<b>" not in page
    plain = Tags(str(field(forms)))
    assert not plain.values("aria-describedby")
    assert not plain.values("aria-invalid")


def test_choices_keep_what_was_chosen_and_have_their_own_ids(forms: Any) -> None:
    options = [{"value": n, "label": f"Wish {n}", "wish": n} for n in range(1, 4)]
    tags = Tags(str(forms.checkboxes("w", "Which?", options, values=[1, "3"], error="Too many")))
    boxes = [attrs for tag, attrs in tags.found if tag == "input"]
    assert [box["value"] for box in boxes if "checked" in box] == ["1", "3"]
    assert [box["id"] for box in boxes] == ["field-w", "field-w-2", "field-w-3"]
    group = next(attrs for tag, attrs in tags.found if tag == "fieldset")
    assert group["aria-describedby"] == "error-w"
    tags = Tags(str(forms.radios("r", "Which?", options, value=2)))
    chosen = [attrs for tag, attrs in tags.found if tag == "input" and "checked" in attrs]
    assert [box["value"] for box in chosen] == ["2"]


def test_error_summary_points_at_fields_and_is_absent_without_errors(forms: Any) -> None:
    assert str(forms.error_summary({})).strip() == ""
    tags = Tags(str(forms.error_summary({"w": "Choose one."})))
    assert "#field-w" in tags.values("href")
    assert "alert" in tags.values("role")


def test_each_status_has_words_and_a_shape_of_its_own() -> None:
    module: Any = make_environment().get_template("components/parts.html").module
    pills = [str(module.status_pill(status)) for status in STATUSES]
    words = {re.sub(r"<[^>]+>", "", pill).strip() for pill in pills}
    shapes = {re.sub(r"^.*?<svg[^>]*>|</svg>.*$", "", pill) for pill in pills}
    assert len(words) == len(shapes) == len(STATUSES)
    assert "" not in words
    for status in STATUSES:
        assert status == "not-started" or f".pill-{status}" in CSS.read_text()


@pytest.mark.parametrize(
    ("page", "shown"),
    [(1, "1 2 … 9 Next"), (5, "Previous 1 … 4 5 6 … 9 Next"), (9, "Previous 1 … 8 9")],
)
def test_pagination_shows_ends_and_neighbours(page: int, shown: str) -> None:
    module: Any = make_environment().get_template("components/parts.html").module
    html = re.sub(
        r'<span class="hush">.*?</span>', "", str(module.pagination(page, 9, "?p={page}"))
    )
    assert re.sub(r"<[^>]+>|\s+", " ", html).split() == shown.split()
    assert str(module.pagination(1, 1, "?p={page}")).strip() == ""


def test_chart_draws_to_scale_hides_small_numbers_and_has_a_table() -> None:
    module: Any = make_environment().get_template("components/charts.html").module
    rows = [
        {"label": "Many", "value": 80, "text": "80", "wish": 2},
        {"label": "Half", "value": 40, "text": "40", "low": 30, "high": 50},
        {"label": "Few", "value": 0, "text": "", "hidden": True},
    ]
    page = str(module.bar_chart("c", "Title", rows))
    widths = [
        attrs["width"]
        for tag, attrs in Tags(page).found
        if tag == "rect" and attrs.get("class") == "bar-solid"
    ]
    assert widths == ["100.0%", "37.5%"]
    assert page.count("Hidden, too few answers") == 1
    assert page.count("<tr>") == 4
    everything_hidden = str(module.bar_chart("d", "Title", rows[2:]))
    assert "bar-solid" not in everything_hidden
    stacked = str(module.stacked_bar("s", "Title", [rows[0], rows[1] | {"wish": None}]))
    assert 'x="66.67%"' in stacked


# --- whole pages

LAYOUTS = ["public", "staff", "kiosk", "phone", "print"]


def check_page(page: str) -> None:
    tags = Tags(page)
    names = [tag for tag, _ in tags.found]
    assert names.count("h1") == 1
    assert names.count("main") == 1
    assert page.lstrip().lower().startswith("<!doctype html>")
    ids = tags.values("id")
    assert len(ids) == len(set(ids))
    for target in tags.values("aria-describedby") + tags.values("for"):
        assert set(target.split()) <= set(ids)
    for link in tags.values("href"):
        assert not re.match(r"#(main|field-)", link) or link[1:] in ids


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_a_whole_page(layout: str, direction: str) -> None:
    template = make_environment().get_template(f"layouts/{layout}.html")
    page = template.render(page_context(direction=direction))
    check_page(page)
    assert f'dir="{direction}"' in page
    assert "<title>A page · Child Friendly Leeds Wishes</title>" in page
    assert ("htmx" in page) == (layout == "staff")
    assert "everything here is invented" in page
    assert "Saved." in page or layout == "print"
    calm = template.render(page_context(sample_site=False, flash=[], staff=None))
    assert "invented" not in calm


def test_style_guide_shows_everything() -> None:
    page = make_environment().get_template("pages/style_guide.html").render(page_context())
    check_page(page)
    classes = set(" ".join(Tags(page).values("class")).split())
    wanted = {f"wish-{n}" for n in range(1, 13)} | {f"pill-{status}" for status in STATUSES}
    wanted |= {"button", "choice", "scale", "notice", "timeline", "chart", "slip", "code", "qr"}
    wanted |= {"empty", "tabs", "pages", "crumbs", "error-summary", "panel", "quote", "toolbar"}
    assert wanted <= classes
    used = set(re.findall(r"vendor/icons\.svg#([\w-]+)", page))
    assert used


def test_icons_used_are_in_the_sprite() -> None:
    build = (ROOT / "app" / "build_vendor.py").read_text()
    listed = set(re.search(r'ICONS = """(.*?)"""', build, re.DOTALL)[1].split())  # type: ignore[index]
    for path in TEMPLATES:
        for name in re.findall(r'icon\("([\w-]+)"', path.read_text()):
            assert name in listed, f"{path.name} uses {name}"
