"""Invented members of staff that can really sign in."""

from datetime import datetime

import pyotp
from httpx2 import Response
from sqlmodel import Session

from app.accounts.service import ready_account
from app.core.settings import Settings
from app.staff.models import StaffAccount
from app.staff.rules import Role
from tests.site import Site

PASSWORD = "violet otter canoe"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
EMAIL = "sam.sample@example.org"
SETTINGS = Settings(secret_key="only for tests")


def make_person(
    session: Session, *, now: datetime, email: str = EMAIL, role: Role = Role.OFFICER
) -> StaffAccount:
    """An account that can sign in with PASSWORD and codes of SECRET."""
    return ready_account(
        session, email=email, name="Sam Sample", role=role, password=PASSWORD,
        totp_secret=SECRET, keys=SETTINGS.key, now=now,
    )  # fmt: skip


def code_at(now: datetime, secret: str = SECRET) -> str:
    """The six digits the phone shows at this moment."""
    return pyotp.TOTP(secret).at(now)


def sign_in(site: Site, **changes: str) -> Response:
    """Post the sign-in page with everything right, but for what is given."""
    form = {"email": EMAIL, "password": PASSWORD, "code": code_at(site.now)} | changes
    return site.post("/staff/sign-in", form)
