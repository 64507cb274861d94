"""Counting how often something happened lately, without noting who did it.

Per process and in memory: it slows nobody down by itself and keeps no address. Routes ask it and
decide what to say.
"""

import threading
from collections import deque
from datetime import datetime, timedelta


class Pace:
    """Sliding windows by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, deque[datetime]] = {}

    def note(self, name: str, *, now: datetime, within: timedelta, limit: int) -> bool:
        """Note one more; True when there were more than `limit` of them `within` this time.

        Keeps at most `limit` + 1 moments, so a flood costs no memory.
        """
        with self._lock:
            seen = self._seen.setdefault(name, deque())
            while seen and (now - seen[0] > within or len(seen) > limit):
                seen.popleft()
            seen.append(now)
            return len(seen) > limit
