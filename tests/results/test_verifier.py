"""The verifier that is shipped inside audit bundles: it accepts what is true and nothing else."""

import ast
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ballots.counting import Paper, Rule, count
from app.ballots.counting.results import exact
from app.core.settings import ROOT
from app.results import verifier
from tests.results.bundles import (
    AT,
    MARKED,
    SCRIPT,
    Maker,
    as_told,
    canonical,
    draw_choices,
    lines,
    root_of,
    section,
    write_folder,
    write_zip,
)

RULES = [rule.value for rule in Rule]
FIVE = ("o1", "o2", "o3", "o4", "o5")
Capture = pytest.CaptureFixture[str]


def two_questions() -> Maker:
    """Two votes of up to two of five, one of them a yes or no."""
    return Maker(
        [section("s1", "choices", FIVE, max_choices=2, seats=2), section("s2", "plurality", "yn")]
    )


def small() -> Maker:
    """A ballot with everything that can happen to one, closed and released."""
    maker = two_questions()
    maker.cast("s1=o1,o2;s2=y", "s1=o2;s2=n", "s1=;s2=y")
    maker.sign()
    maker.void()
    maker.cast("s1=o3,o5;s2=", late=True)
    maker.paper(1, valid=3, blank=1, unused=2, papers=[["s1=o1;s2=", 2], ["s1=o1,o4;s2=y", 1]])
    maker.paper(2, valid=9, marks={"s1": {"o1": 9, "o2": 5}, "s2": {"n": 9}})
    maker.paper(2, valid=9, spoilt=1, marks={"s1": {"o1": 9, "o2": 4}}, reason="counted again")
    maker.close()
    maker.release()
    return maker


def verify(path: Path, *words: str) -> int:
    return verifier.main([str(path), *words])


def failures(capsys: Capture) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL")]


