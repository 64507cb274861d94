"""Rules of sorting texts. Pure: facts in, a reason or a value out."""

import hashlib
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

HEARTBEAT = timedelta(seconds=60)  # a running import silent for longer was killed


class Sorting(StrEnum):
    """What a text turned out to be, in a suggestion (machine) or a decision (person)."""

    WISHES = "wishes"  # it joins one or more wishes
    NONE = "none"  # meaningful, but none of the twelve
    NOT_AN_ANSWER = "not_an_answer"  # "idk", a joke, mashed keys
    NOT_SURE = "not_sure"  # the machine abstains
    UNTRANSLATED = "untranslated"  # another language: waits for a translator


class ImportStatus(StrEnum):
    """How far an import of texts has come."""

    UPLOADED = "uploaded"  # file kept, columns to be chosen
    WAITING = "waiting"  # to be read by the worker
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # nothing was imported; `problem` says why


class QuoteStatus(StrEnum):
    """How far a quote has come; two people stand behind an approved one."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class Reason(StrEnum):
    """Why a step in understanding texts is refused."""

    ALREADY_IMPORTED = "already_imported"
    ALREADY_STARTED = "already_started"
    COLUMN_NOT_THERE = "column_not_there"
    SAME_COLUMN_TWICE = "same_column_twice"
    SOURCE_CLOSED = "source_closed"
    FILE_GONE = "file_gone"
    TEXT_IS_HELD = "text_is_held"
    CHOOSE_A_WISH = "choose_a_wish"
    WISHES_DO_NOT_FIT = "wishes_do_not_fit"
    MACHINES_WORD = "machines_word"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_SORTED_INTO_WISH = "not_sorted_into_wish"
    PERSONAL_DATA_LEFT = "personal_data_left"
    ALREADY_QUOTED = "already_quoted"
    ALREADY_JUDGED = "already_judged"
    OWN_PROPOSAL = "own_proposal"


def hash_words(text: str) -> str:
    """SHA-256 in hex of the words alone: capitals, spacing and Unicode forms do not matter."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def why_not_start(
    status: ImportStatus,
    *,
    columns: Collection[str],
    text_column: str,
    id_column: str,
    is_known_file: bool,
    is_source_closed: bool,
) -> Reason | None:
    """Whether reading a file may begin. `is_known_file`: the same bytes and text column before."""
    if status is not ImportStatus.UPLOADED:
        return Reason.ALREADY_STARTED
    if is_known_file:
        return Reason.ALREADY_IMPORTED
    if text_column not in columns or (id_column and id_column not in columns):
        return Reason.COLUMN_NOT_THERE
    if text_column == id_column:
        return Reason.SAME_COLUMN_TWICE
    return Reason.SOURCE_CLOSED if is_source_closed else None


def may_take_over(status: ImportStatus, beat_at: datetime | None, *, now: datetime) -> bool:
    """Whether a worker may read this import: it waits, or the worker that had it was killed."""
    if status is ImportStatus.WAITING:
        return True
    is_silent = beat_at is None or now - beat_at > HEARTBEAT
    return status is ImportStatus.RUNNING and is_silent


def why_not_decide(
    sorting: Sorting, wish_ids: Collection[int], *, of_edition: Collection[int], is_held: bool
) -> Reason | None:
    """Whether a person may decide this about a text."""
    if is_held:
        return Reason.TEXT_IS_HELD
    if sorting is Sorting.NOT_SURE:
        return Reason.MACHINES_WORD  # a person who is not sure skips the text
    if sorting is Sorting.WISHES and not wish_ids:
        return Reason.CHOOSE_A_WISH
    if (sorting is not Sorting.WISHES and wish_ids) or not set(wish_ids) <= set(of_edition):
        return Reason.WISHES_DO_NOT_FIT
    return None


def find_doubt(scores: Sequence[float]) -> float:
    """How near the closest call was: 1 at even odds, 0 where every label is certain."""
    return round(max((1 - abs(2 * score - 1) for score in scores), default=0.0), 6)


def why_not_propose(
    wish_id: int, *, decided_wishes: Collection[int], is_held: bool, has_personal_data: bool,
    status: QuoteStatus | None,
) -> Reason | None:  # fmt: skip
    """Whether words may be put forward as a quote. `status` is that of an earlier proposal."""
    if is_held:
        return Reason.TEXT_IS_HELD
    if wish_id not in decided_wishes:
        return Reason.NOT_SORTED_INTO_WISH
    if status in (QuoteStatus.PROPOSED, QuoteStatus.APPROVED):
        return Reason.ALREADY_QUOTED
    return Reason.PERSONAL_DATA_LEFT if has_personal_data else None


def why_not_judge(
    status: QuoteStatus, *, proposed_by_id: int, actor_id: int, is_held: bool
) -> Reason | None:
    """Whether this person may approve or decline a quote: never the one who proposed it."""
    if is_held:
        return Reason.TEXT_IS_HELD
    if status is not QuoteStatus.PROPOSED:
        return Reason.ALREADY_JUDGED
    return Reason.OWN_PROPOSAL if proposed_by_id == actor_id else None
