"""Baseline (b): insert and commit, as the tutorials of FastAPI and SQLModel write it.

`python -m uvicorn bench.plain_app:app`. Two things are not as written there. The database's safety
settings are ours (WAL, full sync, waiting for a lock), so that "stored" means the same. And the
pool has a connection for each phone: with the default of 15, 64 phones at once stop the server
for half a minute (each thread waits for a connection, each connection for a thread), then fail.
"""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine

engine = create_engine(
    f"sqlite:///{os.environ['BENCH_DATABASE']}",
    connect_args={"check_same_thread": False},
    pool_size=64,
)


@event.listens_for(engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


class PlainVote(SQLModel, table=True):
    """One vote."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(index=True)
    secret: str
    choices: str


SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["plainvote"]])
app = FastAPI()


def get_session() -> Iterator[Session]:
    """A session for a request."""
    with Session(engine) as session:
        yield session


@app.post("/votes/", status_code=201)
def create_vote(vote: PlainVote, session: Annotated[Session, Depends(get_session)]) -> PlainVote:
    """Insert, commit, read back."""
    session.add(vote)
    session.commit()
    session.refresh(vote)
    return vote
