"""The files of an audit bundle, one after the other, some rows at a time."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.ballots.queries import get_ledger, list_checkpoints, list_entries, list_votes
from app.ballots.rules import BallotState
from app.ballots.service.ledger import stamp
from app.consultations.models import Ballot
from app.consultations.rules import canonical_json
from app.paper import queries as paper
from app.results.queries.proposing import count_now
from app.results.queries.receipts import list_public_leaves
from app.results.queries.results import list_results
from app.results.rules import same_figures

Chunks = Iterator[bytes]


def hold_snapshot(session: Session) -> None:
    """Let everything read in this transaction be of one moment. Call it before any other query.

    On SQLite it is so anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def list_bundle_files(
    session: Session, ballot: Ballot, *, keys: BallotKeys
) -> Iterator[tuple[str, Chunks]]:
    """Name and content of every file about this ballot. Each content is read before the next."""
    ledger = get_ledger(session, ballot.id or 0)
    yield "definition.json", iter([ballot.definition.encode()])
    yield "public_key.txt", iter([f"{keys.public_signing_key()}\n".encode()])
    yield "ledger.jsonl", _entries(session, ballot.id or 0)
    yield "checkpoints.jsonl", _checkpoints(session, ballot.id or 0)
    if ledger.state is BallotState.FINAL:
        leaves = list_public_leaves(session, ballot.id or 0)
        yield "leaves.txt", (f"{leaf.hex()}\n".encode() for leaf in leaves)
    else:
        yield "votes.jsonl", _votes(session, ballot.id or 0)
    yield "paper.jsonl", map(_line, paper.list_revision_lines(session, ballot))
    yield "result.json", iter([_find_body(session, ballot).encode()])


def _find_body(session: Session, ballot: Ballot) -> str:
    """The newest version that says what a count gives now; else that count, not released yet."""
    fresh = count_now(session, ballot)
    for one in reversed(list_results(session, ballot.id or 0)):
        is_live = one.approved_at is not None or one.withdrawn_at is None
        if is_live and same_figures(one.body, fresh.body):
            return one.body
    return fresh.body


def _entries(session: Session, ballot_id: int) -> Chunks:
    for one in list_entries(session, ballot_id):
        yield _line({"seq": one.seq, "kind": one.kind, "payload": one.payload, "hash": one.hash})


def _checkpoints(session: Session, ballot_id: int) -> Chunks:
    for one in list_checkpoints(session, ballot_id):
        plain = {"size": one.size, "head": one.head, "at": stamp(one.at)}
        yield _line(plain | {"signature": one.signature})


def _votes(session: Session, ballot_id: int) -> Chunks:
    for vote in list_votes(session, ballot_id):
        yield _line(
            {"leaf": vote.leaf.hex(), "r": vote.blind.hex(), "choices": vote.choices,
             "group": vote.place_id}
        )  # fmt: skip


def _line(plain: dict[str, Any]) -> bytes:
    return f"{canonical_json(plain)}\n".encode()
