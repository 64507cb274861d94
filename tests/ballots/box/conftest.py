"""The mother of servers, once for each worker of a test run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ballots.box.servers import Mother
from tests.conftest import fresh_address


@pytest.fixture(scope="session")
def mother() -> Iterator[Mother]:
    """Bears servers in a moment."""
    made = Mother()
    yield made
    made.rest()


@pytest.fixture
def postgres_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh PostgreSQL database."""
    return fresh_address("postgres", request, tmp_path)
