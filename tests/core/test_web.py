"""The web shell: headers, same origin, error pages, logs without people."""

import json

import pytest
import structlog
from structlog.testing import capture_logs

from tests.site import Site


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    answer = site.get("/nowhere")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def test_a_missing_page_is_a_page_that_helps(site: Site) -> None:
    answer = site.get("/nowhere")
    assert answer.status_code == 404
    assert "home page" in answer.text


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
    ],
)
def test_only_our_own_pages_may_post(site: Site, headers: dict[str, str], allowed: bool) -> None:
    answer = site.client.post("/nowhere", headers=headers)
    assert (answer.status_code != 403) == allowed


def test_the_log_names_the_route_and_nobody(site: Site) -> None:
    structlog.reset_defaults()
    with capture_logs() as lines:
        site.client.get("/static/secret-name?who=alice", headers={"user-agent": "AlicePhone"})
    written = json.dumps(lines)
    assert "/static/{name:path}" in written
    for hidden in ("alice", "AlicePhone", "secret-name", "testclient", "127.0.0.1"):
        assert hidden not in written


def test_a_body_over_the_limit_is_refused_with_a_page(site: Site) -> None:
    site.settings.upload_limit_mb = 1
    big = b"x" * (21 * 1024 * 1024)
    answer = site.client.post(
        "/static/x", content=big, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in (405, 413)
