"""Check the audit bundle of a ballot without the system that made it (Python 3.9 or newer).

  python3 verify.py BUNDLE.zip (or a folder)        python3 verify.py verify-diff OLD.zip NEW.zip
Exit code 0: all checks are `ok`, 1: some FAIL, 2: unreadable. What they mean: docs/recount.md.
"""
import argparse
import json
import sys
import zipfile
from collections import Counter, defaultdict
from fractions import Fraction
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

# Spelling and hashes. Everything has one spelling only, so that nobody can read it in two ways.
LARGEST, LONGEST = 120_000_000, 5_000_000  # bytes of a file, of a line; a city needs 40 MB
MARKED = {"plurality", "choices", "approval"}  # the rules that ask for no order
READER = json.JSONDecoder(parse_float=int, parse_constant=int,  # whole numbers of up to 9 digits
                          parse_int=lambda x: int(x if x.isdigit() and len(x) < 10 else "bad"))
WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False,
                          default=lambda x: int(x) if x.denominator == 1 else str(x))
def parse(data: bytes, where: str) -> Any:
    """The object that is written here."""
    try: thing = READER.decode(data[:LONGEST].decode())
    except (ValueError, RecursionError): thing = None
    if type(thing) is dict and WRITER.encode(thing).encode() == data: return thing
    raise ValueError(f"{where} is missing or not JSON spelled as agreed")
def unhex(text: str) -> bytes:
    """The bytes that hexadecimal text stands for."""
    if bytes.fromhex(text).hex() != text: raise ValueError(f"{text} is not small hexadecimal")
    return bytes.fromhex(text)
def digest(tag: str, *fields: Any) -> bytes:
    """The hash of everything here: SHA-256 over "cfl1" and each field behind its length."""
    parts = [field if isinstance(field, bytes) else str(field).encode() for field in (tag, *fields)]
    return sha256(b"cfl1" + b"".join(len(x).to_bytes(4, "big") + x for x in parts)).digest()
def merkle_root(leaves: list[bytes]) -> bytes:
    """RFC 6962: the hash of both halves; the left one is the largest power of two."""
    if len(leaves) < 2: return sha256(b"".join(b"\0" + leaf for leaf in leaves)).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + merkle_root(leaves[:half]) + merkle_root(leaves[half:])).digest()

# Signatures: Ed25519 (RFC 8032). A point (x, y, z, t) of the curve stands for x/z, y/z; t = xy/z.
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)  # ROOT² = -1
def add(one: Any, two: Any) -> Any:
    """The sum of two points."""
    (x, y, z, t), (u, v, w, s) = one, two
    a, b, c, d = (y - x) * (v - u) % P, (y + x) * (v + u) % P, 2 * t * s * D % P, 2 * z * w % P
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d * d - c * c) % P, (b * b - a * a) % P

