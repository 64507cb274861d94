"""Every staff route of every floor: no stranger comes in, no role goes where it may not."""

import re
from collections.abc import Iterator
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest
from fastapi import params
from fastapi.routing import APIRoute, iter_route_contexts
from httpx2 import Response

from app.core.settings import Settings
from app.main import create_app
from app.staff.guards import signed_in
from app.staff.rules import Role, covers
from tests.site import Site

# What a person without a session may open under /staff.
OPEN_DOORS = {"/staff/sign-in", "/staff/invitations/{token}"}


def staff_doors() -> list[tuple[str, str, APIRoute]]:
    """Method, path and route of everything under /staff that needs a session."""
    return [
        (method, path, route)
        for path, route in _routes()
        if (path == "/staff" or path.startswith("/staff/")) and path not in OPEN_DOORS
        for method in sorted(route.methods)
    ]


def _routes() -> Iterator[tuple[str, APIRoute]]:
    app = create_app(Settings(secret_key="only for tests", worker=False))
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield str(context.path), context.original_route


def needed_role(route: APIRoute) -> Role | None:
    """The role in the route's signature; None where any member of staff may enter."""
    for hint in get_type_hints(route.endpoint, include_extras=True).values():
        if get_origin(hint) is not Annotated:
            continue
        for extra in get_args(hint)[1:]:
            lock = extra.dependency if isinstance(extra, params.Depends) else None
            if lock is signed_in:
                return None
            if hasattr(lock, "needs_role"):
                role: Role = lock.needs_role
                return role
    raise AssertionError(f"{route.path}: no role in the signature of {route.endpoint.__name__}")


def knock(site: Site, method: str, path: str, *, with_: str = "1") -> Response:
    """Ask for a page, with the same word wherever the path wants something."""
    url = re.sub(r"\{[^}]*\}", with_, path)
    if method == "GET":
        return site.client.get(url)
    return site.client.request(method, url, headers={"sec-fetch-site": "same-origin"})


DOORS = staff_doors()


def test_there_are_doors_to_try() -> None:
    assert ("GET", "/staff") in {(method, path) for method, path, _ in DOORS}
    assert any(method == "POST" for method, _, _ in DOORS)
    assert all(needed_role(route) in (None, *Role) for _, _, route in DOORS)


def test_a_stranger_is_sent_to_the_sign_in_page(site: Site) -> None:
    for method, path, _ in DOORS:
        answer = knock(site, method, path)
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/staff/sign-in?next=/staff"), (method, path)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_does_not_cover_the_door_is_refused(site: Site, role: Role) -> None:
    site.sign_in(role)
    for method, path, route in DOORS:
        needed = needed_role(route)
        if needed is not None and not covers(role, needed):
            assert knock(site, method, path).status_code == 403, (method, path)


def test_only_the_named_pages_stand_open() -> None:
    """A staff page mounted without the lock would be found here."""
    app = create_app(Settings(secret_key="only for tests", worker=False))
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not str(context.path).startswith("/staff"):
            continue
        locks = [one.dependency for one in context.dependencies or []]
        assert (signed_in in locks) == (context.path not in OPEN_DOORS), context.path


@pytest.mark.parametrize("number", ["0", "-1", "9" * 12, "9" * 40, "x", "%F0%9F%98%80"])
def test_no_page_crashes_on_a_number_nobody_has(site: Site, number: str) -> None:
    crashed = []
    for role in (Role.ADMINISTRATOR, Role.SAFEGUARDING_LEAD):
        site.sign_in(role)
        for method, path, _ in DOORS:
            if "{" not in path:
                continue
            try:
                status = knock(site, method, path, with_=number).status_code
            except Exception as error:
                crashed.append((method, path, type(error).__name__))
            else:
                assert status in (403, 404, 409, 422), (method, path)
    assert not crashed
