"""Voting in a real browser, with script and without: every kind, slips, access, weight."""

import random
import re
import shutil
from typing import Any

import pytest

from app.ballots.box.codes import new_code, read_code, show_code
from app.consultations.rules import BallotRule
from app.core.tokens import ALPHABET, LOOK_ALIKES
from tests.ballots.papers import FINE, MARK, MAYOR, ORDER, TWO_PLACES, WISHES
from tests.ballots.papers import section as make_section
from tests.ballots.phones import Rooms, forward, kept, thanks, words_of
from tests.browser import NAMES

pytestmark = pytest.mark.browser


# --- one section -------------------------------------------------------------------------------


def test_a_vote_with_a_live_count_a_review_and_a_checked_receipt(rooms: Rooms) -> None:
    room = rooms([WISHES])
    before = room.sealed()
    with room.phone() as page:
        assert words_of(page, "h1") == ["Which wishes?"]
        for key in ("w2", "w6", "w9", "w11"):
            page.locator(f"input[value={key}]").check()
        assert page.locator(".bar [data-chosen]").inner_text() == "4 of 3 chosen"
        forward(page)
        assert "Choose up to 3" in page.locator(".error:visible").inner_text()
        page.locator("input[value=w9]").uncheck()
        order = page.locator("input[name=s1]").evaluate_all("all => all.map(i => i.value)")
        page.reload()
        after = page.locator("input[name=s1]").evaluate_all("all => all.map(i => i.value)")
        assert after == order
        assert page.locator(".bar [data-chosen]").inner_text() == "3 of 3 chosen"
        forward(page)
        assert page.locator(".review svg").count() == 3
        assert "secret" not in kept(page)
        forward(page)
        receipt = thanks(page)
        assert re.fullmatch(r"\w{5} \w{5} \w", receipt)
        page.locator("summary").click()
        page.locator("[data-same]").wait_for()  # worked out on the phone as well
        assert page.locator("[data-differs]").is_hidden()
        assert '"w2"' not in kept(page)
        assert not re.search(r"[0-9a-f]{32}", kept(page))
    assert room.sealed() == before + 1


def test_a_blank_vote_is_one_tap_and_undoes_the_others(rooms: Rooms) -> None:
    with rooms([WISHES]).phone() as page:
        page.locator("input[value=w1]").check()
        page.get_by_label("I do not want to choose").check()
        assert not page.locator("input[value=w1]").is_checked()
        forward(page)
        assert "I do not want to choose" in page.locator(".review").inner_text()
        forward(page)
        thanks(page)


@pytest.mark.parametrize("asked", [MAYOR, FINE], ids=["mayor", "approval"])
def test_other_kinds_of_ticking(rooms: Rooms, asked: Any) -> None:
    with rooms([asked]).phone() as page:
        forward(page)
        assert "Choose at least one" in page.locator(".error:visible").inner_text()
        page.locator("input[value=o1]").check()
        page.locator("input[value=o2]").check()
        forward(page)
        forward(page)
        thanks(page)
        page.locator("[data-same]").wait_for(state="attached")


def test_a_receipt_that_differs_is_told(rooms: Rooms) -> None:
    """The server (or somebody between) says another receipt: the phone notices."""
    with rooms([WISHES]).phone() as page:

        def forge(route: Any) -> None:
            answer = route.fetch()
            body = re.sub(r"(data-receipt>)\w{5}", r"\g<1>22222", answer.text())
            route.fulfill(response=answer, body=body)

        page.route("**/votes", forge)
        page.locator("input[value=w1]").check()
        forward(page)
        forward(page)
        thanks(page)
        page.locator("[data-differs]").wait_for()
        assert "Tell the person who runs it" in page.locator("main").inner_text()
        assert page.locator("[data-same]").is_hidden()


# --- in order ----------------------------------------------------------------------------------


