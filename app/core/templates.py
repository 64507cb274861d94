"""The Jinja environment and `render`: the one way a page leaves the house."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core import i18n
from app.core.assets import Assets
from app.core.settings import ROOT, Settings
from app.core.shared_device import code_of_device


def make_templates(settings: Settings, assets: Assets) -> Environment:
    """The environment every page is rendered with. A missing value is an error, not a blank."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        i18n.translate, i18n.translate_plural, newstyle=True
    )
    env.filters |= {
        "local_date": i18n.local_date,
        "local_time": i18n.local_time,
        "language_name": i18n.language_name,
        "number": lambda value: f"{value:,}",
    }
    env.globals |= {
        "asset": assets.url,
        "has_asset": assets.has,
        "site_name": settings.site_name,
        "sample_site": settings.sample_site,
        "kiosk_idle_seconds": settings.kiosk_idle_seconds,
        "base_url": settings.base_url.rstrip("/"),
        "time_ago": i18n.time_ago,
    }
    return env


def page_context(request: Request) -> dict[str, Any]:
    """What every page may use: who is signed in, where we are, what was just done."""
    staff = getattr(request.state, "staff", None)
    return {
        "request": request,
        "lang": i18n.language.get().replace("_", "-"),
        "direction": i18n.direction(),
        "staff": staff,
        "staff_nav": request.app.state.staff_nav(staff, request.url.path) if staff else [],
        "nav_path": request.url.path,
        "flash": _flash(request),
        "kiosk": code_of_device(request.cookies),
    }


@dataclass(frozen=True)
class Flash:
    """A notice about what was just done."""

    level: str
    text: str


def _flash(request: Request) -> list[Flash]:
    key = request.query_params.get("done", "")
    if not key:
        return []
    module: Any = request.app.state.templates.get_template("core/notices.html").module
    text = str(module.notice_for(key)).strip()
    return [Flash("ok", text)] if text else []


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The page; or, when htmx asks and a `part` is named, only that part of it."""
    env: Environment = request.app.state.templates
    wants_part = part is not None and request.headers.get("hx-request") == "true"
    name = part if wants_part and part else template
    body = env.get_template(name).render(page_context(request) | dict(context or {}))
    return HTMLResponse(body, status, headers={"vary": "hx-request", **(headers or {})})


def quick_page(request: Request, page: str, *, status: int = 200) -> Response:
    """A page that was rendered before, for routes a whole school asks at once.

    Packed here and lightly: the usual packing costs three times as much for a few bytes less.
    """
    headers = {"vary": "cookie, accept-encoding"}
    body = page.encode()
    if "gzip" in request.headers.get("accept-encoding", ""):
        packer = zlib.compressobj(1, wbits=31)
        body = packer.compress(body) + packer.flush()
        headers["content-encoding"] = "gzip"
    return HTMLResponse(body, status, headers=headers)


def cacheable(request: Request, answer: Response, *, seconds: int) -> Response:
    """Let browsers and proxies keep a public page, and answer 304 while its bytes are the same.

    The ETag is a hash of the page, so a page that changes with the clock (an action turns overdue)
    is noticed; a Last-Modified would not notice that, so there is none.
    """
    tag = f'W/"{hashlib.sha256(bytes(answer.body)).hexdigest()[:24]}"'
    kept = {
        "etag": tag,
        "cache-control": f"public, max-age={seconds}",
        "vary": answer.headers.get("vary", "hx-request"),
    }
    asked = request.headers.get("if-none-match", "")
    if tag in (one.strip() for one in asked.split(",")) or asked.strip() == "*":
        return Response(status_code=304, headers=kept)
    answer.headers.update(kept)
    return answer


def redirect(request: Request, url: str, *, done: str = "") -> Response:
    """303 to a page of ours after a change. `done` names the notice shown there (core/notices)."""
    if done:
        url += ("&" if "?" in url else "?") + f"done={done}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"hx-redirect": url})
    return RedirectResponse(url, status_code=303)


def sentence(env: Environment, reason: StrEnum) -> Markup:
    """The sentence for a reason, from `templates/<floor>/reasons.html` (macro `reason`)."""
    floor = type(reason).__module__.split(".")[1]
    module: Any = env.get_template(f"{floor}/reasons.html").module
    return Markup(str(module.reason(reason.value)).strip())  # noqa: S704  # from our template
