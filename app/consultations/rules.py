"""Rules of asking. Pure: facts and `now` in, a reason or a value out."""

from datetime import datetime, timedelta
from enum import StrEnum


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
