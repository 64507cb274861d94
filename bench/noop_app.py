"""Baseline (a): our whole site with one more route that reads the vote's form and stores nothing.

`python -m uvicorn --factory bench.noop_app:create_app`. The answer is the page in the file
`BENCH_PAGE`, a real thank-you page of ours, sent the same way. The route is matched before all
others, so nothing makes it cheaper on this stack.
"""

import os
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app import main
from app.core.forms import read_lists
from app.core.templates import quick_page
from app.core.web import RowId

PLACE = "noop"  # where a vote is sent to `votes`


def create_app() -> FastAPI:
    """The site and the route."""
    app = main.create_app()
    path = os.environ.get("BENCH_PAGE")
    page = Path(path).read_text(encoding="utf-8") if path else "x" * 4000
    router = APIRouter()

    @router.post("/b/{code}/{ballot_id}/" + PLACE)
    async def read_vote(request: Request, code: str, ballot_id: RowId) -> Response:  # noqa: ARG001
        await read_lists(request)
        return quick_page(request, page, status=201)

    app.include_router(router)
    app.router.routes.insert(0, app.router.routes.pop())
    return app
