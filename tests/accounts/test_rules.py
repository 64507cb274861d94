"""The accounts law book, as truth tables."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.accounts import rules
from app.accounts.rules import AccountState, Reason
from app.staff.rules import Role

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("used", "left_days", "newest", "disabled", "reason"),
    [
        (False, 1, True, False, None),
        (True, 1, True, False, Reason.INVITATION_USED),
        (False, 0, True, False, Reason.INVITATION_EXPIRED),
        (False, -1, True, False, Reason.INVITATION_EXPIRED),
        (False, 1, False, False, Reason.INVITATION_REPLACED),
        (False, 1, True, True, Reason.ACCOUNT_DISABLED),
        (True, -1, False, True, Reason.INVITATION_USED),
    ],
)
def test_when_an_invitation_opens(
    used: bool, left_days: int, newest: bool, disabled: bool, reason: Reason | None
) -> None:
    assert reason == rules.why_not_accept(
        used_at=NOW if used else None, expires_at=NOW + timedelta(days=left_days),
        is_newest=newest, disabled=disabled, now=NOW,
    )  # fmt: skip


def test_nobody_changes_their_own_access() -> None:
    for disabled in (True, False):
        for rule in (rules.why_not_disable, rules.why_not_change_role, rules.why_not_invite_again):
            assert rule(is_self=True, disabled=disabled) is Reason.YOUR_OWN_ACCOUNT
            assert (rule(is_self=False, disabled=disabled) is None) == (not disabled)


def test_only_youth_workers_are_tied_to_places() -> None:
    allowed = {role for role in Role if rules.why_not_add_place(role) is None}
    assert allowed == {Role.YOUTH_WORKER}


def test_the_state_of_an_account() -> None:
    states = {
        (joined, disabled): rules.account_state(
            password_hash="x" if joined else "", disabled_at=NOW if disabled else None
        )
        for joined, disabled in product((True, False), repeat=2)
    }
    assert states == {
        (True, False): AccountState.ACTIVE,
        (False, False): AccountState.INVITED,
        (True, True): AccountState.DISABLED,
        (False, True): AccountState.DISABLED,
    }
