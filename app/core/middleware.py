"""Three small pure-ASGI layers: security headers, same-origin check, request log.

Privacy: the log line holds method, route template, status and milliseconds. No address, no user
agent, no query, no body, so nothing in a log leads to a child.
"""

import time
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("request")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # `no-referrer` would make Origin `null` on our own forms
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


# What a page is made of. Policies are the page's: its parts need not carry them (2 kB a visit).
PARTS = ("text/css", "text/javascript", "font/", "image/")
PART_HEADERS = {"x-content-type-options": "nosniff"}


class SecurityHeaders:
    """Adds the fixed headers to every answer; pages that set no cache rule are not stored."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_part = headers.get("content-type", "").startswith(PARTS)
                for name, value in PART_HEADERS.items() if is_part else SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, dressed)


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser vouches that this request came from our own pages.

    `Sec-Fetch-Site` where the browser sends it; else `Origin` must be our host. A request with
    neither comes from no browser (a command, a test) and carries no cookie it was tricked into.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


class SameOrigin:
    """Refuses unsafe requests from other sites: no page needs a token, so pages stay cacheable."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a cross-site POST, pass everything else on."""
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and not is_same_origin(Headers(scope=scope))
        ):
            answer = PlainTextResponse(
                "This form was sent from another website. Open our page and try again.",
                status_code=403,
            )
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


class RequestLog:
    """One structured line a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time the request and note how it ended."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            log.info(
                "request",
                method=scope["method"],
                route=_route_template(scope),
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )


def _route_template(scope: Scope) -> str:
    route: Any = scope.get("route")
    return str(getattr(route, "path", "(no route)"))
