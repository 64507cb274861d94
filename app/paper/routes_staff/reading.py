"""Reading a count from its form: the figures, or the papers one by one, and what is wrong."""

from typing import Any

from starlette.requests import Request

from app.ballots.rules import rank_field, read_choices
from app.core.forms import Form
from app.paper import rules
from app.paper.forms import PileForm, read_marks, take_step
from app.paper.queries import Desk
from app.paper.rules import BLANK_PAPER, PAPERS, SPOILT_PAPER, Contents

SAVE, NEXT, UNDO = "save", "next", "undo"


def read_count(request: Request, form: Form[PileForm], desk: Desk) -> Contents | None:
    """What was counted, when it is to be saved and can be so. Otherwise the form says what is
    wrong, or was only changed (a step up or down, the next paper) and is shown again.
    """
    action = form.raw.get("action") or ("step" if take_step(form) else SAVE)
    if desk.is_one_by_one:
        _turn_papers(request, form, desk, action)
    if action != SAVE:
        _forget_errors(form, keep=[section.key for section in desk.definition.sections])
        return None
    contents = _read_papers(form, desk) if desk.is_one_by_one else _read_sums(request, form, desk)
    if contents is None:
        return None
    for problem in rules.list_problems(desk.definition, desk.kind, contents):
        form.refuse(problem.where, say_problem(request, "problem", problem, desk.kind.value))
    return contents if not form.errors else None


def say_problem(request: Request, macro: str, *about: Any) -> str:
    """A sentence of `paper/problems.html`."""
    words: Any = request.app.state.templates.get_template("paper/problems.html").module
    return str(getattr(words, macro)(*about)).strip()


def list_lines(form: Form[Any]) -> list[str]:
    """The papers entered so far, one a line."""
    return [line for line in (one.strip() for one in form.raw.get(PAPERS, "").split("\n")) if line]


def _forget_errors(form: Form[Any], *, keep: list[str]) -> None:
    """Nobody asked yet whether the figures are complete."""
    form.errors = {name: words for name, words in form.errors.items() if name in keep}


def _read_sums(request: Request, form: Form[PileForm], desk: Desk) -> Contents | None:
    typed = form.data
    marks = read_marks(form, desk.definition, say_problem(request, "no_number"))
    if typed is None or form.errors:
        return None
    return Contents(typed.issued, typed.valid, typed.blank, typed.spoilt, typed.unused, marks=marks)


def _read_papers(form: Form[PileForm], desk: Desk) -> Contents | None:
    if form.data is None or form.errors:
        return None
    pile = rules.read_pile(desk.definition, list_lines(form))
    papers = pile.papers if not pile.unreadable else (*pile.papers, ("", pile.unreadable))
    return Contents(
        form.data.issued, pile.valid, pile.blank, pile.spoilt, form.data.unused, papers=papers
    )


def _turn_papers(request: Request, form: Form[PileForm], desk: Desk, action: str) -> None:
    """Put the paper on the table to the pile, or take the last one back."""
    lines = list_lines(form)
    if action in (BLANK_PAPER, SPOILT_PAPER):
        lines.append(action)
        _clear_marks(form, desk)
    elif action == UNDO and lines:
        _clear_marks(form, desk)
        _show_marks(form, desk, lines.pop())
    elif action in (NEXT, SAVE):
        filled = rules.read_marked(desk.definition, form.lists)
        for section in desk.definition.sections:
            if problem := filled.problems.get(section.key):
                words = say_problem(request, "marking", problem.value, section.most)
                form.refuse(section.key, words)
        is_empty = rules.is_blank(filled.choices)
        if is_empty and action == NEXT and not filled.problems:
            form.refuse(desk.definition.sections[0].key, say_problem(request, "nothing_marked"))
        if not is_empty and not filled.problems:
            lines.append(filled.choices)
            _clear_marks(form, desk)
    form.raw[PAPERS] = "\n".join(lines)


def _clear_marks(form: Form[Any], desk: Desk) -> None:
    for section in desk.definition.sections:
        form.lists.pop(section.key, None)
        for key in section.keys:
            form.lists.pop(rank_field(section.key, key), None)


def _show_marks(form: Form[Any], desk: Desk, line: str) -> None:
    """Put a paper back on the table, so that it can be mended."""
    if not rules.is_canonical(desk.definition, line):
        return  # a blank or spoilt one: nothing is marked
    for section in desk.definition.sections:
        chosen = read_choices(line)[section.key]
        if not section.is_ranked:
            form.lists[section.key] = list(chosen)
        for place, key in enumerate(chosen, start=1) if section.is_ranked else ():
            form.lists[rank_field(section.key, key)] = [str(place)]
