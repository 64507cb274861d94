"""Reports for the boards: list, new, show, print, workbook."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.core.forms import Form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep, SettingsDep
from app.reports import queries, service
from app.reports.exports import export_report
from app.reports.forms import NewReport
from app.staff.guards import Officer

router = APIRouter()
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/staff/reports")
def list_reports(request: Request, session: SessionDep, actor: Officer) -> Response:
    """The frozen reports."""
    return render(request, "reports/list_reports.html", {"reports": queries.list_reports(session)})


@router.get("/staff/reports/new")
def edit_report(request: Request, actor: Officer) -> Response:
    """Choose a period."""
    return render(request, "reports/edit_report.html", {"typed": {}, "errors": {}})


@router.post("/staff/reports")
def freeze_report(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    form: Annotated[Form[NewReport], Depends(form_of(NewReport))],
) -> Response:
    """Freeze what the period says."""
    if form.data is None:
        page = {"typed": form.raw, "errors": form.errors}
        return render(request, "reports/edit_report.html", page, status=422)
    report = service.freeze_report(
        session, **form.data.model_dump(), actor=actor, now=now,
        silence_days=settings.update_due_days,
    )  # fmt: skip
    return redirect(request, f"/staff/reports/{report.id}", done="report_frozen")


@router.get("/staff/reports/{report_id}")
def show_report(
    request: Request, session: SessionDep, actor: Officer, report_id: RowId
) -> Response:
    """The report, made for reading and for paper."""
    report = queries.get_report(session, report_id)
    page = {"report": report, "snapshot": report.snapshot, "day": date.fromisoformat}
    return render(request, "reports/show_report.html", page)


@router.get("/staff/reports/{report_id}/report.xlsx")
def show_workbook(session: SessionDep, actor: Officer, report_id: RowId) -> Response:
    """The same as a workbook."""
    report = queries.get_report(session, report_id)
    body = export_report(report.snapshot, report.snapshot_hash)
    headers = {"content-disposition": f'attachment; filename="wishes-report-{report_id}.xlsx"'}
    return Response(body, media_type=WORKBOOK, headers=headers)
