"""Table of the accounts floor. The account itself belongs to the staff floor below."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Invitation(SQLModel, table=True):
    """A one-time link by which a person sets their password and second factor.

    The account exists from the invitation on, without a password; so role and places can be set
    before the first sign-in, and a lost phone is mended by a fresh link. Only the newest opens.
    """

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff_account.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    invited_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
