"""The public inbox: sends from phones, written by one writer, many to a commit.

Each send runs as its own savepoint, so one refused send costs the others nothing, and a batch is
committed with a single fsync. A send is answered only after its batch is on disk. Verbs that take
many sends at once (votes) are handed all of a batch together, which costs them three statements
instead of three a send. On PostgreSQL, which has no single-writer limit, a single send is a plain
transaction in the caller's thread; batches go through the writer there too.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session

from app.core.db import Database

Result = TypeVar("Result")
Item = TypeVar("Item")
BatchVerb = Callable[[Session, Sequence[Item]], Sequence[Result | Exception]]

BATCH = 64


@dataclass(frozen=True)
class _Send:
    """What waits for the writer: an item for a batch verb, or a verb that needs none."""

    verb: Callable[..., Any]
    future: "Future[Any] | asyncio.Future[Any]"
    item: Any = None
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_batched(self) -> bool:
        """Whether the verb takes this item together with others."""
        return self.loop is not None


class Inbox:
    """Hand a verb over with `submit` or an item with `post`; done means durable."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._sends: queue.SimpleQueue[_Send | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def submit(self, verb: Callable[[Session], Result]) -> Result:
        """Run `verb(session)` and return its result once it is committed; its errors are raised."""
        if not self._db.is_sqlite:
            with self._db.session(writes=True) as session:
                return verb(session)
        future: Future[Result] = Future()
        self._put(_Send(verb, future))
        return future.result()

    async def post(self, verb: BatchVerb[Item, Result], item: Item) -> Result:
        """Hand one item to a verb that takes many; returns once its batch is durable, with the
        outcome at the item's place. An outcome that is an exception is raised.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._put(_Send(verb, future, item, loop))
        return await future

    def close(self) -> None:
        """Finish what was handed over, then stop the writer."""
        with self._lock:
            if self._thread is not None:
                self._sends.put(None)
                self._thread.join()
                self._thread = None

    def _put(self, send: _Send) -> None:
        if self._thread is None:
            self._start()
        self._sends.put(send)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="inbox", daemon=True)
                self._thread.start()

    def _write(self) -> None:
        while (first := self._sends.get()) is not None:
            batch = [first]
            stop = False
            while len(batch) < BATCH and not self._sends.empty():
                send = self._sends.get()
                if send is None:
                    stop = True
                    break
                batch.append(send)
            self._commit(batch)
            if stop:
                return

    def _commit(self, batch: list[_Send]) -> None:
        groups = _group(batch)
        outcomes: list[tuple[_Send, Any]] = []
        if len(groups) == 1 and batch[0].is_batched:
            outcomes = self._commit_together(batch)
        if not outcomes:
            outcomes = self._commit_each(batch, groups)
        _answer(outcomes)

    def _commit_together(self, batch: list[_Send]) -> list[tuple[_Send, Any]]:
        """One verb, all its items, no savepoint (which costs a quarter of the work). Nothing when
        it failed: then nothing of it was written, and the careful way is taken.
        """
        try:
            with self._db.session(writes=True) as session:
                results = batch[0].verb(session, [send.item for send in batch])
        except Exception:
            return []
        return list(zip(batch, results, strict=True))

    def _commit_each(
        self, batch: list[_Send], groups: "list[tuple[Callable[..., Any], list[_Send]]]"
    ) -> list[tuple[_Send, Any]]:
        """Each verb under a savepoint of its own, all in one transaction."""
        outcomes: list[tuple[_Send, Any]] = []
        try:
            with self._db.session(writes=True) as session:
                for verb, sends in groups:
                    outcomes += _run(session, verb, sends)
                    session.expunge_all()
        except Exception as error:  # the batch never reached the disk: nobody is told "stored"
            return [(send, error) for send in batch]
        return outcomes


def _answer(outcomes: list[tuple[_Send, Any]]) -> None:
    """Tell every sender. An event loop is woken once for all of its sends."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Send, Any]]] = {}
    for send, outcome in outcomes:
        if send.loop is None:
            _resolve([(send, outcome)])
        else:
            by_loop.setdefault(send.loop, []).append((send, outcome))
    for loop, waiting in by_loop.items():
        with suppress(RuntimeError):  # its loop has ended, and with it everybody who waited there
            loop.call_soon_threadsafe(_resolve, waiting)


def _resolve(outcomes: list[tuple[_Send, Any]]) -> None:
    for send, outcome in outcomes:
        if send.future.done():  # nobody waits any more: the phone has hung up
            continue
        if isinstance(outcome, Exception):
            send.future.set_exception(outcome)
        else:
            send.future.set_result(outcome)


def _group(batch: list[_Send]) -> list[tuple[Callable[..., Any], list[_Send]]]:
    """Sends of one batch verb together, single ones each alone, in the order of arrival."""
    groups: list[tuple[Callable[..., Any], list[_Send]]] = []
    batched: dict[Callable[..., Any], list[_Send]] = {}
    for send in batch:
        if send.is_batched and send.verb in batched:
            batched[send.verb].append(send)
            continue
        sends = [send]
        groups.append((send.verb, sends))
        if send.is_batched:
            batched[send.verb] = sends
    return groups


def _run(session: Session, verb: Callable[..., Any], sends: list[_Send]) -> list[tuple[_Send, Any]]:
    """What came of these sends: a result or an exception for each.

    When a whole batch fails at once, each of its items is tried by itself, so that one bad item
    costs the others nothing.
    """
    try:
        with session.begin_nested():
            if not sends[0].is_batched:
                return [(sends[0], verb(session))]
            results = verb(session, [send.item for send in sends])
            return list(zip(sends, results, strict=True))
    except Exception as error:  # told to its sender
        if len(sends) == 1:
            return [(sends[0], error)]
    session.expunge_all()
    return [outcome for send in sends for outcome in _run(session, verb, [send])]
