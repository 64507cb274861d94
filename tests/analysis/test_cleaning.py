"""Cleaning is total, idempotent and bounded; kinds are told apart."""

import csv
import os
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis import Kind, clean_text, kind_of, name_language, split_words
from analysis.cleaning import MAX_CHARACTERS

anything = st.text(st.characters(), max_size=300)  # every code point, lone surrogates too
awkward = st.text(
    st.sampled_from(
        "aAß ﷺİǆﬁ½①\u0301\u200b\u200d\ud800\udfff\U0001f602\u2764\ufe0f\u2019'\n\t\x00é"
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(anything | awkward)
@example("\ufdfa" * MAX_CHARACTERS)
@example("a" * 20_000)
@example("\ud800\u200b\udfff")
def test_cleaning_is_total_idempotent_and_bounded(text: str) -> None:
    cleaned = clean_text(text)
    assert len(cleaned) <= MAX_CHARACTERS
    assert clean_text(cleaned) == cleaned
    cleaned.encode("utf-8")  # no lone surrogate is left
    assert kind_of(cleaned) in Kind
    assert all(split_words(cleaned))


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  I  WANT\na Park!! ", "i want a park!!"),
        ("soooooo goooood", "soo good"),
        ("don’t “shout”", 'don\'t "shout"'),
        ("b\u200bus", "bus"),
        ("ｂｕｓ", "bus"),
        ("🚌", "bus"),
        ("i ❤️ trees", "i love trees"),
        ("skate 🛹 park", "skate skateboard park"),
        ("\ud800", ""),
    ],
)
def test_cleaning_by_example(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


def test_an_apostrophe_left_out_changes_no_word() -> None:
    assert split_words("they don't, can't") == split_words("they dont cant")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", Kind.EMPTY),
        (" \u200b\ud800 ", Kind.EMPTY),
        ("\U0001f600", Kind.EMPTY),
        ("idk!!", Kind.NOT_AN_ANSWER),
        ("I don't know.", Kind.NOT_AN_ANSWER),
        ("...", Kind.NOT_AN_ANSWER),
        ("asdfghjkl", Kind.NOT_AN_ANSWER),
        ("hjkhjk sdfsdf dfgdfg", Kind.NOT_AN_ANSWER),
        ("buses", Kind.ORDINARY),
        ("i wud lyk moor buss's an parcks", Kind.ORDINARY),
        ("less homwork an mor brake plz", Kind.ORDINARY),
        ("wen i waz sad no 1 lissened", Kind.ORDINARY),
    ],
)
def test_kinds_of_answers(raw: str, kind: Kind) -> None:
    assert kind_of(clean_text(raw)) == kind


FOREIGN = [
    "chcę więcej parków dla dzieci",
    "chce zeby autobusy byly tansze",
    "nie lubie jak ktos mnie wyzywa w szkole",
    "vreau mai multe locuri de joacă",
    "as vrea sa am un teren de fotbal langa casa",
    "quiero más parques para jugar con mis amigos",
    "quiero mas",
    "je veux que les bus soient moins chers",
    "quero mais lugares para jogar futebol",
    "vorrei più autobus per andare a scuola",
    "ich möchte mehr spielplätze in meiner nähe",
    "waxaan rabaa in la ii caawiyo dugsiga",
    "mujhe park chahiye jahan main khel sakoon",
    "istiyorum ki okulda daha fazla spor olsun",
    "dua më shumë parqe për fëmijët",
    "noriu daugiau parkų vaikams",
    "chtěl bych více hřišť pro děti",
    "szeretném ha több busz lenne",
    "nataka shule bora kwa watoto",
    "أريد حديقة قريبة من بيتنا",
    "میں چاہتا ہوں کہ پارک صاف ہو",
    "ਮੈਨੂੰ ਹੋਰ ਪਾਰਕ ਚਾਹੀਦੇ ਹਨ",
    "আমি আরও খেলার মাঠ চাই",
    "ኣብ ጥቓና መናፈሻ እደሊ",
    "хочу більше парків",
    "我想要更多的公园",
    "میخواهم پارک بیشتری باشد",
    "більше автобусів будь ласка",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_left_untranslated(text: str) -> None:
    assert kind_of(clean_text(text)) == Kind.FOREIGN


@pytest.mark.needs_shared_data
def test_english_of_strangers_is_not_called_foreign() -> None:
    shared = Path(os.environ.get("WISHES_SHARED_DATA", "../shared/data"))
    path = shared / "town-comments" / "bowling_green_comments.csv"
    if not path.is_file():
        pytest.skip("the town comments are kept outside the project and are not here")
    with path.open(encoding="utf-8", newline="") as handle:
        texts = [row["comment-body"] for row in csv.DictReader(handle)]
    kinds = [kind_of(clean_text(text)) for text in texts]
    assert len(texts) > 800
    assert kinds.count(Kind.FOREIGN) <= 0.02 * len(texts)


def test_a_language_is_named_only_where_the_extra_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    assert name_language("chcę więcej parków dla dzieci") is None
    monkeypatch.undo()
    pytest.importorskip("py3langid")
    assert name_language("chcę więcej parków dla dzieci") == "pl"
