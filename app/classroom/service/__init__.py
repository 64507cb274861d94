"""The verbs of the room: holding and ending a sitting, its lobby, its slips, its tablets."""

from app.classroom.service.holding import (
    count_one_more,
    end_sitting,
    forget_room,
    hold_sitting,
    open_door,
    stop_waiting,
)
from app.classroom.service.lobby import arrive, let_in_one, let_in_waiting, turn_away
from app.classroom.service.slips import decide_void, make_slips, void_slip
from app.classroom.service.tablet import end_kiosk, end_turn, leave_kiosk, start_kiosk, take_turn

__all__ = [
    "arrive",
    "count_one_more",
    "decide_void",
    "end_kiosk",
    "end_sitting",
    "end_turn",
    "forget_room",
    "hold_sitting",
    "leave_kiosk",
    "let_in_one",
    "let_in_waiting",
    "make_slips",
    "open_door",
    "start_kiosk",
    "stop_waiting",
    "take_turn",
    "turn_away",
    "void_slip",
]
