"""Staff pages about places: the list, the school register, the published figures."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep
from app.places import queries, service
from app.places.forms import JoinCluster, LeaveCluster, NewPlace, UploadRegister
from app.staff.guards import Administrator, Officer

router = APIRouter()
HERE = "/staff/places"
LIST = "places/list_places.html"
CLUSTERS = "places/list_clusters.html"
SHOWN = 100
Uploading = Annotated[Form[UploadRegister], Depends(form_of(UploadRegister))]
Joining = Annotated[Form[JoinCluster], Depends(form_of(JoinCluster))]
Leaving = Annotated[Form[LeaveCluster], Depends(form_of(LeaveCluster))]
Adding = Annotated[Form[NewPlace], Depends(form_of(NewPlace))]


@router.get(HERE)
def list_places(request: Request, session: SessionDep, actor: Officer, find: str = "") -> Response:
    """Places by name, how many schools are open, and the forms to add more."""
    return render(request, LIST, _context(session, find) | {"form": None, "errors": {}})


@router.post(HERE)
def add_place(
    request: Request, session: SessionDep, now: Now, actor: Officer, form: Adding
) -> Response:
    """Add a club, a library, a stall."""
    data = form.data
    if (
        data is not None
        and data.ward_code
        and data.ward_code not in queries.known_ward_codes(session)
    ):
        form.refuse("ward_code", "Choose a ward from the list.")
    if form.data is None or data is None:
        return render(
            request, LIST, _context(session) | {"form": form, "errors": form.errors}, status=422
        )
    service.add_place(
        session, name=data.name, kind=data.kind, ward_code=data.ward_code or None,
        actor_id=actor.id, now=now,
    )  # fmt: skip
    return redirect(request, HERE, done="place_listed")


@router.post(HERE + "/register")
def import_register(
    request: Request, session: SessionDep, now: Now, actor: Administrator, form: Uploading
) -> Response:
    """Take a school register in and say what came of each row that was left out."""
    file = form.files.get("file")
    context: dict[str, Any] = {"form": None, "errors": {"file": "Choose a file."}}
    if file is None or not file.filename:
        return render(request, LIST, _context(session) | context, status=422)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register"
        with path.open("wb") as kept:
            shutil.copyfileobj(file.file, kept)
        try:
            result = service.read_register(
                session, path, file_name=file.filename, actor_id=actor.id, now=now
            )
        except Refused as refusal:
            words = sentence(request.app.state.templates, refusal.reason)
            context["errors"] = {"file": words}
            return render(request, LIST, _context(session) | context, status=422)
    return render(request, "places/import_register.html", {"result": result})


@router.get(HERE + "/figures")
def show_figures(request: Request, session: SessionDep, actor: Officer) -> Response:
    """Published head counts by ward and for the city, with their dates, sources and caveats."""
    context = {
        "wards": queries.list_wards(session),
        "sources": queries.list_ward_sources(session),
        "city": queries.list_city_figures(session),
        "caveats": queries.list_caveats(session),
        "clusters": queries.list_clusters(session),
    }
    return render(request, "places/show_figures.html", context)


@router.get(HERE + "/clusters")
def list_clusters(request: Request, session: SessionDep, actor: Officer) -> Response:
    """Which school belongs to which cluster, since when and until when."""
    return render(request, CLUSTERS, _clusters(session) | {"form": None, "errors": {}})


@router.post(HERE + "/clusters")
def join_cluster(
    request: Request, session: SessionDep, now: Now, actor: Officer, form: Joining
) -> Response:
    """Note a membership."""
    data = form.data
    place = queries.find_school(session, data.urn) if data else None
    if data is not None and place is None:
        form.refuse("urn", "No school on our list has this URN.")
    if data is None or place is None:
        context = _clusters(session) | {"form": form, "errors": form.errors}
        return render(request, CLUSTERS, context, status=422)
    service.join_cluster(
        session, place, cluster_id=data.cluster_id, from_on=data.from_on, source=data.source,
        actor_id=actor.id, now=now,
    )  # fmt: skip
    return redirect(request, HERE + "/clusters", done="saved")


@router.post(HERE + "/clusters/{membership_id}/leave")
def leave_cluster(
    request: Request, session: SessionDep, now: Now, actor: Officer, membership_id: RowId,
    form: Leaving,
) -> Response:  # fmt: skip
    """Note the last day of a membership."""
    if form.data is None:
        context = _clusters(session) | {"form": None, "errors": {f"to_on_{membership_id}":
                                        form.errors.get("to_on", "")}}  # fmt: skip
        return render(request, CLUSTERS, context, status=422)
    row = queries.get_membership(session, membership_id)
    service.leave_cluster(session, row, to_on=form.data.to_on, actor_id=actor.id, now=now)
    return redirect(request, HERE + "/clusters", done="saved")


def _clusters(session: Session) -> dict[str, Any]:
    clusters = queries.list_clusters(session)
    return {
        "clusters": clusters,
        "members": queries.list_members(session),
        "options": [("", "Choose"), *((str(one.id), one.name) for one in clusters)],
    }


def _context(session: Session, find: str = "") -> dict[str, Any]:
    opened, closed = queries.count_places(session)
    return {
        "places": queries.find_places(session, words=find.strip()[:100], limit=SHOWN),
        "find": find, "opened": opened, "closed": closed, "shown": SHOWN,
        "wards": [(line.ward.code, line.ward.name) for line in queries.list_wards(session)],
        "imports": queries.list_register_imports(session),
    }  # fmt: skip
