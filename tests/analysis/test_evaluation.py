"""The measures agree with hand-made cases and with scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from analysis import evaluate, make_truth
from analysis.calibration import (
    NEVER,
    find_threshold,
    find_thresholds,
    fit_sigmoid,
    to_probability,
    wilson_lower,
)
from analysis.evaluation import find_calibration_error, find_coverage
from analysis.features import fit_features
from analysis.lexicon import Lexicon

EMPTY_LEXICON = Lexicon("edition=1\n[none]\nsure=[]\nhints=[]\n[wish.1]\nsure=[]\nhints=[]")


def test_f1_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    truth, predicted = rng.random((200, 4)) < 0.3, rng.random((200, 4)) < 0.3
    found = evaluate(truth, predicted, rng.random((200, 4)), (1, 2, 3, 4))
    assert found.micro_f1.value == pytest.approx(f1_score(truth, predicted, average="micro"))
    assert found.macro_f1.value == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert found.micro_f1.low < found.micro_f1.value < found.micro_f1.high


def test_truth_has_a_row_a_text_and_a_column_a_wish() -> None:
    assert make_truth([{1}, set(), {2, 1}], (1, 2)).tolist() == [
        [True, False],
        [False, False],
        [True, True],
    ]
    with pytest.raises(ValueError, match="nothing"):
        evaluate(make_truth([], (1,)), make_truth([], (1,)), np.zeros((0, 1)), (1,))


def test_coverage_and_calibration_by_hand() -> None:
    truth = np.array([[True], [True], [False], [True]])
    probability = np.array([[0.9], [0.8], [0.7], [0.1]])
    assert find_coverage(truth, probability, precision=0.9) == 0.5
    assert find_coverage(truth, probability, precision=0.7) == 1.0
    assert find_calibration_error(truth, probability, bins=1) == pytest.approx(0.125)


def test_the_sigmoid_recovers_probabilities() -> None:
    rng = np.random.default_rng(5)
    score = rng.normal(size=20_000)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-(2.0 * score - 1.0)))
    slope, shift = fit_sigmoid(score, truth)
    assert slope == pytest.approx(2.0, abs=0.1)
    assert shift == pytest.approx(-1.0, abs=0.1)
    said = to_probability(score, np.array(slope), np.array(shift))
    assert abs(said.mean() - truth.mean()) < 0.005


def test_a_threshold_promises_or_is_never() -> None:
    probability = np.linspace(0, 1, 200)
    truth = probability > 0.5
    cut = find_threshold(probability, truth, precision=0.9)
    assert 0.4 < cut <= 0.51
    assert truth[probability >= cut].mean() >= 0.9
    assert find_threshold(probability, ~truth, precision=0.9) == NEVER
    assert find_threshold(probability[-5:], truth[-5:], precision=0.9) == NEVER


def test_a_rare_wish_borrows_and_a_hard_one_is_never_automatic() -> None:
    rng = np.random.default_rng(1)
    easy = rng.random(600) < 0.3
    hard = rng.random(600) < 0.3
    rare = np.arange(600) < 3
    truth = np.column_stack([easy, easy, hard, rare])
    sharp = np.where(easy, 0.95, 0.05)
    blunt = np.full(600, 0.3)
    probability = np.column_stack([sharp, sharp, blunt, np.where(rare, 0.95, 0.01)])
    cuts = find_thresholds(probability, truth, precision=0.9)
    assert cuts[1] == 0.95
    assert cuts[2] == NEVER
    assert cuts[3] == 0.95


def test_wilson_agrees_with_a_worked_case() -> None:
    # 9 of 10, one-sided 90 %: (0.9 + z2/20 - z*sqrt(.009 + z2/400)) / (1 + z2/10), z = 1.2816
    lower = wilson_lower(np.array([9.0]), np.array([10.0]))
    assert lower[0] == pytest.approx(0.7175, abs=1e-4)


def test_features_agree_with_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["the bus is late", "the park", "bus bus bus", "late late park is"]
    mine = fit_features([text.split() for text in texts], EMPTY_LEXICON, least_texts=1)
    matrix = mine.transform([text.split() for text in texts])
    for kind, analyzer, sizes, grams in (
        ("word", "word", (1, 2), mine.word_grams),
        ("character", "char_wb", (2, 5), mine.character_grams),
    ):
        theirs = TfidfVectorizer(analyzer=analyzer, ngram_range=sizes, sublinear_tf=True)
        wanted = theirs.fit_transform(texts).toarray()
        start = 0 if kind == "word" else len(mine.word_grams)
        columns = [theirs.vocabulary_[gram] for gram in grams]
        assert len(grams) == len(theirs.vocabulary_)
        np.testing.assert_allclose(
            matrix[:, start : start + len(grams)].toarray(), wanted[:, columns], atol=1e-12
        )
