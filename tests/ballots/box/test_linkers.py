"""Who copied everything between every two votes, and knows the order of the codes, learns nothing.

Forty votes, all different. Guessing blindly hits one on average and eleven once in a hundred
million times; there are about a thousand linkers, so eleven is the bound. The same linkers name all
forty where a code is spent and an anonymous vote inserted in one transaction.
"""

import asyncio
import itertools
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app.ballots.sweeps import cut_the_way_back, finish_closed_ballots
from app.consultations.models import Consultation
from app.consultations.rules import ConsultationStatus
from app.core.clock import utc_now
from app.core.db import Database
from app.core.settings import Settings
from tests.ballots.box.linking import Case, Scheme, link_all
from tests.ballots.box.phones import Phone, vote
from tests.ballots.box.polls import Poll, open_poll
from tests.ballots.box.servers import Mother, running
from tests.ballots.box.spying import Look, PostgresSpy, Spy, SqliteSpy, changed_rows, visible

VOTES = 40
BOUND = 11
BOX = Scheme("voting_right", "rh", "vote", "choices")
OLD = Scheme("old_code", "code", "old_vote", "choices")
WATCHED = ("voting_right", "sealed_vote", "vote", "ledger_entry", "ballot_ledger")


def all_papers(options: list[str]) -> list[tuple[str, ...]]:
    """So many different papers, in no order."""
    papers: list[tuple[str, ...]] = [(), *((one,) for one in options)]
    papers += itertools.combinations(options, 2)
    return random.Random(40).sample(papers, VOTES)


@contextmanager
def spying(address: str, *watched: str) -> Iterator[Spy]:
    if address.startswith("sqlite"):
        yield SqliteSpy(address)
        return
    spy = PostgresSpy(address, watched=watched)
    yield spy
    spy.close()


def cast_all(poll: Poll, phones: list[Phone], port: int, spy: Spy) -> list[Look]:
    """One vote after the other, a copy of everything before and after each."""
    looks, chance = [spy.look()], random.Random(1)
    for phone in phones:
        asyncio.run(vote(phone, lambda: port, poll.path, chance, again=0))
        assert phone.is_answered
        looks.append(spy.look())
    return looks


def finish(poll: Poll, address: str) -> None:
    """The round ends; the worker closes the ballot, destroys the key and compacts."""
    settings = Settings(data_dir=poll.data_dir, database_url=address, secret_key="x")
    with poll.db.session(writes=True) as session:
        round_ = session.get_one(Consultation, poll.box.round.consultation.id)
        round_.status = ConsultationStatus.CLOSED
    cut_the_way_back(poll.db, settings, utc_now())
    for _ in range(2):
        finish_closed_ballots(poll.db, settings, utc_now())


def test_nobody_links_codes_with_votes(any_address: str, tmp_path: Path, mother: Mother) -> None:
    with (
        open_poll(any_address, tmp_path / "data", slips=VOTES) as poll,
        spying(any_address, *WATCHED) as spy,
    ):
        papers = all_papers(poll.options)
        phones = [Phone(*one) for one in zip(poll.codes, papers, strict=True)]
        with running(mother, any_address, poll.data_dir) as server:
            between = cast_all(poll, phones, server.port, spy)
            for before, now in itertools.pairwise(map(visible, between)):
                assert set(changed_rows(before, now)) == {
                    "voting_right", "sealed_vote", "ledger_entry", "ballot_ledger"
                }  # fmt: skip
        poll.close_and_mix()
        later = {"full": between[-1], "mixed": spy.look()}
        finish(poll, any_address)
        later["finished"] = spy.look()
        if isinstance(spy, PostgresSpy):
            with poll.db.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.execute(text("VACUUM (FULL, FREEZE)"))
            later["vacuumed"] = spy.look()
            later["vacuumed"].files["log"] = spy.read_log()
        assert len(later["finished"].rows["vote"]) == VOTES
        found = link_all(Case(BOX, between, later), [phone.choices for phone in phones])
        assert len(found) > 200
        assert found[0].count < BOUND, found[:10]


@pytest.mark.parametrize("numbered", [False, True])
def test_the_same_linkers_name_every_vote_of_the_old_way(any_address: str, numbered: bool) -> None:
    """One transaction spends a code and inserts a vote with a random name (or with a number)."""
    key = "name TEXT PRIMARY KEY" if not numbered else "number INTEGER PRIMARY KEY"
    has_rows = " WITHOUT ROWID" if any_address.startswith("sqlite") and not numbered else ""
    codes = [secrets.token_hex(16) for _ in range(VOTES)]
    choices = ["s1=" + ",".join(paper) for paper in all_papers([f"w{n}" for n in range(1, 13)])]
    db = Database(any_address)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE old_code (code TEXT PRIMARY KEY, spent INTEGER)")
        connection.exec_driver_sql(f"CREATE TABLE old_vote ({key}, choices TEXT){has_rows}")
        connection.execute(
            text("INSERT INTO old_code VALUES (:code, 0)"), [{"code": code} for code in codes]
        )
    random.Random(2).shuffle(codes)

    def spend(place: int) -> None:
        name = place if numbered else secrets.token_hex(16)
        with db.engine.begin() as connection:
            connection.execute(
                text("UPDATE old_code SET spent = 1 WHERE code = :code"), {"code": codes[place]}
            )
            connection.execute(
                text("INSERT INTO old_vote VALUES (:name, :choices)"),
                {"name": name, "choices": choices[place]},
            )

    with spying(any_address, "old_code", "old_vote") as spy:
        between = [spy.look(), *(_after(spend, place, spy) for place in range(VOTES))]
        found = link_all(Case(OLD, between, {"full": between[-1]}), choices)
    db.close()
    assert found[0].count == VOTES
    names = {one.name for one in found if one.count == VOTES}
    if any_address.startswith("sqlite"):
        appeared = next(one.count for one in found if one.name == "first appearance")
        assert appeared > VOTES / 2  # a short paper may have stood in a longer one before
    else:
        assert "then.old_code._xmin equals full.old_vote._xmin" in names


def _after(act: Callable[[int], None], place: int, spy: Spy) -> Look:
    act(place)
    return spy.look()
