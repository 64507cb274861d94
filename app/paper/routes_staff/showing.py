"""Pages of counting, as their templates want them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.ballots.rules import rank_field
from app.consultations.rules import PaperSection
from app.core.forms import Form, filled_form
from app.core.templates import render
from app.paper import rules
from app.paper.forms import guess_contents
from app.paper.queries import Desk
from app.paper.routes_staff.reading import list_lines
from app.paper.rules import ACCOUNT, BLANK_PAPER, PAPERS, SPOILT_PAPER, Contents, Purpose

KEYS = "1234567890acdefghijklmnopqrstvwyz"  # b, u and x have a meaning of their own


def show_desk(
    request: Request, desk: Desk, form: Form[Any], *, is_disputed: bool = False, status: int = 200
) -> Response:
    """The page on which a pile is counted, with what was typed so far."""
    page = "paper/enter_papers.html" if desk.is_one_by_one else "paper/count_pile.html"
    specific = _papers_context(desk, form) if desk.is_one_by_one else _sums_context(desk, form)
    context = {
        "desk": desk, "form": form, "is_disputed": is_disputed,
        "action": action_of(desk), "list_href": list_href(desk),
        "back": f"/staff/paper/{desk.batch.id}" if desk.batch else list_href(desk),
    }  # fmt: skip
    return render(request, page, context | specific, status=status)


def action_of(desk: Desk) -> str:
    """Where a count is sent."""
    if desk.batch is None:
        return f"/staff/ballots/{desk.ballot.id}/paper/new"
    return f"/staff/paper/{desk.batch.id}/{desk.purpose.value}"


def list_href(desk: Desk) -> str:
    """The list a pile is in."""
    if desk.sitting is not None:
        return f"/staff/sittings/{desk.sitting.id}/paper"
    return f"/staff/ballots/{desk.ballot.id}/paper"


def first_form(desk: Desk, staff_id: int) -> Form[Any]:
    """The form at the first look: empty, or what this person may see. A second person sees nothing
    of anybody else's count.
    """
    own = desk.history.find_own(staff_id) if desk.history else None
    shown = desk.history.counting if desk.history and desk.purpose is Purpose.REVISE else own
    if shown is None or shown.is_one_by_one != desk.is_one_by_one:
        return filled_form({})
    return filled_form(_fields_of(shown))


def _fields_of(contents: Contents) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(contents, name) for name in ACCOUNT}
    for section, by_option in (contents.marks or {}).items():
        fields |= {rules.mark_field(section, option): n for option, n in by_option.items()}
    if contents.papers is not None:
        lines = [text for text, n in contents.papers for _ in range(n)]
        lines += [BLANK_PAPER] * contents.blank + [SPOILT_PAPER] * contents.spoilt
        fields[PAPERS] = "\n".join(lines)
    return fields


def _sums_context(desk: Desk, form: Form[Any]) -> dict[str, Any]:
    so_far = guess_contents(form, desk.definition)
    is_only = len(desk.definition.sections) == 1
    return {
        "account": rules.weigh_account(so_far),
        "is_begun": any(so_far.figures.values()),
        "sections": [
            {
                "section": section,
                "scale": rules.weigh_section(section, so_far, is_only=is_only),
                "least": int(is_only),
                "fields": [
                    _option(section, place, rules.mark_field(section.key, key))
                    for place, key in enumerate(section.keys)
                ],
            }
            for section in desk.definition.sections
        ],
    }


def _papers_context(desk: Desk, form: Form[Any]) -> dict[str, Any]:
    lines = list_lines(form)
    pile = rules.read_pile(desk.definition, lines)
    so_far = guess_contents(form, desk.definition)
    contents = Contents(so_far.issued, pile.valid, pile.blank, pile.spoilt, so_far.unused)
    return {
        "lines": lines, "pile": pile, "account": rules.weigh_account(contents),
        "last": _say_line(desk, lines[-1]) if lines else "",
        "store": _store_key(desk),
        "sections": [
            {
                "section": section,
                "fields": [
                    _option(section, place, rank_field(section.key, key))
                    | {
                        "key": key,
                        "is_ticked": key in form.lists.get(section.key, ()),
                        "place": "".join(form.lists.get(rank_field(section.key, key), [])[:1]),
                    }
                    for place, key in enumerate(section.keys)
                ],
            }
            for section in desk.definition.sections
        ],
    }  # fmt: skip


def _option(section: PaperSection, place: int, name: str) -> dict[str, Any]:
    option = section.options[place]
    wish = option.picture.removeprefix("wish-") if option.picture.startswith("wish-") else ""
    return {
        "name": name, "label": option.label, "wish": int(wish) if wish.isdigit() else None,
        "sign": KEYS[place] if place < len(KEYS) else "",
    }  # fmt: skip


def _say_line(desk: Desk, line: str) -> str:
    """The last paper in words, so that a slip of the finger is seen at once."""
    is_paper = rules.is_canonical(desk.definition, line)
    return rules.show_paper(desk.definition, line) if is_paper else line.capitalize()


def list_store_keys(desk: Desk) -> list[str]:
    """Under which names a browser keeps papers of this pile that are not sent yet."""
    where = f"s{desk.sitting.id}" if desk.sitting else f"p{desk.place.id if desk.place else 0}"
    names = {Purpose.ENTER: where}
    if desk.batch is not None:
        again = (Purpose.COUNT, Purpose.REVISE)
        names |= {one: f"{one.value}{desk.batch.id}" for one in again}
    return [f"paper-{desk.ballot.id}-{name}" for name in names.values()]


def _store_key(desk: Desk) -> str:
    place = 0 if desk.purpose is Purpose.ENTER else 1 if desk.purpose is Purpose.COUNT else 2
    return list_store_keys(desk)[place]
