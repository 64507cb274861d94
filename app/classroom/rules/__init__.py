"""Rules of the room. Pure: facts and `now` in, a reason or a value out.

`vocabulary` holds the enums, `lobby` who is let in, `nicknames` what phones are called, `kiosk` the
shared tablet, `account` what must balance at the end, `revealing` what the room may see.
"""

from app.classroom.rules.account import BallotAccount, RoomAccount, why_not_end
from app.classroom.rules.dandelion import Seed, place_seeds
from app.classroom.rules.kiosk import (
    PAUSE,
    PIN_LEAST,
    PIN_MOST,
    PIN_TRIES,
    PIN_WINDOW,
    why_not_turn,
    why_weak_pin,
)
from app.classroom.rules.lobby import (
    SPARE_WAITING,
    has_lobby,
    read_doors,
    why_not_arrive,
    why_not_hold,
    why_not_let_in,
)
from app.classroom.rules.nicknames import ANIMALS, KIND_WORDS, draw_nickname
from app.classroom.rules.revealing import (
    Bar,
    RevealedSection,
    RevealState,
    Size,
    may_reveal,
    reveal,
    tell_size,
)
from app.classroom.rules.vocabulary import ArrivalState, Door, Imbalance, Reason, VoidWhy

__all__ = [
    "ANIMALS",
    "KIND_WORDS",
    "PAUSE",
    "PIN_LEAST",
    "PIN_MOST",
    "PIN_TRIES",
    "PIN_WINDOW",
    "SPARE_WAITING",
    "ArrivalState",
    "BallotAccount",
    "Bar",
    "Door",
    "Imbalance",
    "Reason",
    "RevealState",
    "RevealedSection",
    "RoomAccount",
    "Seed",
    "Size",
    "VoidWhy",
    "draw_nickname",
    "has_lobby",
    "may_reveal",
    "place_seeds",
    "read_doors",
    "reveal",
    "tell_size",
    "why_not_arrive",
    "why_not_end",
    "why_not_hold",
    "why_not_let_in",
    "why_not_turn",
    "why_weak_pin",
]
