"""Rules of results. Pure: facts in, a reason or a value out.

`versions` is the state machine, `composing` the count as it is published, `records` whether all
records are still there, `telling` how a count is told in pictures.
"""

from app.results.rules.composing import Counted, cast_of, compose_result, hash_body, same_figures
from app.results.rules.records import Gap, Noted, find_gap, read_noted, read_restored
from app.results.rules.telling import tell_options, tell_sections
from app.results.rules.versions import (
    TRANSITIONS,
    Facts,
    Reason,
    ResultStatus,
    Stage,
    Standing,
    is_public,
    next_statuses,
    stage_of,
    why_not_approve,
    why_not_count,
    why_not_embargo,
    why_not_move_embargo,
    why_not_note,
    why_not_propose,
    why_not_withdraw,
    why_not_words,
)
from app.results.rules.views import OptionView, RoundView, SectionView

__all__ = [
    "TRANSITIONS",
    "Counted",
    "Facts",
    "Gap",
    "Noted",
    "OptionView",
    "Reason",
    "ResultStatus",
    "RoundView",
    "SectionView",
    "Stage",
    "Standing",
    "cast_of",
    "compose_result",
    "find_gap",
    "hash_body",
    "is_public",
    "next_statuses",
    "read_noted",
    "read_restored",
    "same_figures",
    "stage_of",
    "tell_options",
    "tell_sections",
    "why_not_approve",
    "why_not_count",
    "why_not_embargo",
    "why_not_move_embargo",
    "why_not_note",
    "why_not_propose",
    "why_not_withdraw",
    "why_not_words",
]
