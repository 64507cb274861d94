"""Audit bundles made for tests. Written from the format, with no line of the verifier or the site.

Only the counting is the site's own (`app.ballots.counting`), so that the verifier's counters meet
the ones whose figures are published.
"""

import json
import shutil
import struct
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ballots.counting import Paper, Result, Round, Rule, count
from app.ballots.counting.one_round import take_most
from app.ballots.counting.results import exact

AT = "2026-03-02T10:15:00Z"
MARKED = ("plurality", "choices", "approval")
SCRIPT = Path(__file__).parents[2] / "app" / "results" / "verifier.py"


def canonical(thing: Any) -> str:
    return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def tagged(*fields: str | bytes) -> bytes:
    """H(tag, f1, …) of the format."""
    whole = sha256(b"cfl1")
    for each in fields:
        data = each.encode() if isinstance(each, str) else each
        whole.update(struct.pack(">I", len(data)))
        whole.update(data)
    return whole.digest()


def root_of(leaves: Iterable[bytes]) -> str:
    """RFC 6962, level by level; an odd one out moves up as it is."""
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return sha256(b"").hexdigest()
    while len(level) > 1:
        after = [
            sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        level = after + level[len(after) * 2 :]
    return level[0].hex()


def section(
    key: str,
    rule: str,
    options: Sequence[str],
    *,
    seats: int = 1,
    max_choices: int | None = None,
    tie_order: Sequence[str] | None = None,
) -> dict[str, Any]:
    """One section of a definition."""
    return {
        "key": key,
        "question": f"Frage „{key}“?",
        "rule": rule,
        "max_choices": max_choices,
        "seats": seats,
        "tie_order": list(tie_order or options),
        "options": [
            {"key": o, "label": f"Ölwanne {o}", "easy_read": "", "picture": "", "words": {}}
            for o in options
        ],
    }


@dataclass
class Maker:
    """A ballot on its way: say what happens, then take the files."""

    sections: list[dict[str, Any]]
    dice: Random = field(default_factory=lambda: Random(1))
    entries: list[dict[str, Any]] = field(default_factory=list)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    votes: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    result: bytes | None = None
    is_final: bool = False

    def __post_init__(self) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(self.dice.randbytes(32))
        self.key = self.private.public_key().public_bytes_raw().hex()
        self.definition = canonical(
            {
                "format": 1,
                "title": "Was zählt?",
                "is_shuffled": True,
                "languages": ["en"],
                "sections": self.sections,
            }
        )
        self.hash = sha256(self.definition.encode()).hexdigest()
        self.note("opened", definition_hash=self.hash)
        self.note("box_opened", box=1, key="ab" * 32)

    def add(self, kind: str, payload: str) -> None:
        before = self.entries[-1]["hash"] if self.entries else tagged("start", self.hash).hex()
        seq = len(self.entries) + 1
        made = tagged("ledger", before, str(seq), kind, payload).hex()
        self.entries.append({"seq": seq, "kind": kind, "payload": payload, "hash": made})

    def note(self, entry: str, /, **said: Any) -> None:
        self.add(entry, canonical({**said, "at": AT}))

    def sign(self) -> None:
        """A checkpoint over all entries so far."""
        size, head = len(self.entries), self.entries[-1]["hash"]
        signed = self.private.sign(tagged("checkpoint", self.hash, str(size), head, AT))
        self.checkpoints.append({"size": size, "head": head, "at": AT, "signature": signed.hex()})

    def cast(self, *choices: str, late: bool = False, group: int | str | None = None) -> None:
        """Votes arrive sealed; each with a right of its own."""
        self.note("rights", box=1, kind="slip", count=len(choices))
        for text in choices:
            r = self.dice.randbytes(32)
            leaf = tagged("leaf", self.hash, r, text).hex()
            sealed = self.dice.randbytes(32).hex()
            self.add("late" if late else "cast", sealed)
            vote = {"leaf": leaf, "r": r.hex(), "choices": text, "group": group}
            self.waiting.append((sealed, vote))

    def void(self) -> None:
        """The newest vote is removed: its slip was stolen."""
        sealed, _ = self.waiting.pop()
        self.note("voided", box=1, sealed=sealed, reason="stolen")

    def mix(self, *, unreadable: int = 0) -> None:
        """Open all envelopes; the last few may turn out unreadable."""
        self.waiting = self.waiting[: len(self.waiting) - unreadable]
        new = [vote for _, vote in self.waiting]
        self.waiting = []
        root = root_of(sorted(bytes.fromhex(vote["leaf"]) for vote in new))
        self.note("mixed", boxes=[1], count=len(new), unreadable=unreadable, root=root)
        self.votes = sorted(self.votes + new, key=lambda vote: vote["leaf"])

    def close(self) -> None:
        self.note("box_closed", box=1)
        self.mix()
        leaves = [bytes.fromhex(vote["leaf"]) for vote in self.votes]
        self.note("closed", count=len(leaves), root=root_of(leaves))
        self.sign()

    def paper(self, batch: int, **said: Any) -> dict[str, Any]:
        """A revision of a batch; what is not said is 0 or nothing."""
        revision = 1 + sum(row["batch"] == batch for row in self.rows)
        row = {"batch": batch, "revision": revision, "place": 7, "valid": 0, "blank": 0}
        row |= {"spoilt": 0, "unused": 0, "marks": None, "papers": None, "reason": "", "at": AT}
        row |= said
        row.setdefault("issued", row["valid"] + row["blank"] + row["spoilt"] + row["unused"])
        self.rows.append(row)
        digest = sha256(canonical(row).encode()).hexdigest()
        self.note("paper", batch=batch, revision=revision, hash=digest)
        return row

    def release(self, version: int = 1) -> None:
        self.result = canonical(self.count(version)).encode()
        self.note("released", version=version, hash=sha256(self.result).hexdigest())
        self.sign()

    def end(self) -> None:
        """The recount window is over: votes are forgotten."""
        self.note("final")
        self.is_final = True
        self.sign()

    def count(self, version: int) -> dict[str, Any]:
        """What the site would publish."""
        rows = list({row["batch"]: row for row in self.rows}.values())
        account = {name: sum(r[name] for r in rows) for name in ("valid", "blank", "spoilt")}
        papers = Counter(vote["choices"] for vote in self.votes)
        for row in rows:
            papers.update(dict(row["papers"] or []))
        return {
            "definition_hash": self.hash,
            "version": version,
            "votes": len(self.votes),
            "paper": account,
            "sections": {
                part["key"]: count_section(part, place, papers, rows)
                for place, part in enumerate(self.sections)
            },
        }

    def files(self) -> dict[str, bytes]:
        files = {
            "definition.json": self.definition.encode(),
            "ledger.jsonl": lines(self.entries),
            "checkpoints.jsonl": lines(self.checkpoints),
            "public_key.txt": f"{self.key}\n".encode(),
            "paper.jsonl": lines(self.rows),
            "README.txt": b"See docs/recount.md\n",
            "verify.py": SCRIPT.read_bytes(),
        }
        if self.result is not None:
            files["result.json"] = self.result
        if self.is_final:
            files["leaves.txt"] = "".join(f"{vote['leaf']}\n" for vote in self.votes).encode()
        else:
            files["votes.jsonl"] = lines(self.votes)
        return files


def lines(things: Iterable[Any]) -> bytes:
    return "".join(canonical(thing) + "\n" for thing in things).encode()


def count_section(
    part: dict[str, Any], place: int, papers: Counter[str], rows: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """One section by the site's own counters; tallies of paper batches are added to the marks."""
    options = [option["key"] for option in part["options"]]
    given = []
    for text, n in papers.items():
        chosen = text.split(";")[place].partition("=")[2]
        ranks = tuple((key,) for key in chosen.split(",")) if chosen else ()
        given.append(Paper(ranks, Fraction(n)))
    found: Result = count(
        given,
        Rule(part["rule"]),
        options=options,
        seats=part["seats"],
        max_choices=part["max_choices"],
        tie_order=part["tie_order"],
    )
    totals, rounds, winners = dict(found.totals), list(found.rounds), found.winners
    tallied = [row for row in rows if row["marks"] is not None]
    for row in tallied:
        for key, n in row["marks"].get(part["key"], {}).items():
            totals[key] += n
    if tallied:
        rounds = [take_most(totals, part["seats"], part["tie_order"])]
        winners = rounds[0].elected
    blank, spoilt = (sum(row[name] for row in rows) for name in ("blank", "spoilt"))
    valid = int(found.valid) + sum(row["valid"] for row in tallied)
    return {
        "cast": int(found.cast) + blank + spoilt + sum(row["valid"] for row in tallied),
        "blank": int(found.blank) + blank,
        "spoilt": int(found.spoilt) + spoilt,
        "valid": valid,
        "exhausted": exact(found.exhausted),
        "totals": {key: exact(total) for key, total in totals.items()},
        "winners": list(winners),
        "rounds": [as_told(each) for each in rounds],
    }


def as_told(each: Round) -> dict[str, Any]:
    return {
        "tallies": {key: exact(tally) for key, tally in each.tallies.items()},
        "elected": list(each.elected),
        "out": list(each.out),
    }


def write_folder(files: dict[str, bytes], folder: Path) -> Path:
    """The files and nothing else of ours."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def write_zip(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return path


def draw_choices(dice: Random, sections: Iterable[dict[str, Any]]) -> str:
    """A vote that is allowed; blank sections and short rankings are common."""
    parts = []
    for part in sections:
        options = [option["key"] for option in part["options"]]
        most = 1 if part["rule"] == "plurality" else part["max_choices"] or len(options)
        chosen = dice.sample(options, dice.randint(0, min(most, len(options))))
        if part["rule"] in MARKED:
            chosen.sort(key=options.index)
        parts.append(f"{part['key']}={','.join(chosen)}")
    return ";".join(parts)
