"""The look holds: colours readable, the stylesheet light, templates free of inline code."""

import gzip
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.house.rendering import ROOT, make_environment

CSS = ROOT / "static" / "css" / "wishes.css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


# --- contrast, by the WCAG 2.2 definition of relative luminance


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def read_tokens() -> tuple[dict[str, str], dict[str, str]]:
    """Return {name: #rrggbb} of the light and of the dark theme; wishes as wish-3, wish-soft-3."""
    sheet = CSS.read_text()
    tokens = sheet[sheet.index("@layer tokens {") : sheet.index("@layer base {")]
    halves = tokens.split("@media screen and (prefers-color-scheme: dark)")
    themes = []
    for half in halves:
        found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", half.split(".wish-1 ")[0]))
        pattern = r"\.wish-(\d+) { --wish: (#\w{6}); --wish-soft: (#\w{6}); }"
        for number, strong, soft in re.findall(pattern, half):
            found |= {f"wish-{number}": strong, f"wish-soft-{number}": soft}
        themes.append(found)
    light, dark = themes
    return light, light | dark


def test_contrast_measures_what_the_guidelines_define() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("number", range(1, 13))
def test_wish_colours_are_readable(number: int) -> None:
    light, dark = read_tokens()
    strong, soft = light[f"wish-{number}"], light[f"wish-soft-{number}"]
    assert contrast(strong, "#ffffff") >= 5
    assert contrast(strong, soft) >= 4.5
    assert contrast(strong, light["ground"]) >= 4.5
    assert contrast(light["ink"], soft) >= 7
    assert contrast(light["ink-soft"], soft) >= 4.5
    strong, soft = dark[f"wish-{number}"], dark[f"wish-soft-{number}"]
    assert contrast(strong, "#14161d") >= 7
    assert contrast(strong, soft) >= 4.5
    assert contrast(dark["ink"], soft) >= 7
    assert contrast(dark["ink-soft"], soft) >= 4.5


TEXT_PAIRS = [
    ("ink", "ground", 7),
    ("ink", "surface", 7),
    ("ink", "sunk", 7),
    ("ink-soft", "ground", 4.5),
    ("ink-soft", "surface", 4.5),
    ("ink-soft", "sunk", 4.5),
    ("link", "ground", 4.5),
    ("link", "surface", 4.5),
    ("on-brand", "brand", 4.5),
    ("on-brand", "brand-deep", 4.5),
    ("on-sun", "sun", 7),
    ("ok", "ok-soft", 4.5),
    ("warn", "warn-soft", 4.5),
    ("error", "error-soft", 4.5),
    ("error", "surface", 4.5),
    ("info", "info-soft", 4.5),
    ("ink", "error-soft", 7),
    ("ink", "warn-soft", 7),
    ("edge", "surface", 3),  # borders of controls: 1.4.11
    ("edge", "ground", 3),
    ("edge", "sunk", 3),
]


@pytest.mark.parametrize(("front", "back", "least"), TEXT_PAIRS)
def test_tokens_are_readable_in_both_themes(front: str, back: str, least: float) -> None:
    for theme in read_tokens():
        assert contrast(theme[front], theme[back]) >= least


# --- weight and form of the stylesheet


def test_stylesheet_is_light() -> None:
    assert len(gzip.compress(CSS.read_bytes(), 9)) <= 15_000


def test_stylesheet_is_logical_and_local() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.DOTALL)
    assert sheet.count("{") == sheet.count("}")
    physical = r"(?:margin|padding|border)-(?:left|right)\b|text-align: (?:left|right)"
    assert not re.findall(physical + r"|\bfloat:", sheet)
    assert not re.findall(r"https?:|data:|@import", sheet)
    for layer in ("reset", "tokens", "base", "layout", "components", "utilities", "print"):
        assert f"@layer {layer} {{" in sheet
    for guard in (
        "prefers-reduced-motion",
        "forced-colors",
        "prefers-color-scheme",
        "@media print",
    ):
        assert guard in sheet


# --- every template


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_template_parses_and_carries_no_inline_code(path: Path) -> None:
    source = path.read_text()
    tree = make_environment().parse(source)
    assert isinstance(tree, nodes.Template)
    assert len(source.splitlines()) <= 120
    plain = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    assert not re.search(r"<style\b|\sstyle=", plain), "inline style"
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", plain), "inline script"
    assert not re.search(r"\son[a-z]+=|javascript:|data-hx-on|\shx-", plain), "code in an attribute"
