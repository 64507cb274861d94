"""The reference data that ships with the project: whole, dated, sourced and linked to itself."""

import re
import tomllib
from collections import Counter
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

APP = Path(__file__).parents[2] / "app"
NAMED_DOCUMENTS = {"Vision", "Working", "CYPP18", "Children Leeds", "CYPP23"}
NO_DOCUMENT = {"our reading", "not recorded"}
STATUSES = {
    "not_started",
    "started",
    "going_well",
    "harder_than_thought",
    "done",
    "paused",
    "not_doing",
}

Table = dict[str, Any]


def read_data(path: str) -> Table:
    """Read one data file of a floor."""
    return tomllib.loads((APP / path).read_text(encoding="utf-8"))


FILES = sorted(str(path.relative_to(APP)) for path in APP.glob("*/data/*.toml"))
EDITIONS = read_data("wishes/data/editions.toml")
PLANS = read_data("plans/data/plans.toml")
ORGANISATIONS = read_data("plans/data/organisations.toml")["organisations"]
LEEDS = read_data("places/data/leeds.toml")
CONTACTS = read_data("safeguarding/data/help_contacts.toml")["contacts"]
SAMPLE = read_data("consultations/data/sample.toml")
WISHES = {(e["year"], w["number"]): w for e in EDITIONS["editions"] for w in e["wishes"]}


def test_every_data_file_is_here() -> None:
    assert FILES == [
        "consultations/data/sample.toml",
        "places/data/leeds.toml",
        "plans/data/organisations.toml",
        "plans/data/plans.toml",
        "safeguarding/data/help_contacts.toml",
        "safeguarding/data/screening.toml",
        "wishes/data/editions.toml",
    ]


def walk(value: Any, key: str = "") -> list[tuple[str, Any]]:
    """List every (key, plain value) of a nested table."""
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in walk(inner, name)]
    if isinstance(value, list):
        return [pair for inner in value for pair in walk(inner, key)]
    return [(key, value)]


@pytest.mark.parametrize("path", FILES)
def test_every_source_is_a_url_or_a_named_document(path: str) -> None:
    sources = [value for key, value in walk(read_data(path)) if key == "source"]
    optional = ("gloss_source", "membership_source")
    sources += [value for key, value in walk(read_data(path)) if key in optional and value]
    known = NAMED_DOCUMENTS | NO_DOCUMENT
    bad = [s for s in sources if s not in known and not re.fullmatch(r"https?://\S+\.\S+", s)]
    assert bad == []


# ---------------------------------------------------------------- wishes


@pytest.mark.parametrize("year", [2012, 2022])
def test_an_edition_has_twelve_wishes_with_our_own_words(year: int) -> None:
    wishes = [wish for (of, _), wish in WISHES.items() if of == year]
    assert [wish["number"] for wish in wishes] == list(range(1, 13))
    assert len({wish["slug"] for wish in wishes}) == 12
    for wish in wishes:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", wish["slug"])
        assert all(wish[key] for key in ("title", "scope", "not_here", "child_label"))
        assert 2 <= len(wish["short_label"].split()) <= 4
        assert len(wish["child_label"].split()) <= 14
        assert 3 <= len(wish["easy_read"]) <= 5
        assert max(len(sentence.split()) for sentence in wish["easy_read"]) <= 12
        assert wish["pictogram"] in range(1, 13)
        assert wish["colour"] in range(1, 13)


def test_the_current_wishes_each_have_their_own_colour_and_picture() -> None:
    current = [edition for edition in EDITIONS["editions"] if edition["current"]]
    assert [edition["year"] for edition in current] == [2022]
    for key in ("pictogram", "colour"):
        assert sorted(wish[key] for wish in current[0]["wishes"]) == list(range(1, 13))


def test_boundaries_point_to_other_wishes_of_the_edition() -> None:
    for (year, number), wish in WISHES.items():
        if year == 2022:
            named = [re.findall(r"wish (\d+)", line) for line in wish["not_here"]]
            targets = {int(found) for found in chain.from_iterable(named)}
            assert targets <= set(range(1, 13)) - {number}
            assert all("→" in line for line in wish["not_here"])


def test_title_variants_differ_from_words_of_the_title() -> None:
    for wish in WISHES.values():
        for variant in wish.get("title_variants", []):
            assert variant["differs_from"] in wish["title"]
            assert variant["wording"] != variant["differs_from"]


