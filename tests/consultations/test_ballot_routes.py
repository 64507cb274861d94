"""An officer makes ballots: every kind that Leeds runs, without script, good and bad input."""

import re

import pytest

from app.consultations import queries
from app.consultations.rules import BallotRule, Definition
from app.core import i18n
from app.staff.rules import Role
from tests.consultations.test_routes import start_draft, start_round
from tests.page_check import check_page
from tests.site import Site

TEN = "\n".join(f"Candidate {number}" for number in range(1, 13))


@pytest.fixture
def at(site: Site) -> str:
    return start_draft(site)


def papers(site: Site, at: str) -> list[Definition]:
    with site.session() as session:
        asked = queries.get_asked(session, int(at.rsplit("/", 1)[1]))
        return [one.paper for one in asked.ballots]


def typed_on(html: str) -> dict[str, str]:
    """What the fields of a form hold, as a browser would send it."""
    form = html[html.index("novalidate") :]
    inputs = re.findall(r'<input [^>]*name="([^"]+)"[^>]*?value="([^"]*)"', form)
    areas = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)', form)
    fields = dict(inputs + areas)
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return {name: value.replace("&#39;", "'") for name, value in fields.items()}


def make(site: Site, at: str, like: str, **changes: str) -> Definition:
    """Choose a kind, fill in what is open, save: what an officer does in a minute."""
    fields = typed_on(site.get(f"{at}/ballots/new?like={like}").text)
    changed = {name.replace("_", ".", 1): value for name, value in changes.items()}
    assert site.post(f"{at}/ballots", fields | changed | {"do": "save"}).status_code == 303
    return papers(site, at)[-1]


def test_every_kind_of_leeds_is_made_by_filling_in_its_options(site: Site, at: str) -> None:
    kinds = site.get(f"{at}/ballots/new").text
    mayor = make(site, at, "mayor", s1_options=TEN).sections[0]
    assert (mayor.rule, mayor.most, mayor.seats, len(mayor.options)) == (
        BallotRule.CHOICES, 2, 1, 12,
    )  # fmt: skip
    members = make(site, at, "youth_parliament", s1_options=TEN).sections[0]
    assert (members.rule, members.most, members.seats) == (BallotRule.CHOICES, 2, 3)
    lists = {"s1_options": "A\nB", "s2_options": "C\nD\nE", "s3_options": "F\nG"}
    mark = make(site, at, "make_your_mark", **lists)
    assert [(one.rule, one.most, len(one.options)) for one in mark.sections] == [
        (BallotRule.PLURALITY, 1, 2), (BallotRule.PLURALITY, 1, 3), (BallotRule.CHOICES, 1, 2),
    ]  # fmt: skip
    fine = make(site, at, "approval", s1_options="A\nB\nC").sections[0]
    assert (fine.rule, fine.most) == (BallotRule.APPROVAL, 3)
    order = make(site, at, "ranked", s1_options="A\nB\nC").sections[0]
    assert (order.rule, order.most, order.seats) == (BallotRule.IRV, 3, 1)
    wishes = make(site, at, "wishes")
    assert wishes.sections[0].keys == tuple(f"w{number}" for number in range(1, 13))
    assert wishes.is_shuffled
    own = make(site, at, "own", title="Ours", s1_question="Why?", s1_options="A\nB")
    assert own.sections[0].rule is BallotRule.PLURALITY
    assert len(papers(site, at)) == 7 == len(set(re.findall(r"like=(\w+)", kinds)))


