"""Verbs of the results floor."""

from app.results.service.counting import count_result
from app.results.service.records import explain_gap, note_bundle
from app.results.service.releasing import (
    Words,
    approve_result,
    correct_result,
    propose_result,
    set_embargo,
    withdraw_result,
)

__all__ = [
    "Words",
    "approve_result",
    "correct_result",
    "count_result",
    "explain_gap",
    "note_bundle",
    "propose_result",
    "set_embargo",
    "withdraw_result",
]
