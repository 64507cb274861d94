"""Voting over bad networks in a real browser: kept on the phone, sent later, exactly once."""

import re
from typing import Any

import pytest

from app.core.middleware import CONTENT_SECURITY_POLICY
from app.core.settings import ROOT
from tests.ballots.papers import WISHES
from tests.ballots.phones import Rooms, forward, thanks, wait_for_worker, wait_until, words_of

pytestmark = pytest.mark.browser


def test_offline_the_ballot_comes_from_the_phone_and_is_sent_once_later(rooms: Rooms) -> None:
    room = rooms([WISHES])
    before = room.sealed(), room.cast()
    with room.phone() as page:
        wait_for_worker(page)
        page.locator("input[value=w4]").check()
        page.context.set_offline(True)
        page.reload()  # no network at all: still the ballot, its look and what was chosen
        assert words_of(page, "h1") == ["Which wishes?"]
        assert page.locator("input[value=w4]").is_checked()
        colour = page.locator("[data-forward]").evaluate(
            "it => getComputedStyle(it).backgroundColor"
        )
        assert colour == "rgb(43, 32, 99)"
        forward(page)
        forward(page)
        page.locator("[data-waiting]").wait_for()
        assert "Not sent yet" in page.locator("[data-waiting]").inner_text()
        page.reload()
        page.locator("[data-waiting]").wait_for()
        assert (room.sealed(), room.cast()) == before
        swallowed: list[int] = []

        def swallow(route: Any) -> None:  # and the first answer is lost on its way back
            if swallowed:
                route.continue_()
            else:
                swallowed.append(route.fetch().status)
                route.abort()

        page.context.route("**/votes", swallow)
        page.context.set_offline(False)
        thanks(page)
        page.locator("[data-same]").wait_for(state="attached")
        assert swallowed == [201]
    assert (room.sealed(), room.cast()) == (before[0] + 1, before[1] + 1)


def test_what_is_kept_is_empty_and_goes_with_stopping(rooms: Rooms) -> None:
    room = rooms([WISHES])
    stored = """async () => { const cache = await caches.open("wishes"), all = {};
      for (const one of await cache.keys()) {
        all[new URL(one.url).pathname] = await (await cache.match(one)).text();
      }
      return all; }"""
    with room.phone() as page:
        page.locator("input[value=w4]").check()
        wait_for_worker(page)
        pages = {
            path: body
            for path, body in page.evaluate(stored).items()
            if not path.startswith("/static/")
        }
        assert list(pages) == [room.paper.open_page]
        assert "checked" not in pages[room.paper.open_page]
        page.reload()
        forward(page)
        forward(page)
        thanks(page)
        page.goto("/staff/sign-in")
        page.goto(f"/s/{room.paper.public.class_code}")
        pages = [path for path in page.evaluate(stored) if not path.startswith("/static/")]
        assert pages == [room.paper.open_page]
        assert "Thank you for voting" not in str(page.evaluate(stored)[room.paper.open_page])
        page.goto(f"/s/{room.paper.public.class_code}/stop")
        wait_until(  # the files of the stopping page itself may be there again
            page,
            """async () => (await (await caches.open("wishes")).keys())
              .every(one => one.url.includes("/static/"))""",
        )


def test_an_old_page_is_not_given_back(rooms: Rooms) -> None:
    room = rooms([WISHES])
    age = """async days => { const cache = await caches.open("wishes");
      for (const one of await cache.keys()) {
        const kept = await cache.match(one), headers = new Headers(kept.headers);
        headers.set("date", new Date(Date.now() - days * 864e5).toUTCString());
        await cache.put(one, new Response(await kept.text(), { headers }));
      } }"""
    with room.phone() as page:
        wait_for_worker(page)
        page.evaluate(age, 2)
        page.goto(f"/s/{room.paper.public.class_code}")
        page.goto(room.paper.open_page)  # sweeps; the page is fresh again, the files stay
        wait_until(
            page,
            """async () => { const cache = await caches.open("wishes"), ages = [];
              for (const one of await cache.keys()) {
                const said = (await cache.match(one)).headers.get("date");
                const isOld = Date.now() - Date.parse(said) > 864e5;
                ages.push([one.url.includes("/static/"), isOld]);
              }
              return ages.length > 3 && ages.every(([isFile, isOld]) => isFile || !isOld); }""",
        )


def test_a_page_from_the_phone_obeys_the_same_policy(rooms: Rooms) -> None:
    worker = (ROOT / "static" / "js" / "sw.js").read_text()
    (policy,) = re.findall(r'POLICY = "([^"]+)"', worker)
    assert policy == CONTENT_SECURITY_POLICY
    assert len(worker.splitlines()) <= 60
    with rooms([WISHES]).phone() as page:
        wait_for_worker(page)
        page.context.set_offline(True)
        answer = page.reload()
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        page.context.set_offline(False)


def test_a_busy_server_is_left_alone_as_long_as_it_asks(rooms: Rooms) -> None:
    room = rooms([WISHES])
    before = room.sealed()
    with room.phone() as page:
        tries: list[float] = []

        def busy(route: Any) -> None:
            tries.append(page.evaluate("performance.now()"))
            if len(tries) == 1:
                route.fulfill(status=503, headers={"retry-after": "4"}, body="busy")
            else:
                route.continue_()

        page.route("**/votes", busy)
        page.locator("input[value=w1]").check()
        forward(page)
        forward(page)
        page.locator("[data-waiting]").wait_for()
        page.evaluate("dispatchEvent(new Event('online'))")  # waking up does not cut it short
        thanks(page)
        assert len(tries) == 2
        assert tries[1] - tries[0] >= 4000
    assert room.sealed() == before + 1


def test_the_page_of_a_wifi_is_not_taken_for_an_answer(rooms: Rooms) -> None:
    room = rooms([WISHES])
    before = room.sealed()
    with room.phone() as page:
        tries: list[int] = []

        def portal(route: Any) -> None:
            tries.append(1)
            if len(tries) == 1:
                route.fulfill(
                    status=200, content_type="text/html", body="<h1>Log in to the Wi-Fi</h1>"
                )
            else:
                route.continue_()

        page.route("**/votes", portal)
        page.locator("input[value=w1]").check()
        forward(page)
        forward(page)
        page.locator("[data-waiting]").wait_for()
        thanks(page)
    assert room.sealed() == before + 1
