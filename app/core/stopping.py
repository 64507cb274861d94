"""Whether the server was asked to stop, for answers that never end by themselves.

A server waits for its open answers before it stops. A stream of events would hold it for ever, so
streams look here and end within a second. The signals are passed on to whoever watched them.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Says whether this process is on its way out."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    @property
    def is_asked(self) -> bool:
        """Whether somebody asked the process to stop."""
        return self._asked.is_set()

    def ask(self) -> None:
        """End all streams soon."""
        self._asked.set()

    def watch_signals(self) -> None:
        """Notice the signals that stop a server. Only a main thread may; others leave it be."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            signal.signal(number, self._noticed(signal.getsignal(number)))

    def _noticed(self, before: Any) -> Callable[[int, FrameType | None], None]:
        def handle(number: int, frame: FrameType | None) -> None:
            self._asked.set()
            if callable(before):
                before(number, frame)
            elif before is signal.SIG_DFL:  # nobody else watched: do what would have happened
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        return handle
