"""Drafting a paper quickly: lines become options, one picture each, words in other languages."""

import re
import unicodedata
from collections.abc import Sequence

from app.consultations.rules.drafting import OptionDraft
from app.consultations.rules.naming import fold_label

# Languages in which options may be written too. Leeds schools count 195 (docs), so this is the
# list of a keyboard, not of a city: adding one here is all it takes.
PAPER_LANGUAGES = (
    "ar", "bn", "ckb", "cs", "es", "fa", "fr", "gu", "hu", "it", "ku", "lt", "lv", "pa", "pl",
    "ps", "pt", "ro", "sk", "so", "sw", "ti", "tr", "uk", "ur", "zh",
)  # fmt: skip
WISH_PICTURE = re.compile(r"wish-(?:[1-9]|1[0-2])")
JOINER = "\u200d"
# What may follow the sign of a picture: which form of it is drawn, a skin tone, a region's tags.
FOLLOWERS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*")
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")


def draft_options(
    lines: Sequence[str], kept: Sequence[OptionDraft], wishes: Sequence[OptionDraft] = ()
) -> tuple[OptionDraft, ...]:
    """Options from lines. One that was there before keeps its picture and words; a line that is
    the name of a wish becomes that wish; any other one is new and plain.
    """
    known = {fold_label(one.label): one for one in kept}
    used = {known[name].wish_number for name in map(fold_label, lines) if name in known}
    named = {
        fold_label(one.label): one for one in wishes if one.wish_number not in used
    } | known  # fmt: skip
    return tuple(named.get(fold_label(line), OptionDraft(line)) for line in lines)


def find_twins(labels: Sequence[str]) -> list[int]:
    """The places (from 0) of labels that say the same as an earlier one; empty ones do not."""
    seen: set[str] = set()
    twins = []
    for place, label in enumerate(map(fold_label, labels)):
        if label and label in seen:
            twins.append(place)
        seen.add(label)
    return twins


def is_picture(text: str) -> bool:
    """Whether this can stand as an option's picture: a wish's pictogram, or exactly one emoji."""
    return bool(WISH_PICTURE.fullmatch(text)) or _is_emoji(text)


def _is_emoji(text: str) -> bool:
    if FLAG.fullmatch(text) or KEYCAP.fullmatch(text):
        return True
    signs = text.split(JOINER)
    return len(text) <= 20 and all(map(_is_sign, signs))


def _is_sign(sign: str) -> bool:
    is_drawn = sign != "" and ord(sign[0]) > 0xFF and unicodedata.category(sign[0]) in ("So", "Sm")
    return is_drawn and FOLLOWERS.fullmatch(sign[1:]) is not None