def places(page: Any) -> dict[str, str]:
    """Each option's place, as it is seen."""
    cards = page.locator(".rank")
    found = {}
    for number in range(cards.count()):
        name = cards.nth(number).locator("b").inner_text()
        found[name] = cards.nth(number).locator("button.place").inner_text()
    return found


def tap(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_an_order_is_made_by_tapping(rooms: Rooms) -> None:
    room = rooms([ORDER])
    with room.phone() as page:
        assert page.locator("select:visible").count() == 0
        assert "Tap your favourite first" in page.locator(".hint").inner_text()
        for name in ("More trees", "A cheaper bus", "Lights in the park"):
            tap(page, name)
        assert places(page) == {
            "More trees": "1", "A cheaper bus": "2", "Lights in the park": "3",
            "A place to meet": "",
        }  # fmt: skip
        assert page.locator(".bar [data-chosen]").inner_text() == "3 in order"
        tap(page, "A cheaper bus")  # taken back: the next one moves up
        assert places(page)["Lights in the park"] == "2"
        assert page.locator("[data-said]").inner_text() == "A cheaper bus: no place"
        tap(page, "A cheaper bus")
        assert (
            page.get_by_role("button", name="A cheaper bus: place 3").get_attribute("aria-pressed")
            == "true"
        )
        page.reload()
        assert places(page)["A cheaper bus"] == "3"
        forward(page)
        assert words_of(page, ".ranking b") == ["More trees", "Lights in the park", "A cheaper bus"]
        page.get_by_role("button", name="A cheaper bus: up").click()
        page.get_by_role("button", name="A cheaper bus: up").click()
        assert words_of(page, ".ranking b") == ["A cheaper bus", "More trees", "Lights in the park"]
        # At the top there is no way up: the focus goes to the other button of the same option.
        assert (
            page.evaluate("document.activeElement.getAttribute('aria-label')")
            == "A cheaper bus: down"
        )
        page.get_by_role("button", name="Lights in the park: down").is_disabled()
        with page.expect_request("**/votes") as sent:
            forward(page)
        fields = sent.value.post_data
        assert "s1.o1=1" in fields
        assert "s1.o4=2" in fields
        assert "s1.o2=3" in fields
        thanks(page)
        page.locator("[data-same]").wait_for(state="attached")


def test_an_order_by_the_keyboard_alone(rooms: Rooms) -> None:
    with rooms([ORDER]).phone() as page:
        page.get_by_role("button", name="More trees").focus()
        page.keyboard.press("Space")
        assert places(page)["More trees"] == "1"
        page.keyboard.press("Enter")
        assert places(page)["More trees"] == ""


def test_a_blank_order_takes_every_place_back_and_a_tap_takes_the_blank(rooms: Rooms) -> None:
    with rooms([ORDER]).phone() as page:
        tap(page, "More trees")
        page.get_by_label("I do not want to choose").check()
        assert set(places(page).values()) == {""}
        tap(page, "More trees")
        assert not page.get_by_label("I do not want to choose").is_checked()
        page.get_by_label("I do not want to choose").check()
        forward(page)
        assert "I do not want to choose" in page.locator(".review").inner_text()
        forward(page)
        thanks(page)
        page.locator("[data-same]").wait_for(state="attached")


def test_no_more_places_than_there_are(rooms: Rooms) -> None:
    with rooms([TWO_PLACES]).phone() as page:
        for name in ("One", "Two", "Three"):
            tap(page, name)
        assert "All 2 places are given" in page.locator(".error:visible").inner_text()
        assert places(page)["Three"] == ""
        tap(page, "One")
        assert page.locator(".error:visible").count() == 0
        tap(page, "Three")
        assert places(page) == {"One": "", "Two": "1", "Three": "2"}


def test_an_order_without_script(rooms: Rooms) -> None:
    room = rooms([ORDER])
    before = room.sealed()
    with room.phone(java_script_enabled=False) as page:
        assert "Give your favourite 1" in page.locator(".hint").inner_text()
        page.get_by_label("More trees").select_option("1")
        page.get_by_label("A cheaper bus").select_option("3")
        forward(page)
        assert "A place is missing" in page.locator("#problems").inner_text()
        assert page.get_by_label("A cheaper bus").input_value() == "3"
        page.get_by_label("A cheaper bus").select_option("2")
        forward(page)
        receipt = thanks(page)
        page.reload()
        assert thanks(page) == receipt
    assert room.sealed() == before + 1


# --- three sections ----------------------------------------------------------------------------


def test_three_sections_one_at_a_time(rooms: Rooms) -> None:
    with rooms(MARK).phone() as page:
        label = page.locator("[data-progress] label")
        assert label.inner_text() == "Question 1 of 3"
        assert words_of(page, "legend:visible") == ["For the whole UK?"]
        forward(page)
        assert "Choose at least one" in page.locator(".error:visible").inner_text()
        page.get_by_label("Health").check()
        forward(page)
        page.locator("section:visible").get_by_label("I do not want to choose").check()
        forward(page)
        assert label.inner_text() == "Question 3 of 3"
        page.get_by_label("Parks").check()
        page.go_back()
        assert label.inner_text() == "Question 2 of 3"
        forward(page)
        forward(page)
        assert label.inner_text() == "Check and send"
        review = page.locator(".review").inner_text()
        for said in ("For the whole UK?", "Health", "I do not want to choose", "Parks"):
            assert said in review
        page.get_by_role("button", name="Change: For England?").click()
        page.get_by_label("Exams").check()
        forward(page)
        forward(page)
        assert "Exams" in page.locator(".review").inner_text()
        forward(page)
        thanks(page)
        page.locator("[data-same]").wait_for(state="attached")


def test_three_sections_without_script_are_one_page(rooms: Rooms) -> None:
    with rooms(MARK).phone(java_script_enabled=False) as page:
        assert words_of(page, "legend:visible") == [
            "For the whole UK?",
            "For England?",
            "For Leeds?",
        ]
        page.get_by_label("Health").check()
        forward(page)
        assert page.locator("#problems li").count() == 2
        assert page.get_by_label("Health").is_checked()
        page.get_by_label("Exams").check()
        page.locator("section").nth(2).get_by_label("I do not want to choose").check()
        forward(page)
        thanks(page)


# --- slips -------------------------------------------------------------------------------------


def test_a_scanned_slip_is_read_from_behind_the_hash_and_leaves_the_address(rooms: Rooms) -> None:
    room = rooms([MAYOR], [FINE], title="Two")
    code, door = room.paper.codes.pop(), f"/b/{room.paper.class_.class_code}"
    asked: list[str] = []
    with room.phone() as page:
        page.on(
            "request",
            lambda request: asked.append(
                request.url + str(request.headers) + str(request.post_data or "")
            ),
        )
        page.goto(f"{door}#{code}")
        chip = page.locator("[data-slip]")
        assert chip.inner_text().startswith(f"Slip {show_code(code)} ✓")
        assert page.evaluate("location.href") == room.server.url + door
        assert not any(code in one for one in asked)
        page.get_by_role("link", name="Two", exact=True).click()
        assert chip.inner_text().startswith(f"Slip {show_code(code)} ✓")
        assert page.locator("#field-code").is_hidden()
        page.locator("input[value=o1]").check()
        forward(page)
        forward(page)
        thanks(page)
        assert [code in one for one in asked].count(True) == 1  # once, in the body of the vote
        page.get_by_role("link", name="Next: Two 2").click()
        assert chip.is_visible()  # the same slip, in the other ballot
        page.locator("input[value=o2]").check()
        forward(page)
        forward(page)
        thanks(page)
        assert code not in kept(page)  # there is nothing more to use it for
        history = page.evaluate("JSON.stringify(history.state)")
        assert code not in str(history)


def test_a_typed_code_is_checked_as_it_is_typed_and_never_sent_wrong(rooms: Rooms) -> None:
    room = rooms([MAYOR])
    code = room.paper.codes.pop()
    sent: list[str] = []
    with room.phone(room.paper.slip_page) as page:
        page.on(
            "request",
            lambda request: sent.append(request.method) if "/votes" in request.url else None,
        )
        field, error = page.locator("#field-code"), page.locator("#error-code")
        field.press_sequentially("k7")
        assert error.is_hidden()  # nobody is nagged while typing
        forward(page)
        assert error.inner_text() == "Your slip has seven signs. Here are 2."
        assert page.evaluate("document.activeElement.id") == "field-code"
        field.fill("k7a")
        assert error.inner_text() == "There is no A on our slips. Look again at that sign."
        swapped = (
            code[1] + code[0] + code[2:]
            if code[0] != code[1]
            else code[:-1] + ("2" if code[-1] != "2" else "3")
        )
        field.fill(swapped)
        assert error.inner_text() == "One sign is not right. Look again at each one."
        field.fill(code + "2")
        assert error.inner_text() == "These are more than seven signs."
        forward(page)
        field.fill(show_code(code).lower().replace("5", "s").replace("2", "Z"))
        assert error.is_hidden()
        assert sent == []
        field.press("Enter")
        assert page.locator("[data-slip]").inner_text().startswith(f"Slip {show_code(code)} ✓")
        page.locator("input[value=o3]").check()
        page.reload()
        assert page.locator("#field-code").is_hidden()
        assert page.locator("input[value=o3]").is_checked()
        forward(page)
        forward(page)
        thanks(page)
        assert sent == ["POST"]


def test_the_phone_reads_codes_exactly_as_the_server_does(rooms: Rooms) -> None:
    """The same answer for right codes, wrong ones, look-alikes, spaces and rubbish."""
    dice = random.Random(7)
    alphabet = ALPHABET + ALPHABET.lower() + "01OILZSGBUQoilzsgbuq" + "AE-. é٣ß"
    typed = ["".join(dice.choice(alphabet) for _ in range(dice.randint(5, 9))) for _ in range(300)]
    for _ in range(300):
        code = new_code()
        alike = [sign for sign, meant in LOOK_ALIKES.items() if chr(sign) and meant in code]
        swap = dice.choice(alike) if alike else ord("#")
        typed += [
            code,
            show_code(code).lower(),
            code.replace(LOOK_ALIKES.get(swap, "#"), chr(swap)),
        ]
        place = dice.randrange(7)
        typed.append(code[:place] + dice.choice(ALPHABET) + code[place + 1 :])
    room = rooms([MAYOR])
    with room.phone(room.paper.slip_page) as page:
        read = page.evaluate(
            """typed => typed.map(one => {
                 const field = document.querySelector("#field-code");
                 field.value = one;
                 return phone.kinds.code.wrongWith(field.closest("section")) === "";
               })""",
            typed,
        )
    wrong = [
        (one, found)
        for one, found in zip(typed, read, strict=True)
        if found != (read_code(one) is not None)
    ]
    assert wrong == []
    assert 600 < sum(read) < len(typed)


def test_a_used_code_comes_back_to_its_field_and_does_not_loop(rooms: Rooms) -> None:
    room = rooms([MAYOR])
    code, fresh = room.paper.codes.pop(), room.paper.codes.pop()
    for number in (1, 2):
        with room.phone(f"{room.paper.slip_page}#{code}") as page:
            answers: list[int] = []
            page.on(
                "response",
                lambda answer, to=answers: (
                    to.append(answer.status) if "/votes" in answer.url else None
                ),
            )
            page.locator(f"input[value=o{number}]").check()
            forward(page)
            forward(page)
            if number == 1:
                thanks(page)
                continue
            page.locator("#field-code").wait_for()
            assert "used already" in page.locator("#error-code").inner_text()
            assert page.locator("[data-slip]").is_hidden()
            page.reload()  # neither a reload nor waking up sends it again
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_timeout(1800)
            assert answers == [409]
            assert page.locator("#field-code").is_visible()
            page.locator("#field-code").fill(fresh)
            forward(page)
            assert page.locator("input[value=o2]").is_checked()
            forward(page)
            forward(page)
            thanks(page)
            assert answers == [409, 201]


def test_an_unknown_code_is_said_at_the_field(rooms: Rooms) -> None:
    room = rooms([MAYOR])
    with room.phone(f"{room.paper.slip_page}#{new_code()}") as page:
        page.locator("input[value=o2]").check()
        forward(page)
        forward(page)
        page.locator("#field-code").wait_for()
        assert "do not know this slip code" in page.locator("#error-code").inner_text()
        assert page.locator("input[value=o2]").is_checked()


def test_another_slip_on_the_same_phone_is_somebody_else(rooms: Rooms) -> None:
    room = rooms([MAYOR])
    first, second = room.paper.codes.pop(), room.paper.codes.pop()
    with room.phone(f"{room.paper.slip_page}#{first}") as page:
        page.locator("input[value=o1]").check()
        page.goto("about:blank")
        page.goto(f"{room.paper.slip_page}#{first}")  # the same slip again: nothing is lost
        assert page.locator("input[value=o1]").is_checked()
        page.goto("about:blank")
        page.goto(f"{room.paper.slip_page}#{second}")
        assert not page.locator("input[value=o1]").is_checked()
        page.locator("input[value=o2]").check()
        forward(page)
        forward(page)
        thanks(page)
        page.goto(room.paper.slip_page)
        assert "already in" in page.locator("main").inner_text()
        page.goto("about:blank")
        page.goto(f"{room.paper.slip_page}#{first}")  # after a vote too
        page.locator("input[value=o3]").check()
        page.get_by_role("button", name="Another slip").click()
        page.locator("#field-code").wait_for()
        assert first not in kept(page)


def test_a_changed_vote_ends_there(rooms: Rooms) -> None:
    """The vote went in from this tab and the answer never came; then it was changed."""
    room = rooms([WISHES])
    before = room.sealed()
    with room.phone() as page:
        lost: list[int] = []

        def lose(route: Any) -> None:
            lost.append(route.fetch().status)
            route.abort()

        page.route("**/votes", lose)
        page.locator("input[value=w1]").check()
        forward(page)
        forward(page)
        page.locator("[data-waiting]").wait_for()
        page.get_by_role("button", name="Change").click()
        page.locator("input[value=w2]").check()
        page.unroute("**/votes")
        forward(page)
        forward(page)
        page.get_by_text("Your first vote already counts").wait_for()
        assert "See what is next" in page.locator("main").inner_text()
        assert page.locator("form[data-phone]").count() == 0
        assert lost == [201]
        assert '"w1"' not in kept(page)
        page.reload()
        assert "already in" in page.locator("main").inner_text()
    assert room.sealed() == before + 1


# --- everyone ----------------------------------------------------------------------------------


def test_arabic_words_and_a_page_from_right_to_left(rooms: Rooms) -> None:
    turn = "document.addEventListener('DOMContentLoaded', () => { document.dir = 'rtl' })"
    room = rooms([ORDER])
    with room.phone(room.paper.open_page) as page:
        page.locator(".menu summary").click()
        page.get_by_role("link", name="العربية").click()
        page.context.add_init_script(turn)
        page.reload()
        tap(page, "مكان للقاء")
        tap(page, "حافلة أرخص")
        badge = page.locator(".rank", has_text="مكان للقاء").locator(".place").bounding_box()
        words = page.locator(".rank b", has_text="مكان للقاء").bounding_box()
        assert badge["x"] < words["x"]  # at the end of the line, which is on the left
        forward(page)
        assert words_of(page, ".ranking b") == ["مكان للقاء", "حافلة أرخص"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        forward(page)
        thanks(page)
        page.locator("[data-same]").wait_for(state="attached")


LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen und noch etwas mehr davon"


@pytest.mark.parametrize("look", ["light", "dark", "narrow", "large"])
def test_every_state_is_accessible(rooms: Rooms, look: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    options: dict[str, Any] = {
        "light": {}, "dark": {"color_scheme": "dark"}, "narrow": {"size": (320, 640)},
        "large": {"size": (1280, 800)},
    }[look]  # fmt: skip
    width = options.get("size", (360, 740))[0]

    def check(page: Any, state: str) -> None:
        found = axe.run(page).response["violations"]
        assert [(state, one["id"], one["nodes"][0]["html"]) for one in found] == []
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, f"{state} scrolls sideways: {across}"

    room = rooms([ORDER])
    with room.phone(reduced_motion="reduce", **options) as page:
        check(page, "order")
        forward(page)
        check(page, "order, nothing chosen")
        for name in ("More trees", "A cheaper bus"):
            tap(page, name)
        check(page, "order, two places")
        forward(page)
        check(page, "order, review")
        page.context.set_offline(True)
        forward(page)
        page.locator("[data-waiting]").wait_for()
        check(page, "not sent yet")
        page.context.set_offline(False)
        thanks(page)
        page.locator("summary").click()
        check(page, "receipt")
        page.goto(room.paper.open_page)
        check(page, "voted already")
    marks = rooms(MARK)
    with marks.phone(marks.paper.slip_page, reduced_motion="reduce", **options) as page:
        check(page, "slip")
        page.locator("#field-code").fill("K7MW2HA")
        check(page, "slip, mistyped")
        page.locator("#field-code").fill(marks.paper.codes.pop())
        forward(page)
        check(page, "first section")
        page.get_by_label("Jobs").check()
        forward(page)
        check(page, "second section")
    two = rooms([MAYOR], [FINE], title="Two")
    with two.phone(f"/b/{two.paper.class_.class_code}#{two.paper.codes.pop()}", **options) as page:
        page.locator("[data-slip]").wait_for()
        check(page, "door")


def test_words_of_any_length_fit_on_a_narrow_phone(rooms: Rooms) -> None:
    long = make_section(BallotRule.STV, LONG, LONG.upper() + "!", "x" * 200, question=LONG, seats=2)
    with rooms([long], title=LONG).phone(size=(320, 640)) as page:
        for number in range(3):
            page.locator(".rank button").nth(number).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        forward(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def weigh(page: Any, url: str) -> dict[str, int]:
    """Every request of a visit with what came over the wire, heads included."""
    wire = page.context.new_cdp_session(page)
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on(
        "Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]})
    )
    wire.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    return {asked[one]: size for one, size in sizes.items()}


@pytest.mark.parametrize(
    "ballots", [([WISHES],), (MARK,), ([ORDER],)], ids=["wishes", "mark", "order"]
)
def test_a_first_visit_is_small(rooms: Rooms, ballots: Any) -> None:
    room = rooms(*ballots)
    context = room.browser.new_context(
        viewport={"width": 360, "height": 740}, base_url=room.server.url
    )
    page = context.new_page()
    sizes = weigh(page, room.paper.slip_page)
    context.close()
    if not any("favicon" in url for url in sizes):
        sizes["icon"] = 700  # a browser with a window asks for it too
    assert len(sizes) <= 5, sorted(sizes)
    assert sum(sizes.values()) <= 30_000, sizes


def test_a_phone_from_an_unsafe_address_works_without_the_extras(rooms: Rooms) -> None:
    """No secure context (a tablet on `http://10.0.0.7`): no worker, no check, but a vote."""
    room = rooms([WISHES])
    host = room.server.url.replace("127.0.0.1", "votes.test")
    driver = room.browser.browser_type
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP votes.test 127.0.0.1"]
    path = next(found for name in NAMES if (found := shutil.which(name)))
    other = driver.launch(executable_path=path, args=arguments)
    page = other.new_page()
    page.goto(host + room.paper.open_page)
    assert page.evaluate("isSecureContext") is False
    page.locator("input[value=w1]").check()
    forward(page)
    forward(page)
    thanks(page)
    assert page.locator("[data-same]").is_hidden()
    assert page.locator("[data-differs]").is_hidden()
    other.close()
