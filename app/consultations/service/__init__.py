"""The verbs of asking, by what they are about: drafting, running, sources."""

from app.consultations.service.balloting import freeze_ballots, remove_ballot, set_ballot
from app.consultations.service.drafting import (
    add_question,
    draft_consultation,
    edit_consultation,
    edit_question,
    move_question,
    remove_question,
)
from app.consultations.service.running import (
    close_consultation,
    close_sitting,
    count_heads,
    open_consultation,
    open_sitting,
)
from app.consultations.service.sources import close_source, register_source

__all__ = [
    "add_question",
    "close_consultation",
    "close_sitting",
    "close_source",
    "count_heads",
    "draft_consultation",
    "edit_consultation",
    "edit_question",
    "freeze_ballots",
    "move_question",
    "open_consultation",
    "open_sitting",
    "register_source",
    "remove_ballot",
    "remove_question",
    "set_ballot",
]
