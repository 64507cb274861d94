"""The public page of one wish: what you told us, what we are doing, what changed, what is next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.actions.models import Goal
from app.actions.queries.standing import ActionView, list_actions, list_goals, view_actions
from app.actions.queries.updates import count_published_updates
from app.actions.rules import ActionStatus, Horizon, Timeliness
from app.plans.models import PlanEdition, PlanItem, PlanLink
from app.plans.queries import list_links_for_wish
from app.publication.queries import PublishedFinding, list_published_findings
from app.wishes.models import Wish
from app.wishes.queries import get_wish

UPDATES_SHOWN = 3  # of each action; all of them are on a page of their own


@dataclass(frozen=True)
class Voices:
    """How many voices of one round joined this wish, as far as the gate shows it."""

    title: str
    unit: str  # voices, texts: never people
    total: int | None
    state: str  # shown, hidden, almost_all
    count: int | None = None
    percent: int | None = None


@dataclass(frozen=True)
class WishPage:
    """All that the public page of a wish tells."""

    wish: Wish
    goals: dict[Horizon, list[Goal]]
    running: list[ActionView]
    done: list[ActionView]
    not_doing: list[ActionView]
    overdue: int
    updates: int  # all that were published, shown or not
    findings: list[PublishedFinding]
    voices: list[Voices]
    links: list[tuple[PlanLink, PlanItem, PlanEdition]]

    @property
    def changed(self) -> list[ActionView]:
        """Actions whose newest update says whether anyone is better off."""
        views = [*self.done, *self.running]
        return [view for view in views if view.updates and view.updates[0].better_off]


def wish_page(session: Session, slug: str, *, now: datetime, silence_days: int) -> WishPage:
    """The story of a wish of the edition in force as it stands at `now`."""
    wish = get_wish(session, slug)
    wish_id = wish.id or 0
    goals = list_goals(session, wish_id=wish_id)
    views = view_actions(
        session, list_actions(session, wish_ids=[wish_id]),
        now=now, silence_days=silence_days, most=UPDATES_SHOWN,
    )  # fmt: skip
    order = list(Timeliness)
    views.sort(key=lambda view: (order.index(view.timeliness), view.due_on))
    findings = list_published_findings(session, wish_id)
    return WishPage(
        wish=wish,
        goals={horizon: [goal for goal in goals if goal.horizon is horizon] for horizon in Horizon},
        running=[view for view in views if view.timeliness is not Timeliness.FINISHED],
        done=[view for view in views if view.status is ActionStatus.DONE],
        not_doing=[view for view in views if view.status is ActionStatus.NOT_DOING],
        overdue=sum(view.timeliness is Timeliness.OVERDUE for view in views),
        updates=count_published_updates(session, wish_id),
        findings=findings,
        voices=list_voices(findings, wish.number),
        links=list_links_for_wish(session, wish_id),
    )


def list_voices(findings: list[PublishedFinding], number: int) -> list[Voices]:
    """How many voices joined wish `number`, once a round: read from the released figures only."""
    found: dict[str, Voices] = {}
    for finding in findings:
        if finding.release_hash in found:
            continue
        voices = _read_voices(finding.title, finding.figures, number)
        if voices is not None:
            found[finding.release_hash] = voices
    return list(found.values())


def _read_voices(title: str, figures: dict[str, Any], number: int) -> Voices | None:
    for population in figures.get("populations", []):
        for row in population["rows"]:
            for cell in row["cells"] if row["kind"] == "wishes" else []:
                if cell["wish"] == number:
                    return Voices(
                        title, population["unit"], population["total"],
                        cell["state"], cell["count"], cell["percent"],
                    )  # fmt: skip
    return None
