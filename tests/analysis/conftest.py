"""One training for the whole folder: it takes seconds and nothing in the tests changes a model."""

import pytest

from analysis import Classifier, Example, load_examples, train


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Give the shipped invented examples."""
    return load_examples()


@pytest.fixture(scope="session")
def model(examples: list[Example]) -> Classifier:
    """Give a model trained on the shipped examples."""
    return train(examples)
