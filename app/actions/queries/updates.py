"""Updates: the published ones as readers see them, the others as they wait for a second person."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlmodel import Session, col, func, select

from app.actions import rules
from app.actions.models import Action, ActionUpdate
from app.actions.rules import Reason, UpdateStatus
from app.core.errors import NotFound
from app.plans.models import Organisation
from app.wishes.models import Wish, WishEdition

FEED_BORN = datetime(2026, 1, 1, tzinfo=UTC)  # the date of a feed that has no entry yet


@dataclass(frozen=True)
class PublishedUpdate:
    """A published update with what a reader needs around it."""

    update: ActionUpdate
    action: Action
    wish: Wish
    owner: str

    @property
    def published_at(self) -> datetime:
        """When it was told."""
        return self.update.published_at or self.update.created_at


@dataclass(frozen=True)
class Queued:
    """An update that waits for its author or for a second person."""

    update: ActionUpdate
    action: Action
    wish: Wish
    why_not: Reason | None = field(default=None)


def get_update(session: Session, update_id: int) -> ActionUpdate:
    """The update with this id, published or not."""
    update = session.get(ActionUpdate, update_id)
    if update is None:
        raise NotFound
    return update


def list_updates(session: Session, action_id: int) -> list[ActionUpdate]:
    """Everything written about an action, drafts too, newest first: for staff."""
    query = select(ActionUpdate).where(ActionUpdate.action_id == action_id)
    return list(session.exec(query.order_by(col(ActionUpdate.id).desc())))


def list_published_updates(
    session: Session, *, wish_id: int | None = None, limit: int = 5, offset: int = 0
) -> list[PublishedUpdate]:
    """Published updates, newest first: of one wish, or of the edition in force."""
    query = (
        select(ActionUpdate, Action, Wish, Organisation)
        .join(Action, col(Action.id) == ActionUpdate.action_id)
        .join(Wish, col(Wish.id) == Action.wish_id)
        .join(Organisation, col(Organisation.id) == Action.owner_id)
        .where(ActionUpdate.status == UpdateStatus.PUBLISHED)
        .order_by(col(ActionUpdate.published_at).desc(), col(ActionUpdate.id).desc())
        .limit(limit)
        .offset(offset)
    )
    if wish_id is not None:
        query = query.where(Action.wish_id == wish_id)
    else:
        query = query.join(WishEdition, col(WishEdition.id) == Wish.edition_id)
        query = query.where(col(WishEdition.is_current))
    return [
        PublishedUpdate(update, action, wish, owner.name)
        for update, action, wish, owner in session.exec(query)
    ]


def count_published_updates(session: Session, wish_id: int) -> int:
    """How many updates were published for a wish."""
    query = (
        select(func.count())
        .select_from(ActionUpdate)
        .join(Action, col(Action.id) == ActionUpdate.action_id)
        .where(Action.wish_id == wish_id, ActionUpdate.status == UpdateStatus.PUBLISHED)
    )
    return session.exec(query).one()


def unsaid(update: ActionUpdate, *, today: date) -> Reason | None:
    """What this update still has to say (`rules.why_not_say`)."""
    return rules.why_not_say(
        what_we_did=update.what_we_did,
        action_status=update.action_status,
        has_evidence=bool(update.evidence.strip() or update.evidence_url),
        reason=update.reason,
        next_update_due_on=update.next_update_due_on,
        today=today,
    )


def why_not_publish(update: ActionUpdate, *, actor_id: int, today: date) -> Reason | None:
    """Why this person may not publish this update now; asked by the page and by the verb alike."""
    return rules.why_not_publish(
        update.status,
        author_id=update.author_id,
        actor_id=actor_id,
        unsaid=unsaid(update, today=today),
    )


def list_queue(
    session: Session, status: UpdateStatus, *, actor_id: int, today: date
) -> list[Queued]:
    """Updates in this state, oldest first, each with why this person may not publish it."""
    query = (
        select(ActionUpdate, Action, Wish)
        .join(Action, col(Action.id) == ActionUpdate.action_id)
        .join(Wish, col(Wish.id) == Action.wish_id)
        .where(ActionUpdate.status == status)
        .order_by(col(ActionUpdate.created_at), col(ActionUpdate.id))
    )
    return [
        Queued(update, action, wish, why_not_publish(update, actor_id=actor_id, today=today))
        for update, action, wish in session.exec(query)
    ]