class Key:
    """A public key; its point, twice the point, four times the point and so on."""
    def __init__(self, packed: bytes) -> None:
        odd, y = divmod(int.from_bytes(packed, "little"), 2**255)
        square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
        near = pow(square, (P + 3) // 8, P)
        roots = [x % P for x in (near, -near, near * ROOT, -near * ROOT) if x * x % P == square]
        points = [(x, y, 1, x * y % P) for x in roots if x % 2 == odd and y < P][:1]
        if not points: raise ValueError("public_key.txt holds no Ed25519 key")
        for _ in range(255): points.append(add(points[-1], points[-1]))
        self.packed, self.points = packed, points
    def has_signed(self, message: bytes, signature: bytes) -> bool:
        r, s = signature[:32], int.from_bytes(signature[32:], "little")
        h = int.from_bytes(sha512(r + self.packed + message).digest(), "little") % ORDER
        total = (0, 1, 1, 0)  # becomes s·base - h·key, which has to be r
        for factor, points in ((s, BASE.points), (ORDER - h, self.points)):
            for place, point in enumerate(points):
                if factor >> place & 1: total = add(total, point)
        x, y = (part * pow(total[2], P - 2, P) % P for part in total[:2])
        return r == (y | x % 2 << 255).to_bytes(32, "little") and s < ORDER and len(signature) == 64
BASE = Key((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

class Bundle:
    """What a bundle says; not yet whether that is true."""
    def __init__(self, path: Path) -> None:
        if path.stat().st_size > LARGEST: raise ValueError(f"{path} is too large")
        self.path, self.zip = path, None if path.is_dir() else zipfile.ZipFile(path)
        self.hash = sha256(self.read("definition.json")).hexdigest()
        self.sections = parse(self.read("definition.json"), "definition.json")["sections"][:20]
        for part in self.sections:
            names = part["names"] = [option["key"] for option in part["options"]][:100]
            part["limit"] = {"plurality": 1}.get(part["rule"], part["max_choices"]) or len(names)
        self.key = self.read("public_key.txt").decode().removesuffix("\n")
        self.checkpoints, self.paper, self.votes, self.ledger = map(
            self.read_lines, ("checkpoints.jsonl", "paper.jsonl", "votes.jsonl", "ledger.jsonl"))
        self.kinds = [entry["kind"] for entry in self.ledger]
        self.heads = [digest("start", self.hash).hex(), *(entry["hash"] for entry in self.ledger)]
        self.says = [{"sealed": entry["payload"]} if entry["kind"] in ("cast", "late") else
                     parse(entry["payload"].encode(), "a ledger payload") for entry in self.ledger]
        listed = [line.decode() for line in self.read("leaves.txt").splitlines()]
        self.leaves = listed if "final" in self.kinds else [vote["leaf"] for vote in self.votes]
        self.result = parse(self.read("result.json") or b"{}", "result.json")
    def read(self, name: str) -> bytes:  # one file; nothing when it is not there
        try: file = self.zip.open(name) if self.zip else (self.path / name).open("rb")
        except (KeyError, FileNotFoundError): return b""
        with file: data = file.read(LARGEST)
        if max(len(data), 120 * data.count(b"\n")) < LARGEST: return data
        raise ValueError(f"{name} is too large")
    def read_lines(self, name: str) -> list[Any]:  # the objects of a file with one on each line
        lines = enumerate(self.read(name).splitlines(), 1)
        return [parse(line, f"{name} line {number}") for number, line in lines]
    def said(self, kind: str) -> list[Any]:  # what the ledger entries of a kind say, oldest first
        return [said for each, said in zip(self.kinds, self.says) if each == kind]
    def choices(self, text: str) -> list[tuple[str, ...]]:  # of each section; none if not allowed
        found, parts = [], text.split(";")
        for part, section in zip(parts, self.sections):
            chosen, names = [x for x in part.partition("=")[2].split(",") if x], section["names"]
            fits = len(set(chosen) & set(names)) == len(chosen) <= section["limit"]
            if section["rule"] in MARKED: chosen = [name for name in names if name in chosen]
            if not fits or part != f"{section['key']}={','.join(chosen)}": return []
            found.append(tuple(chosen))
        return found if len(parts) == len(self.sections) else []

# Counting, as in docs/counting.md: exact fractions; ties fall to the order announced beforehand.
def one_round(section: Any, papers: Any, marks: Any) -> Any:
    """Plurality, choices, approval, Borda: the most votes, marks or points win."""
    names, order, last = section["names"], section["tie_order"], len(section["names"]) - 1
    totals, borda = {name: Fraction(marks[name]) for name in names}, section["rule"] == "borda"
    for ranking, n in papers.items():
        for place, name in enumerate(ranking): totals[name] += n * (last - place) if borda else n
        for name in set(names) - set(ranking) if borda else ():
            totals[name] += Fraction(n * (last - len(ranking)), 2)  # an equal share of what is left
    best = sorted(filter(totals.get, names), key=lambda name: (-totals[name], order.index(name)))
    return [{"tallies": totals, "elected": best[: section["seats"]], "out": []}], totals, 0

def run_off(section: Any, papers: Any, marks: Any) -> Any:
    """Instant run-off (irv) and single transferable vote (stv), round by round."""
    if not papers: return one_round(section, papers, marks)
    names, order, seats = section["names"], section["tie_order"], section["seats"]
    piles: Any = defaultdict(Counter)  # (holder, value of each paper): how many of each ranking
    for ranking, n in papers.items(): piles[ranking[0], Fraction(1)][ranking] = n
    standing, elected, rounds, quota = names, list[str](), list[Any](), 0
    while True:
        held = dict.fromkeys([*names, None], Fraction(0))  # None holds what has run out
        for (holder, value), pile in piles.items(): held[holder] += value * sum(pile.values())
        tally = {name: held[name] for name in names if name in standing + elected}
        if section["rule"] == "irv" or not quota: quota = sum(tally.values()) // (seats + 1) + 1
        new, out = [name for name in standing if tally[name] >= quota], list[str]()
        rounds.append({"tallies": tally, "elected": new, "out": out})
        ahead: Any = {n: [*(r["tallies"][n] for r in rounds[::-1]), -order.index(n)] for n in tally}
        if len(standing) <= seats - len(elected): new[:] = standing
        if section["rule"] == "irv" and len(standing) == 2: new[:] = [max(standing, key=ahead.get)]
        new.sort(key=lambda name: (-tally[name], order.index(name)))
        if len(elected := elected + new) == seats: return rounds, held, held.pop(None)
        rich = [name for name in elected if tally[name] > quota]
        source = max(rich, key=ahead.get) if rich else min(set(standing) - set(new), key=ahead.get)
        share = 1 - quota / tally[source] if rich else Fraction(1)
        out += [] if rich else [source]
        standing = [name for name in standing if name not in new + out]
        for value in [value for holder, value in piles if holder == source]:
            pile, moved = piles.pop((source, value)), value * share
            if moved.denominator.bit_length() > 14_000: raise ValueError("fractions without end")
            if rich: piles[source, value - moved] = pile
            for ranking, n in pile.items():
                piles[next((x for x in ranking if x in standing), None), moved][ranking] += n

def recount(b: Bundle) -> Any:
    """The result as it has to be: all votes, and the newest revision of every paper batch."""
    rows = {row["batch"]: row for row in sorted(b.paper, key=lambda row: row["revision"])}.values()
    papers = Counter(vote["choices"] for vote in b.votes)
    for text, n in [pair for row in rows for pair in row["papers"] or []]: papers[text] += n
    account = {field: sum(row[field] for row in rows) for field in ("valid", "blank", "spoilt")}
    said = {text: b.choices(text) or [()] * 20 for text in papers}
    cast, sections = len(b.leaves) + sum(account.values()), {}
    counters = {**dict.fromkeys([*MARKED, "borda"], one_round), "irv": run_off, "stv": run_off}
    for place, section in enumerate(b.sections):
        chosen, marks = Counter[Any](), Counter[str]()
        for text, n in papers.items(): chosen[said[text][place]] += n
        for row in rows: marks.update((row["marks"] or {}).get(section["key"], {}))
        blank = chosen.pop((), 0) + account["blank"]
        rounds, totals, ended = counters[section["rule"]](section, chosen, marks)
        sections[section["key"]] = {
            **account, "cast": cast, "blank": blank, "valid": cast - blank - account["spoilt"],
            "exhausted": ended, "totals": totals, "rounds": rounds,
            "winners": [name for each in rounds for name in each["elected"]]}
    return {"definition_hash": b.hash, "version": b.result["version"], "votes": len(b.leaves),
            "paper": account, "sections": sections}

# Checks: each gives what is checked, what is expected, what was found. Without both it is a note.
def check_ledger(b: Bundle) -> Any:
    """The chain is unbroken from the definition on, and its votes add up."""
    yield f"ledger: {len(b.ledger)} entries, an unbroken chain", [], [
        f"entry {n}" for n, x in enumerate(b.ledger, 1) if (x["seq"], x["hash"]) != (
            n, digest("ledger", b.heads[n - 1], n, x["kind"], x["payload"]).hex())]
    opened = [said["definition_hash"] for said in b.said("opened")]
    yield "ledger: begins by opening this definition", ["opened", b.hash], b.kinds[:1] + opened
    cast = [said["sealed"] for said in b.said("cast") + b.said("late")]
    gone = [said["sealed"] for said in b.said("voided") if said["sealed"]]
    votes = len(set(cast) - set(gone))
    yield "ledger: no vote came or was removed twice", len(cast) - len(gone), votes
    rights, mixed, lost = (sum(said[what] for said in b.said(kind)) for kind, what in (
        ("rights", "count"), ("mixed", "count"), ("mixed", "unreadable")))
    yield f"ledger: {votes} votes, no more than {rights} rights", votes, min(votes, rights)
    if "closed" in b.kinds: yield "ledger: all votes were mixed or unreadable", votes, mixed + lost
    if "closed" in b.kinds or b.leaves: yield "votes: all that were mixed", mixed, len(b.leaves)

def check_checkpoints(b: Bundle, points: Any, where: str) -> Any:
    """Every checkpoint is on the chain and signed."""
    key = Key(unhex(b.key))
    yield f"checkpoints {where}: {len(points)}, all on the chain and signed", [], [
        x for x in points if [x["head"]] != b.heads[int(x["size"]):][:1] or not key.has_signed(
            digest("checkpoint", b.hash, x["size"], x["head"], x["at"]), unhex(x["signature"]))]

def check_votes(b: Bundle) -> Any:
    """Every leaf follows from its vote, and the list is the one of the closing."""
    yield "votes: each leaf follows from its vote", [], [
        f"line {n}" for n, x in enumerate(b.votes, 1) if [*x] != ["choices", "group", "leaf", "r"]
        or x["leaf"] != digest("leaf", b.hash, unhex(x["r"]), x["choices"]).hex()]
    yield "votes: all allowed", [], [x for x in {y["choices"] for y in b.votes} if not b.choices(x)]
    yield "votes: sorted, none is there twice", True, b.leaves == sorted(set(b.leaves))
    now = [len(b.leaves), merkle_root([unhex(leaf) for leaf in b.leaves]).hex()]
    for x in b.said("closed"): yield "votes: those of the closing", [x["count"], x["root"]], now

def check_paper(b: Bundle) -> Any:
    """Batches balance and keep to the rules, and the ledger knows every revision."""
    wrong, found = [], []
    for r in b.paper:
        valid, marks, texts = r["valid"], r["marks"], r["papers"] or []
        fine = r["issued"] == valid + r["blank"] + r["spoilt"] + r["unused"]
        if marks is None: fine = fine and valid == sum(n for x, n in texts if any(b.choices(x)))
        for section in b.sections if marks is not None else []:
            given = marks.get(section["key"], {})
            fine = (fine and section["rule"] in MARKED and not texts
                    and given.keys() <= set(section["names"]) and max([0, *given.values()]) <= valid
                    and sum(given.values()) <= valid * section["limit"])
        if not fine: wrong.append(r)
        found.append([r["batch"], r["revision"], sha256(WRITER.encode(r).encode()).hexdigest()])
    yield "paper: all batches balance and keep to the rules", [], wrong
    known = sorted([x["batch"], x["revision"], x["hash"]] for x in b.said("paper"))
    yield f"paper: {len(found)} revisions, as in the ledger", known, sorted(found)
    yield "paper: no revision is there twice", len(found), len({str(x[:2]) for x in found})

def check_result(b: Bundle) -> Any:
    """The result is what a recount gives, round by round, and was released as it is."""
    want, released, ever = recount(b), b.said("released")[-1:], b.kinds[::-1]
    for key, ours in want["sections"].items() if "final" not in b.kinds else ():
        found = b.result["sections"].get(key, {"rounds": []})
        for x in (ours, found): x |= {f"round {n}": y for n, y in enumerate(x.pop("rounds"), 1)}
        for part in {**ours, **found}:
            yield f"recount: {key}, {part}", ours.get(part, "none"), found.get(part, "none")
    if "final" in b.kinds: yield "votes are forgotten by now, they cannot be recounted", None, None
    yield "recount: the rest", *({**x, "sections": sorted(x["sections"])} for x in (want, b.result))
    if released and "paper" not in ever[:ever.index("released")]:
        found = {"version": b.result["version"], "hash": sha256(b.read("result.json")).hexdigest()}
        yield "result: as it was released", {x: released[0][x] for x in found}, found
    else: yield "this result has not been released yet", None, None

def compare(old: Bundle, new: Bundle) -> Any:
    """The new bundle keeps all that the old one held; what is new is noted."""
    yield "diff: the same definition and key", [old.hash, old.key], [new.hash, new.key]
    yield "diff: the old ledger begins the new one", old.heads, new.heads[:len(old.heads)]
    yield f"new entries: {dict(Counter(new.kinds[len(old.kinds):]))}", None, None
    for name in ("checkpoints", "paper", "leaves" if "final" in new.kinds else "votes"):
        before, after = (set(map(WRITER.encode, getattr(b, name))) for b in (old, new))
        yield f"diff: {name} kept, {len(after - before)} new", [], [*(before - after)]
        for x in sorted(after - before) if name == "paper" else (): yield f"new: {x}", None, None
    for key, section in new.result.get("sections", {}).items():
        was = old.result.get("sections", {}).get(key, {}).get("totals")
        if was != section["totals"]: yield f"{key}: was {was}, is {section['totals']}", None, None

def check(paths: Any, key: Any, kept: Any) -> Any:
    """All lines for one bundle, or for an old and a new one."""
    bundles = [Bundle(Path(path)) for path in paths]
    for path, b in zip(paths, bundles):
        yield f"{path}: ballot {b.hash}, signed with {b.key}", key, None if key is None else b.key
        for x in b.said("restored"): yield f"{x['missing']} entries lost: {x['words']}", None, None
        for part in (check_ledger, check_votes, check_paper): yield from part(b)
        yield from check_checkpoints(b, b.checkpoints, "in the bundle")
        last = max([0, *(x["size"] for x in b.checkpoints)])
        yield "checkpoints: one covers the closing", 0, b.kinds[last:].count("closed")
        yield from check_result(b) if "closed" in b.kinds else [("result: not yet", {}, b.result)]
    if kept: yield from check_checkpoints(bundles[-1], kept, "kept elsewhere")
    if len(bundles) > 1: yield from compare(*bundles)

def main(words: Any = None) -> int:
    """Read the command, print the lines, return the exit code."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("paths", nargs="+", metavar="BUNDLE")
    parser.add_argument("--key", help="the signing key, as printed on the result page")
    parser.add_argument("--checkpoints", dest="kept", help="file of lines: size head at signature")
    given, failed = parser.parse_args(words), 0
    diff = given.paths[0] == "verify-diff"
    if len(given.paths) != (3 if diff else 1): parser.error("one BUNDLE, or verify-diff OLD NEW")
    try:
        lines = [] if given.kept is None else Path(given.kept).read_text().strip().split("\n")
        kept = [dict(zip(("size", "head", "at", "signature"), line.split())) for line in lines]
        for what, *pair in check(given.paths[diff:], given.key, kept):
            a, b = map(WRITER.encode, pair)
            word = "FAIL" if a != b else "note" if a == "null" else "ok  "
            text = f"{word} {what}" + f": expected {a:.400}, found {b:.400}" * (a != b)
            print(text.encode("unicode_escape").decode())
            failed += a != b
    except Exception as fault:
        print(f"FAIL something is missing or not shaped as agreed: {fault!a:.400}")
        return 2
    print(f"FAIL {failed} checks do not hold" if failed else "ok   everything holds")
    return int(failed > 0)

if __name__ == "__main__": sys.exit(main())
