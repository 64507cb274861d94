"""Rules of asking: truth tables, no database."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from app.consultations import rules
from app.consultations.rules import (
    BallotFacts,
    BallotRule,
    ConsultationStatus,
    Draft,
    OptionDraft,
    ParticipationBasis,
    QuestionFacts,
    QuestionKind,
    Reason,
    SectionFacts,
    SittingMode,
)

TODAY = date(2026, 3, 2)
GOOD = Draft(
    purpose="To decide",
    asked_by="A team",
    decision_maker="A board",
    reply_by=date(2026, 6, 1),
    questions=(QuestionFacts(QuestionKind.TEXT),),
    ballots=(),
)


def changed(**facts: object) -> Draft:
    return Draft(**{**GOOD.__dict__, **facts})


def test_every_status_has_its_steps_and_none_leads_back() -> None:
    order = list(ConsultationStatus)
    assert set(rules.TRANSITIONS) == set(order)
    for here, there in product(order, order):
        assert rules.may_become(here, there) == (order.index(there) == order.index(here) + 1)


def asked_of(most: int) -> BallotFacts:
    return BallotFacts((SectionFacts(("a", "b"), max_choices=most),))


@pytest.mark.parametrize("status", list(ConsultationStatus))
def test_only_a_draft_can_be_edited(status: ConsultationStatus) -> None:
    assert (rules.why_not_edit(status) is None) == (status is ConsultationStatus.DRAFT)


def test_a_whole_draft_may_open() -> None:
    assert rules.list_hindrances(GOOD, today=TODAY) == ()
    assert rules.why_not_open(ConsultationStatus.DRAFT, GOOD, today=TODAY) is None


@pytest.mark.parametrize("status", [ConsultationStatus.OPEN, ConsultationStatus.CLOSED])
def test_what_was_opened_once_does_not_open_again(status: ConsultationStatus) -> None:
    assert rules.why_not_open(status, GOOD, today=TODAY) is Reason.NOT_DRAFT


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"purpose": " \n"}, Reason.PURPOSE_MISSING),
        ({"asked_by": ""}, Reason.ASKED_BY_MISSING),
        ({"decision_maker": ""}, Reason.DECISION_MAKER_MISSING),
        ({"reply_by": None}, Reason.REPLY_BY_MISSING),
        ({"reply_by": TODAY}, Reason.REPLY_BY_PAST),
        ({"questions": ()}, Reason.NOTHING_ASKED),
        ({"ballots": (asked_of(3),)}, Reason.CHOICES_OUT_OF_RANGE),
    ],
)
def test_what_is_missing_is_named(facts: dict[str, object], reason: Reason) -> None:
    found = rules.list_hindrances(changed(**facts), today=TODAY)
    assert [one.reason for one in found] == [reason]


def test_everything_to_mend_is_listed_at_once() -> None:
    empty = Draft("", "", "", None, (), ())
    assert len(rules.list_hindrances(empty, today=TODAY)) == 5


def test_a_broken_question_is_named_by_its_place() -> None:
    draft = changed(
        questions=(
            QuestionFacts(QuestionKind.TEXT),
            QuestionFacts(QuestionKind.SINGLE, ("one",)),
        )
    )
    (found,) = rules.list_hindrances(draft, today=TODAY)
    assert (found.reason, found.position) == (Reason.TOO_FEW_OPTIONS, 2)


@pytest.mark.parametrize(
    ("kind", "labels", "most", "reason"),
    [
        (QuestionKind.SINGLE, (), None, Reason.TOO_FEW_OPTIONS),
        (QuestionKind.SINGLE, ("a", "b"), None, None),
        (QuestionKind.SINGLE, ("Yes", "  yes "), None, Reason.SAME_OPTION_TWICE),
        (QuestionKind.SINGLE, ("ﬁve", "five"), None, Reason.SAME_OPTION_TWICE),
        (QuestionKind.SINGLE, tuple(map(str, range(21))), None, Reason.TOO_MANY_OPTIONS),
        (QuestionKind.SINGLE, ("a", "b" * 201), None, Reason.LABEL_TOO_LONG),
        (QuestionKind.SEVERAL, ("a", "b"), 3, Reason.CHOICES_OUT_OF_RANGE),
        (QuestionKind.SEVERAL, ("a", "b"), 2, None),
        (QuestionKind.SCALE, ("a", "b"), None, Reason.SCALE_STEPS),
        (QuestionKind.SCALE, tuple("abc"), None, None),
        (QuestionKind.SCALE, tuple("abcdefgh"), None, Reason.SCALE_STEPS),
        (QuestionKind.SCALE, ("a", "b", "A"), None, Reason.SAME_OPTION_TWICE),
        (QuestionKind.TEXT, (), None, None),
    ],
)
def test_questions(
    kind: QuestionKind, labels: tuple[str, ...], most: int | None, reason: Reason | None
) -> None:
    assert rules.why_not_question(QuestionFacts(kind, labels, most)) is reason


@pytest.mark.parametrize(("most", "fits"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_ballot_never_asks_for_more_choices_than_options(most: int, fits: bool) -> None:
    section = SectionFacts(("a", "b", "c"), max_choices=most)
    assert (rules.why_not_ballot(BallotFacts((section,))) is None) == fits


def test_what_is_wrong_with_a_ballot_is_named_by_ballot_and_section() -> None:
    fine, short = SectionFacts(("a", "b"), max_choices=1), SectionFacts(("a",), max_choices=1)
    seats = SectionFacts(("a", "b"), max_choices=1, seats=2)
    draft = changed(
        ballots=(BallotFacts((fine,)), BallotFacts((short, fine, seats)), BallotFacts(()))
    )
    found = rules.list_hindrances(draft, today=TODAY)
    assert [(one.reason, one.ballot, one.section) for one in found] == [
        (Reason.TOO_FEW_OPTIONS, 2, 1),
        (Reason.SEATS_OUT_OF_RANGE, 2, 3),
        (Reason.SECTION_MISSING, 3, None),
    ]
    crowded = BallotFacts((fine,) * (rules.MOST_SECTIONS + 1))
    assert rules.why_not_ballot(crowded) is Reason.TOO_MANY_SECTIONS
    assert rules.why_not_ballot(BallotFacts((fine,) * rules.MOST_SECTIONS)) is None


@pytest.mark.parametrize(
    ("rule", "most", "seats", "reason"),
    [
        (BallotRule.PLURALITY, None, 1, None),
        (BallotRule.PLURALITY, None, 2, None),
        (BallotRule.PLURALITY, None, 3, Reason.SEATS_OUT_OF_RANGE),
        (BallotRule.CHOICES, None, 1, Reason.CHOICES_OUT_OF_RANGE),
        (BallotRule.CHOICES, 2, 1, None),
        (BallotRule.APPROVAL, None, 1, None),
        (BallotRule.BORDA, None, 1, None),
        (BallotRule.IRV, 3, 1, None),
        (BallotRule.IRV, None, 2, Reason.ONE_SEAT_ONLY),
        (BallotRule.STV, None, 2, None),
        (BallotRule.STV, 4, 2, Reason.CHOICES_OUT_OF_RANGE),
    ],
)
def test_every_rule_knows_how_many_choices_and_winners_fit(
    rule: BallotRule, most: int | None, seats: int, reason: Reason | None
) -> None:
    section = SectionFacts(("a", "b", "c"), rule, most, seats)
    assert rules.why_not_section(section) is reason


def test_lines_become_options_and_keep_what_they_had() -> None:
    bus = OptionDraft("A bus", "A big car", "🚌", {"ar": "حافلة"})
    play = OptionDraft("Play", "To play", "wish-2", wish_number=2)
    travel = OptionDraft("Travel", "To travel", wish_number=6)
    made = rules.draft_options(["Trams", "a  BUS", "travel"], [bus, play], [play, travel])
    assert made == (OptionDraft("Trams"), bus, travel)
    renamed = OptionDraft("Getting about", "To travel", "wish-6", wish_number=6)
    again = rules.draft_options(["Getting about", "Travel"], [renamed], [play, travel])
    assert again == (renamed, OptionDraft("Travel"))  # one wish never stands there twice
    assert rules.draft_options(["Travel"], [renamed], [play, travel]) == (travel,)


def test_twins_are_found_and_empty_words_are_none() -> None:
    assert rules.find_twins(["Bus", "", "Tram", " bus ", "", "TRAM"]) == [3, 5]
    assert rules.find_twins([]) == []


ONE_PICTURE = ["🚌", "🏳️‍🌈", "👩🏽‍🚀", "🇬🇧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "⭐", "4️⃣", "wish-1", "wish-12"]
NO_PICTURE = [
    *("", "A", "7", "🚌🚌", "🚌 ", "<b>", "wish-0", "wish-13", "wish-", "🎈a", "ا"),
    *("\u200d", "🎈\u200d", "👩" + "\u200d👩" * 12),
]


@pytest.mark.parametrize("text", ONE_PICTURE + NO_PICTURE)
def test_a_picture_is_a_pictogram_or_exactly_one_emoji(text: str) -> None:
    assert rules.is_picture(text) == (text in ONE_PICTURE)


@pytest.mark.parametrize("mode", list(SittingMode))
def test_every_way_of_answering_has_a_fitting_basis(mode: SittingMode) -> None:
    assert rules.FITTING_BASES[mode]


def sitting(**facts: object) -> Reason | None:
    given: dict[str, object] = {
        "mode": SittingMode.CLASS_CODE,
        "place_id": 1,
        "own_place_ids": {1},
        "basis": ParticipationBasis.INFORMED_OPT_OUT,
        "basis_confirmed": True,
        "expected_heads": 28,
    }
    status = facts.pop("status", ConsultationStatus.OPEN)
    return rules.why_not_open_sitting(status, **(given | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"status": ConsultationStatus.DRAFT}, Reason.NOT_OPEN),
        ({"status": ConsultationStatus.CLOSED}, Reason.NOT_OPEN),
        ({"place_id": None, "own_place_ids": None}, Reason.PLACE_NEEDED),
        ({"place_id": 2}, Reason.NOT_YOUR_PLACE),
        ({"place_id": 2, "own_place_ids": None}, None),
        ({"own_place_ids": set()}, Reason.NOT_YOUR_PLACE),
        ({"basis": ParticipationBasis.PUBLIC_PAGE}, Reason.BASIS_DOES_NOT_FIT),
        ({"basis_confirmed": False}, Reason.BASIS_NOT_CONFIRMED),
        ({"expected_heads": None}, Reason.HEADS_NEEDED),
        (
            {
                "mode": SittingMode.PUBLIC_LINK,
                "place_id": None,
                "own_place_ids": None,
                "basis": ParticipationBasis.PUBLIC_PAGE,
                "expected_heads": None,
            },
            None,
        ),
        (
            {
                "mode": SittingMode.PUBLIC_LINK,
                "place_id": None,
                "basis": ParticipationBasis.PUBLIC_PAGE,
            },
            Reason.PLACE_NEEDED,
        ),
    ],
)
def test_opening_a_sitting(facts: dict[str, object], reason: Reason | None) -> None:
    assert sitting(**facts) is reason


@pytest.mark.parametrize(
    ("expected", "recorded", "note", "reason"),
    [
        (28, 28, "", None),
        (28, 27, "", Reason.NOTE_NEEDED),
        (28, 27, "  ", Reason.NOTE_NEEDED),
        (28, 27, "One went home", None),
        (None, 27, "", None),
        (28, None, "", None),
    ],
)
def test_a_difference_in_heads_is_explained(
    expected: int | None, recorded: int | None, note: str, reason: Reason | None
) -> None:
    asked = {"expected_heads": expected, "recorded": recorded, "note": note}
    assert rules.why_not_close_sitting(is_closed=False, **asked) is reason  # type: ignore[arg-type]
    closed = rules.why_not_close_sitting(is_closed=True, **asked)  # type: ignore[arg-type]
    assert closed is Reason.SITTING_CLOSED


@pytest.mark.parametrize(
    ("sittings", "together", "reason"),
    [(0, False, None), (2, False, Reason.SITTINGS_OPEN), (2, True, None)],
)
def test_closing_waits_for_sittings_or_takes_them_along(
    sittings: int, together: bool, reason: Reason | None
) -> None:
    opened = ConsultationStatus.OPEN
    asked = {"open_sittings": sittings, "close_sittings": together}
    assert rules.why_not_close(opened, **asked) is reason  # type: ignore[arg-type]
    assert rules.why_not_close(ConsultationStatus.CLOSED, **asked) is Reason.NOT_OPEN  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "taken", "slug"),
    [
        ("What's it like in Leeds?", (), "what-s-it-like-in-leeds"),
        ("Café & Čaj", (), "cafe-caj"),
        ("مدينة", (), "consultation"),
        ("🎈", {"consultation"}, "consultation-2"),
        ("x" * 300, (), "x" * 60),
        ("Same", {"same", "same-2"}, "same-3"),
    ],
)
def test_slugs_are_plain_and_free(title: str, taken: set[str], slug: str) -> None:
    assert rules.make_slug(title, otherwise="consultation", taken=taken) == slug


def test_places_are_found_by_parts_of_their_words() -> None:
    names = ["Sample Primary School", "Sample Youth Club", "Ülkü Centre"]
    assert rules.filter_by_words(names, names, "school sam") == ["Sample Primary School"]
    assert rules.filter_by_words(names, names, "") == names
    assert rules.filter_by_words(names, names, "ÜLKÜ") == ["Ülkü Centre"]


def test_minutes_are_rounded_up_and_never_none() -> None:
    assert rules.minutes_needed([], 0) == 1
    assert rules.minutes_needed([QuestionKind.SINGLE] * 3, 0) == 1
    assert rules.minutes_needed([QuestionKind.SINGLE, QuestionKind.TEXT], 1) == 3


def test_a_code_leads_somewhere_or_says_why_not() -> None:
    assert rules.why_not_join(is_known=False, is_closed=False) is Reason.CODE_UNKNOWN
    assert rules.why_not_join(is_known=True, is_closed=True) is Reason.SITTING_CLOSED
    assert rules.why_not_join(is_known=True, is_closed=False) is None


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_given_by_some_rule_or_verb(reason: Reason) -> None:
    floor = Path(rules.__file__).parents[1]
    said = [*(floor / "rules").glob("*.py"), *(floor / "service").glob("*.py")]
    assert any(f"Reason.{reason.name}" in path.read_text(encoding="utf-8") for path in said)