def test_buttons_change_the_shape_and_save_nothing(site: Site, at: str) -> None:
    fields = typed_on(site.get(f"{at}/ballots/new?like=make_your_mark").text)
    fields |= {
        "title": "Kept",
        "s1.options": "A\nB",
        "s3.question": "Third?",
        "s2.max_choices": "x",
    }
    page = site.post(f"{at}/ballots", fields | {"do": "up-3"})
    assert page.status_code == 200
    moved = typed_on(page.text)
    assert (moved["title"], moved["s2.question"], moved["s3.max_choices"]) == (
        "Kept",
        "Third?",
        "x",
    )
    shorter = typed_on(site.post(f"{at}/ballots", moved | {"do": "remove-3"}).text)
    assert "s3.question" not in shorter
    longer = typed_on(site.post(f"{at}/ballots", shorter | {"do": "add"}).text)
    assert (longer["s1.options"], longer["s3.question"]) == ("A\nB", "")
    wishes = typed_on(site.post(f"{at}/ballots", longer | {"do": "wishes-1"}).text)
    assert wishes["s1.options"].split("\n")[:3] == ["A", "B", "Short 1"]
    again = typed_on(site.post(f"{at}/ballots", wishes | {"do": "wishes-1"}).text)
    assert again["s1.options"] == wishes["s1.options"]
    for step in ("down-9", "remove-0", "up-x", "nonsense", "wishes-", "remove-999999999999"):
        assert typed_on(site.post(f"{at}/ballots", again | {"do": step}).text) == again
    for _ in range(9):
        again = typed_on(site.post(f"{at}/ballots", again | {"do": "add"}).text)
    assert "s6.question" in again
    assert "s7.question" not in again
    assert papers(site, at) == []


def test_an_empty_title_is_no_error_while_the_shape_changes(site: Site, at: str) -> None:
    page = site.post(f"{at}/ballots", {"title": "", "s1.question": "", "do": "add"})
    assert "Something needs another look" not in page.text


