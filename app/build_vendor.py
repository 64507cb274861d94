"""Fill `static/vendor/` from packages when the project is built: no third-party file is kept here.

Out of build requirements, each input checked by its SHA-256, come: htmx 2 and its SSE extension,
a sprite of Lucide icons, two cuts of the Lexend font, and message catalogues when there are any.
The same inputs give the same bytes. Hatchling runs it on every install and build; by hand:
`python -m app.build_vendor`. Pages work without the folder: fonts fall back to the system's,
icons and htmx are an extra.
"""

import hashlib
import io
import re
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # read by a tool, or run by hand, where only the inputs are present
    BuildHookInterface = object

# name: (package, file inside it, SHA-256)
INPUTS = {
    "htmx": (
        "django_htmx",
        "static/django_htmx/htmx-2.min.js",
        "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    ),
    "sse": (
        "django_htmx",
        "static/django_htmx/ext/hx-sse-2.min.js",
        "98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136",
    ),
    "lexend": (
        "fontpkg_lexend",
        "files/Lexend[wght].ttf",
        "3add53e641fbc81da64da4bb254285e2831b52b029527bc0714e2b9610832ee6",
    ),
    "icons": (
        "lucide",
        "lucide.zip",
        "522230c8b53f88517710e3e1693ffc03ffe68f2e839893909f1d9e0305a6eadf",
    ),
}

ICONS = """
    accessibility archive arrow-down arrow-left arrow-right arrow-up arrow-up-down
    badge-check bell book-open building-2 calendar-days chart-column check chevron-down
    chevron-left chevron-right circle-alert circle-check clipboard-check clipboard-list
    clock copy download ellipsis external-link eye eye-off file-spreadsheet file-text flag
    funnel globe hand-heart history house inbox info keyboard key-round languages life-buoy
    link list-checks lock lock-open log-out map-pin maximize megaphone message-square-quote
    monitor pause pencil phone play plus printer qr-code refresh-cw rotate-ccw rss scale
    school search send settings shield-alert smartphone sparkles split tag target ticket
    trash-2 triangle-alert undo-2 upload user-plus users volume-2 vote x
"""

PUNCTUATION = (0xA3, 0xB7, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026)
BASIC_LATIN = (*range(0x20, 0x7F), *PUNCTUATION)
# Western and Central European letters, with the Welsh w and y and the Romanian comma letters.
ALL_LATIN = (
    *range(0x20, 0x180),
    *(0x218, 0x219, 0x21A, 0x21B, 0x1EF2, 0x1EF3, 0x201A, 0x201E, 0x2022, 0x20AC),
    *range(0x1E80, 0x1E86),
    *PUNCTUATION,
)


def read_input(name: str) -> bytes:
    """Return the bytes of one input; raise RuntimeError when absent or not the file we reviewed."""
    package, path, digest = INPUTS[name]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the build requirement that carries {package!r} is not installed")
    content = (Path(spec.submodule_search_locations[0]) / path).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise RuntimeError(f"{package}/{path} has SHA-256 {found}, expected {digest}")
    return content


def cut_font(source: bytes, letters: tuple[int, ...], weight: int | tuple[int, int]) -> bytes:
    """Return a woff2 of `letters` only, at one weight or over a range of weights, unhinted."""
    from fontTools import subset  # noqa: PLC0415  build requirements, absent at run time
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib import instancer  # noqa: PLC0415

    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern", "liga", "locl", "mark", "mkmk", "ccmp"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # the licence stays inside the font
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": weight})
    font.flavor = "woff2"
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()


def draw_sprite(archive: bytes, names: str = ICONS) -> bytes:
    """Return one SVG with a <symbol> per icon name, drawn in the text's colour."""
    symbols = []
    with zipfile.ZipFile(io.BytesIO(archive)) as icons:
        for name in sorted(names.split()):
            drawing = icons.read(f"{name}.svg").decode()
            inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.DOTALL)
            inner = re.sub(r">\s+<", "><", inner.strip()).replace(" />", "/>")
            symbols.append(
                f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
                ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
                f"{inner}</symbol>\n"
            )
    note = "<!-- Icons: Lucide, ISC licence -->\n"
    start = '<svg xmlns="http://www.w3.org/2000/svg">\n'
    return (start + note + "".join(symbols) + "</svg>\n").encode()


def compile_catalogues(root: Path) -> list[Path]:
    """Compile every app/locales/*/LC_MESSAGES/messages.po beside itself; return the .mo files."""
    sources = sorted(root.glob("app/locales/*/LC_MESSAGES/messages.po"))
    if not sources:
        return []
    from babel.messages import mofile, pofile  # noqa: PLC0415

    written = []
    for source in sources:
        with source.open("rb") as text:
            catalogue = pofile.read_po(text, locale=source.parts[-3])
        result = io.BytesIO()
        mofile.write_mo(result, catalogue)
        target = source.with_suffix(".mo")
        target.write_bytes(result.getvalue())
        written.append(target)
    return written


def build_vendor(root: Path) -> list[Path]:
    """Write all vendor files under `root`, return their paths; RuntimeError on a wrong input."""
    font = read_input("lexend")
    files = {
        "htmx.min.js": read_input("htmx"),
        "sse.js": read_input("sse"),
        "icons.svg": draw_sprite(read_input("icons")),
        # One bold weight for headings is what a 30 kB page can carry; body text is the system's.
        "lexend-ascii.woff2": cut_font(font, BASIC_LATIN, 700),
        "lexend.woff2": cut_font(font, ALL_LATIN, (400, 800)),
    }
    folder = root / "static" / "vendor"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files] + compile_catalogues(root)


class VendorHook(BuildHookInterface):  # type: ignore[misc]  # untyped base
    """Hatchling's custom build hook: runs before a wheel, an sdist or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the vendor files and list them, for git ignores them."""
        root = Path(self.root)
        written = [path.relative_to(root).as_posix() for path in build_vendor(root)]
        build_data["artifacts"].extend(written)


if __name__ == "__main__":
    for path in build_vendor(Path(__file__).resolve().parent.parent):
        sys.stdout.write(f"{path}  {path.stat().st_size} bytes\n")
