"""Tables of the staff floor."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import enum_column
from app.staff.rules import Role


class StaffAccount(SQLModel, table=True):
    """A person who signs in. Never a young person."""

    __tablename__ = "staff_account"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, unique=True)  # lower case
    name: str = Field(max_length=120)
    role: Role = Field(sa_column=enum_column(Role))
    password_hash: str = Field(default="", max_length=200)  # empty until the person has joined
    totp_secret: str = Field(default="", max_length=200)  # sealed with a key outside the database
    totp_last_counter: int = 0  # a code may be used once
    created_at: datetime
    disabled_at: datetime | None = None


class StaffScope(SQLModel, table=True):
    """A place a youth worker works at. Officers and administrators work city-wide: no rows."""

    __tablename__ = "staff_scope"

    staff_id: int = Field(foreign_key="staff_account.id", primary_key=True)
    place_id: int = Field(foreign_key="place.id", primary_key=True)


class StaffSession(SQLModel, table=True):
    """A signed-in browser. The cookie holds the token, this row its hash."""

    __tablename__ = "staff_session"

    token_hash: str = Field(max_length=64, primary_key=True)
    staff_id: int = Field(foreign_key="staff_account.id", index=True)
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class RecoveryCode(SQLModel, table=True):
    """A one-time code for the day the phone is lost. Keyed hash: the codes are short."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff_account.id", index=True)
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = None


class SignInFailure(SQLModel, table=True):
    """A failed sign-in, kept an hour to slow down guessing. `account_key` is a keyed hash."""

    __tablename__ = "sign_in_failure"

    id: int | None = Field(default=None, primary_key=True)
    account_key: str = Field(max_length=64, index=True)
    at: datetime = Field(index=True)
