"""Rules of publishing. Pure: facts in, a reason or a value out."""

from collections.abc import Collection
from enum import StrEnum


class ReleaseStatus(StrEnum):
    """How far a release has come."""

    PROPOSED = "proposed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class FindingStatus(StrEnum):
    """How far a finding has come."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


RELEASE_TRANSITIONS: dict[ReleaseStatus, frozenset[ReleaseStatus]] = {
    ReleaseStatus.PROPOSED: frozenset({ReleaseStatus.RELEASED, ReleaseStatus.WITHDRAWN}),
    ReleaseStatus.RELEASED: frozenset({ReleaseStatus.WITHDRAWN}),
    ReleaseStatus.WITHDRAWN: frozenset(),
}
FINDING_TRANSITIONS: dict[FindingStatus, frozenset[FindingStatus]] = {
    FindingStatus.DRAFT: frozenset({FindingStatus.IN_REVIEW}),
    FindingStatus.IN_REVIEW: frozenset({FindingStatus.DRAFT, FindingStatus.PUBLISHED}),
    FindingStatus.PUBLISHED: frozenset({FindingStatus.WITHDRAWN}),
    FindingStatus.WITHDRAWN: frozenset(),
}


class Part(StrEnum):
    """What a release may speak about; a ballot is often counted long before texts are read."""

    TEXTS = "texts"
    SURVEYS = "surveys"
    BALLOTS = "ballots"


class Reason(StrEnum):
    """Why publishing was refused."""

    STILL_OPEN = "still_open"
    TOO_FEW = "too_few"
    DIFFERS_TOO_LITTLE = "differs_too_little"
    NOTHING_CHOSEN = "nothing_chosen"
    NOTHING_SORTED = "nothing_sorted"
    RESULT_NOT_PUBLIC = "result_not_public"
    STALE = "stale"
    SAME_PERSON = "same_person"
    WRONG_STATE = "wrong_state"
    NOTE_MISSING = "note_missing"
    QUOTE_NOT_APPROVED = "quote_not_approved"
    RELEASE_NOT_PUBLIC = "release_not_public"
    WISH_NOT_IN_RELEASE = "wish_not_in_release"
    DRAFT_WAITS = "draft_waits"


def why_not_propose(
    *,
    is_closed: bool,
    parts: Collection[Part],
    texts: int,
    sorted_texts: int,
    unreleased_ballots: int = 0,
) -> Reason | None:
    """Why a release may not even be proposed; the gate has its own word afterwards."""
    if not is_closed:
        return Reason.STILL_OPEN
    if not parts:
        return Reason.NOTHING_CHOSEN
    if Part.TEXTS in parts and texts and not sorted_texts:
        return Reason.NOTHING_SORTED
    if Part.BALLOTS in parts and unreleased_ballots:
        return Reason.RESULT_NOT_PUBLIC
    return None


def why_not_approve(
    status: ReleaseStatus, *, proposed_by_id: int | None, actor_id: int, is_stale: bool = False
) -> Reason | None:
    """A second person releases what is still true of the answers."""
    if ReleaseStatus.RELEASED not in RELEASE_TRANSITIONS[status]:
        return Reason.WRONG_STATE
    if proposed_by_id == actor_id:
        return Reason.SAME_PERSON
    return Reason.STALE if is_stale else None


def why_not_withdraw_release(status: ReleaseStatus, *, note: str) -> Reason | None:
    """One person may take a release back at once, but says in public why."""
    if ReleaseStatus.WITHDRAWN not in RELEASE_TRANSITIONS[status]:
        return Reason.WRONG_STATE
    if status is ReleaseStatus.RELEASED and not note.strip():
        return Reason.NOTE_MISSING
    return None


def why_not_draft(
    release_status: ReleaseStatus, *, is_wish_in_release: bool, waiting_drafts: int
) -> Reason | None:
    """Findings are written about what is public, one unfinished version at a time."""
    if release_status is not ReleaseStatus.RELEASED:
        return Reason.RELEASE_NOT_PUBLIC
    if not is_wish_in_release:
        return Reason.WISH_NOT_IN_RELEASE
    return Reason.DRAFT_WAITS if waiting_drafts else None


def why_not_edit(status: FindingStatus) -> Reason | None:
    """Only a draft changes; what was published is frozen."""
    return None if status is FindingStatus.DRAFT else Reason.WRONG_STATE


def why_not_review(
    status: FindingStatus, *, version: int, note: str, quotes_approved: bool
) -> Reason | None:
    """A draft goes to a colleague when it could be published as it stands."""
    if status is not FindingStatus.DRAFT:
        return Reason.WRONG_STATE
    if version > 1 and not note.strip():
        return Reason.NOTE_MISSING
    return None if quotes_approved else Reason.QUOTE_NOT_APPROVED


def why_not_publish(
    status: FindingStatus,
    *,
    author_id: int | None,
    actor_id: int,
    release_status: ReleaseStatus,
    quotes_approved: bool,
) -> Reason | None:
    """The author of a finding may not publish it alone."""
    if status is not FindingStatus.IN_REVIEW:
        return Reason.WRONG_STATE
    if release_status is not ReleaseStatus.RELEASED:
        return Reason.RELEASE_NOT_PUBLIC
    if author_id == actor_id:
        return Reason.SAME_PERSON
    return None if quotes_approved else Reason.QUOTE_NOT_APPROVED


def why_not_withdraw_finding(status: FindingStatus, *, note: str) -> Reason | None:
    """One person may take a finding back at once, but says in public why."""
    if FindingStatus.WITHDRAWN not in FINDING_TRANSITIONS[status]:
        return Reason.WRONG_STATE
    return None if note.strip() else Reason.NOTE_MISSING
