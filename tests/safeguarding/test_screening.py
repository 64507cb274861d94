"""The screening on a small list written for this project: what it finds, what it leaves.

Written before the rules were tried on it: 39 of 44 disclosures were found at first, and 2 of 44
look-alikes flagged. The rules were then widened after the misses, so today's figures flatter.
"""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from app.safeguarding.rules import Tier
from app.safeguarding.screening import screen

CASES = Path(__file__).parent / "screening_cases.csv"


def _cases(kind: str) -> list[str]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["kind"] == kind]


def test_disclosures_are_found() -> None:
    texts = _cases("disclosure")
    missed = [text for text in texts if screen(text) is None]
    assert len(texts) >= 40
    assert len(missed) <= len(texts) * 0.05, missed


def test_most_look_alikes_are_left_alone() -> None:
    texts = _cases("look_alike")
    flagged = [text for text in texts if screen(text) is not None]
    assert len(texts) >= 40
    assert len(flagged) <= len(texts) * 0.2, flagged


def test_at_most_one_in_twenty_ordinary_answers_is_flagged() -> None:
    texts = [example.text for example in analysis.load_examples()]
    flagged = [text for text in texts if screen(text) is not None]
    assert len(flagged) <= len(texts) * 0.05, flagged


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("i want to kil myself", Tier.NOW),
        ("i wanna d1e", Tier.NOW),
        ("S U I C I D E", Tier.NOW),
        ("my step\u00addad h\u200bits me", Tier.NOW),
        ("i dont want 2 b here anymore", Tier.NOW),
        ("this homework is killing me and my dad hits me", Tier.NOW),
        ("im so lonley at school", Tier.TODAY),
        ("this homework is killing me", None),
        ("my dad beat me at fifa", None),
        ("more buses pls", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_a_text_and_its_tier(text: str, tier: Tier | None) -> None:
    found = screen(text)
    assert (found.tier if found else None) == tier


@given(st.text(max_size=400))
def test_any_text_is_screened_without_an_error(text: str) -> None:
    screen(text)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=60))
def test_words_around_a_disclosure_never_hide_it(noise: str) -> None:
    assert screen(f"{noise}. my dad hits me. {noise}") is not None


def test_twenty_thousand_letters_take_no_time() -> None:
    start = time.perf_counter()
    screen("i am so very very " * 1_200)
    screen("a " * 10_000)
    screen("(" * 20_000)
    assert time.perf_counter() - start < 2
