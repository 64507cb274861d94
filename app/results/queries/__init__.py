"""Every SELECT of the results floor."""

from app.results.queries.bundle import hold_snapshot, list_bundle_files
from app.results.queries.desk import DeskLine, list_desk
from app.results.queries.proposing import DeskPage, count_now, gather_facts, get_desk_page
from app.results.queries.public import (
    PublicPage,
    get_public_ballot,
    get_public_page,
    list_checkpoint_lines,
)
from app.results.queries.receipts import Receipts, list_public_leaves, read_receipt
from app.results.queries.records import BallotGap, find_ballot_gap, list_gaps
from app.results.queries.results import (
    ReleasedCount,
    find_approved,
    find_released_count,
    find_waiting,
    get_result,
    list_public,
    list_results,
    lock_result,
    next_version,
    standing_of,
)

__all__ = [
    "BallotGap",
    "DeskLine",
    "DeskPage",
    "PublicPage",
    "Receipts",
    "ReleasedCount",
    "count_now",
    "find_approved",
    "find_ballot_gap",
    "find_released_count",
    "find_waiting",
    "gather_facts",
    "get_desk_page",
    "get_public_ballot",
    "get_public_page",
    "get_result",
    "hold_snapshot",
    "list_bundle_files",
    "list_checkpoint_lines",
    "list_desk",
    "list_gaps",
    "list_public",
    "list_public_leaves",
    "list_results",
    "lock_result",
    "next_version",
    "read_receipt",
    "standing_of",
]
