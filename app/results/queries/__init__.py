"""Every SELECT of the results floor."""

from app.results.queries.bundle import hold_snapshot, list_bundle_files
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
    "Receipts",
    "ReleasedCount",
    "find_approved",
    "find_ballot_gap",
    "find_released_count",
    "find_waiting",
    "get_result",
    "hold_snapshot",
    "list_bundle_files",
    "list_gaps",
    "list_public",
    "list_public_leaves",
    "list_results",
    "lock_result",
    "next_version",
    "read_receipt",
    "standing_of",
]
