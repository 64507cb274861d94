"""Letting people in, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.accounts import queries, service
from app.accounts.rules import AccountState, Reason
from app.core import audit
from app.core.errors import NotFound, Refused
from app.places.models import Place
from app.places.rules import PlaceKind
from app.staff import queries as people
from app.staff import second_factor
from app.staff.models import StaffAccount, StaffSession
from app.staff.rules import Reason as StaffReason
from app.staff.rules import Role
from tests.staff.people import PASSWORD, SECRET, SETTINGS, code_at, make_person


def invite(
    session: Session, now: datetime, actor: StaffAccount | None = None
) -> tuple[StaffAccount, str]:
    invited = service.add_staff(
        session, email=" New.Person@Example.org ", name=" New Person ", role=Role.YOUTH_WORKER,
        actor=actor, now=now,
    )  # fmt: skip
    return invited.account, invited.path.removeprefix("/staff/invitations/")


def join(session: Session, token: str, now: datetime, **changes: str) -> service.Joined:
    facts = {
        "name": "New Person", "password": PASSWORD, "password_hash": "hash", "code": code_at(now),
        "sealed_secret": second_factor.seal(SETTINGS.key("enrolment"), SECRET, bound_to=token),
    } | changes  # fmt: skip
    joined = service.accept_invitation(
        session, token, **facts, keys=SETTINGS.key, hours=12, now=now
    )
    session.flush()
    return joined


def test_an_invited_person_exists_without_a_door(session: Session, now: datetime) -> None:
    account, token = invite(session, now)
    assert account.email == "new.person@example.org"
    assert queries.state_of(account) is AccountState.INVITED
    stored = queries.get_invitation(session, token)
    assert stored.token_hash != token
    assert stored.expires_at == now + timedelta(days=7)


def test_joining_sets_everything_and_opens_once(session: Session, now: datetime) -> None:
    account, token = invite(session, now)
    joined = join(session, token, now)
    assert len(joined.recovery_codes) == people.count_recovery_codes(session, account.id or 0) == 8
    assert queries.state_of(account) is AccountState.ACTIVE
    assert account.totp_last_counter == int(now.timestamp()) // 30
    with pytest.raises(Refused) as refused:
        join(session, token, now + timedelta(minutes=1))
    assert refused.value.reason is Reason.INVITATION_USED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "000000"}, Reason.CODE_WRONG),
        ({"sealed_secret": ""}, Reason.CODE_WRONG),
        ({"sealed_secret": "AAAA"}, Reason.CODE_WRONG),
        ({"password": "short"}, StaffReason.PASSWORD_SHORT),
        ({"password": "new.person@example"}, StaffReason.PASSWORD_OWN_NAME),
    ],
)
def test_a_refused_joining_leaves_the_link_open(
    session: Session, now: datetime, changes: dict[str, str], reason: Reason
) -> None:
    account, token = invite(session, now)
    with pytest.raises(Refused) as refused:
        join(session, token, now, **changes)
    assert refused.value.reason == reason
    assert account.password_hash == ""
    assert join(session, token, now).token


def test_a_secret_of_another_link_does_not_count(session: Session, now: datetime) -> None:
    _, token = invite(session, now)
    foreign = second_factor.seal(SETTINGS.key("enrolment"), SECRET, bound_to="another link")
    with pytest.raises(Refused):
        join(session, token, now, sealed_secret=foreign)


def test_a_link_dies_with_age_and_with_a_fresher_one(session: Session, now: datetime) -> None:
    account, token = invite(session, now)
    with pytest.raises(Refused) as refused:
        join(session, token, now + timedelta(days=7))
    assert refused.value.reason is Reason.INVITATION_EXPIRED
    fresh = service.invite_again(session, account, actor=None, now=now).path.split("/")[-1]
    with pytest.raises(Refused) as refused:
        join(session, token, now)
    assert refused.value.reason is Reason.INVITATION_REPLACED
    assert join(session, fresh, now).token
    with pytest.raises(NotFound):
        join(session, "made up", now)


def test_a_fresh_link_replaces_password_and_sessions(session: Session, now: datetime) -> None:
    account, token = invite(session, now)
    first = join(session, token, now).recovery_codes
    fresh = service.invite_again(session, account, actor=None, now=now).path.split("/")[-1]
    assert account.password_hash == "hash"  # until the link is used
    joined = join(session, fresh, now + timedelta(minutes=1), password_hash="fresh")
    assert account.password_hash == "fresh"
    assert not set(joined.recovery_codes) & set(first)
    live = session.exec(select(StaffSession).where(StaffSession.revoked_at == None))  # noqa: E711
    assert len(live.all()) == 1


def test_an_address_is_used_once_whatever_its_case(session: Session, now: datetime) -> None:
    invite(session, now)
    with pytest.raises(Refused) as refused:
        service.add_staff(
            session, email="NEW.person@example.org", name="X", role=Role.OFFICER, now=now
        )
    assert refused.value.reason is Reason.EMAIL_TAKEN


def test_disabling_ends_every_session_and_enabling_brings_back(
    session: Session, now: datetime
) -> None:
    chief = make_person(session, now=now, role=Role.ADMINISTRATOR)
    account, token = invite(session, now, chief)
    join(session, token, now)
    service.disable_account(session, account, actor=chief, now=now)
    session.flush()
    idle = timedelta(hours=1)
    assert people.list_sessions(session, account.id or 0, idle=idle, now=now) == []
    assert people.find_account(session, account.id or 0) is None
    for verb in (service.disable_account, service.invite_again):
        with pytest.raises(Refused):
            verb(session, account, actor=chief, now=now)
    service.enable_account(session, account, actor=chief, now=now)
    assert people.find_account(session, account.id or 0) is account
    with pytest.raises(Refused):
        service.enable_account(session, account, actor=chief, now=now)


def test_nobody_shuts_out_or_promotes_themselves(session: Session, now: datetime) -> None:
    chief = make_person(session, now=now, role=Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        service.disable_account(session, chief, actor=chief, now=now)
    with pytest.raises(Refused):
        service.change_role(session, chief, role=Role.SAFEGUARDING_LEAD, actor=chief, now=now)
    with pytest.raises(Refused):
        service.invite_again(session, chief, actor=chief, now=now)


def test_places_belong_to_youth_workers_and_fall_away(session: Session, now: datetime) -> None:
    chief = make_person(session, now=now, role=Role.ADMINISTRATOR)
    account, _ = invite(session, now, chief)
    place = Place(kind=PlaceKind.CLUB, name="Sample Youth Club B")
    session.add(place)
    session.flush()
    facts = {"place_id": place.id or 0, "actor": chief, "now": now}
    for _ in range(2):  # adding twice changes nothing
        service.add_place(session, account, **facts)
        session.flush()
    assert people.list_place_ids(session, account.id or 0) == {place.id}
    service.remove_place(session, account, **facts)
    session.flush()
    assert people.list_place_ids(session, account.id or 0) == set()
    service.add_place(session, account, **facts)
    service.change_role(session, account, role=Role.OFFICER, actor=chief, now=now)
    session.flush()
    assert people.list_place_ids(session, account.id or 0) == set()
    with pytest.raises(Refused) as refused:
        service.add_place(session, account, **facts)
    assert refused.value.reason is Reason.CITY_WIDE


def test_every_deed_is_in_the_audit_book(session: Session, now: datetime) -> None:
    chief = make_person(session, now=now, role=Role.ADMINISTRATOR)
    account, token = invite(session, now, chief)
    join(session, token, now)
    service.change_role(session, account, role=Role.OFFICER, actor=chief, now=now)
    service.disable_account(session, account, actor=chief, now=now)
    session.flush()
    entries = audit.list_entries(session, subject=f"staff:{account.id}")
    assert [entry.verb for entry in reversed(entries)] == [
        "add_staff", "revoke_sessions", "accept_invitation", "change_role", "revoke_sessions",
        "disable_account",
    ]  # fmt: skip
    changed = next(entry for entry in entries if entry.verb == "change_role")
    assert changed.actor_id == chief.id
    assert changed.detail == {"before": "youth_worker", "after": "officer"}


def test_the_list_shows_states_places_and_last_seen(session: Session, now: datetime) -> None:
    make_person(session, now=now)
    account, token = invite(session, now)
    before = {row.email: row for row in queries.list_accounts(session)}
    assert before[account.email].state is AccountState.INVITED
    assert before[account.email].last_seen_at is None
    join(session, token, now)
    after = {row.email: row for row in queries.list_accounts(session)}
    assert after[account.email].state is AccountState.ACTIVE
    assert after[account.email].last_seen_at == now
