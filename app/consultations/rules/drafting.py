"""May it be asked like this? Questions, ballots, and all that must be in place to open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.consultations.rules.naming import fold_label
from app.consultations.rules.vocabulary import (
    RANKED_RULES,
    TRANSITIONS,
    BallotRule,
    ConsultationStatus,
    QuestionKind,
    Reason,
)

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
# Exact fractions of a transferable vote grow with each seat; up to fourteen seats they were seen to
# stay below 2,500 bits, far from what a program refuses to write down.
MOST_STV_SEATS = 12


MOST_SECTIONS = 6


@dataclass(frozen=True)
class QuestionFacts:
    """What the rules need to know of a question."""

    kind: QuestionKind
    labels: tuple[str, ...] = ()
    max_choices: int | None = None


@dataclass(frozen=True)
class OptionDraft:
    """One option as it is drafted; `wish_number` where the option is a wish of the edition."""

    label: str
    easy_read: str = ""
    picture: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    wish_number: int | None = None


@dataclass(frozen=True)
class SectionDraft:
    """One section of a paper as it is drafted."""

    question: str
    rule: BallotRule
    max_choices: int | None
    seats: int
    options: tuple[OptionDraft, ...]

    @property
    def facts(self) -> "SectionFacts":
        """What the rules need to know of it."""
        labels = tuple(option.label for option in self.options)
        return SectionFacts(labels, self.rule, self.max_choices, self.seats)


@dataclass(frozen=True)
class SectionFacts:
    """What the rules need to know of a section of a ballot."""

    labels: tuple[str, ...]
    rule: BallotRule = BallotRule.CHOICES
    max_choices: int | None = None
    seats: int = 1


@dataclass(frozen=True)
class BallotFacts:
    """What the rules need to know of a ballot."""

    sections: tuple[SectionFacts, ...]


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
    """One thing to mend before opening, and where: all places count from 1.

    `position` is a question's; `ballot` and `section` are a ballot's and its section's.
    """

    reason: Reason
    position: int | None = None
    ballot: int | None = None
    section: int | None = None


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
    if len({fold_label(label) for label in labels}) < len(labels):
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


def why_not_section(section: SectionFacts) -> Reason | None:
    """Whether a section can be voted on: enough different options, choices and seats that fit."""
    reason = why_not_labels(section.labels, most=MOST_BALLOT_OPTIONS)
    if reason is not None:
        return reason
    limit = section.max_choices
    if limit is None and section.rule is BallotRule.CHOICES:
        return Reason.CHOICES_OUT_OF_RANGE
    if limit is not None and not 1 <= limit <= len(section.labels):
        return Reason.CHOICES_OUT_OF_RANGE
    most = len(section.labels) - 1
    if section.rule is BallotRule.STV:
        most = min(most, MOST_STV_SEATS)
    if not 1 <= section.seats <= most:
        return Reason.SEATS_OUT_OF_RANGE
    return Reason.ONE_SEAT_ONLY if section.rule is BallotRule.IRV and section.seats > 1 else None


def is_ranked(rule: BallotRule) -> bool:
    """Whether a voter puts the options in an order under this rule."""
    return rule in RANKED_RULES


def list_ballot_flaws(ballot: BallotFacts) -> tuple[Hindrance, ...]:
    """Everything to mend in a ballot, in the order of its sections."""
    if not ballot.sections:
        return (Hindrance(Reason.SECTION_MISSING),)
    if len(ballot.sections) > MOST_SECTIONS:
        return (Hindrance(Reason.TOO_MANY_SECTIONS),)
    reasons = ((number, why_not_section(one)) for number, one in enumerate(ballot.sections, 1))
    return tuple(Hindrance(reason, section=number) for number, reason in reasons if reason)


def why_not_ballot(ballot: BallotFacts) -> Reason | None:
    """Whether a ballot can be voted on: the first thing wrong with any of its sections."""
    flaws = list_ballot_flaws(ballot)
    return flaws[0].reason if flaws else None


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
    for number, ballot in enumerate(draft.ballots, start=1):
        found += [replace(flaw, ballot=number) for flaw in list_ballot_flaws(ballot)]
    return tuple(found)


def why_not_open(status: ConsultationStatus, draft: Draft, *, today: date) -> Reason | None:
    """Why a consultation may not open: it did already, or the first thing to mend."""
    if not may_become(status, ConsultationStatus.OPEN):
        return Reason.NOT_DRAFT
    hindrances = list_hindrances(draft, today=today)
    return hindrances[0].reason if hindrances else None


def minutes_needed(kinds: Collection[QuestionKind], ballots: int) -> int:
    """A rounded-up guess for the welcome page: 20 s a tap, 60 s a text, 45 s a ballot (ours)."""
    texts = sum(1 for kind in kinds if kind is QuestionKind.TEXT)
    seconds = 20 * (len(kinds) - texts) + 60 * texts + 45 * ballots
    return max(1, -(-seconds // 60))
