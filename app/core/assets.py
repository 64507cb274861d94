"""Static files: read once, named by their content, compressed once, cached for ever.

A file's URL carries a hash of its bytes (`/static/css/wishes.3f2a….css`), so a browser may keep it
until it changes. Everything fits in memory: the whole folder is smaller than one photograph.
"""

import gzip
import hashlib
import mimetypes
import re
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import Response

log = structlog.get_logger()

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("image/svg+xml", ".svg")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")
STYLE_URL = re.compile(rb"""(url\(["']?\.\./)([\w./-]+)""")
# Our own scripts and styles are sent without comments and indentation: a seventh of their weight.
# What follows `//` up to the end of a line and holds no quotation mark stands in no string.
NOT_SENT = {
    "js": re.compile(rb"""^[ \t]*//.*\n|[ \t]+// [^"'`\n]*$|^[ \t]+""", re.MULTILINE),
    "css": re.compile(rb"/\*.*?\*/\n?|^[ \t]+", re.DOTALL | re.MULTILINE),
}
NOT_ON_PHONES = re.compile(rb"/\* not on phones \*/.*?/\* on phones too \*/", re.DOTALL)
WITH = re.compile(rb"// with: ([\w./-]+)\n")  # a script that is sent together with another one
COMPRESSIBLE = {".css", ".js", ".svg", ".webmanifest", ".txt", ".json"}


class Assets:
    """The static folder in memory, addressed by path or by hashed name."""

    def __init__(self, folder: Path) -> None:
        self._bodies: dict[str, tuple[bytes, bytes | None, str]] = {}
        self._hashed: dict[str, str] = {}
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        for path in sorted(files, key=lambda path: path.suffix == ".css"):  # styles name the others
            body = path.read_bytes()
            if before := WITH.match(body):
                body = (folder / before[1].decode()).read_bytes() + body
            name = path.relative_to(folder).as_posix()
            if name == "css/wishes.css":
                self._add("css/phone.css", NOT_ON_PHONES.sub(b"", body))
            self._add(name, body)
        if not any(name.startswith("vendor/") for name in self._bodies):
            log.warning("vendor_files_missing", mend="run `make setup`; pages work without them")

    def url(self, name: str) -> str:
        """The address of a file; a missing one keeps its plain name, so the page still renders."""
        return f"/static/{self._hashed.get(name, name)}"

    def has(self, name: str) -> bool:
        """Whether the folder holds this file (vendor files may not have been fetched)."""
        return name in self._hashed

    def answer(self, request: Request, name: str) -> Response:
        """The file, compressed when the browser takes it; 404 when there is none."""
        found = self._bodies.get(name)
        if found is None:
            return Response("Not found", status_code=404, media_type="text/plain")
        plain, packed, media_type = found
        headers = {"vary": "accept-encoding", "cache-control": "no-cache"}
        if name not in self._hashed:  # asked for by its hashed name
            headers["cache-control"] = "public, max-age=31536000, immutable"
        if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                packed, media_type=media_type, headers=headers | {"content-encoding": "gzip"}
            )
        return Response(plain, media_type=media_type, headers=headers)

    def _add(self, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        if ending in NOT_SENT and not name.startswith("vendor/"):
            body = NOT_SENT[ending].sub(b"", body)
        if ending == "css":
            body = STYLE_URL.sub(self._hashed_url, body)
        digest = hashlib.sha256(body).hexdigest()[:10]
        hashed = f"{stem}.{digest}{dot}{ending}"
        packed = gzip.compress(body, 9, mtime=0) if f".{ending}" in COMPRESSIBLE else None
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._bodies[name] = self._bodies[hashed] = (body, packed, media_type)
        self._hashed[name] = hashed

    def _hashed_url(self, found: re.Match[bytes]) -> bytes:
        """`url("../vendor/x.woff2")` by its hashed name, so fonts are kept for ever too."""
        name = found[2].decode()
        return found[1] + self._hashed.get(name, name).encode()
