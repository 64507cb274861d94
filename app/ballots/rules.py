"""Rules of voting. Pure: facts in, a reason or a value out."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.consultations.rules import ConsultationStatus, Definition, PaperSection

BLANK = "-"  # what the form sends for "I do not want to choose"
MIX_MINIMUM = 10  # votes that are mixed together; fewer wait for the close of the ballot
SEAT_GRACE = timedelta(minutes=15)
SLIP_GRACE = timedelta(hours=24)


class RightKind(StrEnum):
    """By which door somebody came to vote."""

    SLIP = "slip"  # a printed code
    SEAT = "seat"  # let in by the worker, on an own phone
    KIOSK = "kiosk"  # a turn at the shared tablet


class BallotState(StrEnum):
    """How far a ballot that is held has come. It only moves forward."""

    OPEN = "open"
    CLOSING = "closing"  # nobody may begin any more; what was on its way is waited for
    CLOSED = "closed"  # all votes are mixed, their keys destroyed
    FINAL = "final"  # the time for recounts is over


TRANSITIONS: dict[BallotState, frozenset[BallotState]] = {
    BallotState.OPEN: frozenset({BallotState.CLOSING}),
    BallotState.CLOSING: frozenset({BallotState.CLOSED}),
    BallotState.CLOSED: frozenset({BallotState.FINAL}),
    BallotState.FINAL: frozenset(),
}


class Reason(StrEnum):
    """Why a verb of this floor refuses."""

    ENDED = "ended"
    CHANGED = "changed"
    WEAK_ID = "weak_id"
    CODE_WRONG = "code_wrong"
    CODE_MISTYPED = "code_mistyped"  # the check sign is wrong: not a guess
    CODE_USED = "code_used"
    NOT_CLOSED = "not_closed"
    BOX_MOVED = "box_moved"
    BOX_CLOSED = "box_closed"
    VOTED_ALREADY = "voted_already"
    KEY_MISSING = "key_missing"
    TOO_MANY_RIGHTS = "too_many_rights"
    NOT_STORED = "not_stored"  # the database cannot be written just now


class ChoiceProblem(StrEnum):
    """What is wrong with a section as it was filled in; the page is shown again with it."""

    NOTHING = "nothing"
    TOO_MANY = "too_many"
    BOTH = "both"  # some options and "I do not want to choose"
    UNKNOWN = "unknown"  # an option that is not on this paper
    SAME_RANK = "same_rank"  # two options at one place
    RANK_GAP = "rank_gap"  # a place left out before a later one


@dataclass(frozen=True)
class Filled:
    """A paper as it was filled in: its canonical text, or what is wrong with which section."""

    choices: str
    problems: Mapping[str, ChoiceProblem]


def rank_field(section_key: str, option_key: str) -> str:
    """The name of the field that holds the place of an option in a ranked section."""
    return f"{section_key}.{option_key}"


def read_paper(definition: Definition, fields: Mapping[str, Sequence[str]]) -> Filled:
    """What the posted fields say. Blank is a choice of its own and must be said in each section.

    Unranked: the section's key, once for each ticked option. Ranked: `section.option` holds a
    place from 1; the section's key alone can hold BLANK.
    """
    parts: list[str] = []
    problems: dict[str, ChoiceProblem] = {}
    for section in definition.sections:
        ticked = list(fields.get(section.key, ()))
        if section.is_ranked:
            chosen, problem = _read_ranks(section, fields, is_blank=BLANK in ticked)
        else:
            chosen, problem = _read_ticks(section, ticked)
        if problem:
            problems[section.key] = problem
        parts.append(f"{section.key}={','.join(chosen)}")
    return Filled(";".join(parts), problems)


def _read_ticks(
    section: PaperSection, ticked: Sequence[str]
) -> tuple[Sequence[str], ChoiceProblem | None]:
    keys = section.keys
    if not ticked:
        return (), ChoiceProblem.NOTHING
    if any(key != BLANK and key not in keys for key in ticked):
        return (), ChoiceProblem.UNKNOWN
    if BLANK in ticked:
        return (), ChoiceProblem.BOTH if len(set(ticked)) > 1 else None
    chosen = [key for key in keys if key in ticked]
    return chosen, ChoiceProblem.TOO_MANY if len(chosen) > section.most else None


def _read_ranks(
    section: PaperSection, fields: Mapping[str, Sequence[str]], *, is_blank: bool
) -> tuple[Sequence[str], ChoiceProblem | None]:
    typed = {
        key: next((one for one in fields.get(rank_field(section.key, key), ()) if one), "")
        for key in section.keys
    }
    places = {key: one for key, one in typed.items() if one}
    if any(not _is_place(one, len(section.keys)) for one in places.values()):
        return (), ChoiceProblem.UNKNOWN
    order = sorted(places, key=lambda key: int(places[key]))
    last = int(places[order[-1]]) if order else 0
    for is_wrong, problem in (
        (is_blank and bool(order), ChoiceProblem.BOTH),
        (not is_blank and not order, ChoiceProblem.NOTHING),
        (len({int(one) for one in places.values()}) < len(places), ChoiceProblem.SAME_RANK),
        (last > section.most, ChoiceProblem.TOO_MANY),
        (last > len(places), ChoiceProblem.RANK_GAP),
    ):
        if is_wrong:
            return (), problem
    return order, None


def _is_place(typed: str, most: int) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= most


def read_choices(choices: str) -> dict[str, tuple[str, ...]]:
    """The canonical text of a paper as options by section; a blank section is empty."""
    pairs = (part.partition("=") for part in choices.split(";"))
    return {key: tuple(named.split(",")) if named else () for key, _, named in pairs}


def may_become(now_is: BallotState, wanted: BallotState) -> bool:
    """Whether a ballot may take this step."""
    return wanted in TRANSITIONS[now_is]


@dataclass(frozen=True)
class BoxFacts:
    """What decides whether a box takes a vote."""

    round_status: ConsultationStatus
    sitting_closed_at: datetime | None
    closed_at: datetime | None = None
    grace_until: datetime | None = None
    mixed_at: datetime | None = None


def is_open(box: BoxFacts) -> bool:
    """Whether somebody may begin to vote."""
    return (
        box.round_status is ConsultationStatus.OPEN
        and box.sitting_closed_at is None
        and box.closed_at is None
    )


def why_not_cast(box: BoxFacts, *, now: datetime) -> Reason | None:
    """Why a new vote is not taken into this box, if so.

    Closing is an event, not a comparison with a clock: a clock that steps back opens nothing. A
    closed box takes what was on its way until its grace ends, unless it is mixed already.
    """
    if is_open(box):
        return None
    if box.mixed_at is not None:
        return Reason.ENDED
    if box.grace_until is not None:
        return None if now <= box.grace_until else Reason.ENDED
    ended_at = box.sitting_closed_at
    return None if ended_at is not None and now - ended_at <= SEAT_GRACE else Reason.ENDED


def grace_of(kinds: Sequence[RightKind], *, unspent: int, is_waited: bool) -> timedelta:
    """How long a closed box waits for votes that are on their way.

    Not at all when every right is spent, or when the worker says so; a slip may be in a phone
    that finds a network at home.
    """
    if not unspent or not is_waited:
        return timedelta(0)
    return SLIP_GRACE if RightKind.SLIP in kinds else SEAT_GRACE


def is_mixable(votes: int) -> bool:
    """Whether so many votes hide each other; fewer are pooled with other small groups."""
    return votes >= MIX_MINIMUM


def why_not_count(state: BallotState | None) -> Reason | None:
    """Why a ballot is not counted yet: nothing is counted while anybody may still vote."""
    return None if state in (BallotState.CLOSED, BallotState.FINAL) else Reason.NOT_CLOSED


def shuffle_keys(keys: Sequence[str], seed: str) -> list[str]:
    """The options in an order of this page's own; the same again when the page comes back.

    Shuffled per page, because what stands first is chosen more often. The seed is the phone's
    secret: random, and kept when a page is shown again with an error.
    """
    order = list(keys)
    random.Random(seed).shuffle(order)  # noqa: S311  # fairness, not secrecy
    return order


def seat_cookie(class_code: str) -> str:
    """The name of the cookie that holds a browser's seat (or turn) at one sitting."""
    return f"seat-{class_code}"


def seat_hash(token: str) -> str:
    """What is kept of a seat's random token while its phone waits to be let in."""
    return hashlib.sha256(b"seat:" + token.encode()).hexdigest()


def code_of_seat(token_hash: str) -> str:
    """What stands for a seat where a slip has its code. Never typed: a typed code has no colon.

    Made from the hash of the token, so that the worker's side, which knows only the hash, can give
    the right, and only the phone, which knows the token, can use it.
    """
    return f"seat:{token_hash}"


def seat_code(token: str) -> str:
    """The same from the token itself, as the phone's cookie brings it."""
    return code_of_seat(seat_hash(token))


def open_code(secret: str) -> str:
    """At a public link every phone lets itself in: its own secret stands for a code."""
    return f"open:{secret}"
