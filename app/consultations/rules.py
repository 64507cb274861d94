"""Rules of asking. Pure: facts and `now` in, a reason or a value out."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

Thing = TypeVar("Thing")


class ConsultationStatus(StrEnum):
    """How far a consultation has come. It only moves forward."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


TRANSITIONS: dict[ConsultationStatus, frozenset[ConsultationStatus]] = {
    ConsultationStatus.DRAFT: frozenset({ConsultationStatus.OPEN}),
    ConsultationStatus.OPEN: frozenset({ConsultationStatus.CLOSED}),
    ConsultationStatus.CLOSED: frozenset(),
}


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    SEVERAL = "several"
    SCALE = "scale"
    TEXT = "text"


class NonAnswer(StrEnum):
    """Four different ways of not answering; they are never mixed in a count."""

    SKIPPED = "skipped"
    DONT_KNOW = "dont_know"
    RATHER_NOT_SAY = "rather_not_say"
    DONT_UNDERSTAND = "dont_understand"


class BallotRule(StrEnum):
    """How a ballot is filled in and counted."""

    CHOICES = "choices"  # up to k different options, each counts the same


class SittingMode(StrEnum):
    """How the group at a sitting answers."""

    CLASS_CODE = "class_code"
    PUBLIC_LINK = "public_link"


class ParticipationBasis(StrEnum):
    """Why these young people may take part; who confirmed it is kept, the forms never are."""

    PARENTAL_CONSENT_HELD = "parental_consent_held"  # the school confirms it
    INFORMED_OPT_OUT = "informed_opt_out"  # the school informed families and honours opt-outs
    SELF_13_AND_OVER = "self_13_and_over"
    PUBLIC_PAGE = "public_page"


# Nobody stands beside a public link to confirm what a school holds for its own pupils.
FITTING_BASES: dict[SittingMode, frozenset[ParticipationBasis]] = {
    SittingMode.CLASS_CODE: frozenset(
        {
            ParticipationBasis.PARENTAL_CONSENT_HELD,
            ParticipationBasis.INFORMED_OPT_OUT,
            ParticipationBasis.SELF_13_AND_OVER,
        }
    ),
    SittingMode.PUBLIC_LINK: frozenset(
        {ParticipationBasis.SELF_13_AND_OVER, ParticipationBasis.PUBLIC_PAGE}
    ),
}


class SourceKind(StrEnum):
    """What kind of evidence came from elsewhere."""

    SURVEY = "survey"
    SUMMIT = "summit"
    COMMENTS = "comments"
    BALLOT = "ballot"
    OTHER = "other"


GRACE = timedelta(minutes=15)  # for what was being filled in, or waited for a network, at the close


def is_taking_answers(
    status: ConsultationStatus, closed_at: datetime | None, *, now: datetime
) -> bool:
    """Whether a send from this sitting still counts.

    The consultation must be open. A sitting closed by its worker takes what was on its way for a
    grace of 15 minutes; server time only, a phone's clock is never believed.
    """
    if status is not ConsultationStatus.OPEN:
        return False
    return closed_at is None or now - closed_at <= GRACE


class Reason(StrEnum):
    """Why a verb of this floor refuses."""

    FROZEN = "frozen"
    NOT_DRAFT = "not_draft"
    NOT_OPEN = "not_open"
    NOTHING_ASKED = "nothing_asked"
    PURPOSE_MISSING = "purpose_missing"
    ASKED_BY_MISSING = "asked_by_missing"
    DECISION_MAKER_MISSING = "decision_maker_missing"
    REPLY_BY_MISSING = "reply_by_missing"
    REPLY_BY_PAST = "reply_by_past"
    TOO_FEW_OPTIONS = "too_few_options"
    TOO_MANY_OPTIONS = "too_many_options"
    SAME_OPTION_TWICE = "same_option_twice"
    LABEL_TOO_LONG = "label_too_long"
    SCALE_STEPS = "scale_steps"
    CHOICES_OUT_OF_RANGE = "choices_out_of_range"
    TOO_MANY_QUESTIONS = "too_many_questions"
    SITTINGS_OPEN = "sittings_open"
    PLACE_NEEDED = "place_needed"
    NOT_YOUR_PLACE = "not_your_place"
    BASIS_DOES_NOT_FIT = "basis_does_not_fit"
    BASIS_NOT_CONFIRMED = "basis_not_confirmed"
    HEADS_NEEDED = "heads_needed"
    SITTING_CLOSED = "sitting_closed"
    NOTE_NEEDED = "note_needed"
    CODES_USED_UP = "codes_used_up"
    SOURCE_KNOWN = "source_known"
    SOURCE_CLOSED = "source_closed"
    CODE_UNKNOWN = "code_unknown"
    DATES_REVERSED = "dates_reversed"


