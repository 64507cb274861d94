"""The strongest linkers we can think of: who gets copies between every two votes and knows in which
order the codes were used tries to say what was chosen with each.

Everything known of a used code is a *trait* (a value, where its bytes stand in a file, by which
transaction it was written), and so is everything known of a vote. A linker pairs a trait of codes
with a trait of votes: by equality, by rank, by nearness, or by first appearance.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.ballots.box.spying import Look, changed_rows

Traits = list[dict[str, Any]]  # for each code (or vote) its traits by name
SHORTEST = 8  # bytes of a value that is looked for in files


@dataclass(frozen=True)
class Scheme:
    """Which table knows the codes, which the votes, and what names their rows."""

    codes: str
    code_key: str
    votes: str
    vote_key: str  # the column with the choices


@dataclass(frozen=True)
class Hits:
    """How a linker fared."""

    count: int
    name: str


@dataclass(frozen=True)
class Case:
    """What an adversary has: copies between the votes and later ones with a name."""

    scheme: Scheme
    between: Sequence[Look]  # before the first vote, after the first, after the second …
    later: Mapping[str, Look]  # after the last, after the mix, after everything

    def traits_of_codes(self) -> Traits:
        """Of the code used first, second, …: all rows that changed with it, and its row later."""
        found: Traits = []
        for before, now in zip(self.between, self.between[1:], strict=False):
            changed = changed_rows(before, now)
            traits = _columns("then", changed)
            (row,) = changed[self.scheme.codes]
            for name, look in self.later.items():
                traits |= self._traits_later(name, look, row[self.scheme.code_key])
            found.append(traits | _places("then", now, traits) | _digests(traits))
        return found

    def _traits_later(self, name: str, look: Look, key: Any) -> dict[str, Any]:
        rows = look.rows[self.scheme.codes]
        place = next(
            (place for place, row in enumerate(rows) if row[self.scheme.code_key] == key), None
        )
        if place is None:
            return {}
        traits = _columns(name, {self.scheme.codes: [rows[place]]}) | {f"{name}.place": place}
        return traits | _places(name, look, traits)

    def traits_of_votes(self, choices: Sequence[str]) -> Traits:
        """Of each vote, named by what was chosen: its row later, and where its bytes stand."""
        found: Traits = []
        for wanted in choices:
            traits: dict[str, Any] = {}
            for name, look in self.later.items():
                rows = look.rows.get(self.scheme.votes, [])
                for place, row in enumerate(rows):
                    if row[self.scheme.vote_key] == wanted:
                        columns = _columns(name, {self.scheme.votes: [row]})
                        traits |= columns | {f"{name}.place": place}
                        traits |= _places(name, look, columns)
            found.append(traits)
        return found

    def find_first_appearance(self, choices: Sequence[str], votes: Traits) -> list[int | None]:
        """For each code the vote of which some byte string first stood in a file with it."""
        words = [
            [choice.encode(), *(one for one in traits.values() if _is_long(one))]
            for choice, traits in zip(choices, votes, strict=True)
        ]
        guesses: list[int | None] = []
        for before, now in zip(self.between, self.between[1:], strict=False):
            old, fresh = _all_bytes(before), _all_bytes(now)
            new = [
                (len(word), place)
                for place, some in enumerate(words)
                for word in map(_raw, some)
                if word in fresh and word not in old
            ]
            guesses.append(max(new)[1] if new else None)  # a long one may hold a short one
        return guesses


def link_all(case: Case, choices: Sequence[str]) -> list[Hits]:
    """Every linker, best first. `choices`: what was really chosen with each code, in order."""
    codes, votes = case.traits_of_codes(), case.traits_of_votes(sorted(choices))
    truth = [sorted(choices).index(one) for one in choices]
    found = [_score("first appearance", case.find_first_appearance(sorted(choices), votes), truth)]
    found += _by_rank(codes, votes, truth)
    found += _by_equality(codes, votes, truth)
    found += _by_nearness(codes, votes, truth)
    return sorted(found, key=lambda one: -one.count)


def _score(name: str, guesses: Sequence[int | None], truth: Sequence[int]) -> Hits:
    return Hits(sum(a == b for a, b in zip(guesses, truth, strict=True)), name)


def _by_rank(codes: Traits, votes: Traits, truth: Sequence[int]) -> Iterator[Hits]:
    orders = _orders(votes)
    for code_order, code_name in _orders(codes).items():
        for vote_order, vote_name in orders.items():
            for way, order in (("", vote_order), (" reversed", vote_order[::-1])):
                pairs = dict(zip(code_order, order, strict=True))
                guesses = [pairs[code] for code in range(len(truth))]
                yield _score(f"rank of {code_name} and {vote_name}{way}", guesses, truth)


def _orders(traits: Traits) -> dict[tuple[int, ...], str]:
    """Every order that a trait all of them have puts them in; the same order once."""
    found: dict[tuple[int, ...], str] = {tuple(range(len(traits))): "the order of use"}
    for name in _shared(traits):
        try:
            order = sorted(range(len(traits)), key=lambda place: traits[place][name])
        except TypeError:
            continue
        found.setdefault(tuple(order), name)
    return found


def _by_equality(codes: Traits, votes: Traits, truth: Sequence[int]) -> Iterator[Hits]:
    for vote_name in _shared(votes):
        by_value: dict[Any, list[int]] = {}
        for place, traits in enumerate(votes):
            by_value.setdefault(repr(traits[vote_name]), []).append(place)
        for code_name in _shared(codes):
            guesses = [
                (by_value.get(repr(traits[code_name])) or [None])[0] for traits in codes
            ]  # fmt: skip
            if any(one is not None for one in guesses):
                yield _score(f"{code_name} equals {vote_name}", guesses, truth)


def _by_nearness(codes: Traits, votes: Traits, truth: Sequence[int]) -> Iterator[Hits]:
    for code_name in _shared(codes):
        for vote_name in _shared(votes):
            first = (codes[0][code_name], votes[0][vote_name])
            if not all(isinstance(one, bytes) and len(one) >= 32 for one in first):
                continue
            guesses = [
                min(range(len(votes)), key=lambda place: _distance(traits[code_name],
                                                                   votes[place][vote_name]))
                for traits in codes
            ]  # fmt: skip
            yield _score(f"{code_name} is near {vote_name}", guesses, truth)


def _distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one[:32], "big") ^ int.from_bytes(other[:32], "big")).bit_count()


def _shared(traits: Traits) -> list[str]:
    return sorted(set.intersection(*(set(one) for one in traits)))


def _columns(moment: str, changed: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    return {
        f"{moment}.{table}.{column}": value
        for table, rows in changed.items()
        for row in rows[:1]
        for column, value in row.items()
        if value is not None
    }


def _places(moment: str, look: Look, traits: Mapping[str, Any]) -> dict[str, Any]:
    """Where the bytes of long values stand in each file, first and last."""
    found = {}
    for name, value in traits.items():
        if not _is_long(value):
            continue
        for file, content in look.files.items():
            first = content.find(_raw(value))
            if first >= 0:
                found[f"{moment}{file} first {name}"] = first
                found[f"{moment}{file} last {name}"] = content.rfind(_raw(value))
    return found


def _digests(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Plain hashes of what was stored: a vote might be named by one."""
    return {
        f"sha256 of {name}": hashlib.sha256(_raw(value)).digest()
        for name, value in traits.items()
        if _is_long(value)
    }


def _is_long(value: Any) -> bool:
    return isinstance(value, bytes | str) and len(value) >= SHORTEST


def _raw(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _all_bytes(look: Look) -> bytes:
    return b"\x00".join(look.files.values())
