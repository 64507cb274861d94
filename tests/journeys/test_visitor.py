"""The checks on the way of every journey do find what is wrong."""

import pytest

from tests.journeys.conftest import OpenTown

pytestmark = pytest.mark.browser
ADD_PICTURE = "document.querySelector('main').append(document.createElement('img'))"
ADD_WIDTH = "document.querySelector('main').style.minWidth = '900px'"
CALL_OUT = "fetch('http://127.0.0.2:1/').catch(() => 0)"


def test_a_visitor_notices_what_is_wrong(open_town: OpenTown) -> None:
    with open_town(empty=True) as town:
        for javascript in (True, False):
            with town.visitor(javascript=javascript) as visitor:
                visitor.go("/")
                visitor.page.evaluate(ADD_PICTURE)
                with pytest.raises(AssertionError, match="axe"):
                    visitor.check()
        with town.visitor() as visitor:
            visitor.go("/")
            visitor.page.evaluate(ADD_WIDTH)
            with pytest.raises(AssertionError, match="sideways"):
                visitor.check()
            visitor.page.evaluate(CALL_OUT)
            visitor.page.wait_for_function("() => true")
            assert any("Content Security" in one for one in visitor.problems)
            visitor.problems.clear()
