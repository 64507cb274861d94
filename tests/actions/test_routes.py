"""The public tracker and the officer's desk, walked as people walk them."""

import gzip
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlmodel import Session

from app.actions import service
from app.actions.rules import ActionStatus, Horizon
from app.publication import service as publication
from app.staff.rules import Role
from tests.actions.world import World, make_action, make_world, publish, words
from tests.publication.test_service import release
from tests.publication.world import add_quote, make_evidence
from tests.site import Site

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def world(site: Site) -> World:
    """A plan with one action that has one published update."""
    with site.session() as session:
        world = make_world(session, now=site.now)
        action = make_action(session, world, now=site.now)
        service.set_goal(
            session, world.wish, horizon=Horizon.SHORT, text="Every swing works",
            child_text="You can swing", actor=world.author, now=site.now,
        )  # fmt: skip
        publish(session, world, action, words(child_line="Two swings work."), now=site.now)
    return world


def test_an_empty_wish_says_what_happens_next(site: Site, world: World) -> None:
    page = site.get("/wishes/wish-5").text
    for said in ("Nothing is published yet.", "No action yet.", "It is too early to say."):
        assert said in page


def test_a_wish_tells_its_story(site: Site, world: World) -> None:
    page = site.get("/wishes/wish-1").text
    for said in ("You can swing", "Mend the swings", "Two swings work.", "Sample parks"):
        assert said in page
    assert "We will tell you more by 31 May 2026." in page
    assert "Overdue" not in page
    assert "Two swings work." in site.get("/").text
    assert "Two swings work." in site.get("/wishes").text
    assert "We mended two swings." in site.get("/wishes/wish-1/updates").text
    assert "easy read" in site.get("/wishes/wish-1?easy=1").text


def test_overdue_comes_by_itself(site: Site, world: World) -> None:
    site.now += timedelta(days=90)  # 31 May: silence may last 90 days
    assert "Overdue" not in site.get("/wishes/wish-1").text
    site.now += timedelta(days=1)
    page = site.get("/wishes/wish-1").text
    assert "We said we would tell you more by 31 May 2026. We have not." in page
    assert "1 action is overdue" in site.get("/").text


def test_drafts_and_unreviewed_words_are_never_public(site: Site, world: World) -> None:
    with site.session() as session:
        action = make_action(session, world, now=site.now)
        draft = service.post_update(
            session, action, words(what_we_did="Not yet told"), actor=world.author, now=site.now
        )
        service.send_for_review(session, draft, actor=world.author, now=site.now)
    for path in ("", "/updates", "/feed.xml", "?easy=1"):
        assert "Not yet told" not in site.client.get(f"/wishes/wish-1{path}").text


def test_not_doing_and_paused_say_because(site: Site, world: World) -> None:
    with site.session() as session:
        gone = make_action(session, world, now=site.now, title="A second skatepark")
        said = words(ActionStatus.NOT_DOING, reason="There is no money.", next_update_due_on=None)
        publish(session, world, gone, said, now=site.now)
        rests = make_action(session, world, now=site.now, title="New lamps")
        service.pause_action(
            session, rests, reason="We wait for spring.", actor=world.author, now=site.now
        )
    page = site.get("/wishes/wish-1").text
    assert "There is no money." in page
    assert re.search(r"Paused since 2 March 2026, because:</b> We wait for spring\.", page)


def test_findings_with_figures_and_quotes_come_from_releases(site: Site) -> None:
    with site.session() as session:
        world = make_world(session, now=site.now)
        evidence = make_evidence(session, now=site.now, wishes=world.wishes)
        add_quote(session, evidence.texts[0], world.wish, "More swings please", now=site.now)
        _publish_finding(session, world, evidence, site)
    page = site.get("/wishes/wish-1").text
    for said in ("Swings first", "More swings please", "60 of 100 (60%)", "/sources/test-source"):
        assert said in page
    other = site.get("/wishes/wish-2").text
    assert "Swings first" not in other


def _publish_finding(session: Session, world: World, evidence: object, site: Site) -> None:
    done = release(session, evidence.subject, site.now)  # type: ignore[attr-defined]
    finding = publication.draft_finding(
        session, done, world.wish, headline="Swings first", story="Many said so.",
        easy_read="Mend the swings.", quotes=["More swings please"],
        actor=world.author, now=site.now,
    )  # fmt: skip
    publication.send_for_review(session, finding, actor=world.author, now=site.now)
    publication.publish_finding(session, finding, actor=world.colleague, now=site.now)


