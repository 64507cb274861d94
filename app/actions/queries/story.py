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
from app.publication.models import Finding
from app.publication.queries import (
    PublishedFinding,
    list_published_findings,
    list_withdrawn_findings,
)
from app.wishes.models import Wish
from app.wishes.queries import get_wish

UPDATES_SHOWN = 3  # of each action; all of them are on a page of their own


@dataclass(frozen=True)
class Voices:
    """How many voices of one round joined this wish, as far as the gate shows it."""

    title: str
    unit: str  # voices, votes: never people
    total: int | None
    state: str  # shown, hidden, almost_all, withheld
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
    withdrawn: list[Finding]  # was public, was taken back, with the note about why
    voices: list[Voices]
    links: list[tuple[PlanLink, PlanItem, PlanEdition]]

    def voices_in(self, unit: str) -> list[Voices]:
        """The voices, or the votes, for one chart."""
        return [one for one in self.voices if (one.unit == "votes") == (unit == "votes")]

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
        withdrawn=list_withdrawn_findings(session, wish_id),
        voices=list_voices(findings),
        links=list_links_for_wish(session, wish_id),
    )


def list_voices(findings: list[PublishedFinding]) -> list[Voices]:
    """What the released figures say about this wish: words of each round, then its ballots."""
    found: list[Voices] = []
    for finding in findings:
        told = finding.figures["voices"]
        if told is not None:
            found.append(_voices(finding.subject_title, told))
        found += [_voices(ballot["title"], ballot) for ballot in finding.figures["ballots"]]
    return found


def _voices(title: str, told: dict[str, Any]) -> Voices:
    return Voices(title, told["unit"], told["total"], told["state"], told["count"], told["percent"])
