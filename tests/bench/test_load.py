"""The load generator: what it reads of an answer, and that it hides nothing."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench.load import BROKEN, Generator, Plan, run_load, sum_up
from bench.wire import build_request, read_answer

OK = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"
Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """A server that treats each connection as `talk` does; gives its port."""
    door = socket.create_server(("127.0.0.1", 0), backlog=200)

    def admit() -> None:
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(guest,), daemon=True).start()

    threading.Thread(target=admit, daemon=True).start()
    try:
        yield door.getsockname()[1]
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def answering(answer: bytes = OK, *, times: int = 1_000_000, wait: float = 0.0) -> Talk:
    """Answer so many requests on a connection, then close it."""

    def talk(guest: socket.socket) -> None:
        with guest:
            for _ in range(times):
                if not guest.recv(65_536):
                    return
                time.sleep(wait)
                guest.sendall(answer)

    return talk


def plan(port: int, count: int, **more: float) -> Plan:
    requests = [build_request("127.0.0.1", "/", [("a", str(one))]) for one in range(count)]
    return Plan("127.0.0.1", port, requests, **({"connections": 8, "seconds": 20} | more))


@pytest.mark.parametrize(
    ("got", "status", "is_whole"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", 0, False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc", 200, True),
        (b"HTTP/1.1 429 Too Many\r\nA: b\r\nContent-Length: 0\r\n\r\n", 429, True),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n", 0, False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, True),
        (b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n", 304, True),
        (b"HTTP/1.1 200 OK\r\ncontent-len", 0, False),
    ],
)
def test_an_answer_is_read_when_it_is_whole(got: bytes, status: int, is_whole: bool) -> None:
    found, length = read_answer(got)
    assert (found, length) == ((status, len(got)) if is_whole else (0, 0))


def test_a_closing_server_is_noticed() -> None:
    assert read_answer(b"HTTP/1.1 302 F\r\nConnection: close\r\ncontent-length: 0\r\n\r\n") == (
        302,
        -1,
    )


def test_a_request_has_the_length_it_says() -> None:
    head, _, body = build_request("127.0.0.1", "/b", [("s1", "w1"), ("s1", "w 2")]).partition(
        b"\r\n\r\n"
    )
    assert body == b"s1=w1&s1=w+2"
    assert f"content-length: {len(body)}".encode() in head
    assert head.startswith(b"POST /b HTTP/1.1\r\n")


def test_every_request_of_a_list_is_sent_once() -> None:
    seen: list[bytes] = []

    def talk(guest: socket.socket) -> None:
        with guest:
            while got := guest.recv(65_536):
                seen.append(got.rpartition(b"\r\n\r\n")[2])
                guest.sendall(OK)

    with listening(talk) as port:
        asked = plan(port, 300)
        figures = sum_up(asked, Generator(asked).run())
    assert sorted(seen) == sorted(f"a={one}".encode() for one in range(300))
    assert figures["statuses"] == {"201": 300}
    assert figures["ran_out"]
    assert figures["samples"][201].endswith("ok")


def test_a_connection_the_server_closes_is_opened_again() -> None:
    polite = b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    with listening(answering(polite, times=1)) as port:
        assert Generator(plan(port, 50)).run().statuses == {201: 50}


def test_a_server_that_dies_in_mid_answer_is_counted_as_broken() -> None:
    with listening(answering(OK[:-1], times=1)) as port:
        found = Generator(plan(port, 20)).run()
    assert found.statuses == {BROKEN: 20}
    assert sum_up(plan(port, 20), found)["rate"] == 0


def test_by_the_time_table_waiting_for_a_slow_server_is_counted() -> None:
    """One connection, five requests due within 50 ms, each answered after 100 ms: the fifth has
    waited for four others. Measured from its sending it would look quick.
    """
    with listening(answering(wait=0.1)) as port:
        asked = plan(port, 5, connections=1, rate=100.0, seconds=0.05)
        figures = sum_up(asked, Generator(asked).run())
    assert figures["sent"] == 5
    assert figures["late_starts"] == 4
    assert figures["max_ms"] >= 450


def test_a_closed_loop_stops_at_its_time_and_waits_for_what_is_out() -> None:
    with listening(answering(wait=0.05)) as port:
        asked = plan(port, 10, connections=4, seconds=0.3)
        asked.repeat = True
        figures = sum_up(asked, Generator(asked).run())
    assert not figures["ran_out"]
    assert 4 <= figures["sent"] <= 28
    assert figures["statuses"] == {"201": figures["sent"]}


def test_it_runs_in_a_process_of_its_own() -> None:
    with listening(answering()) as port:
        figures = run_load(plan(port, 100))
    assert figures["statuses"] == {"201": 100}
    assert figures["cpu_s"] >= 0