def test_unchanged_pages_answer_304(site: Site, world: World) -> None:
    first = site.get("/wishes/wish-1")
    assert first.headers["cache-control"] == "public, max-age=30"
    again = site.get("/wishes/wish-1", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    site.now += timedelta(days=91)  # it turned overdue: the old copy is no longer good
    changed = site.get("/wishes/wish-1", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200


def test_the_feed_is_well_formed_and_stable(site: Site, world: World) -> None:
    with site.session() as session:
        action = make_action(session, world, now=site.now, title="<b>Bold & brave</b>")
        publish(session, world, action, words(what_we_did="1 < 2 & \x0b3"), now=site.now)
    answer = site.client.get("/wishes/wish-1/feed.xml")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}id") == "tag:localhost,2026:wish-2022-1"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "<b>Bold & brave</b>", "Mend the swings",
    ]  # fmt: skip
    for part in [feed, *entries]:
        assert part.findtext(f"{ATOM}updated")
        assert part.find(f"{ATOM}link") is not None
    empty = ET.fromstring(site.client.get("/wishes/wish-9/feed.xml").content)
    assert empty.findall(f"{ATOM}entry") == []


@pytest.mark.parametrize(
    "path",
    ["/wishes/none", "/wishes/none/feed.xml", "/wishes/none/updates", "/wishes/%00", "/wishes/é"],
)
def test_unknown_wishes_are_404(site: Site, world: World, path: str) -> None:
    assert site.get(path).status_code == 404


def test_strange_page_numbers_are_answered(site: Site, world: World) -> None:
    assert site.get("/wishes/wish-1/updates?page=9999").status_code == 200
    for page in ("0", "x", "99999999999999999999"):
        assert site.get(f"/wishes/wish-1/updates?page={page}").status_code == 422


def test_a_full_wish_page_stays_within_30_kilobytes(site: Site) -> None:
    """Eight actions with many updates, all assets counted as a first visit fetches them."""
    with site.session() as session:
        world = make_world(session, now=site.now)
        for number in range(8):
            action = make_action(session, world, now=site.now, title=f"Action {number} of many")
            for day in range(12):
                said = words(
                    what_we_did=f"On day {day} the team did {day * 37 + number} things. " * 6,
                    better_off=f"{day * 91 + number} young people use it more than before. " * 2,
                )
                publish(session, world, action, said, now=site.now + timedelta(days=day))
    html = site.get("/wishes/wish-1").text
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    sizes = {"page": len(gzip.compress(html.encode(), 6))}
    for asset in assets:
        answer = site.client.get(asset, headers={"accept-encoding": "gzip"})
        sizes[asset] = int(answer.headers["content-length"])
    font = site.app.state.assets.url("vendor/lexend-ascii.woff2")
    heading_font = site.client.get(font)
    if heading_font.status_code == 200:  # built by `make setup`; the page works without
        sizes[font] = len(heading_font.content)
    assert sum(sizes.values()) <= 30_000, sizes
    assert len(sizes) <= 5


def test_two_officers_bring_an_update_to_the_public(site: Site, world: World) -> None:
    site.sign_in(Role.OFFICER)
    assert "Mend the swings" in site.get("/staff/actions").text
    added = site.post(
        "/staff/actions",
        {
            "wish_id": world.wishes[1].id, "title": "Light the path", "owner_id": world.owner.id,
            "next_update_due_on": "2026-04-01", "goal_id": "", "due_on": "",
        },
    )  # fmt: skip
    page = site.follow(added)
    assert "The action is in the plan and public." in page.text
    action_url = added.headers["location"].partition("?")[0]
    assert "First news by 1 April 2026." in site.get("/wishes").text
    posted = site.post(
        f"{action_url}/updates",
        {
            "action_status": "going_well",
            "what_we_did": "Six lamps stand.",
            "better_off": "Less fear.",
        },
    )
    page = site.follow(posted)
    url = posted.headers["location"].partition("?")[0]
    assert "Say by when you will tell more." in page.text
    assert site.post(f"{url}/review").status_code == 409
    wrong = site.post(
        url, {"action_status": "going_well", "what_we_did": "", "what_next": "Kept words"}
    )
    assert wrong.status_code == 422
    assert "Kept words" in wrong.text
    mended = {
        "action_status": "going_well", "what_we_did": "Six lamps stand.", "evidence_url": "",
        "next_update_due_on": "2026-05-01", "child_line": "You can see the path.",
    }  # fmt: skip
    site.follow(site.post(url, mended))
    assert "Six lamps stand." in site.get(f"{url}/edit").text
    page = site.follow(site.post(f"{url}/review"))
    assert "You wrote this. Somebody else has to read and publish it." in page.text
    assert site.post(f"{url}/publish").status_code == 409
    assert "You can see the path." not in site.get("/wishes/wish-2").text
    site.sign_in(Role.OFFICER, name="Second Sample")
    assert "Waits for you" in site.get("/staff/actions").text
    assert "It is public." in site.follow(site.post(f"{url}/publish")).text
    assert "You can see the path." in site.get("/wishes/wish-2").text
    assert site.post(url, mended).status_code == 409


