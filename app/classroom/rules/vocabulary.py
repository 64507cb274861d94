"""The doors of a room, the states of an arrival, and why a verb of this floor refuses."""

from enum import StrEnum


class Door(StrEnum):
    """How people in a room come to vote. A sitting may have several."""

    PHONES = "phones"  # own phones, the class code, and a worker who lets them in
    SLIPS = "slips"  # a printed code each
    TABLET = "tablet"  # one shared tablet, turn by turn
    PAPER = "paper"  # paper ballots or hands up, counted by two people


class ArrivalState(StrEnum):
    """How far a phone in the lobby has come."""

    WAITING = "waiting"
    IN = "in"
    AWAY = "away"  # not let in


class VoidWhy(StrEnum):
    """Why a slip is taken back. The ledger and the audit book keep this word, nothing else."""

    FOUND = "found"
    SPOILT = "spoilt"
    STOLEN = "stolen"


class Imbalance(StrEnum):
    """What does not balance in the account of a room; each has its sentence with a number."""

    MORE_VOTES = "more_votes"  # than heads
    NO_WAY_IN = "no_way_in"  # heads for whom no seat, slip, turn or paper is on record
    SLIPS_MISSING = "slips_missing"  # neither used nor in the worker's hand
    SLIPS_TOO_MANY = "slips_too_many"  # more in the hand than are unused
    SURVEYS_DIFFER = "surveys_differ"  # heads and surveys, where there is no vote


class Reason(StrEnum):
    """Why a verb of this floor refuses."""

    DOOR_NEEDED = "door_needed"
    NO_BALLOT = "no_ballot"
    NO_LOBBY = "no_lobby"
    LOBBY_FULL = "lobby_full"
    MORE_THAN_HEADS = "more_than_heads"
    VOTED_BEFORE_REMOVAL = "voted_before_removal"
    REASON_NEEDED = "reason_needed"
    CODE_NOT_A_SLIP = "code_not_a_slip"
    MIXED_ALREADY = "mixed_already"
    ASKED_ALREADY = "asked_already"
    DECIDED_ALREADY = "decided_already"
    SECOND_PERSON = "second_person"
    PIN_SHORT = "pin_short"
    PIN_EASY = "pin_easy"
    PIN_WRONG = "pin_wrong"
    PIN_WAIT = "pin_wait"
    PAUSE = "pause"
    KIOSK_ENDED = "kiosk_ended"
    ACCOUNT_NOTE_NEEDED = "account_note_needed"
