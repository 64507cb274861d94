"""Drawings for paper as SVG text: QR codes, the twelve pictograms, the dandelion.

The pictograms are those of the site (`components/pictograms.html`); paper only fixes the colours
that a page leaves to its stylesheet.
"""

import re
from functools import cache
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader

from app.core.settings import ROOT

# Strong and soft colour of each wish, as in static/css/wishes.css (a test compares them).
WISHES = {
    1: ("#7c44c3", "#f1ebfd"), 2: ("#097f23", "#d6fad6"), 3: ("#b5236e", "#fde8ef"),
    4: ("#9c34a3", "#fde6fe"), 5: ("#107c5a", "#cafce5"), 6: ("#066bb8", "#e5f0fc"),
    7: ("#9e5209", "#fdebdf"), 8: ("#b93004", "#ffe9e3"), 9: ("#587502", "#e5f6cb"),
    10: ("#4159d4", "#e9eefc"), 11: ("#8c5f0e", "#ffebd2"), 12: ("#117780", "#c8f9ff"),
}  # fmt: skip
NO_WISH = ("#2b2063", "#efeafc")
WISH_PICTURE = re.compile(r"wish-([1-9]|1[0-2])")


def find_wish(picture: str) -> int | None:
    """The number of the wish that an option's picture (`wish-6`) names, if it names one."""
    found = WISH_PICTURE.fullmatch(picture)
    return int(found[1]) if found else None


def draw_qr(text: str) -> str:
    """A QR code of this text in black, with the four modules of quiet margin scanners want."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=4, svgclass=None, lineclass=None)
    return _standing_alone(drawn, "#000000")


@cache
def draw_pictogram(number: int) -> str:
    """The pictogram of a wish in its own colours."""
    strong, soft = WISHES[number]
    drawing = str(_site_drawings().pictogram(number)).replace('class="fill"', f'fill="{soft}"')
    return _standing_alone(drawing, strong)


@cache
def draw_dandelion() -> str:
    """The mark: a dandelion clock whose twelve seeds have the colours of the wishes."""
    seed = re.compile(r'class="seed wish-(\d+)"([^>]*)fill="currentColor"')
    drawing = str(_site_drawings().dandelion())
    coloured = seed.sub(lambda at: f'{at[2]} fill="{WISHES[int(at[1])][0]}"', drawing)
    return _standing_alone(coloured, NO_WISH[0])


def _standing_alone(drawing: str, colour: str) -> str:
    """Inline SVG as a file of its own: the namespace named, the text colour spelled out."""
    named = drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return named.replace("currentColor", colour)


@cache
def _site_drawings() -> Any:
    templates = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    return templates.get_template("components/pictograms.html").module
