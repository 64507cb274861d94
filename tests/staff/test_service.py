"""Signing in on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.core import audit
from app.core.db import Database
from app.core.errors import Refused
from app.core.tokens import plain_hash
from app.staff import passwords, queries, service
from app.staff.models import RecoveryCode, SignInFailure, StaffAccount, StaffSession
from app.staff.rules import Reason
from tests.staff.people import EMAIL, PASSWORD, SECRET, SETTINGS, code_at, make_person

IDLE = timedelta(hours=1)


def proof_of(account: StaffAccount, *, right: bool = True) -> service.Proof:
    return service.Proof(account.email, "key", account.password_hash if right else "")


def enter(
    session: Session, proof: service.Proof, now: datetime, *, code: str = "", old: str = ""
) -> service.SignIn:
    done = service.sign_in(
        session, proof, code=code or code_at(now), old_token=old, keys=SETTINGS.key, hours=12,
        now=now,
    )  # fmt: skip
    session.flush()
    return done


def test_a_sign_in_opens_a_session_stored_only_as_a_hash(session: Session, now: datetime) -> None:
    account = make_person(session, now=now)
    done = enter(session, proof_of(account), now)
    assert done.reason is None
    stored = session.exec(select(StaffSession)).one()
    assert stored.token_hash == plain_hash(done.token) != done.token
    assert stored.expires_at == now + timedelta(hours=12)
    assert audit.list_entries(session)[0].verb == "sign_in"


def test_a_code_opens_once(session: Session, now: datetime) -> None:
    account = make_person(session, now=now)
    assert enter(session, proof_of(account), now).token
    assert enter(session, proof_of(account), now).reason is Reason.SIGN_IN_WRONG
    later = now + timedelta(seconds=30)
    assert enter(session, proof_of(account), later).token


def test_a_new_sign_in_ends_the_session_this_browser_had(session: Session, now: datetime) -> None:
    account = make_person(session, now=now)
    first = enter(session, proof_of(account), now).token
    later = now + timedelta(minutes=1)
    second = enter(session, proof_of(account), later, old=first).token
    live = queries.list_sessions(session, account.id or 0, idle=IDLE, now=later)
    assert [one.token_hash for one in live] == [plain_hash(second)]


def test_five_failures_wait_and_a_right_answer_does_not_pass(
    session: Session, now: datetime
) -> None:
    account = make_person(session, now=now)
    for _ in range(5):
        assert enter(session, proof_of(account, right=False), now).reason is Reason.SIGN_IN_WRONG
    waiting = enter(session, proof_of(account), now)
    assert waiting.reason is Reason.SIGN_IN_WAIT
    assert waiting.wait_until == now + timedelta(minutes=15)
    assert len(session.exec(select(SignInFailure)).all()) == 5
    later = now + timedelta(minutes=15)
    assert enter(session, proof_of(account), later).token
    assert session.exec(select(SignInFailure)).all() == []


def test_a_password_changed_in_between_does_not_open(session: Session, now: datetime) -> None:
    account = make_person(session, now=now)
    proof = proof_of(account)
    account.password_hash = "another"
    session.flush()
    assert enter(session, proof, now).reason is Reason.SIGN_IN_WRONG


def test_a_disabled_person_gets_the_answer_of_a_stranger(session: Session, now: datetime) -> None:
    account = make_person(session, now=now)
    account.disabled_at = now
    session.flush()
    assert enter(session, proof_of(account), now).reason is Reason.SIGN_IN_WRONG
    nobody = service.Proof("nobody@example.org", "other", "")
    assert enter(session, nobody, now) == service.SignIn(reason=Reason.SIGN_IN_WRONG)


def test_recovery_codes_open_once_each_and_are_stored_hashed(
    session: Session, now: datetime
) -> None:
    account = make_person(session, now=now)
    codes = service.renew_recovery_codes(
        session, account, proof_of(account), keys=SETTINGS.key, now=now
    )
    assert isinstance(codes, list)
    session.flush()
    stored = {row.code_hash for row in session.exec(select(RecoveryCode))}
    assert not stored & {code.replace("-", "") for code in codes}
    assert enter(session, proof_of(account), now, code=codes[0].lower()).token
    assert enter(session, proof_of(account), now, code=codes[0]).reason is Reason.SIGN_IN_WRONG
    assert queries.count_recovery_codes(session, account.id or 0) == 7


def test_another_persons_recovery_code_does_not_open(session: Session, now: datetime) -> None:
    mine, other = make_person(session, now=now), make_person(session, now=now, email="b@x.org")
    codes = service.replace_recovery_codes(session, other, SETTINGS.key)
    session.flush()
    assert enter(session, proof_of(mine), now, code=codes[0]).reason is Reason.SIGN_IN_WRONG


def test_the_secret_is_sealed_to_its_account(session: Session, now: datetime) -> None:
    mine, other = make_person(session, now=now), make_person(session, now=now, email="b@x.org")
    assert SECRET not in mine.totp_secret
    other.totp_secret = mine.totp_secret
    session.flush()
    assert enter(session, proof_of(other), now).reason is Reason.SIGN_IN_WRONG


def test_changing_the_password_ends_the_other_sessions(session: Session, now: datetime) -> None:
    account = make_person(session, now=now)
    keep = plain_hash(enter(session, proof_of(account), now).token)
    enter(session, proof_of(account), now + timedelta(minutes=1))
    done = service.change_password(
        session, account, proof_of(account), password_hash="fresh", keep=keep, now=now
    )
    assert done is None
    live = queries.list_sessions(session, account.id or 0, idle=IDLE, now=now)
    assert [one.token_hash for one in live] == [keep]


def test_a_wrong_current_password_changes_nothing_and_counts(
    session: Session, now: datetime
) -> None:
    account = make_person(session, now=now)
    before = account.password_hash
    for _ in range(5):
        done = service.change_password(
            session, account, proof_of(account, right=False), password_hash="x", keep="", now=now
        )
        session.flush()
        assert done is Reason.PASSWORD_WRONG
    again = service.change_password(
        session, account, proof_of(account), password_hash="x", keep="", now=now
    )
    assert again is Reason.SIGN_IN_WAIT
    assert account.password_hash == before


def test_proving_a_password_does_the_same_work_for_strangers(
    any_address: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = Database(any_address)
    with db.session(writes=True) as session:
        stored = make_person(session, now=now).password_hash
    checked: list[str] = []
    real = passwords.check_password

    def watched(password: str, hashed: str) -> bool:
        checked.append(hashed)
        return real(password, hashed)

    monkeypatch.setattr(passwords, "check_password", watched)

    def prove(email: str, password: str) -> service.Proof:
        return service.prove_password(
            db, email=email, password=password, keys=SETTINGS.key, now=now
        )

    assert prove(f" {EMAIL.upper()} ", PASSWORD).verified_hash == stored
    assert prove(EMAIL, "wrong").verified_hash == ""
    stranger = prove("nobody@example.org", "nobody signs in with this")
    assert stranger.verified_hash == ""
    assert checked == [stored, stored, ""]
    db.close()


def test_too_many_at_once_are_asked_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "BUSY_SECONDS", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(Refused) as refused:
        passwords.hash_password("violet otter canoe")
    assert refused.value.reason is Reason.SIGN_IN_BUSY
    assert passwords.check_password("x", passwords.hash_password("x"))


def test_a_known_browser_is_counted_apart(any_address: str, now: datetime) -> None:
    db = Database(any_address)
    with db.session(writes=True) as session:
        make_person(session, now=now)

    def prove(mark: str, email: str = EMAIL) -> str:
        return service.prove_password(
            db, email=email, password=PASSWORD, mark=mark, keys=SETTINGS.key, now=now
        ).account_key

    mark = service.known_browser_mark(EMAIL, "nonce", keys=SETTINGS.key)
    assert prove(mark) != prove("")
    assert prove(mark + "x") == prove("forged.mark") == prove("")
    assert prove(mark, "b@x.org") == prove("", "b@x.org")
    db.close()


def test_the_sweep_forgets_failures_and_ended_sessions(any_address: str, now: datetime) -> None:
    db = Database(any_address)
    with db.session(writes=True) as session:
        account = make_person(session, now=now)
        enter(session, proof_of(account, right=False), now)
        enter(session, proof_of(account), now)
        session.add(SignInFailure(account_key="another", at=now))
    assert not service.forget_sign_ins(db, SETTINGS, now + timedelta(minutes=59))
    assert service.forget_sign_ins(db, SETTINGS, now + timedelta(minutes=61))
    with db.session(writes=False) as session:
        assert session.exec(select(SignInFailure)).all() == []
        assert len(session.exec(select(StaffSession)).all()) == 1
    assert service.forget_sign_ins(db, SETTINGS, now + timedelta(days=32))
    with db.session(writes=False) as session:
        assert session.exec(select(StaffSession)).all() == []
    db.close()
