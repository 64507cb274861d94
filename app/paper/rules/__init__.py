"""Rules of counting by hand. Pure: facts in, a reason or a value out.

`vocabulary` holds the kinds and reasons, `contents` what one count of a pile says, `balance`
whether it can be so, `marking` how one paper is read, `looking` when two people agree.
"""

from app.paper.rules.balance import (
    MOST_PAPERS,
    Lean,
    Problem,
    Scale,
    has_ranked,
    list_problems,
    weigh_account,
    weigh_section,
)
from app.paper.rules.contents import (
    ACCOUNT,
    PAPERS,
    Change,
    Contents,
    hash_line,
    list_changes,
    list_differences,
    make_line,
    mark_field,
    read_contents,
)
from app.paper.rules.looking import (
    LOOKS_EACH,
    Look,
    agrees,
    find_disputed,
    newest_looks,
    state_of,
    why_not_look,
    why_not_revise,
    why_not_sign_off,
    why_not_write,
)
from app.paper.rules.marking import (
    BLANK_PAPER,
    SPOILT_PAPER,
    Pile,
    is_blank,
    is_canonical,
    read_marked,
    read_pile,
    show_paper,
)
from app.paper.rules.vocabulary import (
    BatchKind,
    BatchState,
    LookKind,
    Reason,
)

__all__ = [
    "ACCOUNT",
    "BLANK_PAPER",
    "LOOKS_EACH",
    "MOST_PAPERS",
    "PAPERS",
    "SPOILT_PAPER",
    "BatchKind",
    "BatchState",
    "Change",
    "Contents",
    "Lean",
    "Look",
    "LookKind",
    "Pile",
    "Problem",
    "Reason",
    "Scale",
    "agrees",
    "find_disputed",
    "has_ranked",
    "hash_line",
    "is_blank",
    "is_canonical",
    "list_changes",
    "list_differences",
    "list_problems",
    "make_line",
    "mark_field",
    "newest_looks",
    "read_contents",
    "read_marked",
    "read_pile",
    "show_paper",
    "state_of",
    "weigh_account",
    "weigh_section",
    "why_not_look",
    "why_not_revise",
    "why_not_sign_off",
    "why_not_write",
]
