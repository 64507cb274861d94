"""The page of the editions, empty and full."""

from app.wishes import service
from tests.site import Site


def test_editions_page_empty_and_full(site: Site) -> None:
    assert "No wishes are loaded yet" in site.get("/editions").text
    with site.session() as session:
        service.load_editions(session, now=site.now)
    page = site.get("/editions").text
    assert "2012" in page
    assert "Children and young people know how and where to get support" in page
    assert "not carried on" in page