def test_the_crosswalk_reaches_every_wish_or_says_why_not() -> None:
    links = EDITIONS["crosswalk"]
    ends = [(link["from_year"], link["from_number"]) for link in links]
    ends += [(link["to_year"], link["to_number"]) for link in links]
    gaps = {(gap["year"], gap["number"]): gap["kind"] for gap in EDITIONS["crosswalk_gaps"]}
    assert set(ends) | set(gaps) == set(WISHES)
    assert {link["strength"] for link in links} == {"main", "partly"}
    main = {(x["to_year"], x["to_number"]) for x in links if x["strength"] == "main"}
    new = {key for key, kind in gaps.items() if kind == "new"}
    assert main | new == {key for key in WISHES if key[0] == 2022}
    assert main & new == set()
    assert len({tuple(sorted(link.items())) for link in links}) == len(links)


# ---------------------------------------------------------------- plans and organisations


def test_every_link_from_a_wish_to_the_plan_has_both_ends() -> None:
    items = {(e["slug"], i["slug"]) for e in PLANS["editions"] for i in e["items"]}
    assert len(items) == sum(len(e["items"]) for e in PLANS["editions"])
    for link in PLANS["links"]:
        assert (link["wish_year"], link["wish"]) in WISHES
        assert (link["plan"], link["item"]) in items
        assert link["basis"] in {"official", "officers_reading"}
        assert (link["basis"] == "official") == link["source"].startswith("http")
    assert {link["wish"] for link in PLANS["links"]} == set(range(1, 13))


def test_a_plan_item_without_wording_says_what_is_unknown() -> None:
    for edition in PLANS["editions"]:
        counts = Counter(item["kind"] for item in edition["items"])
        assert (counts["outcome"], counts["obsession"]) == (5, 3)
        for item in edition["items"]:
            assert item["text"] or item["unknown"]
            assert ("has_data" in item) == (item["kind"] == "indicator")
    indicators = [i for e in PLANS["editions"] for i in e["items"] if i["kind"] == "indicator"]
    assert [i["has_data"] for i in indicators] == [False]


def test_organisations_follow_known_predecessors() -> None:
    slugs = [organisation["slug"] for organisation in ORGANISATIONS]
    assert len(set(slugs)) == len(slugs)
    before = {o["slug"]: o["predecessors"] for o in ORGANISATIONS}
    assert set(chain.from_iterable(before.values())) <= set(slugs)
    assert before["cyp-partnership"] == ["trust-board"]
    assert before["lscp"] == ["lscb"]


# ---------------------------------------------------------------- places


def test_33_wards_lie_in_ten_committees_and_sum_as_stated() -> None:
    wards, about = LEEDS["wards"], LEEDS["wards_about"]
    assert len({ward["code"] for ward in wards}) == len({w["name"] for w in wards}) == 33
    assert all(re.fullmatch(r"E0501[1-3]\d{3}", ward["code"]) for ward in wards)
    committees = {committee["code"] for committee in LEEDS["committees"]}
    assert len(committees) == 10
    assert {ward["committee"] for ward in wards} == committees
    assert sum(ward["under_18"] for ward in wards) == about["under_18_total"] == 172_651
    assert sum(ward["aged_0_19"] for ward in wards) == about["aged_0_19_total"] == 199_195
    assert sum(ward["schools"] for ward in wards) == about["schools_total"]
    assert sum(ward["pupils_at_schools"] for ward in wards) == about["pupils_total"]
    for ward in wards:
        assert ward["under_18"] < ward["aged_0_19"]
        assert 0 <= ward["fsm_percent"] <= 100
        assert 1 <= ward["imd_mean_decile"] <= 10
        assert (ward["membership_mark"] == "F") == bool(ward["membership_source"])


def test_city_figures_agree_with_each_other() -> None:
    value = {figure["key"]: figure["value"] for figure in LEEDS["figures"]}
    assert len(value) == len(LEEDS["figures"])
    to_17 = value["aged_0_15_2022"] + value["aged_16_2022"] + value["aged_17_2022"]
    assert to_17 == value["under_18_2022"] == LEEDS["wards_about"]["under_18_total"]
    assert to_17 + value["aged_18_2022"] + value["aged_19_2022"] == value["aged_0_19_2022"]
    assert all(figure["as_at"] for figure in LEEDS["figures"])
    assert {"school_ward_is_not_home_ward", "students_distort_0_19"} <= {
        caveat["key"] for caveat in LEEDS["caveats"]
    }


