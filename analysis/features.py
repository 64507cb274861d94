"""Turn cleaned answers into numbers: word 1-2 grams, character 2-5 grams, lexicon counts.

TF-IDF (sublinear counts, smooth idf, each block of length one) as scikit-learn defines it. Written
out here because the character grams lie inside words, and children's answers repeat words: every
word's grams are looked up once and remembered, which makes sorting several times faster than
`TfidfVectorizer`, and the fitted state is two word lists and two rows of numbers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.lexicon import Lexicon

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
CHARACTER_GRAMS = (2, 5)
LEXICON_WEIGHT = 1.0
_REMEMBERED_WORDS = 100_000
_LONGEST_WORD = 40


def list_word_grams(words: Sequence[str]) -> list[str]:
    """List the words and the pairs of neighbouring words of a text."""
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def list_character_grams(word: str) -> list[str]:
    """List the 2 to 5 character pieces of one word with its two edges ("bus" → " b", "bu", …)."""
    edged = f" {word[:_LONGEST_WORD]} "
    low, high = CHARACTER_GRAMS
    sizes = range(low, min(high, len(edged)) + 1)
    return [edged[i : i + n] for n in sizes for i in range(len(edged) - n + 1)]


@dataclass(frozen=True)
class Features:
    """The fitted state; frozen, so that a wave of answers keeps the same columns over retrains."""

    word_grams: tuple[str, ...]
    character_grams: tuple[str, ...]
    word_idf: Floats
    character_idf: Floats
    lexicon: Lexicon
    _words: dict[str, int] = field(init=False, repr=False, compare=False)
    _characters: dict[str, int] = field(init=False, repr=False, compare=False)
    _grams_of: dict[str, Integers] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index the grams by column."""
        object.__setattr__(self, "_words", {g: i for i, g in enumerate(self.word_grams)})
        object.__setattr__(self, "_characters", {g: i for i, g in enumerate(self.character_grams)})

    @property
    def width(self) -> int:
        """Number of columns of `transform`."""
        return len(self.word_grams) + len(self.character_grams) + self.lexicon.width

    def transform(self, texts: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        """Give one row a text (already split into words): word, character and lexicon columns."""
        get = self._words.get
        words = [[c for g in list_word_grams(t) if (c := get(g)) is not None] for t in texts]
        counts = [Counter(self.lexicon.find_columns(t)) for t in texts]
        blocks = [
            _weigh_counts(_rows_from_lists(words, len(self.word_grams)), self.word_idf),
            _weigh_counts(self._count_character_grams(texts), self.character_idf),
            _count_lexicon(counts, self.lexicon.width),
        ]
        return sparse.hstack(blocks, format="csr")

    def _count_character_grams(self, texts: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        find = self._find_character_grams
        arrays = [[find(word) for word in text] for text in texts]
        sizes = [sum(map(len, row)) for row in arrays]
        flat = [array for row in arrays for array in row]
        indices = np.concatenate(flat) if flat else np.empty(0, dtype=np.int32)
        return _rows_from_indices(indices, sizes, len(self.character_grams))

    def _find_character_grams(self, word: str) -> Integers:
        known = self._grams_of.get(word)
        if known is None:
            get = self._characters.get
            found = [c for g in list_character_grams(word) if (c := get(g)) is not None]
            known = np.array(found, dtype=np.int32)
            if len(self._grams_of) < _REMEMBERED_WORDS:  # nonsense must not fill the memory
                self._grams_of[word] = known
        return known


def _rows_from_indices(indices: Integers, sizes: Sequence[int], width: int) -> sparse.csr_matrix:
    starts = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=starts[1:])
    matrix = sparse.csr_matrix(
        (np.ones(len(indices)), indices, starts), shape=(len(sizes), width), copy=False
    )
    matrix.sum_duplicates()
    return matrix


def _rows_from_lists(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    flat = np.array([column for row in rows for column in row], dtype=np.int32)
    return _rows_from_indices(flat, [len(row) for row in rows], width)


def _make_rows_unit(data: Floats, starts: Integers) -> Floats:
    """Scale every row to length one (empty rows stay empty)."""
    sizes = np.diff(starts)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    squares = np.bincount(rows, weights=data * data, minlength=len(sizes))
    scaled: Floats = data / np.sqrt(squares)[rows]
    return scaled


def _weigh_counts(counts: sparse.csr_matrix, idf: Floats) -> sparse.csr_matrix:
    """Turn counts into sublinear TF-IDF with rows of length one."""
    data = (1.0 + np.log(counts.data)) * idf[counts.indices]
    data = _make_rows_unit(data, counts.indptr)
    return sparse.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape, copy=False)


def _count_lexicon(counts: Sequence[Counter[int]], width: int) -> sparse.csr_matrix:
    """Give log2(1 + matches) per lexicon column, rows of length one.

    A long answer that touches many wishes says less about each than a short one that touches one.
    """
    columns = np.array([c for row in counts for c in row], dtype=np.int32)
    values = np.array([n for row in counts for n in row.values()], dtype=np.float64)
    starts = np.cumsum([0, *(len(row) for row in counts)], dtype=np.int32)
    data = LEXICON_WEIGHT * _make_rows_unit(np.log2(1.0 + values), starts)
    return sparse.csr_matrix((data, columns, starts), shape=(len(counts), width))


def fit_features(
    texts: Sequence[Sequence[str]], lexicon: Lexicon, *, least_texts: int = 2
) -> Features:
    """Learn columns and idf from texts split into words; a gram counts from `least_texts` texts on.

    idf is ln((1 + n) / (1 + df)) + 1, the smooth form of scikit-learn.
    """
    word_df: Counter[str] = Counter()
    character_df: Counter[str] = Counter()
    for text in texts:
        word_df.update(set(list_word_grams(text)))
        character_df.update({gram for word in set(text) for gram in list_character_grams(word)})
    words, word_idf = _keep_frequent(word_df, len(texts), least_texts)
    characters, character_idf = _keep_frequent(character_df, len(texts), least_texts)
    return Features(words, characters, word_idf, character_idf, lexicon)


def _keep_frequent(
    frequencies: Counter[str], texts: int, least_texts: int
) -> tuple[tuple[str, ...], Floats]:
    kept = tuple(sorted(gram for gram, n in frequencies.items() if n >= least_texts))
    df = np.array([frequencies[gram] for gram in kept], dtype=np.float64)
    return kept, np.log((1.0 + texts) / (1.0 + df)) + 1.0