LABEL_LIMIT = 200
SCALE_MIN, SCALE_MAX = 3, 7
MOST_QUESTIONS = 30
MOST_OPTIONS: dict[QuestionKind, int] = {
    QuestionKind.SINGLE: 20,
    QuestionKind.SEVERAL: 20,
    QuestionKind.SCALE: SCALE_MAX,
    QuestionKind.TEXT: 0,
}
MOST_BALLOT_OPTIONS = 30


@dataclass(frozen=True)
class QuestionFacts:
    """What the rules need to know of a question."""

    kind: QuestionKind
    labels: tuple[str, ...] = ()
    max_choices: int | None = None


@dataclass(frozen=True)
class BallotFacts:
    """What the rules need to know of a ballot."""

    labels: tuple[str, ...]
    max_choices: int


@dataclass(frozen=True)
class Draft:
    """What the rules need to know of a consultation before it opens."""

    purpose: str
    asked_by: str
    decision_maker: str
    reply_by: date | None
    questions: tuple[QuestionFacts, ...]
    ballots: tuple[BallotFacts, ...]


@dataclass(frozen=True)
class Hindrance:
    """One thing to mend before opening; `position` counts questions from 1, where it is one."""

    reason: Reason
    position: int | None = None


@dataclass(frozen=True)
class Progress:
    """What has arrived at a sitting so far: numbers of sends, never what they say."""

    responses: int
    votes: int

    @property
    def heads(self) -> int:
        """The most people who can be told to have answered: one may answer and vote."""
        return max(self.responses, self.votes)


def may_become(now_is: ConsultationStatus, wanted: ConsultationStatus) -> bool:
    """Whether a consultation may take this step."""
    return wanted in TRANSITIONS[now_is]


def why_not_edit(status: ConsultationStatus) -> Reason | None:
    """Questions and options stand still once a consultation has opened."""
    return None if status is ConsultationStatus.DRAFT else Reason.FROZEN


def why_not_labels(labels: Sequence[str], *, most: int) -> Reason | None:
    """Options must be at least two, not too many, not too long, and all different."""
    if len(labels) < 2:
        return Reason.TOO_FEW_OPTIONS
    if len(labels) > most:
        return Reason.TOO_MANY_OPTIONS
    if any(len(label) > LABEL_LIMIT for label in labels):
        return Reason.LABEL_TOO_LONG
    if len({_folded(label) for label in labels}) < len(labels):
        return Reason.SAME_OPTION_TWICE
    return None


def why_not_question(question: QuestionFacts) -> Reason | None:
    """Whether a question can be answered as it stands."""
    if question.kind is QuestionKind.TEXT:
        return None
    count = len(question.labels)
    if question.kind is QuestionKind.SCALE and not SCALE_MIN <= count <= SCALE_MAX:
        return Reason.SCALE_STEPS
    reason = why_not_labels(question.labels, most=MOST_OPTIONS[question.kind])
    if reason is None and question.kind is QuestionKind.SEVERAL and question.max_choices:
        reason = None if 1 <= question.max_choices <= count else Reason.CHOICES_OUT_OF_RANGE
    return reason


def why_not_ballot(ballot: BallotFacts) -> Reason | None:
    """Whether a ballot can be voted on: enough different options, no more choices than those."""
    reason = why_not_labels(ballot.labels, most=MOST_BALLOT_OPTIONS)
    if reason is None and not 1 <= ballot.max_choices <= len(ballot.labels):
        reason = Reason.CHOICES_OUT_OF_RANGE
    return reason


def list_hindrances(draft: Draft, *, today: date) -> tuple[Hindrance, ...]:
    """Everything to mend before a consultation can open, in the order of its page."""
    found: list[Hindrance] = []
    for missing, lack in (
        (not draft.purpose.strip(), Reason.PURPOSE_MISSING),
        (not draft.asked_by.strip(), Reason.ASKED_BY_MISSING),
        (not draft.decision_maker.strip(), Reason.DECISION_MAKER_MISSING),
        (draft.reply_by is None, Reason.REPLY_BY_MISSING),
        (draft.reply_by is not None and draft.reply_by <= today, Reason.REPLY_BY_PAST),
        (not draft.questions and not draft.ballots, Reason.NOTHING_ASKED),
    ):
        if missing:
            found.append(Hindrance(lack))
    for position, question in enumerate(draft.questions, start=1):
        reason = why_not_question(question)
        if reason is not None:
            found.append(Hindrance(reason, position))
    for ballot in draft.ballots:
        reason = why_not_ballot(ballot)
        if reason is not None:
            found.append(Hindrance(reason))
    return tuple(found)


