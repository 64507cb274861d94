"""Make a young person's answer comparable without losing what it says.

`clean_text` is total: any `str`, with lone surrogates, invisible characters or 20,000 characters,
gives a bounded, lower-case, printable string, and cleaning twice changes nothing. Spelling is
left alone: the character features of the model read misspelt words as they stand.
"""

import re
import unicodedata
from functools import lru_cache

MAX_CHARACTERS = 4_000
"""Longer answers are cut here: no real answer seen is longer, and a paste of a book is not one."""

_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"))
_QUOTES |= str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u2033", '"'))
_REPEATS = re.compile(r"(\S)\1{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_EMOJI_WORDS = {
    "\u2764": " love ",
    "\u26bd": " football ",
    "\U0001f602": " lol ",
    "\U0001f923": " lol ",
    "\U0001f480": " lol ",
    "\U0001f62d": " crying ",
    "\U0001f622": " crying ",
    "\U0001f621": " angry ",
    "\U0001f6b2": " bike ",
    "\U0001f3eb": " school ",
    "\U0001f333": " tree ",
    "\U0001f30d": " planet ",
    "\U0001f30e": " planet ",
    "\U0001f30f": " planet ",
    "\u267b": " recycling ",
    "\u267f": " wheelchair ",
    "\U0001f37a": " alcohol ",
    "\U0001f6ac": " smoking ",
    "\U0001f4a9": " poo ",
    "\U0001f44d": " good ",
    "\U0001f44e": " bad ",
}
_SMALL_WORDS = re.compile(r"\b(?:with|of|and|sign|symbol|black|white|heavy|regional|letter)\b")
_FACES = re.compile(r"\b(?:face|faces|smiling|grinning)\b")


def _is_dropped(character: str, category: str) -> bool:
    """Say whether a character is invisible or only says how an emoji is drawn."""
    drawing = "\ufe00" <= character <= "\ufe0f" or character == "\u20e3"
    skin_tone = category == "Sk" and ord(character) > 0xFFFF
    return drawing or skin_tone or category in _INVISIBLE


@lru_cache(maxsize=4_096)
def _translate_character(character: str) -> str:
    """Give what one non-ASCII character becomes: itself, nothing, a space or an emoji's words."""
    if character in _EMOJI_WORDS:
        return _EMOJI_WORDS[character]
    category = unicodedata.category(character)
    if _is_dropped(character, category):
        return " " if character.isspace() else ""
    if category != "So":
        return character
    name = unicodedata.name(character, "").lower().replace("-", " ")
    return " " if _FACES.search(name) else f" {_SMALL_WORDS.sub(' ', name)} "


def _fold(text: str) -> str:
    """Fold once: Unicode form, case, quotes, invisible characters, emoji, repeats, spaces."""
    if text.isascii():
        text = _CONTROL.sub("", text).lower().translate(_QUOTES)
    else:
        text = "".join(map(_translate_character, text.translate(_QUOTES)))
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
        text = text.translate(_QUOTES)
    text = " ".join(_REPEATS.sub(r"\1\1", text).split())
    return text[:MAX_CHARACTERS].rstrip()


def clean_text(text: str) -> str:
    """Clean an answer for sorting; never raises, idempotent, at most `MAX_CHARACTERS` long.

    NFKC, lower case, straight quotes, invisible characters and lone surrogates dropped, three or
    more of a character become two ("soooo" → "soo"), emoji become their English words, runs of
    white space become one space. What is published or shown is always the raw text, never this.
    """
    folded = _fold(text[:MAX_CHARACTERS])
    for _ in range(8):  # a fold may lay bare another (ligatures, joined marks); two rounds is usual
        again = _fold(folded)
        if again == folded:
            break
        folded = again
    return folded


_WORD = re.compile(r"\w+(?:'\w+)*")


def split_words(cleaned: str) -> list[str]:
    """Split a cleaned answer into words; an apostrophe inside a word is dropped (don't → dont)."""
    if "'" in cleaned:
        cleaned = cleaned.replace("'", "")
    return _WORD.findall(cleaned)
