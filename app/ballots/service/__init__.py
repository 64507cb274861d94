"""The verbs of the ballot box: opening, casting, closing, mixing, forgetting, counting."""

from app.ballots.service.casting import Sent, cast_votes, make_sent
from app.ballots.service.closing import close_box, close_boxes, end_waiting
from app.ballots.service.counting import count_ballot
from app.ballots.service.ending import finalise_ballot, finish_ballot, start_closing
from app.ballots.service.ledger import add_entry, make_checkpoint
from app.ballots.service.mixing import destroy_spent_keys, mix_boxes
from app.ballots.service.opening import open_box, open_boxes, roll_box
from app.ballots.service.rights import (
    add_seat,
    issue_slips,
    let_in,
    revoke_right,
    take_back_unspent,
)

__all__ = [
    "Sent",
    "add_entry",
    "add_seat",
    "cast_votes",
    "close_box",
    "close_boxes",
    "count_ballot",
    "destroy_spent_keys",
    "end_waiting",
    "finalise_ballot",
    "finish_ballot",
    "issue_slips",
    "let_in",
    "make_checkpoint",
    "make_sent",
    "mix_boxes",
    "open_box",
    "open_boxes",
    "revoke_right",
    "roll_box",
    "start_closing",
    "take_back_unspent",
]
