"""Codes of a city: some are drawn twice."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from app.ballots import queries, service
from app.ballots.box.codes import new_code
from tests.factories import make_round, put_up_box


def test_a_code_that_is_drawn_again_is_not_given_again(
    session: Session, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among a city's 189,600 codes about a hundred are drawn twice."""
    box = put_up_box(session, make_round(session, now=now), tmp_path, slips=12, now=now)
    drawn = [*box.codes[:3], *(new_code() for _ in range(20))]
    monkeypatch.setattr("app.ballots.box.codes.new_code", lambda: drawn.pop(0))
    sitting = box.round.sitting
    codes = service.issue_slips(session, sitting, 5, keys=box.keys, now=now)
    assert len(set(codes)) == 5
    assert not set(codes) & set(box.codes)
    counts = queries.count_rights(session, box.round.ballot.id or 0, sitting.id or 0)
    assert counts.issued == 17
