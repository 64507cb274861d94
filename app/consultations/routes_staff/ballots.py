"""Officers' pages about the ballots of a draft: their sections, options, pictures and languages."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries, rules, service
from app.consultations.forms import PaperForm
from app.consultations.queries import AskedBallot
from app.consultations.routes_staff import sheets
from app.consultations.routes_staff.refusals import filled
from app.consultations.routes_staff.sheets import Sheet
from app.core import i18n
from app.core.errors import NotFound
from app.core.forms import Form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import Officer

router = APIRouter()
AT = "/staff/consultations/{consultation_id}/ballots"
ONE = AT + "/{ballot_id}"
SECTION = ONE + "/sections/{position}"


class OptionsForm(BaseModel):
    """The languages in which the options of a section are written too."""

    languages: list[str] = []
    add_language: str = ""


Paper = Annotated[Form[PaperForm], Depends(form_of(PaperForm))]
Options = Annotated[Form[OptionsForm], Depends(form_of(OptionsForm))]


@router.get(AT + "/new")
def show_new_ballot(
    request: Request, session: SessionDep, actor: Officer, consultation_id: RowId, like: str = ""
) -> Response:
    """The kinds of ballot to begin with; then the sheet of the one that was chosen."""
    one, kinds = queries.get_consultation(session, consultation_id), sheets.list_kinds(request)
    if like not in kinds:
        context = {"consultation": one, "kinds": kinds}
        return render(request, "consultations/show_new_ballot.html", context)
    wishes = queries.list_wish_options(session, one.edition_id)
    form = filled(title=kinds[like]["title"], is_shuffled="yes")
    sheet = sheets.start_sheet(kinds[like], wishes)
    return _paper_page(request, session, consultation_id, form, sheet)


@router.post(AT)
def add_ballot(
    request: Request, session: SessionDep, now: Now, actor: Officer, consultation_id: RowId,
    form: Paper,
) -> Response:  # fmt: skip
    """Draft another ballot."""
    return _set_ballot(request, session, now, actor, consultation_id, form, None)


@router.get(ONE)
def show_ballot_form(
    request: Request, session: SessionDep, actor: Officer, consultation_id: RowId, ballot_id: RowId
) -> Response:
    """A ballot of a draft, to change."""
    asked = queries.get_asked_ballot(session, consultation_id, ballot_id)
    shuffled = "yes" if asked.ballot.is_shuffled else ""
    form = filled(title=asked.ballot.title, is_shuffled=shuffled)
    return _paper_page(request, session, consultation_id, form, sheets.lay_out(asked), asked=asked)


@router.post(ONE)
def set_ballot(
    request: Request, session: SessionDep, now: Now, actor: Officer, consultation_id: RowId,
    ballot_id: RowId, form: Paper,
) -> Response:  # fmt: skip
    """Change a ballot of a draft."""
    asked = queries.get_asked_ballot(session, consultation_id, ballot_id)
    return _set_ballot(request, session, now, actor, consultation_id, form, asked)


@router.post(ONE + "/remove")
def remove_ballot(
    request: Request, session: SessionDep, now: Now, actor: Officer, consultation_id: RowId,
    ballot_id: RowId,
) -> Response:  # fmt: skip
    """Take a ballot out of a draft."""
    one = queries.get_consultation(session, consultation_id)
    asked = queries.get_asked_ballot(session, consultation_id, ballot_id)
    service.remove_ballot(session, one, asked.ballot, actor=actor, now=now)
    return redirect(request, f"/staff/consultations/{one.id}?done=ballot_removed#ballots")


@router.get(SECTION)
def show_section_form(
    request: Request, session: SessionDep, actor: Officer, consultation_id: RowId,
    ballot_id: RowId, position: RowId,
) -> Response:  # fmt: skip
    """The options of a section one by one: picture, easy words, other languages."""
    asked = _with_section(session, consultation_id, ballot_id, position)
    raw: dict[str, object] = {}
    for option in asked.sections[position - 1].options:
        picture, key = option.picture, option.key
        raw |= {f"{key}.label": option.label, f"{key}.easy_read": option.easy_read}
        is_wish = picture.startswith("wish-")
        raw |= {f"{key}.sign": "" if is_wish else picture}
        raw |= {f"{key}.wish": picture.removeprefix("wish-") if is_wish else ""}
        raw |= {f"{key}.{code}.label": words for code, words in option.words.items()}
    languages = [code for code in asked.paper.languages if code != queries.LANGUAGE]
    form = filled({"languages": languages}, **raw)
    return _section_page(request, session, consultation_id, asked, position, form, languages)


@router.post(SECTION)
def set_section(
    request: Request, session: SessionDep, now: Now, actor: Officer, consultation_id: RowId,
    ballot_id: RowId, position: RowId, form: Options,
) -> Response:  # fmt: skip
    """Save them; or, with another language chosen, show the page again with room for it."""
    asked = _with_section(session, consultation_id, ballot_id, position)
    ballot, section = asked.ballot, asked.sections[position - 1]
    added = form.raw.get("add_language", "")
    languages = [one for one in rules.PAPER_LANGUAGES
                 if one in (*form.lists.get("languages", ()), added)]  # fmt: skip
    keys = [option.key for option in section.options]
    if added:
        return _section_page(request, session, consultation_id, asked, position, form, languages)
    options = sheets.check_options(request, form, section.draft, keys, languages)
    if options is None:
        return _section_page(
            request, session, consultation_id, asked, position, form, languages, status=422
        )
    drafts = [one.draft for one in asked.sections]
    drafts[position - 1] = replace(section.draft, options=options)
    service.set_ballot(
        session, queries.get_consultation(session, consultation_id), ballot, title=ballot.title,
        is_shuffled=ballot.is_shuffled, sections=drafts, actor=actor, now=now,
    )  # fmt: skip
    return _back(request, consultation_id, ballot.id)


def _back(request: Request, consultation_id: int, ballot_id: int | None) -> Response:
    return redirect(
        request, f"/staff/consultations/{consultation_id}?done=saved#ballot-{ballot_id}"
    )


def _with_section(
    session: Session, consultation_id: int, ballot_id: int, position: int
) -> AskedBallot:
    asked = queries.get_asked_ballot(session, consultation_id, ballot_id)
    if position > len(asked.sections):
        raise NotFound
    return asked


def _set_ballot(
    request: Request, session: Session, now: Now, actor: Officer, consultation_id: int,
    form: Form[PaperForm], asked: AskedBallot | None,
) -> Response:  # fmt: skip
    """Change the shape of what was typed, or save it, or show it again with what is wrong."""
    one = queries.get_consultation(session, consultation_id)
    wishes, sheet = queries.list_wish_options(session, one.edition_id), sheets.read_sheet(form.raw)
    step = form.raw.get("do", "save")
    if step != "save":
        form.errors.clear()
        sheet = sheets.change_sheet(sheet, step, wishes)
        return _paper_page(request, session, consultation_id, form, sheet, asked=asked)
    was = asked.sections if asked else []
    drafts = sheets.check_sheet(request, form, sheet, was=was, wishes=wishes)
    if drafts is None or form.data is None:
        return _paper_page(request, session, consultation_id, form, sheet, asked=asked, status=422)
    made = service.set_ballot(
        session, one, asked.ballot if asked else None, title=form.data.title,
        is_shuffled=form.data.is_shuffled, sections=drafts, actor=actor, now=now,
    )  # fmt: skip
    return _back(request, consultation_id, made.id)


def _paper_page(
    request: Request, session: Session, consultation_id: int, form: Form[Any], sheet: Sheet, *,
    asked: AskedBallot | None = None, status: int = 200,
) -> Response:  # fmt: skip
    context = {
        "consultation": queries.get_consultation(session, consultation_id),
        "ballot": asked.ballot if asked else None, "form": form, "sheet": sheet,
        "most_options": rules.MOST_BALLOT_OPTIONS, "most_sections": rules.MOST_SECTIONS,
    }  # fmt: skip
    return render(request, "consultations/show_ballot_form.html", context, status=status)


def _section_page(
    request: Request, session: Session, consultation_id: int, asked: AskedBallot, position: int,
    form: Form[Any], languages: list[str], *, status: int = 200,
) -> Response:  # fmt: skip
    one = queries.get_consultation(session, consultation_id)
    section = asked.sections[position - 1]
    others = [code for code in rules.PAPER_LANGUAGES if code not in languages]
    context = {
        "consultation": one, "ballot": asked.ballot, "section": section.section, "form": form,
        "position": position, "keys": [option.key for option in section.options],
        "wishes": queries.list_wish_options(session, one.edition_id),
        "languages_used": [(code, i18n.language_name(code)) for code in languages],
        "languages_left": sorted(
            [(code, i18n.language_name(code)) for code in others], key=lambda pair: pair[1]
        ),
    }  # fmt: skip
    return render(request, "consultations/show_section_form.html", context, status=status)
