"""Screening: does this text need a person today? Pure: words in, a tier or nothing out.

Phrase rules with children's spellings, kept as readable data in `data/screening.toml`. A rule may
only raise attention: nothing here makes a text less urgent, and what no rule catches is still read
by a person. Two tiers: phrases that mean harm on their own (`now`), and a wide net of first person
and distress in one sentence (`today`). Look-alikes ("this homework is killing me") are taken out
word by word before the rules run, so that a disclosure beside one is still found.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.safeguarding.rules import Tier

RULES = Path(__file__).parent / "data" / "screening.toml"
LONGEST = 20_000  # characters screened; nothing that long arrives by the front door
GAP = r"(?:\w+ ){0,3}?"

_LETTER_FOR_SIGN = str.maketrans({"@": "a", "$": "s", "!": "i", "0": "o", "1": "i", "3": "e"})
_SIGN_IN_WORD = re.compile(r"\b[a-z]+(?:[@$!013*._-]+[a-z]+)+\b")
_PICTURES = str.maketrans(
    {"\U0001f52a": " knife ", "\U0001fa78": " blood ", "\U0001f494": " so sad "}
)
_REPEAT = re.compile(r"([a-z])\1+")
_SINGLE_LETTERS = re.compile(r"\b(?:[a-z] ){3,}[a-z]\b")
_SENTENCE_END = re.compile(r"[.!?;\n]+")
_NOT_WORD = re.compile(r"[^\w ]+")
_APOSTROPHE = re.compile(r"['`´]")


@dataclass(frozen=True)
class Found:
    """What the screening found: how soon a person must read it, and which rules fired."""

    tier: Tier
    matched: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    name: str
    tier: Tier
    pattern: re.Pattern[str]


def screen(text: str) -> Found | None:
    """The screening of one text; nothing when no rule fires. Never raises for any text."""
    sentences = _sentences(text)
    hits = [group for group in _NOW if any(group.pattern.search(one) for one in sentences)]
    if hits:
        return Found(Tier.NOW, tuple(group.name for group in hits))
    personal = [one for one in sentences if _WHO.search(one)]
    hits = [group for group in _TODAY if any(group.pattern.search(one) for one in personal)]
    return Found(Tier.TODAY, tuple(group.name for group in hits)) if hits else None


def _sentences(text: str) -> list[str]:
    """The text as sentences of squeezed, known spellings, look-alikes taken out."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).lower().translate(_PICTURES)
    folded = _APOSTROPHE.sub("", folded.replace("’", "'"))
    if not folded.isascii():  # invisible signs and lone surrogates hide nothing
        folded = "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Cs"))
    folded = _SIGN_IN_WORD.sub(_plain_letters, folded)
    sentences = []
    for part in _SENTENCE_END.split(folded):
        words = " ".join(_NOT_WORD.sub(" ", part).replace("_", " ").split())
        if words:
            words = _SINGLE_LETTERS.sub(lambda match: match[0].replace(" ", ""), words)
            meant = " ".join([_MEANT.get(word, word) for word in _squeeze(words).split()])
            meant = _SPELLING.sub(lambda match: _MEANT[match[0]], meant)
            sentences.append(_LOOK_ALIKES.sub(" ", meant + " "))
    return sentences


def _plain_letters(match: re.Match[str]) -> str:
    return re.sub(r"[^a-z]", "", match[0].translate(_LETTER_FOR_SIGN))


def _squeeze(text: str) -> str:
    """Every run of one letter as a single letter, in texts and rules alike."""
    return _REPEAT.sub(r"\1", text)


def _as_regex(phrase: str) -> str:
    """A phrase of the rules file as a regular expression over squeezed words and single spaces."""
    squeezed = _squeeze(phrase.strip())
    regex = re.sub(r"\[([^\]]*)\] ?", r"(?:(?:\1) )?", squeezed)
    return regex.replace("*", r"\w*").replace("~ ", GAP).replace(" ~", " ")


def _one_of(phrases: Iterable[str]) -> re.Pattern[str]:
    regexes = (_as_regex(phrase).replace("(?:", "(").replace("(", "(?:") for phrase in phrases)
    return re.compile(r"\b(?:" + "|".join(regexes) + r")\b")


def _load(
    path: Path,
) -> tuple[str, list[_Group], list[_Group], dict[str, str], list[str], list[str]]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    now = [_Group(name, Tier.NOW, _one_of(rows)) for name, rows in data["now"].items()]
    who = data["today"].pop("who")
    today = [_Group(name, Tier.TODAY, _one_of(rows)) for name, rows in data["today"].items()]
    meant = {
        _squeeze(spelt): _squeeze(word) for word, rows in data["spelling"].items() for spelt in rows
    }
    return data["version"], now, today, meant, who, data["look_alikes"]["phrases"]


VERSION, _NOW, _TODAY, _MEANT, _who, _phrases = _load(RULES)
_WHO, _LOOK_ALIKES = _one_of(_who), _one_of(_phrases)
_SPELLING = re.compile(
    r"\b(?:" + "|".join(re.escape(spelt) for spelt in _MEANT if " " in spelt) + r")\b"
)
