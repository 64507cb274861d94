"""Invented members of staff who can sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from app.accounts.service import add_place, ready_account
from app.core.settings import Settings
from app.staff.models import StaffAccount
from app.staff.rules import Role
from app.staff.second_factor import new_totp_secret
from tests.server import SECRET

PASSWORD = "a dandelion on the roof"


@dataclass(frozen=True)
class Person:
    """What a member of staff types to sign in."""

    email: str
    password: str
    totp_secret: str


def make_person(
    session: Session, role: Role, name: str, *, place_ids: Sequence[int] = ()
) -> Person:
    """An account that can sign in at a server of tests/server.py; youth workers get places."""
    now = datetime.now(UTC)
    person = Person(f"{name.lower().replace(' ', '.')}@example.org", PASSWORD, new_totp_secret())
    account: StaffAccount = ready_account(
        session, email=person.email, name=name, role=role, password=person.password,
        totp_secret=person.totp_secret, keys=Settings(secret_key=SECRET).key, now=now,
    )  # fmt: skip
    for place_id in place_ids:
        add_place(session, account, place_id=place_id, actor=account, now=now)
    return person
