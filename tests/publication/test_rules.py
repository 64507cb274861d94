"""Truth tables of publishing: two people, states, notes."""

from itertools import product

import pytest

from app.publication.rules import (
    FINDING_TRANSITIONS,
    RELEASE_TRANSITIONS,
    FindingStatus,
    Part,
    Reason,
    ReleaseStatus,
    why_not_approve,
    why_not_draft,
    why_not_edit,
    why_not_propose,
    why_not_publish,
    why_not_review,
    why_not_withdraw_finding,
    why_not_withdraw_release,
)


def test_transitions_are_total() -> None:
    assert set(RELEASE_TRANSITIONS) == set(ReleaseStatus)
    assert set(FINDING_TRANSITIONS) == set(FindingStatus)


@pytest.mark.parametrize(
    ("status", "is_own", "is_stale"), list(product(ReleaseStatus, [True, False], [True, False]))
)
def test_approving_takes_two_and_fresh_figures(
    status: ReleaseStatus, is_own: bool, is_stale: bool
) -> None:
    reason = why_not_approve(
        status, proposed_by_id=1 if is_own else 2, actor_id=1, is_stale=is_stale
    )
    if status is not ReleaseStatus.PROPOSED:
        assert reason is Reason.WRONG_STATE
    elif is_own:
        assert reason is Reason.SAME_PERSON
    else:
        assert reason is (Reason.STALE if is_stale else None)


@pytest.mark.parametrize(
    ("status", "is_own", "release", "approved"),
    list(product(FindingStatus, [True, False], ReleaseStatus, [True, False])),
)
def test_publishing_takes_two_a_public_release_and_approved_quotes(
    status: FindingStatus, is_own: bool, release: ReleaseStatus, approved: bool
) -> None:
    reason = why_not_publish(
        status,
        author_id=1 if is_own else 2,
        actor_id=1,
        release_status=release,
        quotes_approved=approved,
    )
    may = (
        status is FindingStatus.IN_REVIEW
        and not is_own
        and release is ReleaseStatus.RELEASED
        and approved
    )
    assert (reason is None) is may


def test_proposing() -> None:
    parts = {Part.TEXTS}
    ask = why_not_propose
    assert ask(is_closed=False, parts=parts, texts=5, sorted_texts=5) is Reason.STILL_OPEN
    assert ask(is_closed=True, parts=set(), texts=5, sorted_texts=5) is Reason.NOTHING_CHOSEN
    assert ask(is_closed=True, parts=parts, texts=5, sorted_texts=0) is Reason.NOTHING_SORTED
    assert ask(is_closed=True, parts={Part.BALLOTS}, texts=5, sorted_texts=0) is None
    assert ask(is_closed=True, parts=parts, texts=0, sorted_texts=0) is None


def test_withdrawing_owes_the_public_a_word() -> None:
    assert why_not_withdraw_release(ReleaseStatus.RELEASED, note="") is Reason.NOTE_MISSING
    assert why_not_withdraw_release(ReleaseStatus.RELEASED, note="Wrong file") is None
    assert why_not_withdraw_release(ReleaseStatus.PROPOSED, note="") is None
    assert why_not_withdraw_release(ReleaseStatus.WITHDRAWN, note="x") is Reason.WRONG_STATE
    for status in FindingStatus:
        is_public = status is FindingStatus.PUBLISHED
        assert (why_not_withdraw_finding(status, note="x") is None) is is_public
    assert why_not_withdraw_finding(FindingStatus.PUBLISHED, note=" ") is Reason.NOTE_MISSING


def test_drafts() -> None:
    for status in ReleaseStatus:
        reason = why_not_draft(status, is_wish_in_release=True, waiting_drafts=0)
        assert (reason is None) is (status is ReleaseStatus.RELEASED)
    released = ReleaseStatus.RELEASED
    draft = why_not_draft
    assert draft(released, is_wish_in_release=False, waiting_drafts=0) is Reason.WISH_NOT_IN_RELEASE
    assert draft(released, is_wish_in_release=True, waiting_drafts=1) is Reason.DRAFT_WAITS
    for status in FindingStatus:
        assert (why_not_edit(status) is None) is (status is FindingStatus.DRAFT)


@pytest.mark.parametrize(
    ("version", "note", "approved", "expected"),
    [
        (1, "", True, None),
        (2, "", True, Reason.NOTE_MISSING),
        (2, "A typing slip.", True, None),
        (1, "", False, Reason.QUOTE_NOT_APPROVED),
    ],
)
def test_sending_for_review(
    version: int, note: str, approved: bool, expected: Reason | None
) -> None:
    draft = FindingStatus.DRAFT
    reason = why_not_review(draft, version=version, note=note, quotes_approved=approved)
    assert reason is expected
