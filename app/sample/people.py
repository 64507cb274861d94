"""The sample's sign-ins: invented people with printed passwords, for a machine on a desk only."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.accounts.service import ready_account
from app.core.settings import Settings
from app.staff.models import StaffAccount
from app.staff.rules import Role
from app.staff.second_factor import new_totp_secret

PEOPLE = (
    # key, role, name
    ("youth worker", Role.YOUTH_WORKER, "Sample youth worker"),
    ("officer", Role.OFFICER, "Sample officer"),
    ("second officer", Role.OFFICER, "Sample second officer"),
    ("safeguarding lead", Role.SAFEGUARDING_LEAD, "Sample safeguarding lead"),
    ("administrator", Role.ADMINISTRATOR, "Sample administrator"),
)


@dataclass(frozen=True)
class SampleAccount:
    """A sign-in to print."""

    who: str
    email: str
    password: str
    totp_secret: str


def make_people(
    session: Session, settings: Settings, *, now: datetime
) -> tuple[list[SampleAccount], dict[str, StaffAccount]]:
    """One account per role (two officers, because publishing takes two), passwords drawn anew."""
    printed: list[SampleAccount] = []
    accounts: dict[str, StaffAccount] = {}
    for who, role, name in PEOPLE:
        email = f"{who.replace(' ', '.')}@sample.invalid"
        account = SampleAccount(who, email, f"sample-{secrets.token_hex(6)}", new_totp_secret())
        accounts[who] = ready_account(
            session, email=email, name=name, role=role, password=account.password,
            totp_secret=account.totp_secret, keys=settings.key, now=now,
        )  # fmt: skip
        printed.append(account)
    return printed, accounts
