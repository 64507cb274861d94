"""Loading plans and organisations."""

from datetime import datetime

from sqlmodel import Session

from app.plans import queries, service
from app.plans.rules import LinkBasis
from app.wishes import queries as wishes
from app.wishes.service import load_editions
from tests.site import Site


def load(session: Session, now: datetime) -> None:
    load_editions(session, now=now)
    ids = {
        (edition.year, wish.number): wish.id or 0
        for edition in wishes.list_editions(session)
        for wish in wishes.list_wishes(session, edition.id or 0)
    }
    service.load_plans(session, wish_ids=ids, now=now)


def test_plans_load_twice_without_doubling(session: Session, now: datetime) -> None:
    load(session, now)
    before = [
        len(queries.list_items(session, plan.id or 0)) for plan in queries.list_plans(session)
    ]
    load(session, now)
    after = [len(queries.list_items(session, plan.id or 0)) for plan in queries.list_plans(session)]
    assert before == after
    assert len(before) == 3
    assert sum(before) > 30


def test_an_official_link_names_its_source(session: Session, now: datetime) -> None:
    load(session, now)
    official = [link for link in queries.list_links(session) if link.basis is LinkBasis.OFFICIAL]
    assert official
    assert all(link.source.startswith("http") for link in official)


def test_boards_know_what_came_before_them(session: Session, now: datetime) -> None:
    load(session, now)
    names = {body.id: body.name for body in queries.list_all_organisations(session)}
    pairs = {
        (names[old], names[new])
        for new, olds in queries.list_predecessors(session).items()
        for old in olds
    }
    assert any("Trust Board" in old and "Partnership" in new for old, new in pairs)


def test_plans_page_empty_and_full(site: Site) -> None:
    assert "No plans are loaded yet" in site.get("/plans").text
    with site.session() as session:
        load(session, site.now)
    page = site.get("/plans").text
    assert "Children and Young People&#39;s Plan 2023-28" in page
    assert "What we do not know" in page
