"""Every SELECT of the paper floor: piles and who looked at them, and what counts."""

from app.paper.queries.batches import (
    BatchLine,
    History,
    find_batch,
    get_batch,
    get_history,
    list_batches,
    lock_batch,
)
from app.paper.queries.counting import (
    Confirmed,
    PaperAccount,
    count_at_sitting,
    count_paper,
    count_waiting,
    hand_tallies,
    is_counted,
    list_confirmed,
    list_revision_lines,
    paper_votes,
)
from app.paper.queries.desks import Desk, desk_of, new_desk

__all__ = [
    "BatchLine",
    "Confirmed",
    "Desk",
    "History",
    "PaperAccount",
    "count_at_sitting",
    "count_paper",
    "count_waiting",
    "desk_of",
    "find_batch",
    "get_batch",
    "get_history",
    "hand_tallies",
    "is_counted",
    "list_batches",
    "list_confirmed",
    "list_revision_lines",
    "lock_batch",
    "new_desk",
    "paper_votes",
]