# ---------------------------------------------------------------- help contacts


def test_help_contacts_are_checked_and_can_be_reached() -> None:
    assert len({contact["slug"] for contact in CONTACTS}) == len(CONTACTS)
    for contact in CONTACTS:
        assert isinstance(contact["checked_on"], date)
        assert contact["checked_on"] < contact["review_by"]
        assert contact["active"] == (not contact["why_not_active"])
        if contact["active"]:
            assert contact["phone"] or contact["url"]
            assert all(contact[key] for key in ("child_words", "hours", "ages"))
            assert all(len(sentence.split()) <= 12 for sentence in contact["easy_read"])


def test_the_closed_service_is_never_active() -> None:
    active = {contact["slug"] for contact in CONTACTS if contact["active"]}
    assert active == {"emergency", "childline", "mindmate"}


# ---------------------------------------------------------------- sample


def test_the_sample_says_that_it_is_invented() -> None:
    assert SAMPLE["about"]["invented"] is True
    assert "invented" in SAMPLE["about"]["words"]
    assert all(sitting["place_name"].startswith("Sample ") for sitting in SAMPLE["sittings"])
    assert len({sitting["place_name"] for sitting in SAMPLE["sittings"]}) == 4
    owners = {action["owner"] for action in SAMPLE["actions"]}
    partners = set(chain.from_iterable(action["partners"] for action in SAMPLE["actions"]))
    assert all(name.startswith("Sample ") for name in owners | partners)


def test_the_sample_survey_asks_every_kind_and_the_standing_question() -> None:
    questions = SAMPLE["survey"]["questions"]
    assert {q["kind"] for q in questions} == {"single", "several", "scale", "free_text"}
    standing = (
        "What is it like to be a child or young person growing up in Leeds, "
        "and how do we make it better?"
    )
    assert [q["text"] for q in questions if q["standing"]] == [standing]
    assert (SAMPLE["ballot"]["options"], SAMPLE["ballot"]["choose_up_to"]) == ("wishes", 3)


def test_the_sample_answers_cover_every_wish_and_none() -> None:
    answers = SAMPLE["answers"]
    assert len(answers) == len({answer["text"] for answer in answers}) == 160
    assert sum(answer.get("concern", False) for answer in answers) == 3
    main = Counter(answer["wishes"][0] if answer["wishes"] else 0 for answer in answers)
    assert set(main) == set(range(13))
    assert min(main.values()) >= 10
    sittings = {sitting["slug"]: sitting for sitting in SAMPLE["sittings"]}
    for answer in answers:
        sitting = sittings[answer["sitting"]]
        assert sitting["closed"]
        assert sitting["age_from"] <= answer["age"] <= sitting["age_to"]
    counts = Counter(answer["sitting"] for answer in answers)
    assert all(counts[slug] <= sitting["expected"] for slug, sitting in sittings.items())


def test_the_sample_tracker_shows_every_state() -> None:
    goals = {goal["slug"]: goal["wish"] for goal in SAMPLE["goals"]}
    actions = {action["slug"]: action for action in SAMPLE["actions"]}
    assert set(goals.values()) == set(range(1, 13))
    assert {action["status"] for action in actions.values()} == STATUSES
    assert {action["goal"] for action in actions.values()} == set(goals)
    for action in actions.values():
        finished = action["status"] in {"done", "not_doing"}
        assert ("next_update_due_days" in action) != finished
        assert bool(action["evidence"]) == (action["status"] == "done")
        assert bool(action["reason"]) == (action["status"] in {"paused", "not_doing"})
    assert sum(action.get("next_update_due_days", 0) < 0 for action in actions.values()) >= 2
    for update in SAMPLE["updates"]:
        assert update["action"] in actions
        assert ("published_days" in update) == (update["state"] == "published")
        assert update.get("published_days", 0) >= update["written_days"]
    assert {u["state"] for u in SAMPLE["updates"]} == {"draft", "in_review", "published"}


def test_the_sample_quotes_are_answers_of_that_wish() -> None:
    said = {answer["text"]: answer for answer in SAMPLE["answers"]}
    assert [finding["wish"] for finding in SAMPLE["findings"]] == list(range(1, 13))
    for finding in SAMPLE["findings"]:
        for quote in finding["quotes"]:
            assert finding["wish"] in said[quote]["wishes"]
            assert "concern" not in said[quote]
