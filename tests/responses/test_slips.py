"""Four easy words: computed, different, readable back."""

from app.core.tokens import new_submission_id
from app.responses.slips import draw_words, hash_slip, list_words, read_slip

KEY = b"s" * 32


def test_the_same_send_draws_the_same_words_and_a_counter_others() -> None:
    words = draw_words(list_words(), KEY, 1, "a" * 32, 0)
    assert words == draw_words(list_words(), KEY, 1, "a" * 32, 0)
    for other in (
        (KEY, 1, "a" * 32, 1),
        (KEY, 2, "a" * 32, 0),
        (KEY, 1, "b" * 32, 0),
        (b"t" * 32, 1, "a" * 32, 0),
    ):
        assert draw_words(list_words(), *other) != words


def test_the_four_are_different_and_from_the_list() -> None:
    for _ in range(500):
        words = draw_words(list_words(), KEY, 1, new_submission_id(), 0)
        assert len(set(words)) == 4
        assert set(words) <= set(list_words())


def test_words_come_up_evenly() -> None:
    drawn = [
        word for seed in range(4000) for word in draw_words(list_words(), KEY, 1, str(seed), 0)
    ]
    counts = [drawn.count(word) for word in list_words()[:64]]
    assert 8 <= sum(counts) / len(counts) <= 24  # 16,000 draws over 1,024 words: 15.6
    assert max(counts) < 45


def test_a_slip_is_read_back_however_it_is_typed() -> None:
    words = draw_words(list_words(), KEY, 1, "a" * 32, 0)
    for typed in (
        " ".join(words),
        "-".join(words).upper(),
        ", ".join(words),
        "#" + "-".join(words),
    ):
        assert read_slip(typed) == words
    for wrong in (
        "",
        "one",
        " ".join(words[:3]),
        " ".join([*words, words[0]]),
        "x" * 10_000,
        "<b>",
    ):
        assert read_slip(wrong) is None


def test_the_hash_needs_the_key_and_the_order() -> None:
    words = ("acorn", "badge", "candle", "drum")
    assert hash_slip(KEY, words) != hash_slip(b"t" * 32, words)
    assert hash_slip(KEY, words) != hash_slip(KEY, words[::-1])
    assert len(hash_slip(KEY, words)) == 64
