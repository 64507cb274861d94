"""The kinds, states and reasons of counting by hand."""

from enum import StrEnum


class BatchKind(StrEnum):
    """What was counted."""

    PAPER_BALLOTS = "paper_ballots"
    HANDS_UP = "hands_up"  # a tally of raised hands; there is nothing to count again afterwards


class LookKind(StrEnum):
    """What somebody did with a pile."""

    COUNT = "count"  # counted it, without seeing what anybody else counted
    SIGN_OFF = "sign_off"  # checked the size of a pile that was entered paper by paper


class Purpose(StrEnum):
    """Why somebody sits down to count."""

    ENTER = "enter"
    COUNT = "count"  # again, without seeing what others found
    REVISE = "revise"


class BatchState(StrEnum):
    """How far the newest revision of a batch has come. Derived, never stored."""

    WAITING = "waiting"  # one person has counted it
    DIFFERING = "differing"  # two have, and they do not agree
    CONFIRMED = "confirmed"


class Reason(StrEnum):
    """Why a verb of this floor refuses."""

    NOT_HELD = "not_held"
    FINAL = "final"
    OUT_OF_RANGE = "out_of_range"
    EMPTY = "empty"
    DOES_NOT_BALANCE = "does_not_balance"
    NOT_WITH_HANDS = "not_with_hands"
    MARKS_MISSING = "marks_missing"
    MARKS_TOO_MANY = "marks_too_many"
    OPTION_TOO_MANY = "option_too_many"
    NOT_ON_THE_PAPER = "not_on_the_paper"
    RANKED_ONE_BY_ONE = "ranked_one_by_one"
    HANDS_CANNOT_RANK = "hands_cannot_rank"
    PAPER_UNREADABLE = "paper_unreadable"
    PAPERS_DO_NOT_ADD_UP = "papers_do_not_add_up"
    TOO_MANY_PAPERS = "too_many_papers"
    PILE_KNOWN = "pile_known"
    SECOND_PERSON = "second_person"
    LOOKED_ENOUGH = "looked_enough"
    NOTHING_WAITS = "nothing_waits"
    STILL_WAITS = "still_waits"
    OTHER_WAY = "other_way"
    NOT_ONE_BY_ONE = "not_one_by_one"
    PILE_SIZE_DIFFERS = "pile_size_differs"
    REASON_MISSING = "reason_missing"
    NOTHING_CHANGED = "nothing_changed"
