"""The publication desk: releases and findings."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.core.forms import Form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep, SettingsDep
from app.publication import queries, service
from app.publication.forms import (
    FindingWords,
    NewFinding,
    NewRelease,
    Note,
    split_subject,
    subject_of,
    typed_words,
)
from app.publication.rules import Part
from app.staff.guards import Officer

router = APIRouter()
Number = Annotated[int, Query(ge=1, lt=2**31)]


@router.get("/staff/releases")
def list_releases(request: Request, session: SessionDep, actor: Officer) -> Response:
    """What was proposed, released and taken back."""
    return render(request, "publication/list_releases.html", queries.releases_page(session))


@router.get("/staff/releases/new")
def edit_release(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    subject: str = "",
    parts: Annotated[list[Part] | None, Query()] = None,
) -> Response:
    """Choose what to release and see what the gate would let through."""
    page = queries.proposal_page(session, settings, subject, set(parts or Part), now=now)
    return render(request, "publication/edit_release.html", page)


@router.post("/staff/releases")
def propose_release(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    form: Annotated[Form[NewRelease], Depends(form_of(NewRelease))],
) -> Response:
    """Freeze the figures for a colleague to look at."""
    if form.data is None:
        page = queries.proposal_page(session, settings, form.raw.get("subject", ""), set(), now=now)
        page |= {"errors": form.errors}
        return render(request, "publication/edit_release.html", page, status=422)
    subject = queries.find_subject(session, **split_subject(form.data.subject))
    release = service.propose_release(
        session, subject, parts=set(form.data.parts), limits=queries.limits_of(settings),
        actor=actor, now=now,
    )  # fmt: skip
    return redirect(request, f"/staff/releases/{release.id}", done="release_proposed")


@router.get("/staff/releases/{release_id}")
def show_release(
    request: Request, session: SessionDep, actor: Officer, now: Now, release_id: RowId
) -> Response:
    """The figures of a release beside the exact counts, what is hidden and why."""
    page = queries.release_page(session, release_id, actor.id or 0, now=now)
    return render(request, "publication/show_release.html", page)


@router.post("/staff/releases/{release_id}/approve")
def approve_release(
    request: Request, session: SessionDep, actor: Officer, now: Now, release_id: RowId
) -> Response:
    """Let it go to the public."""
    release = queries.get_release(session, release_id)
    service.approve_release(session, release, actor=actor, now=now)
    return redirect(request, f"/staff/releases/{release_id}", done="release_approved")


@router.post("/staff/releases/{release_id}/withdraw")
def withdraw_release(
    request: Request,
    session: SessionDep,
    actor: Officer,
    now: Now,
    release_id: RowId,
    form: Annotated[Form[Note], Depends(form_of(Note))],
) -> Response:
    """Take it back, with a public note."""
    if form.data is None:
        page = queries.release_page(session, release_id, actor.id or 0, now=now)
        page |= {"errors": form.errors, "note": form.raw.get("note", "")}
        return render(request, "publication/show_release.html", page, status=422)
    release = queries.get_release(session, release_id)
    service.withdraw_release(session, release, note=form.data.note, actor=actor, now=now)
    return redirect(request, f"/staff/releases/{release_id}", done="withdrawn")


@router.get("/staff/findings")
def list_findings(request: Request, session: SessionDep, actor: Officer) -> Response:
    """What is written, waits for a colleague, or is public."""
    page = {"lines": queries.list_findings(session)}
    return render(request, "publication/list_findings.html", page)


@router.get("/staff/findings/new")
def edit_new_finding(
    request: Request, session: SessionDep, actor: Officer, release_id: Number, wish_id: Number
) -> Response:
    """Begin a finding, or the correction of one."""
    page = queries.new_finding_page(session, release_id, wish_id)
    return render(request, "publication/edit_finding.html", page)


@router.post("/staff/findings")
def draft_finding(
    request: Request,
    session: SessionDep,
    actor: Officer,
    now: Now,
    form: Annotated[Form[NewFinding], Depends(form_of(NewFinding))],
) -> Response:
    """Keep the first version of the words."""
    if form.data is None:
        page = queries.new_finding_page(session, *subject_of(form)) | typed_words(form)
        return render(request, "publication/edit_finding.html", page, status=422)
    words = form.data.model_dump(exclude={"release_id", "wish_id"})
    release = queries.get_release(session, form.data.release_id)
    wish = queries.get_wish_by_id(session, form.data.wish_id)
    finding = service.draft_finding(session, release, wish, **words, actor=actor, now=now)
    return redirect(request, f"/staff/findings/{finding.id}", done="saved")


@router.get("/staff/findings/{finding_id}")
def edit_finding(
    request: Request, session: SessionDep, actor: Officer, finding_id: RowId
) -> Response:
    """A finding with its preview; a draft may be changed."""
    page = queries.finding_page(session, finding_id, actor.id or 0)
    return render(request, "publication/edit_finding.html", page)


@router.post("/staff/findings/{finding_id}")
def save_finding(
    request: Request,
    session: SessionDep,
    actor: Officer,
    now: Now,
    finding_id: RowId,
    form: Annotated[Form[FindingWords], Depends(form_of(FindingWords))],
) -> Response:
    """Keep changed words."""
    if form.data is None:
        page = queries.finding_page(session, finding_id, actor.id or 0) | typed_words(form)
        return render(request, "publication/edit_finding.html", page, status=422)
    finding = queries.get_finding(session, finding_id)
    words = form.data.model_dump()
    service.edit_finding(session, finding, **words, actor=actor, now=now)
    return redirect(request, f"/staff/findings/{finding_id}", done="saved")


@router.post("/staff/findings/{finding_id}/review")
def send_for_review(
    request: Request, session: SessionDep, actor: Officer, now: Now, finding_id: RowId
) -> Response:
    """Hand it to a colleague."""
    finding = queries.get_finding(session, finding_id)
    service.send_for_review(session, finding, actor=actor, now=now)
    return redirect(request, f"/staff/findings/{finding_id}", done="sent_for_review")


@router.post("/staff/findings/{finding_id}/return")
def return_finding(
    request: Request, session: SessionDep, actor: Officer, now: Now, finding_id: RowId
) -> Response:
    """Give it back to be changed."""
    finding = queries.get_finding(session, finding_id)
    service.return_finding(session, finding, actor=actor, now=now)
    return redirect(request, f"/staff/findings/{finding_id}", done="saved")


@router.post("/staff/findings/{finding_id}/publish")
def publish_finding(
    request: Request, session: SessionDep, actor: Officer, now: Now, finding_id: RowId
) -> Response:
    """Let a colleague's words go to the public."""
    finding = queries.get_finding(session, finding_id)
    service.publish_finding(session, finding, actor=actor, now=now)
    return redirect(request, f"/staff/findings/{finding_id}", done="finding_published")


@router.post("/staff/findings/{finding_id}/withdraw")
def withdraw_finding(
    request: Request,
    session: SessionDep,
    actor: Officer,
    now: Now,
    finding_id: RowId,
    form: Annotated[Form[Note], Depends(form_of(Note))],
) -> Response:
    """Take it back, with a public note."""
    if form.data is None:
        page = queries.finding_page(session, finding_id, actor.id or 0) | {"errors": form.errors}
        return render(request, "publication/edit_finding.html", page, status=422)
    finding = queries.get_finding(session, finding_id)
    service.withdraw_finding(session, finding, note=form.data.note, actor=actor, now=now)
    return redirect(request, f"/staff/findings/{finding_id}", done="withdrawn")
