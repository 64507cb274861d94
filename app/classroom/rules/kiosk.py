"""The shared tablet: its PIN, and the pause between two turns."""

from datetime import datetime, timedelta
from itertools import pairwise

from app.classroom.rules.vocabulary import Reason

PAUSE = timedelta(seconds=5)
PIN_LEAST, PIN_MOST = 4, 8
PIN_TRIES = 5
PIN_WINDOW = timedelta(minutes=5)


def why_weak_pin(pin: str) -> Reason | None:
    """A PIN is four to eight digits, and not what everybody tries first."""
    if not (pin.isascii() and pin.isdigit() and PIN_LEAST <= len(pin) <= PIN_MOST):
        return Reason.PIN_SHORT
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return Reason.PIN_EASY if steps in ({0}, {1}, {9}) else None


def why_not_turn(
    *, is_ended: bool, is_sitting_closed: bool, turn_ended_at: datetime | None, now: datetime
) -> Reason | None:
    """Why nobody may begin a turn at this tablet now. The pause is for handing it on."""
    if is_ended or is_sitting_closed:
        return Reason.KIOSK_ENDED
    if turn_ended_at is not None and now - turn_ended_at < PAUSE:
        return Reason.PAUSE
    return None
