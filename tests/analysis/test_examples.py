"""The shipped examples and the lexicon are valid, numerous and distinct."""

from collections import Counter
from pathlib import Path

import pytest

from analysis import Example, ExamplesError, clean_text, load_lexicon, parse_wishes, read_examples
from analysis.lexicon import Lexicon

SMALL = """edition=1
[none]
sure=["lol"]
hints=[]
[wish.6]
sure=["bus stop*", "bus"]
hints=["late*"]
"""


def test_every_wish_and_none_has_enough_examples(examples: list[Example]) -> None:
    counts = Counter(wish for example in examples for wish in example.wishes or {0})
    assert sorted(counts) == list(range(13))
    assert min(counts[wish] for wish in range(1, 13)) >= 70
    assert counts[0] >= 150
    assert sum(len(example.wishes) == 2 for example in examples) >= 40


def test_examples_are_distinct_and_short_enough(examples: list[Example]) -> None:
    texts = [clean_text(example.text) for example in examples]
    assert [text for text, n in Counter(texts).items() if n > 1] == []
    assert max(map(len, texts)) < 400
    assert min(map(len, texts)) > 0


def test_labels_are_read_with_either_divider() -> None:
    assert parse_wishes("6;8") == parse_wishes("8 6") == {6, 8}
    assert parse_wishes("none") == frozenset()


@pytest.mark.parametrize("labels", ["", "six", "0", "-1", "none;6", "6;;x"])
def test_labels_that_mean_nothing_are_refused(labels: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_wishes(labels)


def test_a_bad_file_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("text,labels\nmore buses,6\nhello,banana\n", encoding="utf-8")
    with pytest.raises(ExamplesError, match=r"mine\.csv, line 3"):
        list(read_examples(path))
    path.write_text("words,labels\n", encoding="utf-8")
    with pytest.raises(ExamplesError, match="columns"):
        list(read_examples(path))


def test_the_lexicon_counts_words_stems_and_phrases() -> None:
    lexicon = Lexicon(SMALL)
    assert lexicon.labels == (0, 6)
    assert lexicon.find_columns(["the", "bus", "stops", "later"]) == [2, 2, 3]
    assert lexicon.find_columns(["stop", "bus"]) == [2]
    assert lexicon.find_sure(["lol", "bus"]) == {6}
    assert lexicon.find_sure(["lol", "late"]) == frozenset()


def test_the_shipped_lexicon_has_terms_for_every_wish() -> None:
    lexicon = load_lexicon(2022)
    assert lexicon.labels == tuple(range(13))
    with pytest.raises(LookupError):
        load_lexicon(1999)


@pytest.mark.parametrize("term", ["Bus", "a b c d e", "b*", ""])
def test_malformed_terms_are_refused(term: str) -> None:
    with pytest.raises(ValueError, match="lexicon term"):
        Lexicon(SMALL.replace('"lol"', f'"{term}"'))
