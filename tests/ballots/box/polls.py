"""A ballot for many phones, and the reckoning afterwards: what is really in the box."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from app.ballots import queries, service
from app.ballots.box.digests import ledger_hash, ledger_start
from app.ballots.models import SealedVote, Vote, VotingRight
from app.consultations.models import Sitting
from app.consultations.service import freeze_ballots
from app.core.db import Database
from tests.ballots.box.phones import Phone, papers_of
from tests.factories import Box, make_round, put_up_box

SLIPS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Poll:
    """An open box with slips, the data folder of its server, a second look at its database."""

    db: Database
    data_dir: Path
    box: Box
    codes: list[str]

    @property
    def page(self) -> str:
        """Where the paper lies."""
        return f"/b/{self.box.round.sitting.class_code}/{self.box.round.ballot.id}"

    @property
    def path(self) -> str:
        """Where votes are sent."""
        return f"{self.page}/votes"

    @property
    def options(self) -> list[str]:
        """The keys of the options in printed order."""
        return [one.key for one in self.box.round.options]

    @property
    def definition_hash(self) -> str:
        """The name of the ballot in every hash."""
        return self.box.round.ballot.definition_hash

    @property
    def ballot_id(self) -> int:
        """The ballot's id."""
        return self.box.round.ballot.id or 0

    def count_sealed(self) -> int:
        """How many votes are in the box now."""
        with self.db.session(writes=False) as session:
            return queries.count_sealed(session, [self.box.box.id or 0])

    def close_and_mix(self) -> None:
        """The sitting ends, nobody is waited for, everything is mixed."""
        now = datetime.now(UTC)
        with self.db.session(writes=True) as session:
            sitting = session.get_one(Sitting, self.box.round.sitting.id)
            sitting.closed_at = now
            service.close_boxes(session, sitting, is_waited=False, now=now)
        with self.db.session(writes=True) as session:
            boxes = queries.list_unmixed_boxes(session, self.ballot_id)
            service.mix_boxes(session, boxes, keys=self.box.keys, now=now + timedelta(seconds=1))

    def check_chain(self) -> Counter[str]:
        """Every link of the ledger, recomputed; how many entries of each kind there are."""
        head, kinds, size = ledger_start(self.definition_hash), Counter[str](), 0
        with self.db.session(writes=False) as session:
            for size, one in enumerate(queries.list_entries(session, self.ballot_id), start=1):
                head = ledger_hash(head, size, one.kind, one.payload)
                assert (one.seq, one.hash) == (size, head)
                kinds[one.kind] += 1
            ledger = queries.get_ledger(session, self.ballot_id)
        assert (ledger.size, ledger.head) == (size, head)
        return kinds


@contextmanager
def open_poll(address: str, data_dir: Path, *, slips: int, last_option: str = "") -> Iterator[Poll]:
    """A ballot at one class with so many slips, in a fresh database.

    `last_option`: a key of its own for the last option on the paper.
    """
    db, now = Database(address), datetime.now(UTC)
    with db.session(writes=True) as session:
        here = make_round(session, now=now)
        if last_option:
            here.options[-1].key, here.ballot.definition = last_option, ""  # frozen once more
            session.add_all([here.options[-1], here.ballot])
            session.flush()
            freeze_ballots(session, here.consultation)
        box = put_up_box(session, here, data_dir, slips=min(slips, SLIPS_AT_ONCE), now=now)
        codes = list(box.codes)
        while len(codes) < slips:
            more = min(slips - len(codes), SLIPS_AT_ONCE)
            codes += service.issue_slips(session, here.sitting, more, keys=box.keys, now=now)
    try:
        yield Poll(db, data_dir, box, codes)
    finally:
        db.close()


def check_box(poll: Poll, phones: Sequence[Phone]) -> None:
    """Before the mix: one envelope and one entry for each phone; of who was told "stored", all.

    After it: exactly what was chosen, each leaf the one its phone computed, none twice.
    """
    told = [phone for phone in phones if phone.is_answered]
    held = poll.box.keys.make_secrets(poll.definition_hash)
    with poll.db.session(writes=False) as session:
        spent = dict(session.exec(select(VotingRight.rh, VotingRight.cs)).all())
        sealed = set(session.exec(select(SealedVote.rh)))
    lost = [
        phone.code for phone in told
        if spent[held.right_of(phone.code)] != held.claim_of(phone.secret)
        or held.right_of(phone.code) not in sealed
    ]  # fmt: skip
    assert not lost, f"{len(lost)} of {len(told)} votes were acknowledged and are not stored"
    assert poll.check_chain()["cast"] == len(sealed)
    poll.close_and_mix()
    with poll.db.session(writes=False) as session:
        leaves = session.exec(select(Vote.leaf)).all()
        counted = queries.count_papers(session, poll.ballot_id)
    wanted = {phone.leaf(poll.definition_hash) for phone in told}
    assert wanted <= set(leaves)
    assert len(leaves) == len(set(leaves)) == len(sealed)
    if len(told) == len(phones):
        assert counted == papers_of(phones)
        assert wanted == set(leaves)


def check_receipts(poll: Poll, phones: Sequence[Phone]) -> None:
    """Every receipt ever shown is the one the phone computes by itself."""
    shown = [(phone, receipt) for phone in phones for receipt in phone.receipts]
    wrong = [
        receipt for phone, receipt in shown if receipt != phone.receipt(poll.definition_hash)
    ]  # fmt: skip
    assert not wrong, f"{len(wrong)} of {len(shown)} receipts are wrong"
