"""Votes cast before there was a box keep counting after the migration, on both databases."""

import json
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.ballots import queries
from app.ballots.box.digests import (
    leaf_of,
    ledger_hash,
    ledger_start,
    merkle_root,
)
from app.ballots.rules import BallotState
from app.consultations.models import Ballot
from app.consultations.queries import get_ballot, list_sections
from app.consultations.rules import read_definition
from app.core.db import Database
from app.core.migrate import upgrade
from tests.conftest import database_of, run_sql

AT = datetime(2026, 11, 1, tzinfo=UTC)


def old_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty database at the first revision."""
    if kind == "sqlite":
        address = f"sqlite:///{folder / 'old.db'}"
    else:
        admin = request.getfixturevalue("postgres_admin")
        name = f"old_{uuid.uuid4().hex}"
        run_sql(admin, f"CREATE DATABASE {name}")
        address = database_of(admin, name)
    upgrade(address, "0001")
    return address


def fill(address: str, status: str) -> None:
    """One round as version 0.1.0 wrote it: a ballot with two options and four votes."""
    engine = create_engine(address)
    statements: list[tuple[str, dict[str, object]]] = [
        (("INSERT INTO wish_edition (id, year, name, is_current, source, note)"
         " VALUES (1, 2022, 'E', true, 's', '')"), {}),
        (("INSERT INTO consultation (id, slug, title, purpose, asked_by, decision_maker,"
         " edition_id, status, is_sample, created_at, closed_at)"
         " VALUES (1, 'c', 'C', '', '', '', 1, :status, false, :at, :at)"),
         {"status": status, "at": AT}),
        (("INSERT INTO sitting (id, consultation_id, label, mode, class_code, basis, opened_at,"
         " closing_note) VALUES (1, 1, '', 'class_code', 'CDFH', 'informed_opt_out', :at, '')"),
         {"at": AT}),
        (("INSERT INTO ballot (id, consultation_id, title, question, rule, max_choices,"
         " is_shuffled) VALUES (1, 1, 'T', 'Which?', 'choices', 2, true)"), {}),
    ]  # fmt: skip
    for place, label in enumerate(("Bus", "Tram"), start=1):
        statements.append(
            (("INSERT INTO ballot_option (ballot_id, key, position, label, easy_read)"
             " VALUES (1, :key, :place, :label, '')"),
             {"key": f"o{place}", "place": place, "label": label})
        )  # fmt: skip
    for number, chosen in enumerate((["o1"], ["o1", "o2"], [], ["o1"])):
        statements.append(
            ("INSERT INTO vote (id, ballot_id, sitting_id, choices) VALUES (:id, 1, 1, :chosen)",
             {"id": f"{number:064x}", "chosen": json.dumps(chosen)})
        )  # fmt: skip
    with engine.begin() as connection:
        for statement, facts in statements:
            connection.execute(text(statement), facts)
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("status", ["open", "closed"])
def test_old_votes_are_counted_and_can_be_recounted(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, status: str
) -> None:
    address = old_database(kind, request, tmp_path)
    fill(address, status)
    upgrade(address)
    db = Database(address)
    with db.session(writes=False) as session:
        ballot = get_ballot(session, 1)
        definition = read_definition(ballot.definition)
        assert definition.hash == ballot.definition_hash
        assert [option.label for option in definition.sections[0].options] == ["Bus", "Tram"]
        assert list_sections(session, 1)[0].section.max_choices == 2
        assert queries.count_papers(session, 1) == Counter({"s1=o1": 2, "s1=o1,o2": 1, "s1=": 1})
        votes = list(queries.list_votes(session, 1))
        assert all(one.leaf == leaf_of(definition.hash, one.blind, one.choices) for one in votes)
        head, kinds = ledger_start(definition.hash), []
        for one in queries.list_entries(session, 1):
            head = ledger_hash(head, one.seq, one.kind, one.payload)
            assert one.hash == head
            kinds.append(one.kind)
        is_closed = status == "closed"
        assert kinds == ["opened", "rights", *["cast"] * 4, "mixed", *["closed"] * is_closed]
        ledger = queries.get_ledger(session, 1)
        assert ledger.head == head
        assert ledger.state is (BallotState.CLOSED if is_closed else BallotState.OPEN)
        root = merkle_root([one.leaf for one in votes])
        assert all(root in one.payload for one in list(queries.list_entries(session, 1))[6:])
    db.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_draft_stays_a_draft(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    address = old_database(kind, request, tmp_path)
    fill(address, "draft")
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM vote"))
    engine.dispose()
    upgrade(address)
    db = Database(address)
    with db.session(writes=False) as session:
        assert session.get_one(Ballot, 1).definition == ""
        assert queries.find_ledger(session, 1) is None
        assert len(list_sections(session, 1)[0].options) == 2
    db.close()
