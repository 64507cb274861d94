"""Every public page in every state and size: axe, reflow, dark, empty, and the keyboard alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.ballots.sweeps import keys_of
from app.classroom.service import hold_sitting
from app.consultations import queries as consultations
from app.consultations.models import Consultation
from app.consultations.rules import ParticipationBasis, SittingMode
from app.core.db import Database
from app.core.settings import Settings
from app.sample.seeding import seed_sample
from tests.journeys.conftest import OpenTown, Town
from tests.journeys.visitor import Visitor
from tests.server import SECRET

pytestmark = pytest.mark.browser

STANDING = ["/", "/wishes", "/j", "/follow", "/about", "/privacy", "/accessibility", "/help",
            "/editions", "/plans", "/staff/sign-in"]  # fmt: skip
SIZES: dict[str, dict[str, Any]] = {
    "320 px": {"size": (320, 640)},
    "320 px, dark": {"size": (320, 640), "scheme": "dark"},
    "1280 px": {"size": (1280, 800)},
    "1280 px, dark": {"size": (1280, 800), "scheme": "dark"},
    # A 1280 by 800 window at 400 % leaves 320 by 200 CSS pixels.
    "400 %": {"size": (320, 200), "device_scale_factor": 4},
    "no script": {"size": (320, 640), "javascript": False},
    "more contrast": {"size": (360, 740), "contrast": "more", "forced_colors": "active"},
}
# Where the focus is: its words, whether it is seen at all, and whether something shows it.
FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const label = it.labels && it.labels[0];
  const name = it.getAttribute("aria-label") || it.textContent.trim() || label?.textContent || "";
  const shows = (one, box) => [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([x, y]) => {
    const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return hit && (one.contains(hit) || hit.contains(one) && hit.matches("label"));
  });
  const seen = [it, ...(label ? [label] : [])].some(
    (one) => [...one.getClientRects()].some((box) => shows(one, box)));
  const ring = [it, it.closest(".choice, .wish-card"), label].some(
    (one) => one && getComputedStyle(one).outlineStyle !== "none");
  return { tag: it.tagName, id: it.id, name: name.replace(/\\s+/g, " ").trim(), seen, ring };
}"""


@dataclass(frozen=True)
class Full:
    """The sample site, and the addresses that depend on its contents."""

    town: Town
    code: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def full(open_town: OpenTown) -> Iterator[Full]:
    """A site as full as the sample makes it."""
    pages: dict[str, str] = {}
    codes: list[str] = []

    def prepare(db: Database, folder: Path) -> None:
        settings = Settings(data_dir=folder, secret_key=SECRET)
        folder.mkdir(parents=True, exist_ok=True)
        sample = seed_sample(db, settings, now=datetime.now(UTC), progress=lambda _step: None)
        pages["room"] = f"/s/{sample.class_code}"
        codes.append(open_link(db, settings, sample.class_code))
        pages.update(find_pages(db, codes[0]))

    with open_town(prepare, empty=True, sample_site="true") as town:
        yield Full(town, codes[0], pages)


def open_link(db: Database, settings: Settings, code: str) -> str:
    """A public link for what the sample's class is asked: nobody waits there; gives its code."""
    with db.session(writes=True) as session:
        held = consultations.find_sitting(session, code)
        assert held is not None
        asked = consultations.get_consultation(session, held.consultation_id)
        link = hold_sitting(
            session, asked, doors=(), mode=SittingMode.PUBLIC_LINK, keys=keys_of(settings),
            actor=None, now=datetime.now(UTC), place_id=None, basis_confirmed=True,
            basis=ParticipationBasis.PUBLIC_PAGE,
        )  # fmt: skip
        return link.class_code


def find_pages(db: Database, code: str) -> dict[str, str]:
    """The pages of the sample's sitting, and a wish and a story that have all their parts."""
    with db.session(writes=False) as session:
        sitting = consultations.find_sitting(session, code)
        assert sitting is not None
        asked = consultations.get_asked(session, sitting.consultation_id)
        told = session.exec(
            select(Consultation.slug).where(Consultation.id != sitting.consultation_id)
        ).one()
    return {
        "welcome": f"/s/{code}",
        "survey": f"/s/{code}/survey/{asked.surveys[0][0].id}",
        "ballot": f"/b/{code}/{asked.ballots[0].ballot.id}",
        "stop": f"/s/{code}/stop",
        "wish": "/wishes/travel",
        "story": f"/consultations/{told}",
    }


def look_at_all(town: Town, pages: list[str], **options: Any) -> None:
    """Open each page; all that is wrong on any of them is told together."""
    wrong: list[str] = []
    with town.visitor(**options) as visitor:
        for path in pages:
            try:
                visitor.go(path)
            except Exception as fault:
                wrong.append(f"{path}: {str(fault)[:1500]}")
                visitor.problems.clear()
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_a_full_site(full: Full, size: str) -> None:
    look_at_all(full.town, [*STANDING, *full.pages.values()], **SIZES[size])


