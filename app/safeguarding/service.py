"""Verbs of safeguarding. Nothing here writes a young person's words to the audit book or a log."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.core import audit
from app.core.clock import leeds_day
from app.core.errors import Refused
from app.safeguarding import queries, rules
from app.safeguarding.models import Concern, ConcernEvent, HelpContact
from app.safeguarding.rules import ConcernStatus, Tier
from app.safeguarding.screening import VERSION, Found, screen
from app.staff.models import StaffAccount
from app.staff.queries import count_accounts
from app.staff.rules import Role

CONTACTS = Path(__file__).parent / "data" / "help_contacts.toml"
REVIEW_EVERY = timedelta(days=180)


def screen_text(
    session: Session,
    text: str,
    *,
    text_id: str,
    sitting_id: int | None,
    place_id: int | None,
    now: datetime,
    occasion: str = "",
) -> Concern | None:
    """Screen a text that has just arrived; raise and return a concern when a rule fires.

    `occasion` says in words where it was written (place, sitting): the only road to the child.
    """
    found = screen(text)
    if found is None:
        return None
    return keep_finding(
        session, found, text, text_id=text_id, sitting_id=sitting_id, place_id=place_id, now=now,
        occasion=occasion,
    )  # fmt: skip


def keep_finding(
    session: Session,
    found: Found,
    text: str,
    *,
    text_id: str,
    sitting_id: int | None = None,
    place_id: int | None = None,
    now: datetime,
    occasion: str = "",
) -> Concern:
    """Raise a concern from a screening done before (an import screens outside its transaction)."""
    concern = Concern(
        text_id=text_id, text=text, tier=found.tier, rules_version=VERSION,
        matched=list(found.matched), sitting_id=sitting_id, place_id=place_id,
        occasion=occasion[:300], raised_at=now, status=ConcernStatus.NEW,
    )  # fmt: skip
    session.add(concern)
    session.flush()
    audit.note(
        session, "raise_concern", f"concern:{concern.id}", actor_id=None, now=now, tier=found.tier
    )
    return concern


def note_occasion(session: Session, concern: Concern, occasion: str) -> None:
    """Keep with a fresh concern where its words were written, as it is called today."""
    concern.occasion = occasion[:300]
    session.add(concern)
    session.flush()


def raise_concern(
    session: Session,
    text: str,
    *,
    text_id: str,
    sitting_id: int | None = None,
    place_id: int | None = None,
    occasion: str = "",
    actor: StaffAccount,
    now: datetime,
) -> Concern:
    """A person worries about a text: from now on it is held apart. Raising twice is once."""
    concern = queries.find_concern(session, text_id)
    if concern is None:
        concern = Concern(
            text_id=text_id,
            text=text,
            tier=Tier.NOW,
            rules_version="",
            matched=[],
            sitting_id=sitting_id,
            place_id=place_id,
            occasion=occasion[:300],
            raised_at=now,
            raised_by_id=actor.id,
            status=ConcernStatus.NEW,
        )
    elif concern.status is not ConcernStatus.RELEASED:
        return concern
    else:
        concern.status, concern.raised_at, concern.raised_by_id = ConcernStatus.NEW, now, actor.id
    session.add(concern)
    session.flush()
    _keep_event(session, concern, "raised", actor=actor, now=now)
    return concern


def open_concern(
    session: Session, concern: Concern, *, actor: StaffAccount, now: datetime
) -> list[ConcernEvent]:
    """Somebody reads the words: logged each time. Returns what was done before."""
    before = queries.list_events(session, concern.id or 0)
    _keep_event(session, concern, "opened", actor=actor, now=now)
    return before


def acknowledge_concern(
    session: Session, concern: Concern, *, actor: StaffAccount, now: datetime
) -> None:
    """Take a new concern on."""
    reason = rules.why_not_acknowledge(concern.status)
    if reason is not None:
        raise Refused(reason)
    concern.status = ConcernStatus.ACKNOWLEDGED
    session.add(concern)
    _keep_event(session, concern, "acknowledged", actor=actor, now=now)


def note_concern(
    session: Session, concern: Concern, *, note: str, reference: str, actor: StaffAccount,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what was done, with the reference of a contact made elsewhere."""
    _keep_event(session, concern, "noted", note=note, reference=reference, actor=actor, now=now)


def finish_concern(
    session: Session,
    concern: Concern,
    *,
    status: ConcernStatus,
    note: str,
    actor: StaffAccount,
    now: datetime,
) -> None:
    """Close (dealt with, stays apart) or release (no worry, joins the others) a concern."""
    reason = rules.why_not_finish(
        concern.status,
        acknowledged_by=queries.find_acknowledger(session, concern.id or 0),
        actor_id=actor.id or 0,
        leads=count_accounts(session, Role.SAFEGUARDING_LEAD),
        words=note,
    )
    if reason is not None:
        raise Refused(reason)
    concern.status = status
    session.add(concern)
    _keep_event(session, concern, status.value, note=note, actor=actor, now=now)


def _keep_event(
    session: Session,
    concern: Concern,
    verb: str,
    *,
    actor: StaffAccount,
    now: datetime,
    note: str = "",
    reference: str = "",
) -> None:
    event = ConcernEvent(
        concern_id=concern.id or 0, verb=verb, note=note, reference=reference,
        actor_id=actor.id or 0, at=now,
    )  # fmt: skip
    session.add(event)
    audit.note(session, f"concern_{verb}", f"concern:{concern.id}", actor_id=actor.id, now=now)
    session.flush()


def load_help_contacts(session: Session, *, now: datetime, path: Path = CONTACTS) -> int:
    """Bring the contacts to what the shipped file says; returns how many are active.

    A contact the city has since checked itself (a later `checked_on`) keeps its dates.
    """
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["contacts"]
    active = [row for row in rows if row["active"]]
    for row in active:
        contact = queries.find_help_contact(session, row["slug"]) or HelpContact(
            slug=row["slug"], name="", words="", checked_on=row["checked_on"],
            review_by=row["review_by"],
        )  # fmt: skip
        _fill_contact(contact, row)
        session.add(contact)
    for row in rows:
        gone = None if row["active"] else queries.find_help_contact(session, row["slug"])
        if gone is not None:
            session.delete(gone)
    session.flush()
    audit.note(
        session, "load_help_contacts", "help_contacts:all", actor_id=None, now=now,
        active=len(active),
    )  # fmt: skip
    return len(active)


def _fill_contact(contact: HelpContact, row: dict[str, Any]) -> None:
    contact.name, contact.phone, contact.url = row["name"], row["phone"], row["url"]
    contact.hours, contact.ages, contact.cost = row["hours"], row["ages"], row["cost"]
    contact.words, contact.easy_read = row["child_words"], list(row["easy_read"])
    contact.position, contact.source = row["order"], row["source"]
    if row["checked_on"] > contact.checked_on:
        contact.checked_on, contact.review_by = row["checked_on"], row["review_by"]


def check_contact(
    session: Session, contact: HelpContact, *, actor: StaffAccount, now: datetime
) -> None:
    """Somebody rang or looked today and the contact is right: shown for another half year."""
    contact.checked_on = leeds_day(now)
    contact.review_by = contact.checked_on + REVIEW_EVERY
    contact.checked_by_id = actor.id
    session.add(contact)
    audit.note(session, "check_contact", f"help_contact:{contact.id}", actor_id=actor.id, now=now)
