"""What lies about: nothing of a choice before the mix, nothing of an envelope after it.

One vote names an option nobody else names. Every file of the site and of the database, the logs and
what the system shows of the process are searched for it, for the phone's secret and for the slip.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.ballots.box.sealing import Unreadable, open_vote
from app.ballots.models import SealedVote, Vote, VotingRight
from app.ballots.queries import about_box
from app.ballots.sweeps import cut_the_way_back, finish_closed_ballots, forget_final_ballots
from app.consultations.models import Consultation
from app.consultations.rules import ConsultationStatus
from app.core.clock import utc_now
from app.core.settings import Settings
from tests.ballots.box.phones import Phone, send
from tests.ballots.box.polls import Poll, open_poll
from tests.ballots.box.searching import (
    contexts_of,
    files_in,
    find_any,
    forms_of,
    shown_of,
    windows_of,
)
from tests.ballots.box.servers import Mother, running
from tests.server import Server, serve

MARKER = "zq7marker"


def everything(poll: Poll, folder: Path, *, since: float) -> Iterator[tuple[str, bytes]]:
    """All files of the site (database, keys, logs, temporary ones) and, of a PostgreSQL server,
    those written in this test (tables, its log, its write-ahead log)."""
    yield from files_in(folder)
    if not poll.db.is_sqlite:
        engine = poll.db.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            cluster = connection.execute(text("SHOW data_directory")).scalar_one()
        yield from files_in(Path(cluster), since=since)


def send_in_every_way(phones: Sequence[Phone], server: Server, poll: Poll) -> None:
    """Votes that are taken, repeated, changed, mistyped, guessed: each passes other code."""
    first, second, third = phones[:3]
    steps = [
        (first, 201),
        (first, 200),
        (Phone(first.code, ("w1", MARKER), first.secret), 422),
        (Phone(first.code, (MARKER,)), 409),
        (Phone("222222C", (MARKER,)), 422),
        (Phone("2222222", (MARKER,)), 404),
        (Phone(second.code, (MARKER, "w1", "w2", "w3")), 422),
        (Phone(second.code, (MARKER,), "f" * 32), 422),
        (Phone(second.code, (MARKER,), first.secret), 422),
        *((phone, 201) for phone in (second, third, *phones[3:])),
    ]
    for phone, status in steps:
        assert asyncio.run(send(phone, server.port, poll.path)) == status


def choice_words() -> set[bytes]:
    """Everything that would say what was chosen."""
    texts = [f"s1={MARKER}", f"s1=w1,{MARKER}", f"={MARKER}", f"s1%3D{MARKER}", f'["{MARKER}"]']
    return set[bytes]().union(*(forms_of(one) for one in texts))


def private_words(phones: Sequence[Phone]) -> set[bytes]:
    """Secrets and slips of the first three in every form."""
    words: set[bytes] = set()
    for phone in phones[:3]:
        words |= forms_of(phone.secret) | {bytes.fromhex(phone.secret)}
        words |= forms_of(phone.code) | forms_of(f"{phone.code[:4]} {phone.code[4:]}")
    return words


def test_nothing_says_what_was_chosen_before_the_mix(
    any_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    with open_poll(any_address, tmp_path / "data", slips=12, last_option=MARKER) as poll:
        phones = [
            Phone(code, (f"w{place}",) if place else (MARKER,))
            for place, code in enumerate(poll.codes)
        ]
        paper = contexts_of(MARKER.encode(), everything(poll, tmp_path, since=began), width=3)
        assert paper  # the paper itself names the option
        with serve(any_address, poll.data_dir) as server:
            send_in_every_way(phones, server, poll)
            lying = [*everything(poll, tmp_path, since=began), *shown_of(server.pid)]
            assert any(name.endswith("server.log") and len(found) > 500 for name, found in lying)
            assert find_any(choice_words(), lying) == []
            assert find_any(private_words(phones), lying) == []
            assert contexts_of(MARKER.encode(), lying, width=3) <= paper
        assert poll.count_sealed() == 12


def finish(poll: Poll, settings: Settings) -> None:
    """The round ends; the worker closes the ballot, destroys the key and compacts."""
    poll.close_and_mix()
    with poll.db.session(writes=True) as session:
        round_ = session.get_one(Consultation, poll.box.round.consultation.id)
        round_.status = ConsultationStatus.CLOSED
    assert cut_the_way_back(poll.db, settings, utc_now())
    for _ in range(2):
        finish_closed_ballots(poll.db, settings, utc_now())


def test_nothing_opens_an_old_backup_after_the_mix(
    any_address: str, tmp_path: Path, mother: Mother
) -> None:
    began, site = time.time(), tmp_path / "data"
    settings = Settings(data_dir=site, database_url=any_address, secret_key="x")
    with open_poll(any_address, site, slips=12) as poll:
        phones = [Phone(code, ("w1", "w2")) for code in poll.codes]
        with running(mother, any_address, site) as server:
            for phone in phones:
                assert asyncio.run(send(phone, server.port, poll.path)) == 201
        about = about_box(poll.definition_hash, poll.box.box.id or 0)
        private = poll.box.keys.find_box_key(poll.box.box.public_key)
        assert private is not None
        with poll.db.session(writes=False) as session:
            backup = list(session.exec(select(SealedVote.sealed)))
            claims = list(session.exec(select(VotingRight.cv)))
        assert len(backup) == 12
        for sealed in backup:  # with the key it would open: so the rest means something
            assert open_vote(private, sealed, about=about)[1] == "s1=w1,w2"
        finish(poll, settings)
        lying = list(everything(poll, tmp_path, since=began))
        assert find_any({private, private.hex().encode()}, lying) == []
        assert find_any(private_words(phones), lying) == []
        for _, content in files_in(settings.key_dir):
            for start in range(max(1, len(content) - 31)):
                with pytest.raises(Unreadable):
                    open_vote(content[start : start + 32].ljust(32), backup[0], about=about)
        if (
            poll.db.is_sqlite
        ):  # PostgreSQL keeps dead rows and its log a while: the key is what goes
            pieces = set[bytes]().union(*map(windows_of, backup), *map(windows_of, claims))
            assert find_any(pieces, lying) == []


def test_nothing_of_single_votes_is_left_when_a_ballot_is_final(
    any_address: str, tmp_path: Path, mother: Mother
) -> None:
    began, site = time.time(), tmp_path / "data"
    settings = Settings(data_dir=site, database_url=any_address, secret_key="x")
    with open_poll(any_address, site, slips=12) as poll:
        phones = [Phone(code, ("w1",)) for code in poll.codes]
        with running(mother, any_address, site) as server:
            for phone in phones:
                assert asyncio.run(send(phone, server.port, poll.path)) == 201
        finish(poll, settings)
        held = poll.box.keys.make_secrets(poll.definition_hash)
        with poll.db.session(writes=False) as session:
            blinds = list(session.exec(select(Vote.blind)))
            rights = list(session.exec(select(VotingRight.rh)))
        assert len(blinds) == len(rights) == 12
        assert forget_final_ballots(poll.db, settings, utc_now() + timedelta(days=28))
        lying = list(everything(poll, tmp_path, since=began))
        assert find_any({held.code_key, held.claim_key}, lying) == []
        assert find_any(private_words(phones), lying) == []
        if poll.db.is_sqlite:
            pieces = set[bytes]().union(*map(windows_of, blinds), *map(windows_of, rights))
            assert find_any(pieces, lying) == []
