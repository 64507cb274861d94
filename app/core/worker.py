"""Background work: sweeps over domain rows, run in turn by one thread.

A sweep looks for rows that say "something is to be done" (an import that waits, texts without a
suggestion), does one bounded piece and returns whether there was any. State lives in the rows, so
a killed worker loses nothing: the next one finds the same rows.
"""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from app.core.clock import utc_now
from app.core.db import Database
from app.core.settings import Settings

Sweep = Callable[[Database, Settings, datetime], bool]
log = structlog.get_logger()

IDLE_SECONDS = 1.0


class Worker:
    """Runs every sweep round and round until stopped; rests when there was nothing to do."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sweeps: list[Sweep],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._db, self._settings, self._sweeps, self._clock = db, settings, sweeps, clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end after the piece in hand, and wait a little for that."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def run_until_idle(self) -> None:
        """Do all that waits, in the caller's thread (commands and tests)."""
        while self._round():
            pass

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._round():
                self._stop.wait(IDLE_SECONDS)

    def _round(self) -> bool:
        busy = False
        for sweep in self._sweeps:
            try:
                busy |= sweep(self._db, self._settings, self._clock())
            except Exception as error:  # one broken sweep must not stop the others
                log.error("sweep_failed", sweep=sweep.__name__, error=type(error).__name__)
        return busy
