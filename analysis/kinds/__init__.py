"""Tell an ordinary answer from an empty one, one that says nothing, and one in another language.

Misspelt English must stay English: an answer is foreign when fewer than half of its words are
known or one letter away from a known word. Known words come from the shipped examples, the lexicon
and `common_words.txt`. Any answer mostly in a non-Latin script is foreign. What is foreign is left
untranslated for a person; it is never guessed. `name_language` may offer a name for it where the
optional package py3langid is present; the language of the page a young person chose outranks both.
"""

import unicodedata
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from analysis.cleaning import split_words
from analysis.examples import load_examples
from analysis.lexicon import load_lexicon

_FOLDER = Path(__file__).parent
_KNOWN_SHARE = 0.5
_MIN_WORDS_TO_JUDGE = 3
_NEAR_LETTERS = 4
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq", "lkjhgfdsa", "mnbvcxz")
_VOWELS = frozenset("aeiouy")


class Kind(StrEnum):
    """What an answer is before anyone asks what it is about."""

    EMPTY = "empty"
    NOT_AN_ANSWER = "not_an_answer"
    FOREIGN = "foreign"
    ORDINARY = "ordinary"


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    words = set((_FOLDER / "common_words.txt").read_text(encoding="utf-8").split())
    words |= load_lexicon().words()
    for example in load_examples():
        words.update(split_words(example.text.lower()))
    return frozenset(words)


@lru_cache(maxsize=1)
def _near_words() -> frozenset[str]:
    near: set[str] = set()
    for word in _known_words():
        if len(word) >= _NEAR_LETTERS:
            near |= _deletions(word)
    return frozenset(near)


@lru_cache(maxsize=1)
def _empty_answers() -> frozenset[str]:
    lines = (_FOLDER / "not_an_answer.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def _other_words() -> frozenset[str]:
    lines = (_FOLDER / "other_languages.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=50_000)
def _is_near_known(word: str) -> bool:
    """Say whether a word is a number or at most one letter from a known word."""
    if word.isdigit():
        return True
    if word in _other_words():
        return False
    if word in _near_words():
        return True
    if len(word) <= _NEAR_LETTERS:
        return False
    deleted = _deletions(word)
    return not deleted.isdisjoint(_known_words()) or not deleted.isdisjoint(_near_words())


def _is_known(word: str) -> bool:
    return word in _known_words() or _is_near_known(word)


def _is_mash(word: str) -> bool:
    """Say whether an unknown word looks like fingers on a keyboard rather than a word."""
    if len(word) < 3 or not word.isalpha():
        return len(word) < 3
    on_a_row = any(word[i : i + 4] in row for row in _ROWS for i in range(len(word) - 3))
    vowels = sum(letter in _VOWELS for letter in word)
    return on_a_row or len(set(word)) <= 2 or vowels < 0.2 * len(word)


@lru_cache(maxsize=4_096)
def _is_other_script(character: str) -> bool:
    return character.isalpha() and not unicodedata.name(character, "").startswith("LATIN")


def _is_mostly_other_script(cleaned: str) -> bool:
    if cleaned.isascii():
        return False
    letters = sum(character.isalpha() for character in cleaned)
    return 2 * sum(map(_is_other_script, cleaned)) > max(letters, 1)


def _kind_of_words(words: list[str]) -> Kind:
    """Tell English from mashed keys and from other languages in Latin letters."""
    unknown = [word for word in words if not _is_known(word)]
    mashed = sum(map(_is_mash, unknown))
    nothing_known = len(unknown) == len(words)
    if nothing_known and mashed == len(words):
        return Kind.NOT_AN_ANSWER
    if nothing_known and not _other_words().isdisjoint(words):
        return Kind.FOREIGN
    if len(words) < _MIN_WORDS_TO_JUDGE or len(unknown) <= (1 - _KNOWN_SHARE) * len(words):
        return Kind.ORDINARY
    return Kind.NOT_AN_ANSWER if 2 * mashed > len(words) else Kind.FOREIGN


def kind_of(cleaned: str) -> Kind:
    """Tell the kind of an answer that `clean_text` has cleaned; never raises."""
    if not cleaned:
        return Kind.EMPTY
    if _is_mostly_other_script(cleaned):
        return Kind.FOREIGN
    words = split_words(cleaned)
    if not words or len(cleaned) == 1 or " ".join(words) in _empty_answers():
        return Kind.NOT_AN_ANSWER
    return _kind_of_words(words)


def name_language(cleaned: str) -> str | None:
    """Suggest a two-letter language code for a foreign answer; None without py3langid."""
    try:
        from py3langid.langid import classify  # noqa: PLC0415 (an optional extra, slow to load)
    except ImportError:
        return None
    return str(classify(cleaned)[0])