def test_sending_back_pausing_and_resuming(site: Site, world: World) -> None:
    with site.session() as session:
        action = make_action(session, world, now=site.now, title="Paint")
        update = service.post_update(session, action, words(), actor=world.author, now=site.now)
        service.send_for_review(session, update, actor=world.author, now=site.now)
    site.sign_in(Role.OFFICER)
    url, review = f"/staff/actions/{action.id}", f"/staff/actions/updates/{update.id}"
    assert site.post(f"{review}/return", {"note": ""}).status_code == 422
    page = site.follow(site.post(f"{review}/return", {"note": "Which colour?"}))
    assert "Which colour?" in page.text
    assert site.post(f"{url}/pause", {"reason": ""}).status_code == 422
    assert "Rain" in site.follow(site.post(f"{url}/pause", {"reason": "Rain"})).text
    assert site.post(f"{url}/pause", {"reason": "Rain"}).status_code == 409
    assert site.post(f"{url}/resume", {"next_update_due_on": "soon"}).status_code == 422
    assert site.post(f"{url}/resume", {"next_update_due_on": "2026-03-02"}).status_code == 409
    site.follow(site.post(f"{url}/resume", {"next_update_due_on": "2026-03-20"}))
    assert "Paused from 2 March 2026" in site.get("/wishes/wish-1").text


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"owner_id": "99999999999999999999"},
        {"owner_id": "x"},
        {"next_update_due_on": "0001-01-01"},
        {"due_on": "2026-01-01", "starts_on": "2026-02-01"},
        {"goal_id": "of wish 1"},
    ],
)
def test_bad_actions_keep_what_was_typed(site: Site, world: World, changes: dict[str, str]) -> None:
    site.sign_in(Role.OFFICER)
    fields = {
        "wish_id": world.wishes[1].id, "title": "A good title", "owner_id": world.owner.id,
        "next_update_due_on": "2026-04-01", "lead_role": "parks <b>manager</b>",
    } | changes  # fmt: skip
    if changes.get("goal_id"):
        with site.session() as session:
            goal = service.set_goal(
                session, world.wish, horizon=Horizon.LONG, text="G", actor=world.author,
                now=site.now,
            )  # fmt: skip
        fields["goal_id"] = goal.id
    answer = site.post("/staff/actions", fields)
    assert answer.status_code == 422
    assert "parks &lt;b&gt;manager&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp://x"])
def test_evidence_is_a_web_address(site: Site, world: World, address: str) -> None:
    site.sign_in(Role.OFFICER)
    fields = {"action_status": "done", "what_we_did": "x", "evidence_url": address}
    answer = site.post("/staff/actions/1/updates", fields)
    assert answer.status_code == 422
    assert "Write a full web address" in answer.text


def test_goals_and_forms(site: Site, world: World) -> None:
    site.sign_in(Role.OFFICER)
    for path in ("goals/new", "new", "1", "1/updates/new", "updates/1"):
        assert site.get(f"/staff/actions/{path}").status_code == 200
    assert site.get("/staff/actions?wish=3").status_code == 200
    for path in ("999", "updates/999", "999/updates/new"):
        assert site.get(f"/staff/actions/{path}").status_code == 404
    assert site.get("/staff/actions/99999999999999999999").status_code == 422
    fields = {"wish_id": world.wish.id, "horizon": "long", "text": "A calm city"}
    assert "The goal is in the plan." in site.follow(site.post("/staff/actions/goals", fields)).text
    assert "A calm city" in site.get("/wishes/wish-1").text
    assert site.post("/staff/actions/goals", fields | {"horizon": "far"}).status_code == 422


def test_the_plan_is_for_officers(site: Site, world: World) -> None:
    assert site.get("/staff/actions").status_code == 303
    site.sign_in(Role.YOUTH_WORKER)
    assert site.get("/staff/actions").status_code == 403
    assert site.post("/staff/actions/updates/1/publish").status_code == 403
