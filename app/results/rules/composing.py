"""From votes and paper to the result that is published: one canonical JSON text per version."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.ballots.counting import Result, Rule
from app.ballots.counting.results import exact
from app.ballots.counting.sections import HandTally, count_section
from app.ballots.rules import read_choices
from app.consultations.rules import BallotRule, Definition, PaperSection, canonical_json

NOTHING = HandTally()


@dataclass(frozen=True)
class Counted:
    """A whole count. `body` is what is hashed and published; `details` are for the pictures."""

    body: str
    details: dict[str, Any]

    @property
    def hash(self) -> str:
        """SHA-256 of the body, in hex: what the ledger holds."""
        return hash_body(self.body)

    def read_body(self) -> dict[str, Any]:
        """The body as it is published."""
        plain: dict[str, Any] = json.loads(self.body)
        return plain

    @property
    def cast(self) -> int:
        """Every paper that was handed in, on a phone or by hand."""
        return cast_of(self.body)


def hash_body(body: str) -> str:
    """How the ledger names a result."""
    return hashlib.sha256(body.encode()).hexdigest()


def cast_of(body: str) -> int:
    """Votes from phones and all papers, valid, blank and spoilt."""
    plain = json.loads(body)
    return int(plain["votes"]) + int(sum(plain["paper"].values()))


def same_figures(one: str, other: str) -> bool:
    """Whether two versions say the same, whatever their number."""
    return _without_version(one) == _without_version(other)


def _without_version(body: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(body)
    return {key: value for key, value in plain.items() if key != "version"}


def compose_result(
    definition: Definition,
    *,
    version: int,
    votes: Mapping[str, int],
    on_paper: Mapping[str, int],
    by_hand: Mapping[str, HandTally],
) -> Counted:
    """Count every section. `votes` and `on_paper`: canonical choices -> how many papers say so;
    `by_hand`: the sums of papers counted by hand, and the blank and spoilt ones, by section.
    """
    together = Counter(votes) + Counter(on_paper)
    results = {
        section.key: _count(section, together, by_hand.get(section.key, NOTHING))
        for section in definition.sections
    }
    hand = by_hand.get(definition.sections[0].key, NOTHING)
    body = canonical_json(
        {
            "definition_hash": definition.hash,
            "version": version,
            "votes": sum(votes.values()),
            "paper": {
                "valid": hand.valid + sum(on_paper.values()),
                "blank": hand.blank,
                "spoilt": hand.spoilt,
            },
            "sections": {key: _plain(result) for key, result in results.items()},
        }
    )
    return Counted(body, {key: result.as_dict() for key, result in results.items()})


def _count(section: PaperSection, papers: Mapping[str, int], hand: HandTally) -> Result:
    named: Counter[tuple[str, ...]] = Counter()
    for choices, times in papers.items():
        named[read_choices(choices)[section.key]] += times
    is_limited = section.rule is BallotRule.CHOICES
    return count_section(
        named,
        Rule(section.rule.value),
        options=section.keys,
        seats=section.seats,
        max_choices=section.most if is_limited else section.max_choices,
        tie_order=section.tie_order,
        by_hand=hand,
    )


def _plain(result: Result) -> dict[str, Any]:
    return {
        "cast": exact(result.cast),
        "blank": exact(result.blank),
        "spoilt": exact(result.spoilt),
        "valid": exact(result.valid),
        "exhausted": exact(result.exhausted),
        "totals": {option: exact(total) for option, total in result.totals.items()},
        "winners": list(result.winners),
        "rounds": [
            {
                "tallies": {option: exact(held) for option, held in one.tallies.items()},
                "elected": list(one.elected),
                "out": list(one.out),
            }
            for one in result.rounds
        ],
    }