GOOD = {
    "title": "My own title", "s1.question": "Which?", "s1.rule": "choices", "s1.max_choices": "1",
    "s1.seats": "1", "s1.options": "Bus\nTram\nBike",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "field", "said"),
    [
        ({"title": ""}, "title", "Fill this in"),
        ({"s1.question": " "}, "s1.question", "Fill this in"),
        ({"s1.rule": "loudest"}, "s1.rule", "Choose one from the list"),
        ({"s1.rule": ""}, "s1.rule", "Fill this in"),
        ({"s1.options": ""}, "s1.options", "at least two options"),
        ({"s1.options": "Bus\nBUS "}, "s1.options", "say the same"),
        ({"s1.options": "\n".join(map(str, range(31)))}, "s1.options", "too many options"),
        ({"s1.options": f"a\n{'b' * 300}"}, "s1.options", "too long"),
        ({"s1.options": "long words " * 95_000}, "s1.options", "too long"),
        ({"s1.max_choices": "4"}, "s1.max_choices", "number of choices"),
        ({"s1.max_choices": ""}, "s1.max_choices", "number of choices"),
        ({"s1.max_choices": "two"}, "s1.max_choices", "whole number"),
        ({"s1.max_choices": "0"}, "s1.max_choices", "too small"),
        ({"s1.seats": "3"}, "s1.seats", "number of winners"),
        ({"s1.seats": "9" * 40}, "s1.seats", "too big"),
        ({"s1.rule": "irv", "s1.seats": "2"}, "s1.seats", "one winner"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_comes_back(
    site: Site, at: str, words: dict[str, str], field: str, said: str
) -> None:
    second = {name.replace("s1", "s2"): value for name, value in GOOD.items()} | words
    sent = GOOD | {name.replace("s1.", "s2."): value for name, value in second.items()}
    page = site.post(f"{at}/ballots", sent | {"do": "save"})
    assert page.status_code == 422
    (error,) = re.findall(r'<p class="error" id="error-([^"]+)">([^<]+)', page.text)
    assert error[0] == field.replace("s1.", "s2.")
    assert said in error[1]
    kept = {name: value for name, value in sent.items() if not name.endswith(".rule")}
    assert typed_on(page.text) == typed_on(page.text) | kept
    assert papers(site, at) == []


def test_a_rule_without_a_limit_forgets_the_number(site: Site, at: str) -> None:
    sent = GOOD | {"s1.rule": "approval", "s1.max_choices": "99"}
    assert site.post(f"{at}/ballots", sent).status_code == 422  # 99 is no number of choices at all
    assert site.post(f"{at}/ballots", sent | {"s1.max_choices": "9"}).status_code == 303
    assert papers(site, at)[0].sections[0].max_choices is None


def test_a_forged_paper_without_or_with_too_many_sections_is_told(site: Site, at: str) -> None:
    page = site.post(f"{at}/ballots", {"title": "None"})
    assert (page.status_code, "at least one section" in page.text) == (422, True)
    many = {
        f"s{n}.{name[3:]}": value
        for n in range(1, 9)
        for name, value in GOOD.items()
        if "." in name
    }
    page = site.post(f"{at}/ballots", {"title": "Many"} | many)
    assert (page.status_code, "too many sections" in page.text) == (422, True)


def first_ballot(site: Site, at: str) -> str:
    assert site.post(f"{at}/ballots", GOOD).status_code == 303
    (url,) = set(re.findall(rf'href="({at}/ballots/\d+)"', site.get(at).text))
    return url


def test_pictures_easy_words_and_languages_of_each_option(site: Site, at: str) -> None:
    ballot = first_ballot(site, at)
    page = site.get(f"{ballot}/sections/1")
    fields = typed_on(page.text)
    forged = site.post(f"{ballot}/sections/1", fields | {"add_language": "xx", "o1.wish": "99"})
    assert forged.status_code == 200
    room = site.post(f"{ballot}/sections/1", fields | {"add_language": "ar"})
    assert (room.status_code, i18n.language_name("ar") in room.text) == (200, True)
    words = {
        "languages": ["ar"], "o1.label": "Buses", "o1.easy_read": "They come often",
        "o1.sign": "🚌", "o2.wish": "6", "o1.ar.label": "حافلات", "o3.ar.label": " ",
    }  # fmt: skip
    assert site.post(f"{ballot}/sections/1", typed_on(room.text) | words).status_code == 303
    paper = papers(site, at)[0]
    bus, tram, bike = paper.sections[0].options
    assert (bus.label, bus.easy_read, bus.picture, dict(bus.words)) == (
        "Buses", "They come often", "🚌", {"ar": "حافلات"},
    )  # fmt: skip
    assert (tram.picture, tram.wish, dict(bike.words)) == ("wish-6", 6, {})
    assert paper.languages == ("ar", "en")
    again = typed_on(site.get(f"{ballot}/sections/1").text)
    assert (again["o1.ar.label"], again["o2.wish"], again["o1.sign"]) == ("حافلات", "6", "🚌")
    # The sheet of the whole ballot keeps them for every line that stays.
    sheet = typed_on(site.get(ballot).text) | {"s1.options": "Bike\nBuses\nWalking"}
    assert site.post(ballot, sheet).status_code == 303
    bike, bus, walk = papers(site, at)[0].sections[0].options
    assert (bus.picture, dict(bus.words), walk.picture) == ("🚌", {"ar": "حافلات"}, "")
    preview = site.get(f"{at}/preview").text
    assert "They come often" in preview
    assert "🚌" in preview


@pytest.mark.parametrize(
    ("words", "field", "said"),
    [
        ({"o1.sign": "bus"}, "o1.sign", "exactly one emoji"),
        ({"o1.sign": "🚌🚌"}, "o1.sign", "exactly one emoji"),
        ({"o2.wish": "13"}, "o2.wish", "too big"),
        ({"o1.label": ""}, "o1.label", "Fill this in"),
        ({"o1.label": "x" * 201}, "o1.label", "too long"),
        ({"o2.label": "bus"}, "o2.label", "say the same"),
        ({"o1.ar.label": "حافلة", "o3.ar.label": "حافلة"}, "o3.ar.label", "say the same"),
        ({"o1.easy_read": "y" * 301}, "o1.easy_read", "too long"),
    ],
)
def test_what_is_wrong_with_an_option_is_said_at_its_field(
    site: Site, at: str, words: dict[str, str], field: str, said: str
) -> None:
    ballot = first_ballot(site, at)
    before = papers(site, at)
    fields = typed_on(site.get(f"{ballot}/sections/1").text)
    sent = fields | {"languages": ["ar"]} | words
    page = site.post(f"{ballot}/sections/1", sent)
    assert page.status_code == 422
    (error,) = re.findall(r'<p class="error" id="error-([^"]+)">([^<]+)', page.text)
    assert error[0] == field
    assert said in error[1]
    assert papers(site, at) == before


def test_sections_move_with_their_pictures(site: Site, at: str) -> None:
    second = {name.replace("s1.", "s2."): value for name, value in GOOD.items()}
    site.post(f"{at}/ballots", GOOD | second | {"s2.question": "Second?"})
    (ballot,) = set(re.findall(rf'href="({at}/ballots/\d+)"', site.get(at).text))
    fields = typed_on(site.get(f"{ballot}/sections/2").text) | {"o1.sign": "🚌"}
    assert site.post(f"{ballot}/sections/2", fields).status_code == 303
    moved = typed_on(site.post(ballot, typed_on(site.get(ballot).text) | {"do": "up-2"}).text)
    assert site.post(ballot, moved).status_code == 303
    paper = papers(site, at)[0]
    assert [one.question for one in paper.sections] == ["Second?", "Which?"]
    assert [one.options[0].picture for one in paper.sections] == ["🚌", ""]


def test_one_ballot_is_removed_and_the_other_stays(site: Site, at: str) -> None:
    ballot = first_ballot(site, at)
    site.post(f"{at}/ballots", GOOD | {"title": "The other"})
    assert site.post(f"{ballot}/remove").status_code == 303
    assert [one.title for one in papers(site, at)] == ["The other"]
    assert site.get(ballot).status_code == 404
    assert site.post(ballot, GOOD).status_code == 404


def test_an_open_consultation_shows_what_was_fixed_and_changes_nothing(site: Site) -> None:
    here = start_round(site)
    site.sign_in(Role.OFFICER)
    at = f"/staff/consultations/{here.consultation.id}"
    page = site.get(at).text
    check_page(page, url=at)
    assert here.ballot.definition_hash in page
    (order,) = re.findall(r"drawn by lot, wins:</p>\s*<div class=\"small\"><ol>(.*?)</ol>", page)
    paper = papers(site, at)[0]
    drawn = [paper.sections[0].option(key).label for key in paper.sections[0].tie_order]
    assert re.findall(r"<li[^>]*>([^<]+)</li>", order) == drawn
    assert "/ballots/new" not in page
    ballot = f"{at}/ballots/{here.ballot.id}"
    fields = typed_on(site.get(f"{ballot}/sections/1").text)
    for url, sent in ((f"{at}/ballots", GOOD), (ballot, GOOD), (f"{ballot}/sections/1", fields)):
        refused = site.post(url, sent)
        assert (refused.status_code, "can no longer change" in refused.text) == (409, True), url
    assert site.post(f"{ballot}/remove").status_code == 409
    assert papers(site, at) == [paper]


def test_ballots_of_another_consultation_are_not_here(site: Site, at: str) -> None:
    ballot = first_ballot(site, at)
    other = (
        site.post("/staff/consultations", {"title": "Another"}).headers["location"].split("?")[0]
    )
    elsewhere = f"{other}/ballots/{ballot.rsplit('/', 1)[1]}"
    assert site.get(elsewhere).status_code == 404
    assert site.post(elsewhere + "/remove").status_code == 404
    assert site.get(f"{ballot}/sections/2").status_code == 404
    assert len(papers(site, at)) == 1
