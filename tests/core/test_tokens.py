"""Codes and hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.tokens import ALPHABET, RUDE_PARTS, keyed_hash, new_class_code, tidy_code


def test_class_codes_are_short_plain_and_never_rude() -> None:
    codes = {new_class_code() for _ in range(2000)}
    assert len(codes) > 1900
    for code in codes:
        assert len(code) == 4
        assert set(code) <= set(ALPHABET)
        assert not any(part in code for part in RUDE_PARTS)


@pytest.mark.parametrize("typed", ["k7mw", " K7 MW ", "k7-mw", "KIMW", "klmw"])
def test_typing_slips_are_forgiven(typed: str) -> None:
    assert tidy_code(typed) == "K7MW"


@given(st.text(max_size=50))
def test_anything_typed_becomes_plain_signs(typed: str) -> None:
    assert tidy_code(tidy_code(typed)) == tidy_code(typed)


def test_fields_cannot_be_shifted_into_each_other() -> None:
    assert keyed_hash(b"k", "ab", "c") != keyed_hash(b"k", "a", "bc")
    assert keyed_hash(b"k", "a") != keyed_hash(b"j", "a")
