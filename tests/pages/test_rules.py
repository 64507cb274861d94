"""Which page somebody speaks about."""

import pytest

from app.pages.rules import tidy_path


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/wishes/travel", "/wishes/travel"),
        ("/wishes/travel?easy=1#x", "/wishes/travel"),
        ("/", "/"),
        ("/s/K7MW/survey/3", "/s"),
        ("/j/K7MW", "/j"),
        ("/b/K7MW/1", "/b"),
        ("//evil.example/x", None),
        ("/\\evil.example", None),
        ("https://evil.example/", None),
        ("/staff/accounts", None),
        ("/a\nSet-Cookie: x", None),
        ("/" + "x" * 200, None),
        ("", None),
    ],
)
def test_paths(typed: str, expected: str | None) -> None:
    assert tidy_path(typed) == expected
