"""Verbs of asking, on both databases."""

from dataclasses import replace
from datetime import date, datetime
from threading import Event, Thread

import pytest
from sqlmodel import Session, select

from app.consultations import queries, service
from app.consultations.models import Ballot, BallotOption, Consultation, Sitting, Survey
from app.consultations.rules import (
    BallotRule,
    ConsultationStatus,
    OptionDraft,
    ParticipationBasis,
    QuestionKind,
    Reason,
    SectionDraft,
    SittingMode,
    SourceKind,
)
from app.consultations.service import running
from app.core.audit import list_entries
from app.core.db import Database
from app.core.errors import NotFound, Refused
from app.staff.models import StaffAccount, StaffScope
from app.staff.rules import Role
from tests.factories import Round, make_edition, make_round


@pytest.fixture
def draft(session: Session, now: datetime) -> Consultation:
    """A draft that lacks only something to ask."""
    wishes = make_edition(session)
    return service.draft_consultation(
        session,
        title="Streets",
        edition_id=wishes[0].edition_id,
        purpose="To decide what changes",
        asked_by="Sample team",
        decision_maker="Sample board",
        reply_by=date(2026, 9, 1),
        actor=None,
        now=now,
    )


def ask(session: Session, draft: Consultation, text: str, now: datetime) -> int:
    made = service.add_question(
        session, draft, kind=QuestionKind.TEXT, text=text, actor=None, now=now
    )
    return made.id or 0


def texts(session: Session, draft: Consultation) -> list[tuple[int, str]]:
    asked = queries.get_asked(session, draft.id or 0)
    return [(one.position, one.text) for one in asked.questions]