@pytest.fixture(scope="module")
def bare(open_town: OpenTown) -> Iterator[Town]:
    """A site in which nothing at all is loaded."""
    with open_town(empty=True) as town:
        yield town


@pytest.mark.parametrize("size", ["320 px", "1280 px, dark", "400 %"])
def test_every_page_of_an_empty_site(bare: Town, size: str) -> None:
    look_at_all(bare, STANDING, **SIZES[size])
    with bare.visitor(**SIZES[size]) as visitor:
        for path in ("/wishes/travel", "/j/K7MW", "/s/K7MW", "/consultations/none", "/nowhere"):
            visitor.go(path, status=404)


# ---- the keyboard alone ---------------------------------------------------------------------


def focus(visitor: Visitor) -> dict[str, Any]:
    """What has the focus; it must be seen, with a ring around it."""
    found: dict[str, Any] | None = visitor.page.evaluate(FOCUS)
    assert found is not None, f"the focus is nowhere on {visitor.path}"
    assert found["seen"], f"hidden while it has the focus on {visitor.path}: {found}"
    assert found["ring"], f"nothing shows the focus on {visitor.path}: {found}"
    return found


def tab_to(visitor: Visitor, name: str, *, most: int = 60) -> None:
    """Tab until the thing whose words begin so has the focus."""
    passed = []
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        here = focus(visitor)
        if here["name"].startswith(name):
            return
        passed.append(here["name"][:30])
    raise AssertionError(f"{name!r} is not reached by Tab on {visitor.path}: {passed}")


def skip_to_main(visitor: Visitor) -> None:
    """The first Tab of a page shows the skip link, and it works."""
    visitor.page.keyboard.press("Tab")
    assert focus(visitor)["name"] == "Skip to the main part", visitor.path
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main", visitor.path


@pytest.mark.parametrize(
    ("page", "button"),
    [
        ("/", "Go"), ("/j", "Go"), ("/follow", "Show me"), ("/staff/sign-in", "Sign in"),
        ("welcome", "Start"), ("room", "Join in"), ("survey", "Skip"), ("ballot", "Check my vote"),
        ("wish", "Yes"), ("story", "Yes"), ("/wishes", "Yes"), ("/plans", "Yes"),
        ("/editions", "Yes"), ("/help", "Yes"), ("/privacy", "Yes"), ("/accessibility", "Yes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [(360, 740), (1280, 800)])
def test_tab_goes_over_the_skip_link_to_the_main_button(
    full: Full, page: str, button: str, size: tuple[int, int]
) -> None:
    with full.town.visitor(size=size) as visitor:
        visitor.page.goto(full.pages.get(page, page), wait_until="load")
        visitor.page.evaluate("document.activeElement.blur()")
        skip_to_main(visitor)
        tab_to(visitor, button, most=120)


def test_a_whole_visit_without_a_pointer(full: Full) -> None:
    with full.town.visitor(size=(1280, 800)) as visitor:
        visitor.go("/j")
        tab_to(visitor, "Type the code")
        visitor.page.keyboard.type(full.code.lower())
        visitor.press("Enter")
        tab_to(visitor, "Start")
        visitor.press("Enter")
        while visitor.page.locator("[data-review]").is_hidden():
            visitor.page.keyboard.press("Tab")
            here = focus(visitor)
            if here["tag"] == "TEXTAREA":
                visitor.page.keyboard.type("A slide that is not broken")
            elif here["tag"] == "INPUT":
                visitor.page.keyboard.press("Space")
            tab_to_forward(visitor)
            visitor.page.keyboard.press("Enter")
            visitor.check()
        tab_to_forward(visitor)
        visitor.page.keyboard.press("Enter")
        visitor.page.get_by_role("heading", name="Thank you", exact=True).wait_for()
        visitor.check()
        tab_to(visitor, "Next: ")
        visitor.press("Enter")
        for _ in range(2):  # the first two wishes of this paper
            visitor.page.keyboard.press("Tab")
            while focus(visitor)["tag"] != "INPUT":
                visitor.page.keyboard.press("Tab")
            visitor.page.keyboard.press("Space")
        tab_to(visitor, "Check my vote")
        visitor.page.keyboard.press("Enter")
        visitor.check()
        tab_to(visitor, "Send my vote")
        visitor.page.keyboard.press("Enter")
        visitor.page.get_by_role("heading", name="Thank you for voting").wait_for()
        visitor.check()


def tab_to_forward(visitor: Visitor) -> None:
    """Tab to the button that leads on, whatever it is called now."""
    tab_to(visitor, str(visitor.page.locator("[data-forward]").inner_text()))
