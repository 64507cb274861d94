"""Exact counts of a consultation or a source, gathered as one batch for the gate."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.ballots.queries import find_ledger
from app.consultations.models import Consultation, Question, Source, Survey
from app.consultations.queries import (
    get_consultation,
    get_source,
    list_ballots,
    list_open_sittings,
    list_questions,
    list_surveys,
)
from app.consultations.rules import ConsultationStatus, NonAnswer, QuestionKind
from app.core.clock import leeds_day
from app.publication.disclosure.figures import CellWords, PopulationWords, RowWords, Words
from app.publication.disclosure.shapes import Batch, Population, Row, RowKind
from app.publication.queries.voted import Piece, list_moving_ballots, tell_ballot
from app.publication.rules import Part
from app.responses.queries import QuestionCounts, count_answers, count_sorted
from app.results.queries import find_released_count
from app.texts.queries import find_current_model
from app.texts.rules import Sorting
from app.wishes.queries import list_wishes

NON_ANSWERS = {
    NonAnswer.SKIPPED: "Skipped",
    NonAnswer.DONT_KNOW: "I don't know",
    NonAnswer.RATHER_NOT_SAY: "I'd rather not say",
    NonAnswer.DONT_UNDERSTAND: "I don't understand the question",
}
SORTINGS = {
    Sorting.WISHES: "About one or more wishes",
    Sorting.NONE: "About something else",
    Sorting.NOT_AN_ANSWER: "Not an answer",
    Sorting.NOT_SURE: "Not sure yet",
    Sorting.UNTRANSLATED: "Waiting to be translated",
}


@dataclass(frozen=True)
class Subject:
    """What a release is about: a consultation of ours, or a source from elsewhere."""

    kind: str  # consultation, source
    id: int
    slug: str
    title: str
    edition_id: int
    is_closed: bool  # nobody can answer any more, and no vote is on its way

    @property
    def consultation_id(self) -> int | None:
        """For columns and queries that take either."""
        return self.id if self.kind == "consultation" else None

    @property
    def source_id(self) -> int | None:
        """For columns and queries that take either."""
        return self.id if self.kind == "source" else None


@dataclass(frozen=True)
class Gathered:
    """Exact counts and the words that belong to them. For staff and for the gate only."""

    batch: Batch
    words: Words
    about: dict[str, Any]
    model_id: str | None
    texts: int
    sorted_texts: int
    unreleased_ballots: int = 0  # their results are not public, so nothing is said of them


def find_subject(
    session: Session, *, consultation_id: int | None = None, source_id: int | None = None
) -> Subject:
    """The consultation or source by its id. A consultation is closed with its last sitting and
    when all its votes are mixed.
    """
    if source_id is not None:
        source = get_source(session, source_id)
        return Subject(
            "source", source_id, source.slug, source.title, source.edition_id, source.is_closed
        )
    one = get_consultation(session, consultation_id or 0)
    is_closed = one.status is ConsultationStatus.CLOSED
    is_closed = is_closed and not list_open_sittings(session, one.id or 0)
    is_closed = is_closed and not list_moving_ballots(session, one.id or 0)
    return Subject("consultation", one.id or 0, one.slug, one.title, one.edition_id, is_closed)


def gather_batch(
    session: Session, subject: Subject, parts: set[Part], *, now: datetime
) -> Gathered:
    """Every exact count the release would speak about, with the wording that was asked.

    Of a ballot only what its own released result says: paper included, and never before its
    embargo ends.
    """
    counts = count_sorted(
        session, consultation_id=subject.consultation_id, source_id=subject.source_id
    )
    model = find_current_model(session, subject.edition_id)
    pieces: list[Piece] = []
    unreleased = 0
    if Part.TEXTS in parts and counts.texts:
        pieces += _texts(session, subject)
    if subject.kind == "consultation" and Part.SURVEYS in parts:
        for survey in list_surveys(session, subject.id):
            pieces += _survey(session, survey)
    if subject.kind == "consultation" and Part.BALLOTS in parts:
        for ballot in list_ballots(session, subject.id):
            released = find_released_count(session, ballot.id or 0, now=now)
            pieces += tell_ballot(session, ballot, released) if released else []
            unreleased += released is None and find_ledger(session, ballot.id or 0) is not None
    return Gathered(
        batch=Batch(subject.is_closed, tuple(population for population, _ in pieces)),
        words={population.key: words for population, words in pieces},
        about=_about(session, subject, parts),
        model_id=model.id if model and Part.TEXTS in parts and counts.texts else None,
        texts=counts.texts,
        sorted_texts=sum(counts.by_sorting.values()),
        unreleased_ballots=unreleased,
    )


def _texts(session: Session, subject: Subject) -> list[Piece]:
    """What the words are about. Where each voice is one text, both rows bind each other."""
    counts = count_sorted(
        session, consultation_id=subject.consultation_id, source_id=subject.source_id
    )
    wishes = list_wishes(session, subject.edition_id)
    by_sorting = {kind.value: counts.by_sorting.get(kind, 0) for kind in SORTINGS}
    by_sorting["unread"] = counts.texts - sum(by_sorting.values())
    sorting = Row("sorting", RowKind.ONE, by_sorting, counts.texts)
    is_one_each = counts.texts == counts.respondents
    about = Row(
        "wishes",
        RowKind.MANY,
        {str(wish.number): counts.by_wish.get(wish.id or 0, 0) for wish in wishes},
        by_sorting[Sorting.WISHES] if is_one_each else counts.respondents,
        ("sorting", Sorting.WISHES.value) if is_one_each else None,
    )
    wish_words = RowWords(
        "wishes",
        "",
        {str(wish.number): CellWords(wish.short_label, wish.number) for wish in wishes},
    )
    labels = {kind.value: label for kind, label in SORTINGS.items()} | {"unread": "Not read yet"}
    sorting_words = RowWords(
        "sorting", "", {key: CellWords(label) for key, label in labels.items()}
    )
    asked: dict[str, int | str | None] = {"asked": _text_questions(session, subject)}
    if is_one_each:
        said = {"sorting": sorting_words, "wishes": wish_words}
        words = PopulationWords("", "voices", said, asked)
        return [(Population("voices", counts.texts, (sorting, about)), words)]
    return [
        (
            Population("voices", counts.respondents, (about,)),
            PopulationWords("", "voices", {"wishes": wish_words}, asked),
        ),
        (
            Population("texts", counts.texts, (sorting,)),
            PopulationWords("", "texts", {"sorting": sorting_words}, asked),
        ),
    ]


def _text_questions(session: Session, subject: Subject) -> str:
    """What was asked to get these words; empty for a source, whose method says it."""
    if subject.kind == "source":
        return ""
    surveys = list_surveys(session, subject.id)
    asked = [one for survey in surveys for one in list_questions(session, survey.id or 0)]
    return " / ".join(one.text for one in asked if one.kind is QuestionKind.TEXT)


def _survey(session: Session, survey: Survey) -> list[Piece]:
    counts = count_answers(session, survey.id or 0)
    if not counts.responses:
        return []
    rows: list[Row] = []
    words: dict[str, RowWords] = {}
    for question in list_questions(session, survey.id or 0):
        for row, said in _question(question, counts.questions[question.id or 0], counts.responses):
            rows.append(row)
            words[row.key] = said
    population = Population(f"survey:{survey.id}", counts.responses, tuple(rows))
    return [(population, PopulationWords(survey.title, "responses", words, {}))]


def _question(
    question: Question, counts: QuestionCounts, responses: int
) -> list[tuple[Row, RowWords]]:
    """One row for a single choice; for several choices first who answered at all.

    None for a free text: its answers are the voices, whose exact total would give away how many
    kept silent in which way.
    """
    if question.kind is QuestionKind.TEXT:
        return []
    key = f"q{question.id}"
    silent = {kind.value: counts.by_non_answer.get(kind, 0) for kind in NON_ANSWERS}
    silent_words = {kind.value: CellWords(label) for kind, label in NON_ANSWERS.items()}
    chosen = {one["key"]: counts.by_option.get(one["key"], 0) for one in question.options}
    option_words = {one["key"]: CellWords(one["label"]) for one in question.options}
    if question.kind in (QuestionKind.SINGLE, QuestionKind.SCALE):
        row = Row(key, RowKind.ONE, chosen | silent, responses)
        return [(row, RowWords(question.kind, question.text, option_words | silent_words))]
    answered = Row(
        f"{key}-answered", RowKind.ONE, {"answered": counts.answered} | silent, responses
    )
    answered_words = {"answered": CellWords("Answered")} | silent_words
    several = Row(
        key, RowKind.MANY, chosen, counts.answered, (answered.key, "answered"),
        at_most=question.max_choices,
    )  # fmt: skip
    return [
        (answered, RowWords("answered", question.text, answered_words)),
        (several, RowWords(question.kind, question.text, option_words)),
    ]


def _about(session: Session, subject: Subject, parts: set[Part]) -> dict[str, Any]:
    """What a reader must know about where the figures come from."""
    about: dict[str, Any] = {
        "kind": subject.kind,
        "slug": subject.slug,
        "title": subject.title,
        "parts": sorted(parts),
    }
    if subject.kind == "source":
        return about | _about_source(get_source(session, subject.id))
    return about | _about_consultation(get_consultation(session, subject.id))


def _about_source(source: Source) -> dict[str, Any]:
    return {
        "source_kind": source.kind.value,
        "owner": source.owner,
        "method": source.method,
        "ages": source.ages,
        "from_on": _iso(source.from_on),
        "to_on": _iso(source.to_on),
        "people": source.people,
        "licence": source.licence,
        "caveat": source.caveat,
    }


def _about_consultation(one: Consultation) -> dict[str, Any]:
    return {
        "asked_by": one.asked_by,
        "decision_maker": one.decision_maker,
        "purpose": one.purpose,
        "from_on": _iso(leeds_day(one.opened_at) if one.opened_at else None),
        "to_on": _iso(leeds_day(one.closed_at) if one.closed_at else None),
        "reply_by": _iso(one.reply_by),
        "is_sample": one.is_sample,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
