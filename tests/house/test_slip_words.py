"""The words on an answer slip: easy to spell, say and tell apart, and safe to hand to a child.

A slip carries four of these words. Two words that a child could mix up would open nothing, or
the wrong slip, so any two differ by at least two letters and none sounds like another word.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

WORDS_FILE = Path(__file__).parents[2] / "app" / "responses" / "data" / "slip_words.txt"

HERE = Path(__file__).parent
# Words that sound like another word in southern or northern British speech.
SOUND_ALIKE = set((HERE / "sound_alike_words.txt").read_text(encoding="ascii").split())
# Not for a child's slip: body, rude, sad, frightening, religious, political, names, brands.
UNSUITABLE = set((HERE / "unsuitable_words.txt").read_text(encoding="ascii").split())

ENDINGS = ("s", "es", "d", "ed", "r", "er", "ing", "y", "ly")


@pytest.fixture(scope="module")
def words() -> list[str]:
    return WORDS_FILE.read_text(encoding="ascii").splitlines()


def test_there_are_1024_sorted_and_different(words: list[str]) -> None:
    assert len(words) == 1024
    assert words == sorted(set(words))


def test_each_has_three_to_seven_plain_letters(words: list[str]) -> None:
    assert [word for word in words if not re.fullmatch(r"[a-z]{3,7}", word)] == []


def test_any_two_differ_by_two_letters_or_more(words: list[str]) -> None:
    """Edit distance 1 means: equal once a letter is masked (changed) or taken out (added)."""
    masked: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for place in range(len(word)):
            masked[f"{word[:place]}_{word[place + 1 :]}"].append(word)
    changed = [group for group in masked.values() if len(group) > 1]
    known = set(words)
    added = [
        (word, shorter)
        for word in words
        for place in range(len(word))
        if (shorter := word[:place] + word[place + 1 :]) in known
    ]
    assert changed == []
    assert added == []


def test_none_is_another_word_with_an_ending(words: list[str]) -> None:
    known = set(words)
    assert [word + end for word in words for end in ENDINGS if word + end in known] == []


def test_the_block_lists_are_not_empty() -> None:
    assert {"sea", "see", "pear", "pair"} <= SOUND_ALIKE
    assert {"ghost", "church", "vote"} <= UNSUITABLE


def test_none_sounds_like_another_word(words: list[str]) -> None:
    assert sorted(SOUND_ALIKE.intersection(words)) == []


def test_none_is_unsuitable_for_a_child(words: list[str]) -> None:
    assert sorted(UNSUITABLE.intersection(words)) == []
