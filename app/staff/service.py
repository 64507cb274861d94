"""The verbs of the staff floor: who comes in, with what proof, and how that ends.

Two things are done before a writing transaction begins, because each takes an eighth of a second:
checking a password (`prove_password`) and hashing a new one (`passwords.hash_password`).
Failed proofs are counted, so they must be committed: those verbs return a reason, never raise it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.core import audit
from app.core.db import Database
from app.core.settings import Settings
from app.core.tokens import keyed_hash, new_secret, plain_hash
from app.staff import passwords, queries, rules, second_factor
from app.staff.models import (
    RecoveryCode,
    SignInFailure,
    StaffAccount,
    StaffSession,
)
from app.staff.rules import Reason

Keys = Callable[[str], bytes]  # Settings.key: a key for each purpose, never in the database


@dataclass(frozen=True)
class Proof:
    """A password that was typed, checked against the hash then stored."""

    email: str
    account_key: str  # under which failures are counted
    verified_hash: str  # the hash it matched, or empty


@dataclass(frozen=True)
class SignIn:
    """How a sign-in ended: a new session's token, or a reason (and until when to wait)."""

    token: str = ""
    reason: Reason | None = None
    wait_until: datetime | None = None


def tidy_email(typed: str) -> str:
    """Addresses are compared in lower case, without spaces around."""
    return typed.strip().lower()


def known_browser_mark(email: str, nonce: str, *, keys: Keys) -> str:
    """What a browser keeps after a sign-in, so that strangers' guesses do not lock it out."""
    return f"{nonce}.{keyed_hash(keys('known-browser'), tidy_email(email), nonce)}"


def _account_key(email: str, mark: str, keys: Keys) -> str:
    nonce, _, _ = mark.partition(".")
    known = nonce if mark == known_browser_mark(email, nonce, keys=keys) else ""
    return keyed_hash(keys("sign-in"), email, known)


def prove_password(
    db: Database, *, email: str, password: str, mark: str = "", keys: Keys, now: datetime
) -> Proof:
    """Check a typed password outside any transaction; same work for people we do not know."""
    email = tidy_email(email)
    account_key = _account_key(email, mark, keys)
    with db.session(writes=False) as session:
        account = queries.find_account_by_email(session, email)
        failures = queries.list_failure_times(session, account_key, now=now)
    if rules.wait_until(failures, now=now) is not None:
        return Proof(email, account_key, "")
    stored = account.password_hash if account else ""
    matches = passwords.check_password(password, stored)
    return Proof(email, account_key, stored if matches else "")


def sign_in(
    session: Session, proof: Proof, *, code: str, old_token: str, keys: Keys,
    hours: int, now: datetime,
) -> SignIn:  # fmt: skip
    """Open a session for a proven password and a fresh code; one answer to whatever was wrong."""
    account = queries.find_account_by_email(session, proof.email, lock=True)
    failures = queries.list_failure_times(session, proof.account_key, now=now)
    if until := rules.wait_until(failures, now=now):
        return SignIn(reason=Reason.SIGN_IN_WAIT, wait_until=until)
    opened = _is_proven(account, proof) and _spend_code(session, account, code, keys, now)
    if account is None or not opened:
        session.add(SignInFailure(account_key=proof.account_key, at=now))
        return SignIn(reason=Reason.SIGN_IN_WRONG)
    session.exec(delete(SignInFailure).where(col(SignInFailure.account_key) == proof.account_key))
    if old_token:
        end_session(session, old_token, now=now)
    note(session, "sign_in", account, actor=account, now=now)
    return SignIn(token=open_session(session, account, hours, now))


def _is_proven(account: StaffAccount | None, proof: Proof) -> bool:
    return (
        account is not None
        and account.disabled_at is None
        and bool(proof.verified_hash)
        and proof.verified_hash == account.password_hash  # not changed in between
    )


def _spend_code(
    session: Session, account: StaffAccount | None, typed: str, keys: Keys, now: datetime
) -> bool:
    if account is None:
        return False
    secret = second_factor.unseal(keys("totp"), account.totp_secret, bound_to=owner(account))
    counter = secret and second_factor.match_counter(
        secret, typed, last_counter=account.totp_last_counter, now=now
    )
    if counter:
        account.totp_last_counter = counter
        return True
    recovery = second_factor.read_recovery_code(typed)
    hashed = keyed_hash(keys("recovery"), owner(account), recovery or "")
    found = queries.find_recovery_code(session, account.id or 0, hashed) if recovery else None
    if found is None:
        return False
    found.used_at = now
    note(session, "use_recovery_code", account, actor=account, now=now)
    return True


def owner(account: StaffAccount) -> str:
    """The name of this account in the audit book, and what its seals are bound to."""
    return f"staff:{account.id}"


def note(
    session: Session, verb: str, account: StaffAccount, *, actor: StaffAccount | None,
    now: datetime, **detail: str | int,
) -> None:  # fmt: skip
    """One line about this account in the audit book."""
    audit.note(
        session, verb, owner(account), actor_id=actor.id if actor else None, now=now, **detail
    )