def why_not_open(status: ConsultationStatus, draft: Draft, *, today: date) -> Reason | None:
    """Why a consultation may not open: it did already, or the first thing to mend."""
    if not may_become(status, ConsultationStatus.OPEN):
        return Reason.NOT_DRAFT
    hindrances = list_hindrances(draft, today=today)
    return hindrances[0].reason if hindrances else None


def why_not_close(
    status: ConsultationStatus, *, open_sittings: int, close_sittings: bool
) -> Reason | None:
    """A consultation closes after its sittings, or together with them when that is said."""
    if not may_become(status, ConsultationStatus.CLOSED):
        return Reason.NOT_OPEN
    return Reason.SITTINGS_OPEN if open_sittings and not close_sittings else None


def why_not_open_sitting(
    status: ConsultationStatus,
    *,
    mode: SittingMode,
    place_id: int | None,
    own_place_ids: Collection[int] | None,
    basis: ParticipationBasis,
    basis_confirmed: bool,
    expected_heads: int | None,
) -> Reason | None:
    """Why nobody may sit down to answer here. `own_place_ids` None means every place."""
    no_place = place_id is None and (mode is SittingMode.CLASS_CODE or own_place_ids is not None)
    for refused, reason in (
        (status is not ConsultationStatus.OPEN, Reason.NOT_OPEN),
        (no_place, Reason.PLACE_NEEDED),
        (not may_see_place(place_id, own_place_ids), Reason.NOT_YOUR_PLACE),
        (basis not in FITTING_BASES[mode], Reason.BASIS_DOES_NOT_FIT),
        (not basis_confirmed, Reason.BASIS_NOT_CONFIRMED),
        (mode is SittingMode.CLASS_CODE and not expected_heads, Reason.HEADS_NEEDED),
    ):
        if refused:
            return reason
    return None


def why_not_join(*, is_known: bool, is_closed: bool) -> Reason | None:
    """Why a class code does not lead anywhere (any more)."""
    if not is_known:
        return Reason.CODE_UNKNOWN
    return Reason.SITTING_CLOSED if is_closed else None


def may_see_place(place_id: int | None, own_place_ids: Collection[int] | None) -> bool:
    """Whether somebody who works at these places (None: everywhere) may see this one."""
    return own_place_ids is None or place_id in own_place_ids


def heads_differ(expected_heads: int | None, recorded: int | None) -> bool:
    """Whether a count of heads and a count of sends can be compared, and are not the same."""
    return expected_heads is not None and recorded is not None and expected_heads != recorded


def why_not_close_sitting(
    *, is_closed: bool, expected_heads: int | None, recorded: int | None, note: str
) -> Reason | None:
    """A sitting closes once; a difference between heads and sends is explained in a note."""
    if is_closed:
        return Reason.SITTING_CLOSED
    if heads_differ(expected_heads, recorded) and not note.strip():
        return Reason.NOTE_NEEDED
    return None


def why_not_source(from_on: date | None, to_on: date | None, *, is_known: bool) -> Reason | None:
    """A source is registered once, and was gathered forwards in time."""
    if is_known:
        return Reason.SOURCE_KNOWN
    return Reason.DATES_REVERSED if from_on and to_on and to_on < from_on else None


def minutes_needed(kinds: Collection[QuestionKind], ballots: int) -> int:
    """A rounded-up guess for the welcome page: 20 s a tap, 60 s a text, 45 s a ballot (ours)."""
    texts = sum(1 for kind in kinds if kind is QuestionKind.TEXT)
    seconds = 20 * (len(kinds) - texts) + 60 * texts + 45 * ballots
    return max(1, -(-seconds // 60))


def make_slug(title: str, *, otherwise: str, taken: Collection[str]) -> str:
    """A short ASCII name for addresses, numbered when it is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = "-".join("".join(c if c.isalnum() else " " for c in plain).split())[:60].strip("-")
    stem = stem or otherwise
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def filter_by_words(things: Sequence[Thing], names: Sequence[str], words: str) -> list[Thing]:
    """Those whose name holds every word typed, whatever the case."""
    wanted = _folded(words).split()
    return [
        thing
        for thing, name in zip(things, names, strict=True)
        if all(word in _folded(name) for word in wanted)
    ]


def _folded(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