def run_alone(tmp_path: Path, *words: str, python: str = sys.executable) -> tuple[int, str]:
    """Run the script as a stranger would: from an empty folder, without any package."""
    alone = tmp_path / "elsewhere"
    alone.mkdir(exist_ok=True)
    shutil.copy(SCRIPT, alone / "verify.py")
    done = subprocess.run(
        [python, "-I", "-S", "verify.py", *words],
        cwd=alone,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


# What the script is.


def test_it_is_short_and_needs_nothing_but_python() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert max(map(len, text.splitlines())) <= 100
    tree = ast.parse(text, feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        assert all(name.partition(".")[0] in sys.stdlib_module_names for name in names), names


def test_a_stranger_checks_a_zip_and_a_folder(tmp_path: Path) -> None:
    files = small().files()
    bundle, folder = write_zip(files, tmp_path / "b.zip"), write_folder(files, tmp_path / "b")
    for path in (bundle, folder):
        code, out = run_alone(tmp_path, str(path))
        assert code == 0, out
        assert "FAIL" not in out
        assert "recount: s1, round 1" in out
    # As shipped: the script lies in the bundle itself.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "."], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0


def old_python() -> str | None:
    """A Python 3.9, the oldest that is promised, if this machine has one."""
    kept = sorted(Path.home().glob(".pyenv/versions/3.9.*/bin/python"))
    return str(kept[0]) if kept else shutil.which("python3.9")


@pytest.mark.skipif(not old_python(), reason="no Python 3.9 on this machine")
def test_it_runs_on_python_3_9(tmp_path: Path) -> None:
    paths = [str(write_zip(files, tmp_path / f"{n}.zip")) for n, files in enumerate(growing())]
    code, out = run_alone(tmp_path, "verify-diff", *paths, python=old_python() or "")
    assert code == 0, out


def test_the_guide_explains_every_line(tmp_path: Path, capsys: Capture) -> None:
    guide = (ROOT / "docs" / "recount.md").read_text(encoding="utf-8")
    paths = [str(write_zip(files, tmp_path / f"{n}.zip")) for n, files in enumerate(growing())]
    kept = tmp_path / "kept.txt"
    point = small().checkpoints[0]
    kept.write_text(" ".join(str(point[k]) for k in ("size", "head", "at", "signature")))
    assert verifier.main(["verify-diff", *paths]) == 0
    assert verify(write_zip(small().files(), tmp_path / "c.zip"), "--checkpoints", str(kept)) == 0
    for line in capsys.readouterr().out.splitlines():
        what = line[5:]
        if line.startswith("ok") and what != "everything holds":
            label = re.split(r"[0-9]|recount: \w+, ", what)[0].split(", ")[0].strip()
            label = "recount:" if what.startswith("recount: s") else label
            assert f"`{label}" in guide, label


# Hashes and signatures, against other implementations.


@pytest.mark.parametrize("size", [*range(20), 31, 32, 33, 100])
def test_merkle_roots(size: int) -> None:
    leaves = [Random(size).randbytes(32) for _ in range(size)]
    assert verifier.merkle_root(leaves).hex() == root_of(leaves)


def test_signatures() -> None:
    dice = Random(5)
    for _ in range(25):
        private = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        message = dice.randbytes(dice.randint(0, 80))
        signature = private.sign(message)
        key = verifier.Key(private.public_key().public_bytes_raw())
        assert key.has_signed(message, signature)
        for broken in (flip(signature, dice), signature[:-1], signature + b"\0", b"", b"\xff" * 64):
            assert not key.has_signed(message, broken)
        assert not key.has_signed(message + b"x", signature)
        again = int.from_bytes(signature[32:], "little") + verifier.ORDER
        assert not key.has_signed(message, signature[:32] + again.to_bytes(32, "little"))


def test_what_is_no_key() -> None:
    no_point = next(n for n in range(2, 50) if not is_point(n.to_bytes(32, "little")))
    for wrong in (no_point.to_bytes(32, "little"), b"\xff" * 32, b"\x01" + bytes(30) + b"\x80"):
        with pytest.raises(ValueError, match="Ed25519"):
            verifier.Key(wrong)


def is_point(packed: bytes) -> bool:
    try:
        verifier.Key(packed)
    except ValueError:
        return False
    return True


def flip(data: bytes, dice: Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]


# Counting, against the site's counters.


def draw_section(dice: Random, rule: str, key: str = "s1") -> dict[str, object]:
    options = [f"{key}{letter}" for letter in "abcdef"[: dice.randint(2, 6)]]
    most = dice.randint(1, len(options))
    return section(
        key,
        rule,
        options,
        seats=1 if rule == "irv" else dice.randint(1, len(options)),
        max_choices=None if rule == "plurality" or (rule != "choices" and most == 1) else most,
        tie_order=dice.sample(options, len(options)),
    )


@pytest.mark.parametrize("rule", RULES)
def test_a_thousand_elections_are_counted_alike(rule: str) -> None:
    ties = 0
    for seed in range(1000):
        dice = Random(seed)
        part = draw_section(dice, rule)
        names = [option["key"] for option in part["options"]]
        texts = [draw_choices(dice, [part])[3:] for _ in range(dice.randint(0, 30))]
        rankings = [tuple(text.split(",")) for text in texts if text]
        site = count(
            [Paper(tuple((key,) for key in ranking)) for ranking in rankings],
            Rule(rule),
            options=names,
            seats=part["seats"],
            max_choices=part["max_choices"],
            tie_order=part["tie_order"],
        )
        counter = verifier.run_off if rule in ("irv", "stv") else verifier.one_round
        rounds, totals, ended = counter({**part, "names": names}, Counter(rankings), Counter())
        ours = json.loads(verifier.WRITER.encode([rounds, totals, ended]))
        theirs = [
            [as_told(each) for each in site.rounds],
            {key: exact(total) for key, total in site.totals.items()},
            exact(site.exhausted),
        ]
        assert ours == theirs, seed
        ties += sum(len(each.ties) for each in site.rounds)
    assert ties > 50  # or the tie rule was not tested


@pytest.mark.parametrize("seed", range(40))
def test_random_ballots_hold(seed: int, tmp_path: Path, capsys: Capture) -> None:
    """Up to twelve sections, paper of both kinds, several mixes; found true as a whole."""
    dice = Random(seed)
    rules = [dice.choice(RULES if seed % 2 else MARKED) for _ in range(dice.choice([1, 2, 3, 12]))]
    maker = Maker([draw_section(dice, rule, f"s{n}") for n, rule in enumerate(rules, 1)], dice)
    for _ in range(dice.randint(0, 3)):
        maker.cast(*[draw_choices(dice, maker.sections) for _ in range(dice.randint(0, 25))])
        if maker.waiting:
            maker.void()
        maker.mix(unreadable=min(len(maker.waiting), dice.randint(0, 1)))
    for batch in range(dice.randint(0, 3)):
        for _ in range(dice.randint(1, 2)):
            add_paper(maker, batch, dice)
    maker.close()
    maker.release(version=dice.randint(1, 3))
    assert verify(write_folder(maker.files(), tmp_path)) == 0, failures(capsys)


def add_paper(maker: Maker, batch: int, dice: Random) -> None:
    account = {name: dice.randint(0, 3) for name in ("blank", "spoilt", "unused")}
    if dice.random() < 0.5 and all(part["rule"] in MARKED for part in maker.sections):
        valid = dice.randint(0, 20)
        marks = {}
        for part in maker.sections:
            options = [option["key"] for option in part["options"]]
            top = valid if part["rule"] != "plurality" else valid // len(options)
            most = part["max_choices"] or len(options)
            marks[part["key"]] = {key: dice.randint(0, top) for key in options[:most]}
        maker.paper(batch, valid=valid, marks=marks, **account)
        return
    drawn = [draw_choices(dice, maker.sections) for _ in range(dice.randint(0, 9))]
    papers = Counter(text for text in drawn if re.search("=[^;]", text))
    valid = sum(papers.values())
    maker.paper(batch, valid=valid, papers=[list(each) for each in papers.items()], **account)


def test_fractions_that_never_end_are_refused() -> None:
    """Surpluses can double the length of a fraction each, so a hostile count could take years."""
    names, dice = [f"o{n}" for n in range(26)], Random(1)
    papers: Counter[tuple[str, ...]] = Counter()
    for _ in range(3000):
        weight = {name: dice.random() ** (1 + n) for n, name in enumerate(names[1:])}
        papers["o0", *sorted(names[1:], key=lambda name: -weight[name])] += 1
    part = {**section("s1", "stv", names, seats=22), "names": names}
    with pytest.raises(ValueError, match="fractions without end"):
        verifier.run_off(part, papers, Counter())


# Tampering.


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A bundle in memory instead of a folder: thousands of changes are tried quickly."""
    files: dict[str, bytes] = {}
    monkeypatch.setattr(verifier, "Key", cache(verifier.Key))
    monkeypatch.setattr(verifier.Bundle, "read", lambda _, name: files.get(name, b""))
    return files


def test_every_byte_of_the_ledger_is_guarded(
    held: dict[str, bytes], tmp_path: Path, capsys: Capture
) -> None:
    maker = Maker([section("s1", "plurality", "ab")])
    maker.cast("s1=a")
    maker.paper(1, blank=1, papers=[])
    maker.close()
    maker.release()
    held |= maker.files()
    assert verify(tmp_path) == 0
    ledger, dice = held["ledger.jsonl"], Random(4)
    for place in range(len(ledger)):
        changed = bytearray(ledger)
        changed[place] ^= 1 << dice.randrange(8)
        held["ledger.jsonl"] = bytes(changed)
        assert verify(tmp_path) in (1, 2), place
        assert failures(capsys)


def test_every_bit_of_the_ledger_breaks_its_chain(held: dict[str, bytes], tmp_path: Path) -> None:
    """The same without signatures, so that all eight flips of each byte can be tried."""
    maker = Maker([section("s1", "plurality", "ab")])
    maker.note("paper", batch=1, revision=1, hash="ab" * 32)
    maker.add("cast", "ef" * 32)
    held |= maker.files()
    ledger = held["ledger.jsonl"]
    for place in range(len(ledger)):
        for bit in range(8):
            changed = bytearray(ledger)
            changed[place] ^= 1 << bit
            held["ledger.jsonl"] = bytes(changed)
            try:
                found = next(verifier.check_ledger(verifier.Bundle(tmp_path)))
            except Exception:  # unreadable: found as well
                continue
            assert found[1] != found[2], (place, bit)


@pytest.mark.parametrize(
    "name",
    [
        "definition.json",
        "checkpoints.jsonl",
        "public_key.txt",
        "votes.jsonl",
        "paper.jsonl",
        "result.json",
        "leaves.txt",
    ],
)
def test_every_other_file_is_guarded(name: str, tmp_path: Path, capsys: Capture) -> None:
    maker = small()
    if name == "leaves.txt":
        maker.end()
    files, dice = maker.files(), Random(6)
    folder = write_folder(files, tmp_path)
    assert verify(folder) == 0
    for _ in range(150):
        (folder / name).write_bytes(flip(files[name], dice))
        assert verify(folder) in (1, 2)
        assert failures(capsys)
    for cut in (b"", files[name][: len(files[name]) // 2], files[name] + files[name][-70:]):
        (folder / name).write_bytes(cut)
        assert verify(folder) in (1, 2)
    (folder / name).unlink()
    assert verify(folder) in (1, 2)


@pytest.mark.parametrize("name", ["votes.jsonl", "paper.jsonl", "ledger.jsonl"])
def test_a_line_left_out_doubled_or_moved_is_found(
    name: str, tmp_path: Path, capsys: Capture
) -> None:
    files = small().files()
    folder = write_folder(files, tmp_path)
    rows = files[name].splitlines(keepends=True)
    wrong = [b"".join([*rows[:n], *rows[n + 1 :]]) for n in range(len(rows))]
    wrong += [b"".join([*rows[:n], rows[n], *rows[n:]]) for n in range(len(rows))]
    if name != "paper.jsonl":  # its order says nothing
        wrong.append(b"".join(reversed(rows)))
    for data in wrong:
        (folder / name).write_bytes(data)
        assert verify(folder) in (1, 2)
        capsys.readouterr()


def test_a_truncated_ledger_is_found_through_a_checkpoint(tmp_path: Path, capsys: Capture) -> None:
    maker = small()
    files = maker.files()
    files["ledger.jsonl"] = lines(maker.entries[:-1])
    assert verify(write_zip(files, tmp_path / "a.zip")) == 1
    assert "checkpoints in the bundle" in failures(capsys)[0]
    # A whole restored database: an earlier state that is sound in itself.
    early = two_questions()
    early.cast("s1=o1,o2;s2=y", "s1=o2;s2=n", "s1=;s2=y")
    early.sign()
    bundle = write_zip(early.files(), tmp_path / "b.zip")
    assert verify(bundle) == 0
    kept = tmp_path / "kept.txt"
    told = [
        " ".join(str(p[k]) for k in ("size", "head", "at", "signature")) for p in maker.checkpoints
    ]
    kept.write_text("\n".join(told[:1]))
    assert verify(bundle, "--checkpoints", str(kept)) == 0
    kept.write_text("\n".join(told) + "\n")
    capsys.readouterr()
    assert verify(bundle, "--checkpoints", str(kept)) == 1
    assert "checkpoints kept elsewhere" in failures(capsys)[0]


def test_a_history_rewritten_under_another_key_needs_the_printed_key(tmp_path: Path) -> None:
    true = small()
    forged = Maker(true.sections, Random(99))
    forged.cast("s1=o5;s2=n")
    forged.close()
    forged.release()
    bundle = write_zip(forged.files(), tmp_path / "b.zip")
    assert verify(bundle) == 0  # sound in itself: that is what it cannot know
    assert verify(bundle, "--key", forged.key) == 0
    for other in (true.key, "", forged.key.upper(), "zz"):
        assert verify(bundle, "--key", other) == 1


# Frauds of somebody who holds the signing key and makes every hash fit.


def stuff(maker: Maker) -> None:
    maker.cast("s1=o1;s2=y")
    maker.waiting[-1:] *= 2
    _, vote = maker.waiting[-1]
    r = maker.dice.randbytes(32)
    leaf = sha256_leaf(maker, r, vote["choices"])
    maker.waiting[-1] = ("", {**vote, "r": r.hex(), "leaf": leaf})


def sha256_leaf(maker: Maker, r: bytes, text: str) -> str:
    return verifier.digest("leaf", maker.hash, r, text).hex()


def vote_without_right(maker: Maker) -> None:
    maker.cast("s1=o1;s2=y")
    maker.waiting.append(maker.waiting[-1])
    maker.add("cast", "ef" * 32)


def void_a_vote_that_never_came(maker: Maker) -> None:
    maker.cast("s1=o1;s2=y", "s1=o1;s2=y")
    maker.waiting.pop()
    maker.note("voided", box=1, sealed="ab" * 32, reason="stolen")


def lose_a_vote(maker: Maker) -> None:
    maker.cast("s1=o1;s2=y")
    maker.waiting.pop()


def drop_a_mixed_vote(maker: Maker) -> None:
    maker.mix()
    maker.votes.pop()


def count_a_vote_twice(maker: Maker) -> None:
    maker.cast("s1=o1;s2=y", "s1=o1;s2=y")
    maker.waiting[-1] = maker.waiting[-2]


def vote_for(text: str) -> Callable[[Maker], None]:
    return lambda maker: maker.cast(text)


def paper(**said: object) -> Callable[[Maker], None]:
    return lambda maker: maker.paper(5, **said) and None


def two_definitions(maker: Maker) -> None:
    maker.note("opened", definition_hash="ab" * 32)


def forget_to_sign_the_closing(maker: Maker) -> None:
    maker.sign = lambda: None  # type: ignore[method-assign]


def reuse_a_revision(maker: Maker) -> None:
    maker.paper(5, blank=1)
    maker.paper(5, blank=2)
    maker.rows[-1]["revision"] = 1
    maker.entries.pop()
    digest = sha256(canonical(maker.rows[-1]).encode()).hexdigest()
    maker.note("paper", batch=5, revision=1, hash=digest)


FRAUDS = {
    "all votes were mixed": [stuff, lose_a_vote],
    "votes: all that were mixed": [drop_a_mixed_vote],
    "votes: sorted, none": [count_a_vote_twice],
    "votes, no more than": [vote_without_right],
    "came or was removed twice": [void_a_vote_that_never_came],
    "begins by opening": [two_definitions],
    "covers the closing": [forget_to_sign_the_closing],
    "no revision is there twice": [reuse_a_revision],
    "votes: all allowed": [
        vote_for("s1=o1,o2,o3;s2=y"),
        vote_for("s1=o2,o1;s2=y"),
        vote_for("s1=o1,o1;s2=y"),
        vote_for("s1=o9;s2=y"),
        vote_for("s1=o1"),
        vote_for("s1=o1;s2=y;s3=y"),
        vote_for("s2=y;s1=o1"),
        vote_for("s1=o1,;s2=y"),
        vote_for("s1=,o1;s2=y"),
        vote_for("s1=o1;s2=y,n"),
        vote_for("s1=o1;s2=y "),
        vote_for("s1;s2=y"),
        vote_for(""),
    ],
    "paper: all batches": [
        paper(valid=1, issued=2, papers=[["s1=o1;s2=", 1]]),
        paper(valid=2, papers=[["s1=o1;s2=", 1]]),
        paper(valid=1, papers=[["s1=;s2=", 1]]),
        paper(valid=1, papers=[["s1=o2,o1;s2=", 1]]),
        paper(valid=1),
        paper(valid=2, marks={"s1": {"o1": 3}}),
        paper(valid=2, marks={"s1": {"o1": 2, "o2": 2, "o3": 1}}),
        paper(valid=2, marks={"s2": {"y": 1, "n": 2}}),
        paper(valid=2, marks={"s1": {"o9": 1}}),
        paper(valid=1, marks={"s1": {"o1": 1}}, papers=[["s1=o1;s2=", 1]]),
    ],
}


@pytest.mark.parametrize(
    ("words", "fraud"), [(words, fraud) for words, frauds in FRAUDS.items() for fraud in frauds]
)
def test_frauds_with_every_hash_right(
    words: str, fraud: Callable[[Maker], None], tmp_path: Path, capsys: Capture
) -> None:
    maker = two_questions()
    maker.cast("s1=o1;s2=n", "s1=o4,o5;s2=")
    fraud(maker)
    maker.close()
    maker.result = canonical({"version": 1, "sections": {}}).encode()
    maker.note("released", version=1, hash=sha256(maker.result).hexdigest())
    maker.sign()
    assert verify(write_folder(maker.files(), tmp_path)) in (1, 2)
    assert any(words in line for line in failures(capsys))


def test_voting_after_the_closing_is_found(tmp_path: Path, capsys: Capture) -> None:
    maker = two_questions()
    maker.cast("s1=o1;s2=n")
    maker.close()
    maker.cast("s1=o2;s2=n")
    maker.mix()
    maker.release()
    assert verify(write_folder(maker.files(), tmp_path)) == 1
    assert "those of the closing" in failures(capsys)[0]


def test_tallies_by_hand_are_for_crosses_only(tmp_path: Path, capsys: Capture) -> None:
    maker = Maker([section("s1", "irv", FIVE)])
    maker.paper(1, valid=2, marks={"s1": {"o1": 2}})
    maker.close()
    maker.result = canonical({"version": 1, "sections": {}}).encode()
    assert verify(write_folder(maker.files(), tmp_path)) == 1
    assert "paper: all batches" in failures(capsys)[0]


def test_a_wrong_result_is_named_by_section_and_round(tmp_path: Path, capsys: Capture) -> None:
    maker = Maker([section("s1", "irv", FIVE), section("s2", "approval", "ab")])
    votes = ["s1=o1;s2=a", "s1=o1;s2=a", "s1=o2;s2=a", "s1=o2;s2=a", "s1=o3,o2;s2=b"]
    maker.cast(*votes)
    maker.close()
    wrong = maker.count(1)
    wrong["sections"]["s1"]["rounds"][1]["tallies"]["o1"] += 1
    maker.result = canonical(wrong).encode()
    maker.note("released", version=1, hash=sha256(maker.result).hexdigest())
    maker.sign()
    assert verify(write_folder(maker.files(), tmp_path)) == 1
    told = failures(capsys)
    assert [line.partition(":")[2].partition(":")[0] for line in told[:-1]] == [" s1, round 2"]
    for change in ({"extra": 1}, {"votes": 4}, {"paper": {}}, {"sections": {}}):
        maker.result = canonical({**maker.count(1), **change}).encode()
        assert verify(write_folder(maker.files(), tmp_path)) == 1
        assert any("recount: the rest" in line for line in failures(capsys))


def test_a_result_from_before_a_paper_was_counted_again(tmp_path: Path, capsys: Capture) -> None:
    maker = small()
    maker.paper(2, valid=8, spoilt=2, marks={"s1": {"o1": 8}}, reason="a pile was missed")
    maker.sign()
    assert verify(write_folder(maker.files(), tmp_path)) == 1
    maker.result = canonical(maker.count(2)).encode()
    capsys.readouterr()
    assert verify(write_folder(maker.files(), tmp_path)) == 0
    assert "note this result has not been released yet" in capsys.readouterr().out
    maker.release(2)
    assert verify(write_folder(maker.files(), tmp_path)) == 0
    maker.result = canonical(maker.count(3)).encode()  # right figures, but never released
    capsys.readouterr()
    assert verify(write_folder(maker.files(), tmp_path)) == 1
    assert "as it was released" in failures(capsys)[0]


def test_while_it_runs_and_after_the_end(tmp_path: Path, capsys: Capture) -> None:
    maker = two_questions()
    maker.cast("s1=o1;s2=n", "s1=o2;s2=y")
    maker.sign()
    assert verify(write_folder(maker.files(), tmp_path / "1")) == 0
    maker.mix()
    assert verify(write_folder(maker.files(), tmp_path / "2")) == 0
    shown = {**maker.files(), "votes.jsonl": b""}  # votes held back until the closing
    assert verify(write_folder(shown, tmp_path / "3")) == 0
    early = {**maker.files(), "result.json": canonical(maker.count(1)).encode()}
    capsys.readouterr()
    assert verify(write_folder(early, tmp_path / "4")) == 1
    assert "result: not yet" in failures(capsys)[0]
    maker.close()
    maker.release()
    maker.end()
    assert verify(write_folder(maker.files(), tmp_path / "5")) == 0
    assert "cannot be recounted" in capsys.readouterr().out
    fewer = {**maker.files(), "leaves.txt": b""}
    assert verify(write_folder(fewer, tmp_path / "6")) == 1


# Two bundles of one ballot.


def growing() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A bundle from while it ran, and one after a correction."""
    maker = two_questions()
    maker.cast("s1=o1,o2;s2=y", "s1=o2;s2=n")
    maker.mix()
    maker.paper(1, valid=2, papers=[["s1=o1;s2=", 2]])
    maker.sign()
    old = maker.files()
    maker.cast("s1=o3;s2=", "s1=;s2=")
    maker.close()
    maker.release()
    maker.paper(1, valid=2, blank=1, papers=[["s1=o1;s2=", 2]], reason="one lay behind the box")
    maker.note("corrected", version=2, words="one paper more")
    maker.release(2)
    return old, maker.files()


def diff(tmp_path: Path, old: dict[str, bytes], new: dict[str, bytes]) -> int:
    paths = [write_folder(old, tmp_path / "old"), write_folder(new, tmp_path / "new")]
    return verifier.main(["verify-diff", *map(str, paths)])


def test_a_bundle_that_grew(tmp_path: Path, capsys: Capture) -> None:
    old, new = growing()
    assert diff(tmp_path, old, new) == 0
    told = capsys.readouterr().out
    assert "one lay behind the box" in told
    assert "votes kept, 2 new" in told
    assert re.search(r"new entries: .*'corrected': 1", told)
    assert diff(tmp_path, old, old) == diff(tmp_path, new, new) == 0
    assert diff(tmp_path, new, old) == 1


def test_results_that_changed_are_told(tmp_path: Path, capsys: Capture) -> None:
    maker = small()
    old = maker.files()
    maker.paper(2, valid=8, spoilt=2, marks={"s1": {"o1": 8}}, reason="again")
    maker.release(2)
    assert diff(tmp_path, old, maker.files()) == 0
    assert "s1: was {'o1': 13, " in capsys.readouterr().out
    middle = maker.files()
    maker.end()
    assert diff(tmp_path, middle, maker.files()) == 0


def swap_a_group(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    new["votes.jsonl"] = new["votes.jsonl"].replace(b'"group":null', b'"group":9', 1)


def drop_a_checkpoint(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    new["checkpoints.jsonl"] = new["checkpoints.jsonl"].split(b"\n", 1)[1]


def another_ballot(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    new.clear()
    new.update(Maker([section("s1", "plurality", "ab")]).files())


def another_key(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """The same ledger, all of its checkpoints signed anew by somebody else."""
    forger = two_questions()
    forger.private = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
    forger.entries = [json.loads(line) for line in new["ledger.jsonl"].splitlines()]
    forger.sign()
    new["checkpoints.jsonl"] = lines(forger.checkpoints)
    new["public_key.txt"] = forger.private.public_key().public_bytes_raw().hex().encode()


def another_history(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Sound in itself, the same ballot and key, but the first votes never came."""
    maker = two_questions()
    maker.cast("s1=o5;s2=y", "s1=o5;s2=n")
    maker.paper(1, valid=1, papers=[["s1=o1;s2=", 1]])
    maker.close()
    maker.release()
    new.update(maker.files())


def another_end(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """The same after the end, when only leaves are left."""
    maker = two_questions()
    maker.cast("s1=o5;s2=y")
    maker.close()
    maker.release()
    maker.end()
    new.clear()
    new.update(maker.files())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swap_a_group, "diff: votes kept"),
        (drop_a_checkpoint, "diff: checkpoints kept"),
        (another_history, "the old ledger begins"),
        (another_history, "diff: votes kept"),
        (another_history, "diff: paper kept"),
        (another_end, "diff: leaves kept"),
        (another_ballot, "the old ledger begins"),
        (another_ballot, "the same definition and key"),
        (another_key, "the same definition and key"),
    ],
)
def test_a_bundle_that_does_not_continue_the_other(
    change: Callable[[dict[str, bytes], dict[str, bytes]], None],
    words: str,
    tmp_path: Path,
    capsys: Capture,
) -> None:
    old, new = growing()
    change(old, new)
    assert verify(write_folder(new, tmp_path / "alone")) == 0  # nothing wrong when seen alone
    capsys.readouterr()
    assert diff(tmp_path, old, new) == 1
    assert any(words in line for line in failures(capsys))


# Damaged and hostile bundles: a clear line and an exit code, never a traceback, never a wait.


def hostile(name: str, data: bytes) -> dict[str, bytes]:
    return {**small().files(), name: data}


HOSTILE = {
    "empty": {},
    "deep": hostile("definition.json", b"[" * 200_000),
    "deep object": hostile("definition.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "long number": hostile("definition.json", b'{"a":' + b"9" * 1_000_000 + b"}"),
    "not a number": hostile("result.json", b'{"a":NaN}'),
    "negative": hostile("result.json", b'{"a":-1}'),
    "fraction": hostile("result.json", b'{"a":1.5}'),
    "twice": hostile("result.json", b'{"sections":{},"sections":{},"version":1}'),
    "not text": hostile("ledger.jsonl", b"\xff\xfe\x00"),
    "surrogate": hostile("ledger.jsonl", b'{"hash":"\\ud800"}\n'),
    "list": hostile("definition.json", b"[]"),
    "no sections": hostile("definition.json", b'{"sections":null}'),
    "nonsense section": hostile("definition.json", b'{"sections":[7]}'),
    "lines of nothing": hostile("ledger.jsonl", b"\n" * 1_000_001),
    "empty objects": hostile("votes.jsonl", b"{}\n" * 10),
    "no key": hostile("public_key.txt", b"zz"),
    "short key": hostile("public_key.txt", b"00"),
    "kind of entry": hostile("ledger.jsonl", b'{"hash":[],"kind":[],"payload":"{}","seq":{}}\n'),
    "control signs": hostile(
        "votes.jsonl", b'{"choices":"\\u001b[2J","group":1,"leaf":"","r":""}\n'
    ),
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bundles(files: dict[str, bytes], tmp_path: Path, capsys: Capture) -> None:
    assert verify(write_zip(files, tmp_path / "b.zip")) in (1, 2)
    told = capsys.readouterr()
    assert told.out.splitlines()[-1].startswith("FAIL")
    assert told.out.isascii()
    assert "\x1b" not in told.out
    assert max(map(len, told.out.splitlines())) < 2_000


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as bundle:
        with bundle.open("ledger.jsonl", "w") as file:
            for _ in range(300):
                file.write(bytes(1_000_000))
        for name, data in small().files().items():
            if name != "ledger.jsonl":
                bundle.writestr(name, data)
    assert bomb.stat().st_size < 1_000_000
    code, out = run_alone(tmp_path, str(bomb))
    assert code == 2
    assert "too large" in out


def test_files_that_are_no_bundle(tmp_path: Path) -> None:
    text, cut, huge = tmp_path / "a.zip", tmp_path / "cut.zip", tmp_path / "huge.zip"
    text.write_bytes(b"not a zip")
    files = {name: data for name, data in small().files().items() if name.endswith("l")}
    whole = write_zip(files, tmp_path / "b.zip").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    with huge.open("wb") as file:
        file.truncate(10_000_000_000)  # takes no room on disk
    (tmp_path / "folder").mkdir()
    for path in (text, cut, huge, tmp_path / "nothing.zip", tmp_path / "folder"):
        code, out = run_alone(tmp_path, str(path))
        assert (code, out[:4]) == (2, "FAIL"), out
    middle = bytearray(whole)
    middle[len(whole) // 2] ^= 1
    cut.write_bytes(middle)
    assert run_alone(tmp_path, str(cut))[0] == 2


def test_commands_that_make_no_sense(tmp_path: Path) -> None:
    bundle = str(write_zip(small().files(), tmp_path / "b.zip"))
    for words in (
        [],
        [bundle, bundle],
        ["verify-diff", bundle],
        ["verify-diff", bundle, bundle, bundle],
        [bundle, "--key"],
        [bundle, "--keys", "ab"],
        [bundle, "--checkpoints", ""],
        [bundle, "--checkpoints", str(tmp_path / "none.txt")],
    ):
        assert run_alone(tmp_path, *words)[0] == 2, words
    for wrong in ("", "\n", "5", "five abc x y", "5 ab x zz"):
        kept = tmp_path / "kept.txt"
        kept.write_text(wrong)
        assert run_alone(tmp_path, bundle, "--checkpoints", str(kept))[0] in (1, 2), wrong
    assert run_alone(tmp_path, "--help")[0] == 0


WEIRD = [None, True, 0, 999_999_999, "", "x", "ab" * 32, [], {}, [[]], [None], {"o1": {}}, ["a", 1]]


@pytest.mark.parametrize(
    "name", ["definition.json", "ledger.jsonl", "votes.jsonl", "paper.jsonl", "result.json"]
)
def test_values_of_every_wrong_kind(name: str, tmp_path: Path, capsys: Capture) -> None:
    """Any value anywhere replaced by a strange one, in the right spelling: never a crash."""
    maker, dice = small(), Random(8)
    files = maker.files()
    folder = write_folder(files, tmp_path)
    things = [json.loads(line) for line in files[name].splitlines()]
    for _ in range(150):
        changed = json.loads(json.dumps(things))
        spoil(changed, dice)
        end = "\n" if name.endswith("l") else ""
        data = "".join(canonical(thing) + end for thing in changed).encode()
        if data == files[name]:
            continue
        (folder / name).write_bytes(data)
        code, told = verify(folder), failures(capsys)
        if name != "votes.jsonl":  # a group is not sealed: see docs/recount.md
            assert code in (1, 2)
            assert told


def spoil(thing: object, dice: Random) -> None:
    """Replace one value, at any depth."""
    while True:
        keys = list(thing) if isinstance(thing, dict) else list(range(len(thing)))  # type: ignore
        key = dice.choice(keys)
        inner = thing[key]  # type: ignore
        if isinstance(inner, (dict, list)) and inner and dice.random() < 0.8:
            thing = inner
            continue
        thing[key] = dice.choice(WEIRD)  # type: ignore
        return


def test_strange_ledgers_that_are_well_signed(tmp_path: Path, capsys: Capture) -> None:
    """The same for what the entries say, with the chain and the signatures made to fit."""
    dice = Random(9)
    for _ in range(150):
        maker = small()
        told = [(e["kind"], e["payload"]) for e in maker.entries]
        maker.entries, maker.checkpoints = [], []
        spoilt = dice.choice([n for n, (kind, _) in enumerate(told) if kind != "cast"])
        for n, (kind, payload) in enumerate(told):
            said = payload if kind in ("cast", "late") else json.loads(payload)
            if n == spoilt and isinstance(said, dict):
                spoil(said, dice)
            maker.add(kind, said if isinstance(said, str) else canonical(said))
        maker.sign()
        verify(write_folder(maker.files(), tmp_path))
        assert capsys.readouterr().out.splitlines()[-1][:4] in ("FAIL", "ok  ")


def test_times_are_as_they_were_signed() -> None:
    """A reminder for whoever changes the format: `at` is part of what is signed."""
    maker = small()
    point = maker.checkpoints[0]
    message = verifier.digest("checkpoint", maker.hash, point["size"], point["head"], AT)
    key = verifier.Key(bytes.fromhex(maker.key))
    assert key.has_signed(message, bytes.fromhex(point["signature"]))
    other = verifier.digest("checkpoint", maker.hash, point["size"], point["head"], AT + "x")
    assert not key.has_signed(other, bytes.fromhex(point["signature"]))


def test_figures_are_spelled_as_the_site_spells_them() -> None:
    for figure in (Fraction(3), Fraction(10, 3), Fraction(0)):
        assert json.loads(verifier.WRITER.encode(figure)) == exact(figure)
