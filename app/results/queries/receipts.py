"""Is this receipt's vote in the box? Answered from the leaves of a closed ballot alone."""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

from sqlmodel import Session, select

from app.ballots.box.codes import check_sign
from app.ballots.box.digests import RECEIPT_SIGNS
from app.ballots.models import LeafList
from app.ballots.queries import get_ledger, list_leaves
from app.ballots.rules import BallotState
from app.core.errors import NotFound, Refused
from app.core.tokens import ALPHABET, tidy_code
from app.results.rules import Reason

KEPT = 8  # ballots whose receipts are held in memory; a city's is 1.5 MB
SPACE = len(ALPHABET) ** RECEIPT_SIGNS
LEAF_HEX = 64


def read_receipt(typed: str) -> str | None:
    """The receipt that was meant; None when it cannot be one. Case, spaces, dashes and look-alike
    signs are forgiven; a wrong check sign is not.
    """
    signs = tidy_code(typed)
    is_whole = len(signs) == RECEIPT_SIGNS + 1 and all(sign in ALPHABET for sign in signs)
    return signs if is_whole and check_sign(signs[:-1]) == signs[-1] else None


def list_public_leaves(session: Session, ballot_id: int) -> Iterator[bytes]:
    """All leaves of a closed ballot, sorted. Refused before, when a list could sort receipts by
    class.
    """
    ledger = get_ledger(session, ballot_id)
    if ledger.state not in (BallotState.CLOSED, BallotState.FINAL):
        raise Refused(Reason.NOT_CLOSED)
    if ledger.state is BallotState.CLOSED:
        return iter(list_leaves(session, ballot_id))
    query = select(LeafList.leaves).where(LeafList.ballot_id == ballot_id)
    joined = session.exec(query).one()
    return (
        bytes.fromhex(joined[place : place + LEAF_HEX]) for place in range(0, len(joined), LEAF_HEX)
    )


class Receipts:
    """The receipts of closed ballots as sorted numbers, read once: the leaves change no more."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, array[int]] = OrderedDict()
        self._lock = Lock()

    def look_up(self, session: Session, ballot_id: int, receipt: str | None) -> str:
        """What to say about a typed receipt: found, absent, mistyped, or early (not closed)."""
        if receipt is None:
            return "mistyped"
        try:
            return "found" if self.is_in_box(session, ballot_id, receipt) else "absent"
        except (Refused, NotFound):
            return "early"

    def is_in_box(self, session: Session, ballot_id: int, receipt: str) -> bool:
        """Whether a vote with this receipt is among the leaves. Refused until they are closed."""
        numbers = self._numbers(session, ballot_id)
        wanted = number_of(receipt)
        place = bisect_left(numbers, wanted)
        return place < len(numbers) and numbers[place] == wanted

    def _numbers(self, session: Session, ballot_id: int) -> "array[int]":
        with self._lock:
            if ballot_id in self._held:
                self._held.move_to_end(ballot_id)
                return self._held[ballot_id]
        leaves = list_public_leaves(session, ballot_id)
        numbers = array("Q", sorted(int.from_bytes(leaf, "big") % SPACE for leaf in leaves))
        with self._lock:
            self._held[ballot_id] = numbers
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return numbers


def number_of(receipt: str) -> int:
    """The number whose signs, lowest first, a receipt shows."""
    number = 0
    for sign in reversed(receipt[:RECEIPT_SIGNS]):
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number
