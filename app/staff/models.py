"""Tables of the staff floor."""

from datetime import datetime

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
    password_hash: str = Field(max_length=200)
    totp_secret: str = Field(max_length=200)  # encrypted with a key outside the database
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


class Invitation(SQLModel, table=True):
    """A one-time link by which a person becomes an account and sets up their second factor."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    email: str = Field(max_length=254)
    name: str = Field(max_length=120)
    role: Role = Field(sa_column=enum_column(Role))
    place_ids: str = Field(default="", max_length=2000)  # comma-separated, for the scope
    invited_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class SignInFailure(SQLModel, table=True):
    """A failed sign-in, kept an hour to slow down guessing. `account_key` is a keyed hash."""

    __tablename__ = "sign_in_failure"

    id: int | None = Field(default=None, primary_key=True)
    account_key: str = Field(max_length=64, index=True)
    at: datetime
