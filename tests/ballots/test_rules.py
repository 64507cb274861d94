"""Rules of voting, without a database."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.ballots.rules import BLANK, ChoiceProblem, shuffle_keys, tidy_choices, why_not_choices
from app.core.tokens import is_strong_id, new_submission_id

KEYS = [f"w{number}" for number in range(1, 13)]


@given(st.lists(st.sampled_from([*KEYS, BLANK, "x"]), max_size=8), st.integers(1, 12))
def test_a_paper_fits_exactly_when_it_should(ticked: list[str], most: int) -> None:
    options = set(ticked) - {BLANK}
    fits = bool(ticked) and "x" not in options and (
        not options if BLANK in ticked else len(options) <= most
    )  # fmt: skip
    assert (why_not_choices(ticked, KEYS, most=most) is None) == fits
    if fits:
        assert tidy_choices(ticked) == sorted(options)


def test_a_double_tick_is_one_choice() -> None:
    assert why_not_choices(["w1", "w1"], KEYS, most=1) is None
    assert tidy_choices(["w1", "w1"]) == ["w1"]
    assert why_not_choices(["w1", "w2"], KEYS, most=1) is ChoiceProblem.TOO_MANY


def test_every_option_comes_first_about_as_often() -> None:
    firsts = Counter(shuffle_keys(KEYS, f"{seed:032x}")[0] for seed in range(6000))
    assert set(firsts) == set(KEYS)
    assert max(abs(count - 500) for count in firsts.values()) < 100  # 4.7 standard deviations
    assert shuffle_keys(KEYS, "a") == shuffle_keys(KEYS, "a")


def test_a_drawn_id_is_strong() -> None:
    drawn = [new_submission_id() for _ in range(2000)]
    assert all(map(is_strong_id, drawn))
    assert len(set(drawn)) == 2000


def test_broken_random_generators_are_noticed() -> None:
    for weak in ("", "0" * 32, "0123456789abcdef", "00000000000000000000000000000001", "G" * 32):
        assert not is_strong_id(weak)
