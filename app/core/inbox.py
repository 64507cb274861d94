"""The public inbox: sends from phones, written by one writer, many to a commit.

Each send runs as its own savepoint, so one refused send costs the others nothing, and a batch is
committed with a single fsync. A send is answered only after its batch is on disk. On PostgreSQL,
which has no single-writer limit, a send is a plain transaction in the caller's thread.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlmodel import Session

from app.core.db import Database

Result = TypeVar("Result")
Send = tuple[Callable[[Session], Any], "Future[Any]"]

BATCH = 64


class Inbox:
    """Hand a verb over with `submit`; the future resolves when its work is durable."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._sends: queue.SimpleQueue[Send | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def submit(self, verb: Callable[[Session], Result]) -> Result:
        """Run `verb(session)` and return its result once it is committed; its errors are raised."""
        if not self._db.is_sqlite:
            with self._db.session(writes=True) as session:
                return verb(session)
        self._start()
        future: Future[Result] = Future()
        self._sends.put((verb, future))
        return future.result()

    def close(self) -> None:
        """Finish what was handed over, then stop the writer."""
        with self._lock:
            if self._thread is not None:
                self._sends.put(None)
                self._thread.join()
                self._thread = None

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

    def _commit(self, batch: list[Send]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self._db.session(writes=True) as session:
                for verb, future in batch:
                    try:
                        with session.begin_nested():
                            result = verb(session)
                    except Exception as error:  # the send's own failure, told to its sender
                        future.set_exception(error)
                    else:
                        done.append((future, result))
                    session.expunge_all()
        except Exception as error:  # the batch never reached the disk: nobody is told "stored"
            for future, _ in done:
                future.set_exception(error)
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in done:
            future.set_result(result)
