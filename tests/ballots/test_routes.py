"""The ballot page on a phone, without script, and the officer's count."""

import re

import pytest
from sqlmodel import select

from app.ballots.models import Vote
from app.consultations.models import Ballot, Consultation, Sitting
from app.consultations.rules import ConsultationStatus
from app.core.tokens import new_submission_id
from app.staff.rules import Role
from tests.factories import Round, make_round
from tests.site import Site

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def here(site: Site) -> Round:
    with site.session() as session:
        return make_round(session, now=site.now)


def page_of(here: Round) -> str:
    return f"/b/{here.sitting.class_code}/{here.ballot.id}"


def order_on(html: str) -> list[str]:
    return re.findall(r'name="choices" value="(w\d+|-)"', html)


def test_the_paper_has_every_option_and_a_blank_vote_last(site: Site, here: Round) -> None:
    page = site.get(page_of(here))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    order = order_on(page.text)
    assert sorted(order[:-1]) == sorted(one.key for one in here.options)
    assert order[-1] == "-"
    assert page.text.count('class="choice wish-') == 12


def test_options_stand_in_another_order_on_each_page_unless_said(site: Site, here: Round) -> None:
    orders = {tuple(order_on(site.get(page_of(here)).text)) for _ in range(4)}
    assert len(orders) > 1
    with site.session() as session:
        session.get_one(Ballot, here.ballot.id).is_shuffled = False
    plain = order_on(site.get(page_of(here)).text)
    assert plain == [*(one.key for one in here.options), "-"]


def test_a_vote_is_put_in_the_box_once(site: Site, here: Round) -> None:
    sent = {"submission_id": ID, "choices": ["w7", "w2"]}
    for _ in range(3):
        thanks = site.post(page_of(here) + "/votes", sent)
        assert thanks.status_code == 200
        assert "Thank you for voting" in thanks.text
    with site.session() as session:
        vote = session.exec(select(Vote)).one()
    assert vote.choices == ["w2", "w7"]
    assert ID not in vote.id


def test_another_choice_under_the_same_id_is_refused_kindly(site: Site, here: Round) -> None:
    site.post(page_of(here) + "/votes", {"submission_id": ID, "choices": ["w7"]})
    changed = site.post(page_of(here) + "/votes", {"submission_id": ID, "choices": ["w8"]})
    assert changed.status_code == 409
    assert "first vote already counts" in changed.text


def test_a_blank_vote_is_a_vote(site: Site, here: Round) -> None:
    sent = {"submission_id": ID, "choices": ["-"]}
    assert site.post(page_of(here) + "/votes", sent).status_code == 200
    with site.session() as session:
        assert session.exec(select(Vote)).one().choices == []


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ([], "Choose at least one"),
        (["w1", "w2", "w3", "w4"], "Choose up to 3"),
        (["w1", "-"], "Keep one of the two"),
        (["w99"], "Choose from the options"),
        (["<script>"], "Choose from the options"),
        (["w1" * 200_000], "Choose from the options"),
    ],
)
def test_a_paper_that_does_not_fit_comes_back_as_it_was(
    site: Site, here: Round, choices: list[str], sentence: str
) -> None:
    answer = site.post(page_of(here) + "/votes", {"submission_id": ID, "choices": choices})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{ID}"' in answer.text
    kept = re.findall(r'value="(w\d+|-)" checked', answer.text)
    assert sorted(kept) == sorted(set(choices) & {*(one.key for one in here.options), "-"})
    again = site.post(page_of(here) + "/votes", {"submission_id": ID, "choices": choices})
    assert order_on(again.text) == order_on(answer.text)  # the order stays while mending
    with site.session() as session:
        assert session.exec(select(Vote)).all() == []


@pytest.mark.parametrize("weak", ["", "f" * 32, "0123456789"])
def test_a_weak_id_is_replaced_and_the_choice_kept(site: Site, here: Round, weak: str) -> None:
    answer = site.post(page_of(here) + "/votes", {"submission_id": weak, "choices": ["w5"]})
    assert answer.status_code == 422
    assert 'value="w5" checked' in answer.text
    assert "once more" in answer.text


def test_voting_ends_with_a_sentence(site: Site, here: Round) -> None:
    with site.session() as session:
        session.exec(select(Consultation)).one().status = ConsultationStatus.CLOSED
    late = site.post(page_of(here) + "/votes", {"submission_id": ID, "choices": ["w1"]})
    assert late.status_code == 409
    assert "Voting has ended" in late.text
    assert site.get(page_of(here)).status_code == 409
    assert site.get(f"/b/XXXX/{here.ballot.id}").status_code == 404
    assert site.get(f"/b/{here.sitting.class_code}/999").status_code == 404


def test_only_officers_count_and_only_after_the_close(site: Site, here: Round) -> None:
    for choices in (["w1", "w2"], ["w2"], ["-"]):
        site.post(
            page_of(here) + "/votes", {"submission_id": new_submission_id(), "choices": choices}
        )
    count = f"/staff/ballots/{here.ballot.id}"
    assert site.get(count).status_code == 303
    site.sign_in(Role.YOUTH_WORKER)
    assert site.get(count).status_code == 403
    site.sign_in(Role.OFFICER)
    refused = site.get(count)
    assert refused.status_code == 409
    assert "sitting is still open" in refused.text
    with site.session() as session:
        session.get_one(Sitting, here.sitting.id).closed_at = site.now
    assert "after the consultation is closed" in site.get(count).text
    with site.session() as session:
        session.exec(select(Consultation)).one().status = ConsultationStatus.CLOSED
    page = site.get(count)
    assert page.status_code == 200
    figures = re.findall(r"<dd>([\d,]+)</dd>", page.text)
    assert figures == ["3", "1", "3"]  # votes, blank, choices
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="number-cell">(\d+)</td>', page.text)
    assert rows[:2] == [("Short 2", "2"), ("Short 1", "1")]
    assert len(rows) == 12
