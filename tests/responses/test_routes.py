"""The survey pages on a phone, without script: what a browser sends and what comes back."""

import re

import pytest
from sqlmodel import select

from app.consultations.models import Consultation, Sitting
from app.consultations.rules import ConsultationStatus, NonAnswer
from app.core.tokens import new_submission_id
from app.responses.models import Answer, Response
from app.responses.slips import hash_slip, list_words
from app.safeguarding.service import load_help_contacts
from app.texts.models import FreeText
from tests.factories import Round, make_round
from tests.site import Site

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def here(site: Site) -> Round:
    with site.session() as session:
        load_help_contacts(session, now=site.now)
        return make_round(session, now=site.now)


def page_of(here: Round) -> str:
    return f"/s/{here.sitting.class_code}/survey/{here.survey.id}"


def filled(here: Round, **changes: object) -> dict[str, object]:
    single, several, scale, text = (f"q{question.id}" for question in here.questions)
    answers: dict[str, object] = {
        "submission_id": ID, single: "yes", several: ["yes", "maybe"], scale: "4",
        text: "A swing in the park 🌳",
    }  # fmt: skip
    return answers | changes


def words_on(html: str) -> list[str]:
    slip = re.search(r'<ol class="slip-words".*?</ol>', html, re.DOTALL)
    return re.findall(r"<li>(\w+)</li>", slip.group(0)) if slip else []


def test_the_page_is_a_plain_form_that_works(site: Site, here: Round) -> None:
    page = site.get(page_of(here))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for question in here.questions:
        assert f'name="q{question.id}"' in page.text
        assert f'name="not{question.id}"' in page.text
    for said in ("People read what you write, but", "Childline"):  # before the first text box
        assert said in page.text
        assert page.text.index(said) < page.text.index("<textarea")
    drawn = re.findall(r'name="submission_id" value="([0-9a-f]{32})"', page.text)
    again = re.findall(r'name="submission_id" value="([0-9a-f]{32})"', site.get(page_of(here)).text)
    assert len(drawn) == len(again) == 1
    assert drawn != again


def test_a_send_is_stored_and_thanked_with_four_words(site: Site, here: Round) -> None:
    thanks = site.post(page_of(here) + "/responses", filled(here))
    assert thanks.status_code == 200
    assert thanks.headers["cache-control"] == "no-store"
    words = words_on(thanks.text)
    assert "Childline" in thanks.text  # to everyone, not only on a hit
    assert len(set(words)) == 4
    assert set(words) <= set(list_words())
    assert "-".join(words) not in str(thanks.url)
    with site.session() as session:
        response = session.exec(select(Response)).one()
        answers = {one.question_id: one for one in session.exec(select(Answer))}
        text = session.exec(select(FreeText)).one()
    assert response.slip_hash == hash_slip(site.settings.key("slip"), tuple(words))
    assert ID not in response.id
    assert [answers[one.id or 0].chosen for one in here.questions] == [
        ["yes"], ["yes", "maybe"], ["4"], [],
    ]  # fmt: skip
    assert answers[here.questions[3].id or 0].text_id == text.id
    assert text.text == "A swing in the park 🌳"


def test_a_repeat_gets_the_same_page_and_stores_nothing(site: Site, here: Round) -> None:
    first = site.post(page_of(here) + "/responses", filled(here))
    again = site.post(page_of(here) + "/responses", filled(here))
    assert words_on(first.text) == words_on(again.text)
    with site.session() as session:
        session.exec(select(Consultation)).one().status = ConsultationStatus.CLOSED
    late = site.post(page_of(here) + "/responses", filled(here))
    assert words_on(late.text) == words_on(first.text)
    with site.session() as session:
        assert len(session.exec(select(Response)).all()) == 1
        assert len(session.exec(select(FreeText)).all()) == 1


def test_other_answers_under_the_same_id_are_refused_kindly(site: Site, here: Round) -> None:
    site.post(page_of(here) + "/responses", filled(here))
    changed = site.post(
        page_of(here) + "/responses", filled(here) | {f"q{here.questions[0].id}": "no"}
    )
    assert changed.status_code == 409
    assert "first answers already count" in changed.text


def test_four_ways_of_not_answering_are_kept_apart(site: Site, here: Round) -> None:
    wanted = list(NonAnswer)
    sent = {"submission_id": ID} | {
        f"not{question.id}": "" if way is NonAnswer.SKIPPED else way.value
        for question, way in zip(here.questions, wanted, strict=True)
    }
    assert site.post(page_of(here) + "/responses", sent).status_code == 200
    with site.session() as session:
        stored = {one.question_id: one.non_answer for one in session.exec(select(Answer))}
    assert [stored[one.id or 0] for one in here.questions] == wanted


def test_an_empty_page_sent_is_four_times_skipped(site: Site, here: Round) -> None:
    assert site.post(page_of(here) + "/responses", {"submission_id": ID}).status_code == 200
    with site.session() as session:
        ways = {one.non_answer for one in session.exec(select(Answer))}
    assert ways == {NonAnswer.SKIPPED}


