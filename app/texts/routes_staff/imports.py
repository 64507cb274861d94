"""Officers' pages about files of texts from elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.consultations.queries import get_source, list_sources
from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep, SettingsDep
from app.staff.guards import Officer
from app.texts import exports, queries
from app.texts.forms import StartImport, UploadTexts
from app.texts.rules import ImportStatus
from app.texts.service import importing

router = APIRouter()
HERE = "/staff/texts/imports"
LIST = "texts/list_imports.html"
Uploading = Annotated[Form[UploadTexts], Depends(form_of(UploadTexts))]
Starting = Annotated[Form[StartImport], Depends(form_of(StartImport))]


@router.get(HERE)
def list_imports(request: Request, session: SessionDep, actor: Officer) -> Response:
    """Every import, newest first, and the form to upload a file."""
    context = {"imports": queries.list_imports(session), "errors": {}}
    return render(request, LIST, context)


@router.post(HERE)
def upload_texts(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now, actor: Officer,
    form: Uploading,
) -> Response:  # fmt: skip
    """Keep a file until its columns are chosen."""
    file = form.files.get("file")
    if file is None or not file.filename:
        return _list_again(request, session, "Choose a file.")
    try:
        row = importing.upload_texts(
            session, settings, file.file, file_name=file.filename, actor=actor, now=now
        )
    except Refused as refusal:
        words = sentence(request.app.state.templates, refusal.reason)
        return _list_again(request, session, words)
    return redirect(request, f"{HERE}/{row.id}")


def _list_again(request: Request, session: SessionDep, words: str) -> Response:
    context = {"imports": queries.list_imports(session), "errors": {"file": words}}
    return render(request, LIST, context, status=422)


@router.get(HERE + "/{import_id}")
def show_import(
    request: Request, session: SessionDep, settings: SettingsDep, actor: Officer, import_id: RowId
) -> Response:
    """Where an import stands: columns to choose, progress, or what came of it."""
    row = queries.get_import(session, import_id)
    source = get_source(session, row.source_id) if row.source_id else None
    held = queries.count_held_of_import(session, import_id)
    context = {"row": row, "source": source, "held": held}
    if row.status is ImportStatus.UPLOADED:
        return _choose_columns(request, session, settings, import_id, {}, {})
    return render(request, "texts/show_import.html", context, part="texts/_import.html")


def _choose_columns(
    request: Request, session: SessionDep, settings: SettingsDep, import_id: int,
    typed: dict[str, str], errors: dict[str, str], status: int = 200,
) -> Response:  # fmt: skip
    row = queries.get_import(session, import_id)
    seen = importing.preview_import(settings, row)
    typed = {"text_column": seen.text_column, "id_column": seen.id_column} | typed
    context = {
        "row": row, "seen": seen, "typed": typed, "errors": errors,
        "sources": [one for one in list_sources(session) if not one.is_closed],
        "earlier": queries.list_imports_of_file(session, row.file_sha256),
    }  # fmt: skip
    return render(request, "texts/choose_columns.html", context, status=status)


@router.post(HERE + "/{import_id}/start")
def start_import(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now, actor: Officer,
    import_id: RowId, form: Starting,
) -> Response:  # fmt: skip
    """Hand the file to the worker."""
    row = queries.get_import(session, import_id)
    if form.data is None:
        return _choose_columns(request, session, settings, import_id, form.raw, form.errors, 422)
    importing.start_import(
        session, settings, row, source=get_source(session, form.data.source_id),
        text_column=form.data.text_column, id_column=form.data.id_column, language="en",
        actor=actor, now=now,
    )  # fmt: skip
    return redirect(request, f"{HERE}/{import_id}")


@router.post(HERE + "/{import_id}/discard")
def discard_import(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now, actor: Officer,
    import_id: RowId,
) -> Response:  # fmt: skip
    """Forget an upload that was not started."""
    row = queries.get_import(session, import_id)
    importing.discard_import(session, settings, row, actor=actor, now=now)
    return redirect(request, HERE, done="import_discarded")


@router.get(HERE + "/{import_id}/row-errors.csv")
def show_row_errors(session: SessionDep, actor: Officer, import_id: RowId) -> Response:
    """The rows left out, as a table to take away."""
    row = queries.get_import(session, import_id)
    return Response(
        exports.row_errors_csv(row.row_errors),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="import-{import_id}-rows.csv"'},
    )
