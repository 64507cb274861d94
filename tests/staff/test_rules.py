"""The staff law book, as truth tables."""

from datetime import UTC, datetime, timedelta

import pytest

from app.staff import second_factor
from app.staff.passwords import why_weak
from app.staff.rules import (
    FAILURE_WINDOW,
    Reason,
    Role,
    covers,
    is_session_live,
    safe_next,
    wait_until,
)
from tests.staff.people import SECRET, code_at

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("holder", "may"),
    [
        (Role.YOUTH_WORKER, {Role.YOUTH_WORKER}),
        (Role.OFFICER, {Role.OFFICER, Role.YOUTH_WORKER}),
        (Role.SAFEGUARDING_LEAD, {Role.SAFEGUARDING_LEAD}),
        (Role.ADMINISTRATOR, {Role.ADMINISTRATOR, Role.OFFICER, Role.YOUTH_WORKER}),
    ],
)
def test_what_each_role_covers(holder: Role, may: set[Role]) -> None:
    assert {role for role in Role if covers(holder, role)} == may


@pytest.mark.parametrize(
    ("revoked", "age_hours", "idle_minutes", "live"),
    [
        (False, 1, 5, True),
        (False, 1, 60, True),
        (False, 1, 61, False),
        (False, 12, 0, False),
        (False, 11, 0, True),
        (True, 1, 0, False),
    ],
)
def test_when_a_session_opens_doors(
    revoked: bool, age_hours: int, idle_minutes: int, live: bool
) -> None:
    assert live == is_session_live(
        revoked_at=NOW if revoked else None,
        expires_at=NOW - timedelta(hours=age_hours) + timedelta(hours=12),
        last_seen_at=NOW - timedelta(minutes=idle_minutes),
        idle=timedelta(minutes=60),
        now=NOW,
    )


def test_waiting_begins_at_the_fifth_failure_and_ends_by_itself() -> None:
    failures = [NOW - timedelta(minutes=minutes) for minutes in (1, 2, 3, 4)]
    assert wait_until(failures, now=NOW) is None
    failures.append(NOW - timedelta(minutes=10))
    until = wait_until(failures, now=NOW)
    assert until == NOW + timedelta(minutes=5)
    assert wait_until(failures, now=until) is None


def test_old_failures_do_not_count() -> None:
    assert wait_until([NOW - FAILURE_WINDOW] * 9, now=NOW) is None


@pytest.mark.parametrize("path", ["/staff", "/staff/concerns", "/staff/review?page=2&order=new"])
def test_next_leads_to_our_staff_pages(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/wishes", "https://evil.example", "//evil.example", "/\\evil.example",
        "/staffevil", "/staff//evil.example", "/staff/../wishes", "/staff/%2e%2e/x",
        "/staff@evil.example", "/staff\r\nset-cookie: x", "/staff/%0d%0ax", "/staff/sign-out",
        "/staff/sign-in?next=/staff", "/staff/invitations/x", "javascript:alert(1)",
        "/staff/%5cevil", "/staff/%2f/evil.example",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(path: str) -> None:
    assert safe_next(path) == "/staff"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", Reason.PASSWORD_SHORT),
        ("elevenchars", Reason.PASSWORD_SHORT),
        ("x" * 201, Reason.PASSWORD_LONG),
        ("Password1234!", Reason.PASSWORD_COMMON),
        ("P@ssw0rd2026!", Reason.PASSWORD_COMMON),
        ("leedsunited2026", Reason.PASSWORD_COMMON),
        ("correct horse battery staple", Reason.PASSWORD_COMMON),
        ("123456789012", Reason.PASSWORD_COMMON),
        ("aaaaaaaaaaaaaaa", Reason.PASSWORD_COMMON),
        ("sam.sample2026", Reason.PASSWORD_OWN_NAME),
        ("violet otter canoe", None),
        ("жираф-на-крыше", None),
    ],
)
def test_which_passwords_are_weak(password: str, reason: Reason | None) -> None:
    assert why_weak(password, email="sam.sample@example.org", name="Sam Sample") == reason


def test_a_code_counts_once_and_only_forward() -> None:
    counter = second_factor.match_counter(SECRET, code_at(NOW), last_counter=0, now=NOW)
    assert counter == int(NOW.timestamp()) // 30
    again = second_factor.match_counter(SECRET, code_at(NOW), last_counter=counter, now=NOW)
    assert again is None
    earlier = code_at(NOW - timedelta(seconds=30))
    assert second_factor.match_counter(SECRET, earlier, last_counter=counter, now=NOW) is None


@pytest.mark.parametrize(("seconds", "fits"), [(-61, False), (-30, True), (30, True), (61, False)])
def test_one_step_of_drift_is_forgiven(seconds: int, fits: bool) -> None:
    shown = code_at(NOW + timedelta(seconds=seconds))
    found = second_factor.match_counter(SECRET, shown, last_counter=0, now=NOW)
    assert (found is not None) == fits


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "٠١٢٣٤٥", "😀"]
)
def test_what_is_no_code_never_fits(typed: str) -> None:
    assert second_factor.match_counter(SECRET, typed, last_counter=0, now=NOW) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    code = code_at(NOW)
    spaced = f" {code[:3]} {code[3:]} "
    assert second_factor.match_counter(SECRET, spaced, last_counter=0, now=NOW)


def test_a_seal_opens_only_with_its_key_and_for_its_owner() -> None:
    sealed = second_factor.seal(b"k" * 32, SECRET, bound_to="staff:1")
    assert SECRET not in sealed
    assert second_factor.unseal(b"k" * 32, sealed, bound_to="staff:1") == SECRET
    assert second_factor.unseal(b"k" * 32, sealed, bound_to="staff:2") is None
    assert second_factor.unseal(b"j" * 32, sealed, bound_to="staff:1") is None
    for broken in ("", "é", "x", sealed[:-4], "A" * 16):
        assert second_factor.unseal(b"k" * 32, broken, bound_to="staff:1") is None


def test_recovery_codes_are_eight_different_and_forgiving_to_type() -> None:
    codes = second_factor.new_recovery_codes()
    assert len(set(codes)) == 8
    tidy = codes[0].replace("-", "")
    assert second_factor.read_recovery_code(codes[0].lower().replace("-", " ")) == tidy
    assert second_factor.read_recovery_code("123456") is None
