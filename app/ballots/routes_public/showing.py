"""Building the pages of a vote. What is the same for everybody is rendered once and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from jinja2 import Environment
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.ballots import rules
from app.ballots.box.digests import show_receipt
from app.ballots.opened import Held
from app.ballots.rules import ChoiceProblem, Reason
from app.consultations import queries as consultations
from app.consultations.queries import Part
from app.consultations.rules import PaperSection
from app.core import i18n
from app.core.errors import NotFound
from app.core.templates import page_context, render, sentence
from app.core.tokens import new_submission_id

ORDERS = 16  # shuffled pages kept of one paper: each option stands first on about as many
SECRET_MARK = "0" * 32
RECEIPT_MARK = "@@@@@ @@@@@ @"
MOST_KEPT = 3_000


class Door(StrEnum):
    """How a browser came to the paper."""

    SLIP = "slip"
    SEAT = "seat"
    KIOSK = "kiosk"
    OPEN = "open"


@dataclass(frozen=True)
class Typed:
    """A paper as it was sent, and what is wrong with it."""

    door: Door
    code: str
    written: str  # the slip code as it was typed
    secret: str
    fields: Mapping[str, Sequence[str]]
    choices: str
    problems: Mapping[str, ChoiceProblem]
    problem: StrEnum | None

    def with_problem(self, reason: StrEnum) -> "Typed":
        """The same with a reason why it was not taken; a secret that was used is a new one."""
        secret = new_submission_id() if reason is Reason.WEAK_ID else self.secret
        return replace(self, problem=reason, secret=secret)


def list_ballot_parts(session: Session, code: str) -> list[Part]:
    """The ballots held at the sitting with this class code. NotFound when there are none."""
    sitting = consultations.find_sitting(session, code)
    if sitting is None:
        raise NotFound
    parts = [
        part
        for part in consultations.list_parts(session, sitting.consultation_id)
        if part.kind == "ballot"
    ]
    if not parts:
        raise NotFound
    return parts


def new_page(request: Request, held: Held, door: Door, *, secret: str) -> str:
    """The paper for somebody who has not chosen yet. Rendered once for each order and door."""
    order = int(secret[:4], 16) % ORDERS if held.opened.definition.is_shuffled else 0
    key = ("paper", held.opened.box_id, door, order, i18n.language.get(), _language(request, held))
    page = _kept(request, key)
    if page is None:
        typed = Typed(door, "", "", SECRET_MARK, {}, "", {}, None)
        page = _render(
            request, "ballots/show_ballot.html", _paper_context(request, held, typed, str(order))
        )
        _keep(request, key, page)
    return page.replace(SECRET_MARK, secret)


def page_again(request: Request, held: Held, typed: Typed, *, status: int) -> Response:
    """The paper with everything that was chosen, and what is wrong."""
    order = str(int(typed.secret[:4], 16) % ORDERS)
    context = _paper_context(request, held, typed, order)
    return render(request, "ballots/show_ballot.html", context, status=status)


def thank_page(request: Request, held: Held, door: Door, receipt: str) -> str:
    """The page after voting, with the receipt."""
    is_kiosk = door is Door.KIOSK
    key = ("thanks", held.opened.box_id, is_kiosk, i18n.language.get())
    page = _kept(request, key)
    if page is None:
        context = {
            "code": held.opened.class_code, "ballot_id": held.opened.ballot_id,
            "next_part": held.opened.next_part, "receipt": RECEIPT_MARK,
            "kiosk": held.opened.class_code if is_kiosk else "",
            "survey": held.opened.survey if is_kiosk else None,
        }  # fmt: skip
        page = _render(request, "ballots/cast_vote.html", context)
        _keep(request, key, page)
    return page.replace(RECEIPT_MARK, show_receipt(receipt))


def _language(request: Request, held: Held) -> str:
    """The language of the options: one of the paper's that was asked for, else the page's."""
    asked = request.query_params.get("lang", "")
    is_written = asked in held.opened.definition.languages
    return asked if is_written else i18n.language.get().split("_")[0]


def _languages(held: Held, language: str) -> list[dict[str, Any]]:
    """The switch between the languages of the paper; empty where there is only one."""
    codes = held.opened.definition.languages
    return [
        {"lang": code, "name": i18n.own_language_name(code), "current": code == language,
         "href": f"/b/{held.opened.class_code}/{held.opened.ballot_id}?lang={code}"}
        for code in (codes if len(codes) > 1 else ())
    ]  # fmt: skip


def _paper_context(request: Request, held: Held, typed: Typed, order: str) -> dict[str, Any]:
    opened, env = held.opened, request.app.state.templates
    paper, language, needs_code = (
        opened.definition,
        _language(request, held),
        typed.door is Door.SLIP,
    )
    is_alone = len(paper.sections) == 1 and not needs_code
    seed = order if paper.is_shuffled else ""
    return {
        "page_title": paper.sections[0].question if is_alone else paper.title,
        "code": opened.class_code,
        "kiosk": opened.class_code if typed.door is Door.KIOSK else "",
        "ballot_id": opened.ballot_id,
        "definition_hash": paper.hash,
        "sections": [_describe(section, typed, seed) for section in paper.sections],
        "language": language,
        "languages": _languages(held, language),
        "query": f"?lang={language}" if request.query_params.get("lang") == language else "",
        "needs_code": needs_code,
        "written": typed.written,
        "secret": typed.secret,
        "reason": typed.problem.value if typed.problem else "",
        "refusal": sentence(env, typed.problem) if typed.problem else "",
    }


def _describe(section: PaperSection, typed: Typed, seed: str) -> dict[str, Any]:
    """A section with the order of this page and what was filled in."""
    fields = {key: rules.rank_field(section.key, key) for key in section.keys}
    return {
        "section": section,
        "order": rules.shuffle_keys(section.keys, seed) if seed else list(section.keys),
        "problem": typed.problems.get(section.key),
        "chosen": list(typed.fields.get(section.key, ())),
        "places": {key: next(iter(typed.fields.get(name, ())), "") for key, name in fields.items()},
    }


def _render(request: Request, template: str, context: Mapping[str, Any]) -> str:
    env: Environment = request.app.state.templates
    return env.get_template(template).render(page_context(request) | dict(context))


def _kept(request: Request, key: tuple[Any, ...]) -> str | None:
    found: str | None = request.app.state.kept_pages.get(key)
    return found


def _keep(request: Request, key: tuple[Any, ...], page: str) -> None:
    pages: dict[tuple[Any, ...], str] = request.app.state.kept_pages
    if len(pages) >= MOST_KEPT:
        pages.clear()
    pages[key] = page
