"""A small action plan for tests: a wish, two officers, an organisation that acts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from app.actions import service
from app.actions.models import Action, ActionUpdate
from app.actions.rules import ActionStatus
from app.actions.service import Plan, Words
from app.core.clock import leeds_day
from app.plans.models import Organisation
from app.plans.rules import OrganisationKind
from app.staff.models import StaffAccount
from app.staff.rules import Role
from app.wishes.models import Wish
from tests.factories import make_edition


@dataclass(frozen=True)
class World:
    """Who and what is there before an action is added."""

    wishes: list[Wish]
    owner: Organisation
    author: StaffAccount
    colleague: StaffAccount

    @property
    def wish(self) -> Wish:
        """The first wish."""
        return self.wishes[0]


def make_world(session: Session, *, now: datetime) -> World:
    """Twelve wishes, one organisation, two officers."""
    wishes = make_edition(session)
    owner = Organisation(slug="sample-parks", name="Sample parks", kind=OrganisationKind.TEAM)
    officers = [
        StaffAccount(
            email=f"{name}@example.org", name=name, role=Role.OFFICER, password_hash="",
            totp_secret="", created_at=now,
        )
        for name in ("author", "colleague")
    ]  # fmt: skip
    session.add_all([owner, *officers])
    session.flush()
    return World(wishes, owner, officers[0], officers[1])


def make_action(
    session: Session, world: World, *, now: datetime, days: int = 30, title: str = "Mend the swings"
) -> Action:
    """An action whose first update is due in so many days."""
    plan = Plan(
        title=title,
        owner_id=world.owner.id or 0,
        next_update_due_on=leeds_day(now) + timedelta(days=days),
        child_line="We mend the swings.",
    )
    return service.add_action(session, world.wish, plan, actor=world.author, now=now)


def words(status: ActionStatus = ActionStatus.STARTED, **facts: object) -> Words:
    """An update that may be published, unless `facts` take something away."""
    base: dict[str, object] = {
        "what_we_did": "We mended two swings.",
        "better_off": "Children play there again.",
        "what_next": "Two more.",
        "next_update_due_on": date(2026, 6, 1),
    }
    return Words(action_status=status, **(base | facts))  # type: ignore[arg-type]


def publish(
    session: Session, world: World, action: Action, said: Words, *, now: datetime
) -> ActionUpdate:
    """Written by one, published by the other."""
    update = service.post_update(session, action, said, actor=world.author, now=now)
    service.send_for_review(session, update, actor=world.author, now=now)
    service.publish_update(session, update, actor=world.colleague, now=now)
    return update
