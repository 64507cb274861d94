"""The account of a room: heads, ways to vote, votes. It says in words what does not balance."""

from dataclasses import dataclass

from app.classroom.rules.vocabulary import Imbalance, Reason


@dataclass(frozen=True)
class BallotAccount:
    """What was given out and what came in for one ballot. Never what was chosen."""

    ballot_id: int
    title: str
    seats: int = 0  # phones let in
    slips: int = 0  # slips printed
    turns: int = 0  # turns at the tablet that were not given up
    voted: int = 0
    papers: int = 0  # paper ballots counted at this sitting
    spoilt: int = 0  # slips taken back
    unused: int = 0  # seats, slips and turns never used
    unused_slips: int = 0

    @property
    def given(self) -> int:
        """Every way to vote that was given out and not given up again."""
        return self.seats + self.slips + self.turns


@dataclass(frozen=True)
class RoomAccount:
    """All of it: the ballots, and what was sent besides."""

    heads: int | None
    ballots: tuple[BallotAccount, ...]
    responses: int = 0
    has_paper: bool = False  # papers are still to be counted by two people
    slips_in_hand: int | None = None

    @property
    def imbalances(self) -> tuple[tuple[Imbalance, int], ...]:
        """What does not balance and by how many, each once; empty when it balances."""
        found: dict[Imbalance, int] = {}
        for ballot in self.ballots:
            for kind, number in _compare(self, ballot):
                found[kind] = max(number, found.get(kind, 0))
        if not self.ballots and self.heads is not None and self.heads != self.responses:
            found[Imbalance.SURVEYS_DIFFER] = abs(self.heads - self.responses)
        return tuple(found.items())

    @property
    def did_not_vote(self) -> int:
        """Heads for whom there was a way and who did not use it; that is their right."""
        voted = max((one.voted + one.papers for one in self.ballots), default=self.heads or 0)
        return max(0, (self.heads or 0) - voted)


def _compare(room: RoomAccount, ballot: BallotAccount) -> list[tuple[Imbalance, int]]:
    """Every head must be a vote, a spoilt slip or a way that was not used; every slip likewise."""
    voted = ballot.voted + ballot.papers
    found: list[tuple[Imbalance, int]] = []
    if room.heads is not None:
        found.append((Imbalance.MORE_VOTES, voted - room.heads))
        if not room.has_paper:
            ways = voted + ballot.spoilt + ballot.unused
            found.append((Imbalance.NO_WAY_IN, room.heads - ways))
    if room.slips_in_hand is not None:
        out = ballot.unused_slips - room.slips_in_hand
        abstained = max(0, room.heads - voted) if room.heads is not None else 0
        found.append((Imbalance.SLIPS_MISSING, out - abstained))
        found.append((Imbalance.SLIPS_TOO_MANY, -out))
    return [(kind, number) for kind, number in found if number > 0]


def why_not_end(account: RoomAccount, *, note: str) -> Reason | None:
    """A sitting whose account does not balance ends with a note that says why."""
    return Reason.ACCOUNT_NOTE_NEEDED if account.imbalances and not note.strip() else None
