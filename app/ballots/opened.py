"""Ballots that lie open now, kept for a moment so that a whole school costs one look.

What is kept never changes but for whether a vote is taken, and that is decided again when the vote
is written; so a page may be a second late, and never a vote.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.ballots import queries
from app.ballots.box.keys import BallotKeys, BallotSecrets
from app.ballots.queries import OpenedBallot
from app.core.db import Database

KEPT_SECONDS = 2.0
MOST_KEPT = 2_000


@dataclass(frozen=True)
class Held:
    """An opened ballot, its keys (None: lost or destroyed) and the doors that lead to it."""

    opened: OpenedBallot
    secrets: BallotSecrets | None
    has_slips: bool
    read_at: float


class OpenedBallots:
    """Opened ballots by class code and ballot. Safe to use from many threads."""

    def __init__(
        self, db: Database, keys: BallotKeys, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._db, self.keys, self._clock = db, keys, clock
        self._held: dict[tuple[str, int], Held] = {}
        self._being_read: set[tuple[str, int]] = set()

    def find_fresh(self, code: str, ballot_id: int) -> Held | None:
        """What is kept, if it is not too old. Never waits.

        When it has just become too old, the first to ask is told None and looks again; everybody
        else goes on with what there is, so that a school's phones do not all look at once.
        """
        held = self._held.get((code, ballot_id))
        if held is None:
            return None
        age = self._clock() - held.read_at
        if age <= KEPT_SECONDS:
            return held
        if age > 5 * KEPT_SECONDS or (code, ballot_id) not in self._being_read:
            self._being_read.add((code, ballot_id))
            return None
        return held

    def load(self, code: str, ballot_id: int) -> Held:
        """Read it from the database and keep it. NotFound when it is not held there."""
        with self._db.session(writes=False) as session:
            opened = queries.get_opened_ballot(session, code, ballot_id)
            has_slips = queries.has_slips(session, opened.sitting_id)
        secrets = self.keys.find_secrets(opened.definition.hash)
        held = Held(opened, secrets, has_slips, self._clock())
        if len(self._held) >= MOST_KEPT:
            self._held.clear()
        self._held[code, ballot_id] = held
        self._being_read.discard((code, ballot_id))
        return held

    def has_right(self, held: Held, code: str) -> bool:
        """Whether this code (of a seat) was let in."""
        if held.secrets is None:
            return False
        with self._db.session(writes=False) as session:
            return queries.has_right(session, held.secrets.right_of(code))
