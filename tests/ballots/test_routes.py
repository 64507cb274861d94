"""The paper on a phone without script, of every kind, and the officer's count."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlmodel import select

from app.ballots import service as voting
from app.ballots.box.codes import new_code, show_code
from app.ballots.box.digests import blind_of, leaf_of, receipt_of, show_receipt
from app.ballots.models import SealedVote, Vote
from app.ballots.rules import RightKind, seat_code, seat_cookie
from app.consultations.models import Consultation
from app.consultations.rules import BallotRule, SectionDraft
from app.consultations.service import close_consultation
from app.core.tokens import new_submission_id
from app.staff.rules import Role
from tests.ballots.papers import FINE, MARK, MAYOR, ORDER, TWO_PLACES, WISHES, Paper, hold_paper
from tests.ballots.papers import section as make_section
from tests.site import Site

ID = "0123456789abcdef0123456789abcdef"


def hold(site: Site, *ballots: Sequence[SectionDraft], **options: Any) -> Paper:
    with site.session() as session:
        return hold_paper(session, site.settings.data_dir, *ballots, now=site.now, **options)


@pytest.fixture
def wishes(site: Site) -> Paper:
    return hold(site, [WISHES])


def send(site: Site, page: str, **fields: Any) -> Response:
    """Post a paper; a `_` in a name stands for the `.` of a place."""
    named = {name.replace("_", "."): value for name, value in fields.items()}
    return site.post(f"{page}/votes", {"secret": ID} | named)


def votes(site: Site, paper: Paper) -> list[str]:
    """All that was in the box, once everything is closed and mixed."""
    with site.session() as session:
        round_ = session.get_one(Consultation, paper.consultation.id)
        close_consultation(session, round_, close_sittings=True, actor=None, now=site.now)
    for _ in range(3):
        site.now += timedelta(hours=25)
        site.work()
    with site.session() as session:
        assert session.exec(select(SealedVote)).all() == []
        return sorted(session.exec(select(Vote.choices)))


def order_on(html: str, key: str = "s1") -> list[str]:
    return re.findall(rf'name="{key}" value="(\w+|-)"', html)


def errors_on(html: str) -> dict[str, str]:
    """What is said at which field."""
    return {
        name: words.strip()
        for name, hidden, words in re.findall(
            r'<p class="error" id="error-([^"]+)"( hidden)?>([^<]*)', html
        )
        if not hidden
    }


# --- the paper ---------------------------------------------------------------------------------


def test_the_paper_has_every_option_and_a_blank_vote_last(site: Site, wishes: Paper) -> None:
    page = site.get(wishes.open_page)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    order = order_on(page.text)
    assert sorted(order[:-1]) == sorted(f"w{number}" for number in range(1, 13))
    assert order[-1] == "-"
    assert page.text.count("<b>I do not want to choose</b>") == 1
    assert "In easy words 12" in page.text
    assert page.text.count('<svg class="art wish-') == 12


def test_options_stand_in_another_order_on_each_page_unless_said(site: Site, wishes: Paper) -> None:
    orders = {tuple(order_on(site.get(wishes.open_page).text)) for _ in range(8)}
    assert len(orders) > 1


def test_a_fixed_order_stays(site: Site) -> None:
    paper = hold(site, [WISHES], is_shuffled=False)
    plain = [*(f"w{number}" for number in range(1, 13)), "-"]
    assert {tuple(order_on(site.get(paper.open_page).text)) for _ in range(4)} == {tuple(plain)}


def test_every_page_has_a_secret_of_its_own(site: Site, wishes: Paper) -> None:
    pages = [site.get(wishes.open_page).text for _ in range(20)]
    secrets = {re.findall(r'name="secret" value="(\w+)"', page)[0] for page in pages}
    assert len(secrets) == 20


@pytest.mark.parametrize(
    ("asked", "kind", "hint"),
    [
        (MAYOR, "checkbox", "Choose up to 2. Each counts the same."),
        (MARK[0], "radio", "Choose one."),
        (MARK[2], "radio", "Choose one."),
        (FINE, "checkbox", "Choose as many as you like."),
    ],
)
def test_each_kind_says_how_to_choose(
    site: Site, asked: SectionDraft, kind: str, hint: str
) -> None:
    page = site.get(hold(site, [asked]).open_page).text
    assert hint in page
    assert f"<h1>{asked.question}</h1>" in page  # one question: it is the heading
    boxes = re.findall(r'<input type="(\w+)" id="field-s1', page)
    assert boxes == [kind] * (len(asked.options) + 1)


def test_an_order_is_chosen_from_plain_lists(site: Site) -> None:
    page = site.get(hold(site, [ORDER]).open_page).text
    assert "Give your favourite 1" in page
    names = re.findall(r'<select id="field-s1[^"]*" name="([^"]+)"', page)
    assert sorted(names) == ["s1.o1", "s1.o2", "s1.o3", "s1.o4"]
    assert page.count("<option>4</option>") == 4
    assert "🚌" in page
    assert '<span class="art letter' in page  # no picture: its first letter


def test_three_sections_are_one_long_page(site: Site) -> None:
    page = site.get(hold(site, MARK).open_page).text
    assert re.findall(r"<h1[^>]*>([^<]+)", page) == ["The paper"]
    asked = [page.index(section.question) for section in MARK]
    assert asked == sorted(asked)
    assert page.count("<b>I do not want to choose</b>") == 3


def test_options_stand_in_the_language_asked_for(site: Site) -> None:
    paper = hold(site, [ORDER])
    english, arabic = site.get(paper.open_page), site.get(paper.open_page + "?lang=ar")
    assert 'hreflang="ar"' in english.text
    assert "حافلة أرخص" not in english.text
    assert '<b dir="auto" lang="ar">حافلة أرخص</b><small dir="auto" lang="en">A cheaper bus' in (
        arabic.text
    )
    assert '<b dir="auto">More trees</b>' in arabic.text  # no words in it: as first written
    assert site.get(paper.open_page + "?lang=xx").text.count("A cheaper bus") == 1
    again = site.post(paper.open_page + "/votes?lang=ar", {"secret": ID})
    assert (again.status_code, "حافلة أرخص" in again.text) == (422, True)
    sent = site.post(paper.open_page + "/votes?lang=ar", {"secret": ID, "s1.o1": "1"})
    assert sent.status_code == 201


def test_a_paper_in_one_language_has_no_switch(site: Site, wishes: Paper) -> None:
    assert "hreflang" not in site.get(wishes.open_page).text


# --- a vote ------------------------------------------------------------------------------------


def test_a_vote_is_put_in_the_box_once_and_its_receipt_is_right(site: Site, wishes: Paper) -> None:
    answers = [send(site, wishes.open_page, s1=["w7", "w2"]) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 200, 200]
    frozen = wishes.ballots[0].definition_hash
    receipt = receipt_of(leaf_of(frozen, blind_of(frozen, ID), "s1=w2,w7"))
    for thanks in answers:
        assert "Thank you for voting" in thanks.text
        assert show_receipt(receipt) in thanks.text
    assert votes(site, wishes) == ["s1=w2,w7"]


KINDS = [
    ([MAYOR], {"s1": ["o12", "o3"]}, "s1=o3,o12"),
    ([MAYOR], {"s1": "o3"}, "s1=o3"),
    (MARK, {"s1": "o2", "s2": "-", "s3": "o1"}, "s1=o2;s2=;s3=o1"),
    ([FINE], {"s1": ["o1", "o2", "o3"]}, "s1=o1,o2,o3"),
    ([ORDER], {"s1.o4": "1", "s1.o1": "2", "s1.o2": "3", "s1.o3": ""}, "s1=o4,o1,o2"),
    ([ORDER], {"s1": "-", "s1.o1": "", "s1.o2": ""}, "s1="),
    ([TWO_PLACES], {"s1.o3": "1"}, "s1=o3"),
    ([WISHES], {"s1": "-"}, "s1="),
]


@pytest.mark.parametrize(("sections", "fields", "stored"), KINDS)
def test_each_kind_of_vote_is_stored_as_it_was_meant(
    site: Site, sections: Sequence[SectionDraft], fields: dict[str, Any], stored: str
) -> None:
    paper = hold(site, sections)
    assert site.post(paper.open_page + "/votes", {"secret": ID} | fields).status_code == 201
    assert votes(site, paper) == [stored]


def test_another_choice_under_the_same_id_is_refused_kindly(site: Site, wishes: Paper) -> None:
    send(site, wishes.open_page, s1="w7")
    changed = send(site, wishes.open_page, s1="w8")
    assert changed.status_code == 422
    assert "first vote already counts" in changed.text
    assert 'data-ended="changed"' in changed.text
    assert votes(site, wishes) == ["s1=w7"]


def kept_on(html: str) -> set[str]:
    """Every tick and place on a page that came back."""
    ticks = re.findall(r'name="(\w+)" value="([\w-]+)" checked', html)
    kept = {f"{key}={value}" for key, value in ticks}
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', html):
        kept |= {f"{name}={place}" for place in re.findall(r"<option selected>(\d+)", options)}
    return kept


@pytest.mark.parametrize(
    ("sections", "fields", "wrong", "kept"),
    [
        ([WISHES], {}, {"s1": "Choose at least one"}, set()),
        ([WISHES], {"s1": ["w1", "w2", "w3", "w4"]}, {"s1": "Choose up to 3"},
         {"s1=w1", "s1=w2", "s1=w3", "s1=w4"}),
        ([WISHES], {"s1": ["w1", "-"]}, {"s1": "Keep one of the two"}, {"s1=w1", "s1=-"}),
        ([WISHES], {"s1": ["w99", "w1"]}, {"s1": "Choose from the options"}, {"s1=w1"}),
        ([WISHES], {"s1": "<script>"}, {"s1": "Choose from the options"}, set()),
        ([WISHES], {"s1": "w1" * 200_000}, {"s1": "Choose from the options"}, set()),
        ([ORDER], {}, {"s1": "Choose at least one"}, set()),
        ([ORDER], {"s1.o1": "1", "s1.o2": "1"}, {"s1": "the same place"}, {"s1.o1=1", "s1.o2=1"}),
        ([ORDER], {"s1.o1": "1", "s1.o2": "3"}, {"s1": "A place is missing"},
         {"s1.o1=1", "s1.o2=3"}),
        ([ORDER], {"s1.o1": "1", "s1": "-"}, {"s1": "Keep one of the two"}, {"s1.o1=1", "s1=-"}),
        ([ORDER], {"s1.o1": "5"}, {"s1": "Choose from the options"}, set()),
        ([TWO_PLACES], {"s1.o1": "1", "s1.o2": "2", "s1.o3": "3"}, {"s1": "Choose up to 2"},
         {"s1.o1=1", "s1.o2=2"}),
        (MARK, {"s2": "o1"}, {"s1": "Choose at least one", "s3": "Choose at least one"},
         {"s2=o1"}),
        (MARK, {"s1": ["o1", "o2"], "s2": "-", "s3": "o9"},
         {"s1": "Choose up to 1", "s3": "Choose from the options"}, {"s1=o1", "s1=o2", "s2=-"}),
    ],
)  # fmt: skip
def test_a_paper_that_does_not_fit_comes_back_as_it_was(
    site: Site,
    sections: Sequence[SectionDraft],
    fields: dict[str, Any],
    wrong: dict[str, str],
    kept: set[str],
) -> None:
    paper = hold(site, sections)
    answer = site.post(paper.open_page + "/votes", {"secret": ID} | fields)
    assert answer.status_code == 422
    said = errors_on(answer.text)
    assert said.keys() == wrong.keys()
    assert all(words in said[key] for key, words in wrong.items())
    assert all(f'href="#field-{key}"' in answer.text for key in wrong)
    assert kept_on(answer.text) == kept
    assert f'value="{ID}"' in answer.text
    again = site.post(paper.open_page + "/votes", {"secret": ID} | fields)
    assert order_on(again.text) == order_on(answer.text)  # the order stays while mending
    assert votes(site, paper) == []


@pytest.mark.parametrize("weak", ["", "f" * 32, "0123456789", "G" * 32])
def test_a_weak_id_is_replaced_and_the_choice_kept(site: Site, wishes: Paper, weak: str) -> None:
    answer = send(site, wishes.open_page, secret=weak, s1="w5")
    assert answer.status_code == 422
    assert 'value="w5" checked' in answer.text
    assert "once more" in answer.text
    (fresh,) = re.findall(r'name="secret" value="(\w+)"', answer.text)
    assert send(site, wishes.open_page, secret=fresh, s1="w5").status_code == 201


def test_voting_ends_with_a_sentence_and_nothing_is_lost(site: Site, wishes: Paper) -> None:
    with site.session() as session:
        round_ = session.get_one(Consultation, wishes.consultation.id)
        close_consultation(session, round_, close_sittings=True, actor=None, now=site.now)
    site.now += timedelta(hours=25)
    late = send(site, wishes.open_page, s1="w1")
    assert late.status_code == 410
    assert "Voting has ended" in late.text
    assert 'value="w1" checked' in late.text
    assert site.get(wishes.open_page).status_code == 409
    assert site.get(f"/b/XXXX/{wishes.ballots[0].id}").status_code == 404
    assert site.get(f"/b/{wishes.public.class_code}/999").status_code == 404
    assert site.get("/b/XXXX").status_code == 404


def test_a_phone_whose_answer_was_lost_hears_it_after_the_end_too(
    site: Site, wishes: Paper
) -> None:
    first = send(site, wishes.open_page, s1="w1")
    with site.session() as session:
        round_ = session.get_one(Consultation, wishes.consultation.id)
        close_consultation(session, round_, close_sittings=True, actor=None, now=site.now)
    site.now += timedelta(hours=25)
    again = send(site, wishes.open_page, s1="w1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert send(site, wishes.open_page, s1="w2").status_code == 422  # the first one counts


# --- slips and seats ---------------------------------------------------------------------------


def test_one_ballot_is_behind_the_door_at_once_several_are_offered(site: Site) -> None:
    one = hold(site, [MAYOR])
    door = site.get(f"/b/{one.class_.class_code}")
    assert (door.status_code, door.headers["location"]) == (303, one.slip_page)


def test_a_slip_works_once_in_each_ballot(site: Site) -> None:
    paper = hold(site, [MAYOR], [FINE])
    door = site.get(f"/b/{paper.class_.class_code.lower()}")
    links = re.findall(r'href="(/b/\w+/\d+)"', door.text)
    assert len(links) == 2
    code = paper.codes[0]
    secrets = [new_submission_id() for _ in links]
    first = send(site, links[0], secret=secrets[0], code=code, s1="o1")
    assert f'href="{links[1]}"' in first.text  # the thank-you page leads to the other one
    second = send(site, links[1], secret=secrets[1], code=code, s1="o2")
    assert (first.status_code, second.status_code) == (201, 201)
    for link in links:
        assert send(site, link, secret=new_submission_id(), code=code, s1="o3").status_code == 409
    assert votes(site, paper) == ["s1=o1", "s1=o2"]


def test_a_code_is_read_however_it_is_typed(site: Site) -> None:
    paper = hold(site, [MAYOR])
    typed = [
        show_code(paper.codes[0]), paper.codes[1].lower(), "-".join(paper.codes[2]) + " ",
        paper.codes[3].replace("5", "S").replace("2", "z").replace("8", "B").replace("7", "l"),
    ]  # fmt: skip
    for written in typed:
        secret = new_submission_id()
        sent = send(site, paper.slip_page, secret=secret, code=written, s1="o1")
        assert sent.status_code == 201, written
    assert len(votes(site, paper)) == 4


def test_what_is_wrong_with_a_slip_is_said_at_its_field(site: Site) -> None:
    paper = hold(site, [MAYOR])
    page = site.get(paper.slip_page)
    assert "The code on your slip" in page.text
    assert re.findall(r"<h1[^>]*>([^<]+)", page.text) == ["The paper"]
    used = paper.codes[0]
    assert send(site, paper.slip_page, secret=new_submission_id(), code=used, s1="o1").is_success
    mistyped = used[:-1] + ("2" if used[-1] != "2" else "3")
    for written, status, said in (
        ("", 422, "seven signs"), (mistyped, 422, "seven signs"), ("<b>", 422, "seven signs"),
        ("K" * 50_000, 422, "seven signs"), (new_code(), 404, "do not know this slip code"),
        (used, 409, "used already"),
    ):  # fmt: skip
        answer = send(site, paper.slip_page, code=written, s1=["o2", "o3"])
        assert answer.status_code == status, written[:20]
        assert said in errors_on(answer.text)["code"], written[:20]
        assert kept_on(answer.text) == {"s1=o2", "s1=o3"}
        assert 'value="<b>' not in answer.text
    both = send(site, paper.slip_page, code="x")
    assert errors_on(both.text).keys() == {"code", "s1"}
    assert votes(site, paper) == ["s1=o1"]


def test_a_code_never_stands_in_an_address(site: Site) -> None:
    paper = hold(site, [MAYOR])
    code = paper.codes[0]
    for answer in (
        site.get(paper.slip_page),
        send(site, paper.slip_page, code=code),
        send(site, paper.slip_page, code=code, s1="o1"),
    ):
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', answer.text):
            assert code not in address


def test_a_seat_needs_no_code_and_a_stranger_none_either(site: Site) -> None:
    paper = hold(site, [MAYOR], slips=0)
    class_code = paper.class_.class_code
    turned = site.get(paper.slip_page)
    assert (turned.status_code, turned.headers["location"]) == (303, f"/s/{class_code}")
    token = new_submission_id()
    with site.session() as session:
        voting.let_in(
            session, sitting_id=paper.class_.id or 0, codes=[seat_code(token)],
            kind=RightKind.SEAT, keys=site.app.state.opened_ballots.keys, now=site.now,
        )  # fmt: skip
    site.client.cookies.set(seat_cookie(class_code), token)
    page = site.get(paper.slip_page)
    assert page.status_code == 200
    assert 'name="code"' not in page.text
    assert send(site, paper.slip_page, s1="o1").status_code == 201
    other = send(site, paper.slip_page, secret=new_submission_id(), s1="o2")
    assert other.status_code == 409
    assert votes(site, paper) == ["s1=o1"]


# --- what the pages are made of ----------------------------------------------------------------


def test_the_page_names_what_the_phone_computes_with(site: Site) -> None:
    paper = hold(site, MARK)
    page = site.get(paper.open_page).text
    assert f'data-definition="{paper.ballots[0].definition_hash}"' in page
    assert re.findall(r'data-section="(\w+)" data-keys="([\w,]+)"', page) == [
        ("s1", "o1,o2,o3"), ("s2", "o1,o2"), ("s3", "o1,o2,o3"),
    ]  # fmt: skip


def test_words_of_officers_stay_words_on_the_paper(site: Site) -> None:
    nasty = ["<script>alert(1)</script>", "{{ 7*7 }}", '" onclick="x', "\u202eback", "🎈"]
    asked = make_section(BallotRule.CHOICES, *nasty, most=2, question="<b>Which?</b>")
    paper = hold(site, [asked], title="<i>Title</i>")
    for url in (paper.open_page, paper.slip_page):
        page = site.get(url).text
        assert "<script>alert" not in page
        assert "<b>Which" not in page
        assert "<i>Title" not in page
        assert "{{ 7*7 }}" in page
