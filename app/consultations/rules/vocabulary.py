"""The kinds, states and reasons of asking."""

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
    """How a section of a ballot is filled in and counted (docs/counting.md)."""

    PLURALITY = "plurality"  # one of n
    CHOICES = "choices"  # up to k different options, each counts the same
    APPROVAL = "approval"  # as many as you like
    BORDA = "borda"  # ranked: points for places
    IRV = "irv"  # ranked: the lowest drops out until one has more than half
    STV = "stv"  # ranked: several seats, in proportion


RANKED_RULES = frozenset({BallotRule.BORDA, BallotRule.IRV, BallotRule.STV})


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
    SEATS_OUT_OF_RANGE = "seats_out_of_range"
    ONE_SEAT_ONLY = "one_seat_only"
    SECTION_MISSING = "section_missing"
    TOO_MANY_SECTIONS = "too_many_sections"
    SOURCE_KNOWN = "source_known"
    SOURCE_CLOSED = "source_closed"
    CODE_UNKNOWN = "code_unknown"
    DATES_REVERSED = "dates_reversed"
