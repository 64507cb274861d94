"""Words that point to a wish, per edition, as readable data; features of the model, not rules.

One TOML file an edition: per wish a list of `sure` terms and a list of `hints`, and the same for
"none". A term is one to four words and `*` ends a stem. Counting is a dictionary walk over the
words of an answer, with every word's matches remembered, not a row of regular expressions.
"""

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path

_FOLDER = Path(__file__).parent
_MIN_STEM = 2
_REMEMBERED_WORDS = 200_000
Tail = tuple[tuple[str, ...], int]
"""What must follow a first word for a phrase to match, and the column it counts for."""
Matches = tuple[tuple[int, ...], dict[str, tuple[Tail, ...]], tuple[Tail, ...]]
"""Of one word: the columns it counts for alone, and the phrases it may begin: by their exact second
word, and those whose second word is a stem."""


def _fits(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _follows(words: Sequence[str], place: int, rest: tuple[str, ...]) -> bool:
    return len(words) >= place + len(rest) and all(map(_fits, words[place:], rest))


class Lexicon:
    """The terms of one edition, ready to count. Columns: sure and hint per label, in order."""

    def __init__(self, text: str) -> None:
        """Read the TOML of one edition; raises `ValueError` when a term is malformed."""
        data = tomllib.loads(text)
        self.text = text
        self.edition = int(data["edition"])
        tables = {0: data["none"]} | {int(n): table for n, table in data["wish"].items()}
        self.labels = tuple(sorted(tables))
        """0 is "none of the wishes"; the rest are wish numbers."""
        self._exact: dict[str, list[Tail]] = {}
        self._stems: dict[str, list[Tail]] = {}
        self._seen: dict[str, Matches] = {}
        for place, label in enumerate(self.labels):
            for tier, key in enumerate(("sure", "hints")):
                for term in tables[label][key]:
                    self._add_term(term, 2 * place + tier)

    @property
    def hash(self) -> str:
        """SHA-256 of the file's text: part of a model's identity."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def _add_term(self, term: str, column: int) -> None:
        words = term.replace("'", "").split()
        stems_short = any(w.endswith("*") and len(w) <= _MIN_STEM for w in words)
        if not 1 <= len(words) <= 4 or stems_short or term != term.lower():
            raise ValueError(f"lexicon term {term!r}: one to four lower-case words, stems of 2+")
        first, tail = words[0], (tuple(words[1:]), column)
        if first.endswith("*"):
            self._stems.setdefault(first[:-1], []).append(tail)
        else:
            self._exact.setdefault(first, []).append(tail)

    def words(self) -> set[str]:
        """Every word and stem in the terms, without the `*`: known words for the language gate."""
        tails = [t for found in (*self._exact.values(), *self._stems.values()) for t in found]
        later = {word.rstrip("*") for rest, _ in tails for word in rest}
        return later | set(self._exact) | set(self._stems)

    def _look_up(self, word: str) -> Matches:
        found = list(self._exact.get(word, ()))
        for length in range(_MIN_STEM, len(word) + 1):
            found.extend(self._stems.get(word[:length], ()))
        alone = tuple(column for rest, column in found if not rest)
        exact: dict[str, tuple[Tail, ...]] = {}
        for rest, column in found:
            if rest and not rest[0].endswith("*"):
                exact[rest[0]] = (*exact.get(rest[0], ()), (rest, column))
        stems = tuple(tail for tail in found if tail[0] and tail[0][0].endswith("*"))
        if len(self._seen) < _REMEMBERED_WORDS:  # nonsense must not fill the memory
            self._seen[word] = (alone, exact, stems)
        return alone, exact, stems

    def find_columns(self, words: Sequence[str]) -> list[int]:
        """Give the column of every match in a text's words, repeats included."""
        columns: list[int] = []
        seen = self._seen
        following = iter([*words[1:], ""])
        for place, word in enumerate(words):
            alone, exact, stems = seen.get(word) or self._look_up(word)
            second = next(following)
            if alone:
                columns.extend(alone)
            if stems or second in exact:
                tails = (*exact.get(second, ()), *stems)
                columns.extend(c for rest, c in tails if _follows(words, place + 1, rest))
        return columns

    @property
    def width(self) -> int:
        """Number of columns: two a label."""
        return 2 * len(self.labels)

    def find_sure(self, words: Sequence[str]) -> frozenset[int]:
        """Give the wishes with at least one sure term: the baseline that needs no training."""
        columns = set(self.find_columns(words))
        return frozenset(self.labels[c // 2] for c in columns if c % 2 == 0) - {0}


def load_lexicon(edition: int = 2022) -> Lexicon:
    """Load the shipped lexicon of an edition; raises `LookupError` when there is none."""
    path = _FOLDER / f"{edition}.toml"
    if not path.is_file():
        raise LookupError(f"no lexicon is shipped for the edition of {edition}")
    return Lexicon(path.read_text(encoding="utf-8"))
