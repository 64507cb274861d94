"""What a sheet says, before it is drawn."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from app.classroom.printing.drawings import NO_WISH, WISHES, draw_pictogram, find_wish
from app.classroom.printing.layout import checkpoint_text, lay_out, tidy
from app.classroom.printing.sheets import (
    ClosingSheet,
    PaperBallot,
    Print,
    Section,
    Slips,
    deal_slips,
    read_sections,
    show_code,
)
from app.classroom.printing.words import Wording
from app.core import i18n
from tests.classroom.paper import (
    BASE,
    CLOSED_AT,
    POINT,
    TITLE,
    arabic,
    codes,
    english,
    every_sheet,
    options,
    sheet_name,
)
from tests.house.test_look import read_tokens

DEFINITION = {
    "format": 1, "title": "T", "is_shuffled": True, "languages": ["en", "ar"],
    "sections": [
        {"key": "s1", "question": "Q1", "rule": "plurality", "max_choices": None, "seats": 1,
         "tie_order": ["o1", "o2"], "options": [
             {"key": "o1", "label": "Bus", "easy_read": "A bus", "picture": "wish-6",
              "words": {"ar": "حافلة"}},
             {"key": "o2", "label": "Park", "easy_read": "", "picture": "🌳", "words": {}}]},
        {"key": "s2", "question": "Q2", "rule": "stv", "max_choices": None, "seats": 2,
         "tie_order": ["o1"], "options": [
             {"key": "o1", "label": "Ann", "easy_read": "", "picture": "", "words": {}}]},
        {"key": "s3", "question": "Q3", "rule": "choices", "max_choices": 9, "seats": 1,
         "tie_order": ["o1"], "options": [
             {"key": "o1", "label": "One", "easy_read": "", "picture": "", "words": {}}]},
    ],
}  # fmt: skip


def test_paper_has_the_colours_of_the_site() -> None:
    light, _ = read_tokens()
    for number, (strong, soft) in WISHES.items():
        assert (strong, soft) == (light[f"wish-{number}"], light[f"wish-soft-{number}"])
    assert NO_WISH[0] == light["brand"]


@pytest.mark.parametrize("number", range(1, 13))
def test_a_pictogram_for_paper_stands_alone(number: int) -> None:
    drawing = draw_pictogram(number)
    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    assert "currentColor" not in drawing
    assert 'class="fill"' not in drawing
    assert WISHES[number][0] in drawing
    assert WISHES[number][1] in drawing


@pytest.mark.parametrize(
    ("picture", "wish"),
    [("wish-1", 1), ("wish-12", 12), ("wish-13", None), ("🌳", None), ("", None)],
)
def test_only_a_picture_of_a_wish_is_one(picture: str, wish: int | None) -> None:
    assert find_wish(picture) == wish


def test_sections_come_out_of_the_definition_in_its_order() -> None:
    first, second, third = read_sections(DEFINITION)
    assert [option.label for option in first.options] == ["Bus", "Park"]
    assert (first.most, first.is_ranked) == (1, False)
    assert (second.most, second.is_ranked) == (1, True)
    assert third.most == 1, "never more boxes than there are options"


@pytest.mark.parametrize("language", ["ar", "ar_SY", "ar-SY"])
def test_an_option_speaks_the_language_or_the_first_one(language: str) -> None:
    labels = [option.label for option in read_sections(DEFINITION, language)[0].options]
    assert labels == ["حافلة", "Park"]


def test_dealt_slips_are_the_same_codes_in_an_order_of_their_own() -> None:
    def deal(seed: int | None) -> tuple[str, ...]:
        rng = None if seed is None else random.Random(seed)
        return deal_slips(TITLE, "K7MW", made, BASE, rng=rng).codes

    made = codes(60)
    assert sorted(deal(None)) == sorted(made)
    assert made != deal(None) != deal(None)
    assert deal(1) == deal(1) != deal(2)


@pytest.mark.parametrize("wrong", ["", "K7MW2H", "K7MW2HXX", "k7mw2hx", "K7MW 2H", "K7MWOIL"])
def test_what_is_no_code_is_not_printed(wrong: str) -> None:
    with pytest.raises(ValueError, match="1 of 2"):
        Slips(TITLE, "K7MW", ("K7MW2HX", wrong), BASE)
    with pytest.raises(ValueError, match="0 of 0"):
        Slips(TITLE, "K7MW", (), BASE)


def test_a_code_is_shown_in_two_groups() -> None:
    assert show_code("K7MW2HX") == "K7MW 2HX"


@pytest.mark.parametrize(
    ("rule", "most", "of", "said"),
    [
        ("plurality", 1, 4, "Put an X in one box."),
        ("choices", 1, 4, "Put an X in one box."),
        ("choices", 3, 12, "Put an X in up to 3 boxes."),
        ("choices", 4, 4, "Put an X in up to 4 boxes."),
        ("approval", 4, 4, "Put an X beside every answer you like."),
        ("approval", 2, 4, "Put an X in up to 2 boxes."),
        ("approval", 1, 4, "Put an X in one box."),
        ("stv", 1, 1, "Write 1 beside your favourite."),
        ("irv", 1, 3, "Write 1 beside your favourite."),
        ("irv", 4, 4, "Write 1 beside your favourite, 2 beside your next, and so on."),
        ("borda", 3, 4, "2 beside your next, up to 3."),
    ],
)
def test_each_rule_says_what_to_do_with_the_pen(rule: str, most: int, of: int, said: str) -> None:
    assert said in english().instruct(rule, most, of)


@pytest.mark.parametrize(
    ("recorded", "heads", "said", "compared", "is_balanced"),
    [
        (27, 28, "It balances: everything", "1 person in the room did not vote.", True),
        (27, 27, "It balances: everything", "As many votes as people in the room.", True),
        (27, None, "It balances: everything", "", True),
        (27, 25, "It balances: everything", "2 votes more than people in the room.", False),
        (26, 26, "It does not balance: 1 is missing.", "As many votes", False),
        (20, 30, "It does not balance: 7 are missing.", "10 people in the room did not", False),
        (28, 28, "1 more came back than was given out.", "As many votes", False),
    ],
)
def test_the_account_is_said_in_words(
    recorded: int, heads: int | None, said: str, compared: str, is_balanced: bool
) -> None:
    sheet = ClosingSheet(TITLE, "P", "S", CLOSED_AT, 30, recorded, 1, 2, heads)
    told = lay_out(sheet, english())
    assert said in told["balance"]
    assert compared in told["heads_balance"]
    assert told["is_balanced"] is is_balanced
    assert told["heads"] == ("not counted" if heads is None else str(heads))


def test_the_checkpoint_in_the_qr_is_a_line_of_the_audit_bundle() -> None:
    assert json.loads(checkpoint_text(POINT)) == {
        "size": 412, "head": POINT.head, "at": "2026-03-04T14:05:00+00:00",
        "signature": POINT.signature,
    }  # fmt: skip
    assert "signature" not in json.loads(checkpoint_text(replace(POINT, signature="")))
    later = replace(POINT, at=CLOSED_AT + timedelta(seconds=1))
    assert checkpoint_text(later) != checkpoint_text(POINT)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \n b\t c ", "a b c"),
        ("a\x00b\x07", "a b"),
        ("\u202eevil\u202c", "evil"),
        ("half \ud83d pair", "half pair"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩🏽‍🦽", "👩🏽‍🦽"),
    ],
)
def test_text_is_kept_but_for_signs_nobody_can_see(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


def test_only_easy_read_has_the_short_line() -> None:
    section = Section("Q", "plurality", 1, options("Parks"))
    for size in Print:
        told = lay_out(PaperBallot(TITLE, (section,), size), english())
        line = told["sections"][0]["options"][0]["line"]
        assert line == ("Short: Parks" if size is Print.EASY else "")


@pytest.mark.parametrize("sheet", every_sheet(), ids=sheet_name)
def test_every_sheet_is_described_in_plain_values(sheet: object) -> None:
    described = lay_out(sheet, english())  # type: ignore[arg-type]
    assert json.loads(json.dumps(described)) == described


def test_words_follow_the_language_asked_for_not_the_request() -> None:
    before = i18n.language.set("pl")
    try:
        assert arabic().of("slips")["code"] == "رمز الصف"
        assert english().of("slips")["code"] == "Class code"
        assert i18n.language.get() == "pl"
    finally:
        i18n.language.reset(before)
    assert (arabic().direction, english().direction) == ("rtl", "ltr")
    assert arabic().instruct("choices", 3, 9) == "ضع علامة X في 3 مربعات على الأكثر."
    assert Wording(english()._templates, "pa-Arab").direction == "rtl"