def open_session(session: Session, account: StaffAccount, hours: int, now: datetime) -> str:
    """A new session that lasts at most `hours`; gives the token for the cookie."""
    token = new_secret()
    session.add(
        StaffSession(
            token_hash=plain_hash(token), staff_id=account.id or 0, created_at=now,
            last_seen_at=now, expires_at=now + timedelta(hours=hours),
        )
    )  # fmt: skip
    return token


def note_seen(session: Session, token_hash: str, *, now: datetime) -> None:
    """Remember that this session was just used."""
    session.exec(
        update(StaffSession)
        .where(col(StaffSession.token_hash) == token_hash)
        .values(last_seen_at=now)
    )


def sign_out(session: Session, account: StaffAccount, *, token: str, now: datetime) -> None:
    """End the session a person is in."""
    end_session(session, token, now=now)
    note(session, "sign_out", account, actor=account, now=now)


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """End the session with this token ; nothing happens when it has ended already."""
    found = session.get(StaffSession, plain_hash(token))
    if found is not None and found.revoked_at is None:
        found.revoked_at = now


def revoke_sessions(
    session: Session, account: StaffAccount, *, keep: str = "", actor: StaffAccount, now: datetime
) -> int:
    """End every session of a person at once, except the one whose token hash is `keep`."""
    ended = session.exec(
        update(StaffSession)
        .where(
            col(StaffSession.staff_id) == account.id,
            col(StaffSession.revoked_at).is_(None),
            col(StaffSession.token_hash) != keep,
        )
        .values(revoked_at=now)
    )
    note(session, "revoke_sessions", account, actor=actor, now=now, ended=ended.rowcount)
    return ended.rowcount


def set_second_factor(account: StaffAccount, secret: str, counter: int, keys: Keys) -> None:
    """Store the secret, sealed; codes up to `counter` count as used."""
    account.totp_secret = second_factor.seal(keys("totp"), secret, bound_to=owner(account))
    account.totp_last_counter = counter


def replace_recovery_codes(session: Session, account: StaffAccount, keys: Keys) -> list[str]:
    """Eight fresh recovery codes instead of any before; only their hashes are kept."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == account.id))
    codes = second_factor.new_recovery_codes()
    for code in codes:
        tidy = second_factor.read_recovery_code(code) or ""
        hashed = keyed_hash(keys("recovery"), owner(account), tidy)
        session.add(RecoveryCode(staff_id=account.id or 0, code_hash=hashed))
    return codes


def why_not_proven(
    session: Session, account: StaffAccount, proof: Proof, *, now: datetime
) -> Reason | None:
    """Whether a signed-in person's typed password is not theirs; a wrong one is counted."""
    failures = queries.list_failure_times(session, proof.account_key, now=now)
    if rules.wait_until(failures, now=now):
        return Reason.SIGN_IN_WAIT
    if _is_proven(account, proof):
        return None
    session.add(SignInFailure(account_key=proof.account_key, at=now))
    return Reason.PASSWORD_WRONG


def change_password(
    session: Session, actor: StaffAccount, proof: Proof, *, password_hash: str, keep: str,
    now: datetime,
) -> Reason | None:  # fmt: skip
    """Replace one's own password and sign out every other browser, or say why not.

    The caller has asked `passwords.why_weak` and hashed before the transaction began.
    """
    account = queries.get_account(session, actor.id or 0, lock=True)
    if reason := why_not_proven(session, account, proof, now=now):
        return reason
    account.password_hash = password_hash
    revoke_sessions(session, account, keep=keep, actor=actor, now=now)
    note(session, "change_password", account, actor=actor, now=now)
    return None


def renew_recovery_codes(
    session: Session, actor: StaffAccount, proof: Proof, *, keys: Keys, now: datetime
) -> list[str] | Reason:
    """Eight fresh recovery codes instead of the old ones, shown this once; or why not."""
    account = queries.get_account(session, actor.id or 0, lock=True)
    if reason := why_not_proven(session, account, proof, now=now):
        return reason
    note(session, "renew_recovery_codes", account, actor=actor, now=now)
    return replace_recovery_codes(session, account, keys)


def forget_sign_ins(db: Database, _settings: Settings, now: datetime) -> bool:
    """Sweep: failed sign-ins go after an hour, ended sessions after a month."""
    failed_before, ended_before = now - rules.FAILURES_KEPT, now - rules.SESSION_KEPT
    with db.session(writes=False) as session:
        if not queries.has_forgettable(
            session, failed_before=failed_before, ended_before=ended_before
        ):
            return False
    with db.session(writes=True) as session:
        session.exec(delete(SignInFailure).where(col(SignInFailure.at) < failed_before))
        session.exec(delete(StaffSession).where(col(StaffSession.expires_at) < ended_before))
    return True