def make_worker(session: Session, places: list[int], now: datetime) -> StaffAccount:
    account = StaffAccount(
        email="worker@example.org", name="Sample worker", role=Role.YOUTH_WORKER,
        password_hash="", totp_secret="", created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    session.add_all([StaffScope(staff_id=account.id or 0, place_id=one) for one in places])
    session.flush()
    return account


def sit_down(
    session: Session, round_: Round, now: datetime, actor: StaffAccount | None = None
) -> Sitting:
    return service.open_sitting(
        session,
        round_.consultation,
        place_id=round_.place.id,
        mode=SittingMode.CLASS_CODE,
        basis=ParticipationBasis.INFORMED_OPT_OUT,
        basis_confirmed=True,
        expected_heads=28,
        label="Year 8",
        actor=actor,
        now=now,
    )


def test_titles_alike_get_addresses_apart(
    session: Session, draft: Consultation, now: datetime
) -> None:
    again = service.draft_consultation(
        session, title="Streets", edition_id=draft.edition_id, actor=None, now=now
    )
    assert (draft.slug, again.slug) == ("streets", "streets-2")
    assert again.status is ConsultationStatus.DRAFT


def test_questions_move_and_go_and_keep_their_order(
    session: Session, draft: Consultation, now: datetime
) -> None:
    ids = [ask(session, draft, text, now) for text in ("one", "two", "three")]
    two = queries.get_question(session, draft.id or 0, ids[1])
    service.move_question(session, draft, two, step=-1, actor=None, now=now)
    assert texts(session, draft) == [(1, "two"), (2, "one"), (3, "three")]
    service.move_question(session, draft, two, step=-1, actor=None, now=now)  # already first
    assert texts(session, draft)[0] == (1, "two")
    service.move_question(session, draft, two, step=1, actor=None, now=now)
    one = queries.get_question(session, draft.id or 0, ids[0])
    service.remove_question(session, draft, one, actor=None, now=now)
    assert texts(session, draft) == [(1, "two"), (2, "three")]


def test_the_survey_goes_with_its_last_question(
    session: Session, draft: Consultation, now: datetime
) -> None:
    one = queries.get_question(session, draft.id or 0, ask(session, draft, "one", now))
    assert [survey.title for survey in session.exec(select(Survey))] == ["Streets"]
    service.remove_question(session, draft, one, actor=None, now=now)
    session.flush()
    assert session.exec(select(Survey)).all() == []


def test_a_question_of_another_consultation_is_not_found(
    session: Session, draft: Consultation, now: datetime
) -> None:
    question_id = ask(session, draft, "one", now)
    with pytest.raises(NotFound):
        queries.get_question(session, (draft.id or 0) + 1, question_id)


def test_options_get_keys_that_no_language_changes(
    session: Session, draft: Consultation, now: datetime
) -> None:
    scale = service.add_question(
        session, draft, kind=QuestionKind.SCALE, text="How safe?", labels=["low", "mid", "high"],
        max_choices=2, actor=None, now=now,
    )  # fmt: skip
    assert [option["key"] for option in scale.options] == ["1", "2", "3"]
    assert scale.max_choices is None
    several = service.add_question(
        session, draft, kind=QuestionKind.SEVERAL, text="Which?", labels=["a", "b"],
        max_choices=2, actor=None, now=now,
    )  # fmt: skip
    assert [option["key"] for option in several.options] == ["o1", "o2"]
    service.edit_question(session, draft, several, text="What?", labels=["c", "d", "e"],
                          max_choices=3, actor=None, now=now)  # fmt: skip
    assert [option["label"] for option in several.options] == ["c", "d", "e"]


def test_a_refused_question_leaves_nothing_behind(
    session: Session, draft: Consultation, now: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        service.add_question(
            session, draft, kind=QuestionKind.SINGLE, text="Which?", labels=["a"],
            actor=None, now=now,
        )  # fmt: skip
    assert refusal.value.reason is Reason.TOO_FEW_OPTIONS
    assert session.exec(select(Survey)).all() == []


def test_a_survey_is_full_at_thirty(session: Session, draft: Consultation, now: datetime) -> None:
    for number in range(30):
        ask(session, draft, str(number), now)
    with pytest.raises(Refused) as refusal:
        ask(session, draft, "one more", now)
    assert refusal.value.reason is Reason.TOO_MANY_QUESTIONS


def choose(*labels: str, most: int = 1) -> SectionDraft:
    options = tuple(OptionDraft(label) for label in labels)
    return SectionDraft("Which?", BallotRule.CHOICES, most, seats=1, options=options)


def set_ballot(
    session: Session, draft: Consultation, now: datetime, *sections: SectionDraft,
    ballot: Ballot | None = None, title: str = "Top",
) -> Ballot:  # fmt: skip
    return service.set_ballot(
        session, draft, ballot, title=title, is_shuffled=True, sections=sections, actor=None,
        now=now,
    )  # fmt: skip


def test_a_ballot_of_wishes_then_of_own_options(
    session: Session, draft: Consultation, now: datetime
) -> None:
    wishes = queries.list_wish_options(session, draft.edition_id)
    first = SectionDraft("Which?", BallotRule.CHOICES, 3, seats=1, options=wishes)
    ballot = set_ballot(session, draft, now, first)
    options = queries.list_sections(session, ballot.id or 0)[0].options
    assert [option.key for option in options] == [f"w{n}" for n in range(1, 13)]
    assert [option.picture for option in options] == [f"wish-{n}" for n in range(1, 13)]
    assert all(option.wish_id for option in options)
    again = set_ballot(session, draft, now, choose("Bus", "Tram"), ballot=ballot)
    assert again.id == ballot.id
    options = queries.list_sections(session, ballot.id or 0)[0].options
    assert [(one.key, one.label, one.wish_id) for one in options] == [
        ("o1", "Bus", None),
        ("o2", "Tram", None),
    ]
    service.remove_ballot(session, draft, ballot, actor=None, now=now)
    assert session.exec(select(Ballot)).all() == []
    assert session.exec(select(BallotOption)).all() == []


def test_a_consultation_asks_several_ballots_of_several_sections(
    session: Session, draft: Consultation, now: datetime
) -> None:
    orders = SectionDraft(
        "In which order?", BallotRule.STV, None, seats=2,
        options=(
            OptionDraft("Bus", "A big car", "🚌", {"ar": "حافلة"}),
            OptionDraft("Tram"), OptionDraft("Bike", words={"pl": "Rower"}),
        ),
    )  # fmt: skip
    set_ballot(session, draft, now, choose("a", "b"), orders, title="Two sections")
    other = set_ballot(session, draft, now, choose("x", "y"), title="One section")
    papers = [one.paper for one in queries.get_asked(session, draft.id or 0).ballots]
    assert [(one.title, len(one.sections)) for one in papers] == [
        ("Two sections", 2), ("One section", 1),
    ]  # fmt: skip
    assert papers[0].languages == ("ar", "en", "pl")
    bus = papers[0].section("s2").option("o1")
    assert (bus.easy_read, bus.emoji, bus.words_in("ar")) == ("A big car", "🚌", "حافلة")
    assert bus.words_in("pl") == "Bus"  # no words in it: as it was first written
    service.remove_ballot(session, draft, other, actor=None, now=now)
    assert [one.paper.title for one in queries.get_asked(session, draft.id or 0).ballots] == [
        "Two sections"
    ]


def test_opening_freezes_the_paper_and_draws_the_order_for_ties(
    session: Session, draft: Consultation, now: datetime
) -> None:
    labels = [f"Option {number}" for number in range(20)]
    ballot = set_ballot(session, draft, now, choose(*labels), choose(*labels))
    before = queries.get_asked_ballot(session, draft.id or 0, ballot.id or 0).paper
    assert before.sections[0].tie_order == ()
    service.open_consultation(session, draft, actor=None, now=now)
    frozen = queries.get_asked_ballot(session, draft.id or 0, ballot.id or 0).paper
    assert frozen.hash == ballot.definition_hash
    for section, drafted in zip(frozen.sections, before.sections, strict=True):
        assert sorted(section.tie_order) == sorted(section.keys)
        assert replace(section, tie_order=()) == drafted
    drawn = [section.tie_order for section in frozen.sections]
    assert drawn[0] != drawn[1]  # by lot: the same twice once in 20! times


def test_a_refused_ballot_changes_nothing(
    session: Session, draft: Consultation, now: datetime
) -> None:
    ballot = set_ballot(session, draft, now, choose("a", "b", most=2))
    with pytest.raises(Refused) as refusal:
        set_ballot(session, draft, now, choose("c", "d", most=3), ballot=ballot)
    assert refusal.value.reason is Reason.CHOICES_OUT_OF_RANGE
    session.flush()
    assert [one.label for one in session.exec(select(BallotOption))] == ["a", "b"]


def test_a_ballot_belongs_to_its_consultation(
    session: Session, draft: Consultation, now: datetime
) -> None:
    ballot = set_ballot(session, draft, now, choose("a", "b"))
    with pytest.raises(NotFound):
        queries.get_asked_ballot(session, (draft.id or 0) + 1, ballot.id or 0)


def test_nothing_opens_that_asks_nothing(
    session: Session, draft: Consultation, now: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        service.open_consultation(session, draft, actor=None, now=now)
    assert refusal.value.reason is Reason.NOTHING_ASKED


def test_what_is_open_stands_still(session: Session, draft: Consultation, now: datetime) -> None:
    question = queries.get_question(session, draft.id or 0, ask(session, draft, "one", now))
    ballot = set_ballot(session, draft, now, choose("a", "b"))
    service.open_consultation(session, draft, actor=None, now=now)
    words = {"title": "T", "purpose": "p", "asked_by": "a", "decision_maker": "d"}
    doer = {"actor": None, "now": now}
    attempts = [
        lambda: service.edit_consultation(session, draft, **words, reply_by=None, **doer),
        lambda: ask(session, draft, "two", now),
        lambda: service.edit_question(session, draft, question, text="new", **doer),
        lambda: service.move_question(session, draft, question, step=1, **doer),
        lambda: service.remove_question(session, draft, question, **doer),
        lambda: set_ballot(session, draft, now, choose("c", "d")),
        lambda: set_ballot(session, draft, now, choose("c", "d"), ballot=ballot),
        lambda: service.remove_ballot(session, draft, ballot, **doer),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.reason is Reason.FROZEN
    with pytest.raises(Refused) as refusal:
        service.open_consultation(session, draft, actor=None, now=now)
    assert refusal.value.reason is Reason.NOT_DRAFT
    assert texts(session, draft) == [(1, "one")]


def test_nothing_slips_in_while_it_opens(any_address: str, now: datetime) -> None:
    db = Database(any_address)
    with db.session(writes=True) as session:
        wishes = make_edition(session)
        draft = service.draft_consultation(
            session, title="Streets", edition_id=wishes[0].edition_id, purpose="p", asked_by="a",
            decision_maker="d", reply_by=date(2026, 9, 1), actor=None, now=now,
        )  # fmt: skip
        ask(session, draft, "one", now)
    reasons: list[object] = []
    begun = Event()

    def edit() -> None:
        with db.session(writes=True) as late:
            begun.set()
            same = queries.get_consultation(late, draft.id or 0)
            try:
                ask(late, same, "too late", now)
            except Refused as refusal:
                reasons.append(refusal.reason)

    with db.session(writes=True) as session:
        service.open_consultation(
            session, queries.get_consultation(session, draft.id or 0), actor=None, now=now
        )
        editing = Thread(target=edit)
        editing.start()
        begun.wait(10)
        editing.join(0.3)
        assert editing.is_alive(), "the edit must wait for the opening to end"
    editing.join(20)
    assert reasons == [Reason.FROZEN]
    with db.session(writes=False) as session:
        assert texts(session, draft) == [(1, "one")]
    db.close()


def test_a_sitting_opens_with_a_code_of_its_own(session: Session, now: datetime) -> None:
    round_ = make_round(session, now=now)
    first, second = sit_down(session, round_, now), sit_down(session, round_, now)
    assert first.class_code != second.class_code
    assert queries.find_sitting(session, first.class_code.lower() + " ") == first
    (note,) = list_entries(session, subject=f"sitting:{first.id}")
    assert note.verb == "open_sitting"
    assert "Year 8" not in str(note.detail)


def test_a_taken_code_is_drawn_again(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_round(session, now=now)
    taken = round_.sitting.class_code
    draws = iter([taken, taken, "XXXX"])
    monkeypatch.setattr(running, "new_class_code", lambda: next(draws))
    assert sit_down(session, round_, now).class_code == "XXXX"
    monkeypatch.setattr(running, "new_class_code", lambda: taken)
    with pytest.raises(Refused) as refusal:
        sit_down(session, round_, now)
    assert refusal.value.reason is Reason.CODES_USED_UP


def test_a_worker_opens_only_at_their_places(session: Session, now: datetime) -> None:
    round_ = make_round(session, now=now)
    assert sit_down(session, round_, now, make_worker(session, [round_.place.id or 0], now)).id
    stranger = StaffAccount(
        email="other@example.org", name="Sample other", role=Role.YOUTH_WORKER,
        password_hash="", totp_secret="", created_at=now,
    )  # fmt: skip
    session.add(stranger)
    session.flush()
    with pytest.raises(Refused) as refusal:
        sit_down(session, round_, now, stranger)
    assert refusal.value.reason is Reason.NOT_YOUR_PLACE


def test_a_sitting_closes_once_and_explains_missing_heads(session: Session, now: datetime) -> None:
    round_ = make_round(session, now=now)
    sitting = sit_down(session, round_, now)
    with pytest.raises(Refused) as refusal:
        service.close_sitting(session, sitting, recorded=20, actor=None, now=now)
    assert refusal.value.reason is Reason.NOTE_NEEDED
    assert sitting.closed_at is None
    service.close_sitting(session, sitting, recorded=20, note="Trip", actor=None, now=now)
    assert (sitting.closed_at, sitting.closing_note) == (now, "Trip")
    with pytest.raises(Refused) as refusal:
        service.close_sitting(session, sitting, actor=None, now=now)
    assert refusal.value.reason is Reason.SITTING_CLOSED


def test_a_consultation_closes_with_its_sittings_or_after_them(
    session: Session, now: datetime
) -> None:
    round_ = make_round(session, now=now)
    with pytest.raises(Refused) as refusal:
        service.close_consultation(session, round_.consultation, actor=None, now=now)
    assert refusal.value.reason is Reason.SITTINGS_OPEN
    service.close_consultation(
        session, round_.consultation, close_sittings=True, actor=None, now=now
    )
    assert round_.consultation.status is ConsultationStatus.CLOSED
    assert queries.list_open_sittings(session, round_.consultation.id or 0) == []
    with pytest.raises(Refused) as refusal:
        sit_down(session, round_, now)
    assert refusal.value.reason is Reason.NOT_OPEN


def test_a_source_is_registered_once(session: Session, now: datetime) -> None:
    edition_id = make_edition(session)[0].edition_id
    words = {"slug": "town", "title": "Town", "kind": SourceKind.COMMENTS, "edition_id": edition_id}
    source = service.register_source(session, **words, actor=None, now=now)
    with pytest.raises(Refused) as refusal:
        service.register_source(session, **words, actor=None, now=now)
    assert refusal.value.reason is Reason.SOURCE_KNOWN
    assert not source.is_closed
    service.close_source(session, source, actor=None, now=now)
    assert source.is_closed
    with pytest.raises(Refused) as refusal:
        service.close_source(session, source, actor=None, now=now)
    assert refusal.value.reason is Reason.SOURCE_CLOSED