def test_a_megabyte_of_words_comes_back_whole(site: Site, here: Round) -> None:
    words = "Straße äöü 🌳 " * 70_000
    text = f"q{here.questions[3].id}"
    answer = site.post(page_of(here) + "/responses", filled(here) | {text: words})
    assert answer.status_code == 422
    assert "at most 2,000 letters" in answer.text
    assert words in answer.text
    assert f'value="{ID}"' in answer.text  # the id stays with the answers
    assert 'value="maybe" checked' in answer.text
    with site.session() as session:
        assert session.exec(select(Response)).all() == []


@pytest.mark.parametrize(
    "words",
    [
        "مرحبا بالعالم",
        "👩‍👩‍👧‍👦" * 20,
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "a\x00b",
        "%ED%A0%80",
        "'; DROP TABLE",
    ],
)
def test_any_words_are_kept_and_stay_inert(site: Site, here: Round, words: str) -> None:
    text = f"q{here.questions[3].id}"
    wrong = site.post(
        page_of(here) + "/responses", filled(here) | {text: words, f"q{here.questions[0].id}": "?"}
    )
    assert wrong.status_code == 422
    assert "<script>alert" not in wrong.text
    assert 'dir="auto"' in wrong.text
    assert site.post(page_of(here) + "/responses", filled(here) | {text: words}).status_code == 200
    with site.session() as session:
        assert session.exec(select(FreeText)).one().text == words.replace("\x00", "")


def test_a_lone_surrogate_on_the_wire_is_no_error(site: Site, here: Round) -> None:
    body = f"submission_id={ID}&q{here.questions[3].id}=a%ED%A0%80b%00c%FF"
    answer = site.post(
        page_of(here) + "/responses", content=body.encode(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "weak", ["", "0", "f" * 32, "0123456789", "zz" * 16, "01" * 16, "A" * 5000]
)
def test_a_weak_id_is_replaced_and_the_answers_kept(site: Site, here: Round, weak: str) -> None:
    answer = site.post(page_of(here) + "/responses", filled(here) | {"submission_id": weak})
    assert answer.status_code == 422
    assert "once more" in answer.text
    assert "A swing in the park" in answer.text
    drawn = re.findall(r'name="submission_id" value="([0-9a-f]{32})"', answer.text)
    assert len(drawn) == 1
    assert drawn[0] != weak


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({0: ["yes", "no"]}, "Choose only one."),
        ({0: "nonsense"}, "Choose from the answers"),
        ({1: ["yes", "no", "maybe"]}, "Choose up to 2."),
        ({2: "99"}, "Choose from the answers"),
    ],
)
def test_each_wrong_answer_has_its_sentence(
    site: Site, here: Round, changes: dict[int, object], sentence: str
) -> None:
    sent = filled(here) | {
        f"q{here.questions[place].id}": value for place, value in changes.items()
    }
    answer = site.post(page_of(here) + "/responses", sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert"' in answer.text


def test_words_and_a_refusal_are_asked_about(site: Site, here: Round) -> None:
    text = here.questions[3].id
    answer = site.post(
        page_of(here) + "/responses", filled(here) | {f"not{text}": "rather_not_say"}
    )
    assert answer.status_code == 422
    assert "also chose not to answer" in answer.text
    assert "A swing in the park" in answer.text


def test_a_closed_sitting_says_so_and_a_short_grace_takes_what_was_on_its_way(
    site: Site, here: Round
) -> None:
    with site.session() as session:
        session.get_one(Sitting, here.sitting.id).closed_at = site.now
    assert site.post(page_of(here) + "/responses", filled(here)).status_code == 200
    site.now = site.now.replace(hour=site.now.hour + 1)
    late = site.post(
        page_of(here) + "/responses", filled(here) | {"submission_id": new_submission_id()}
    )
    assert late.status_code == 409
    assert "This session has ended" in late.text
    assert "A swing in the park 🌳" in late.text  # what was typed stays on the page
    assert site.get(page_of(here)).status_code == 409


def test_a_wrong_address_is_not_found(site: Site, here: Round) -> None:
    assert site.get(f"/s/XXXX/survey/{here.survey.id}").status_code == 404
    assert site.get(f"/s/{here.sitting.class_code}/survey/9999").status_code == 404
    assert site.post("/s/XXXX/survey/1/responses", filled(here)).status_code == 404
    for wrong in ("0", "-1", "9" * 40, "x", "%00"):
        assert site.get(f"/s/{here.sitting.class_code}/survey/{wrong}").status_code in (404, 422)
        assert site.get(f"/b/{here.sitting.class_code}/{wrong}").status_code in (404, 422)


def test_a_survey_of_another_consultation_is_not_found(site: Site, here: Round) -> None:
    with site.session() as session:
        other = Consultation(
            slug="other", title="Other", edition_id=here.consultation.edition_id,
            created_at=site.now, status=ConsultationStatus.OPEN,
        )  # fmt: skip
        session.add(other)
        session.flush()
        session.get_one(Sitting, here.sitting.id).consultation_id = other.id or 0
    assert site.get(page_of(here)).status_code == 404
    assert site.post(page_of(here) + "/responses", filled(here)).status_code == 404


def test_stopping_is_a_quiet_page(site: Site, here: Round) -> None:
    page = site.get(f"/s/{here.sitting.class_code}/stop")
    assert page.status_code == 200
    assert "Nothing was sent" in page.text
    assert "Childline" in page.text
