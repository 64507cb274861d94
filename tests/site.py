"""A site under test: the real application, with every page it hands out checked on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from httpx2 import Response
from sqlmodel import Session
from starlette.testclient import TestClient

from app.core.settings import Settings
from app.core.tokens import new_secret, plain_hash
from app.core.worker import Worker
from app.main import SWEEPS, create_app
from app.staff.guards import COOKIE
from app.staff.models import StaffAccount, StaffScope, StaffSession
from app.staff.rules import Role
from tests.page_check import check_page


class Site:
    """The application with a clock that tests may move and a client that checks pages."""

    def __init__(self, settings: Settings, *, start: datetime) -> None:
        self.now = start
        self.settings = settings
        self.app = create_app(settings, clock=lambda: self.now)
        self.client = TestClient(self.app, raise_server_exceptions=True, follow_redirects=False)

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.__exit__(kind, error, trace)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A writing session that commits at the end of the block."""
        with self.app.state.db.session(writes=True) as session:
            yield session

    def get(self, url: str, **options: Any) -> Response:
        """GET a page and check it."""
        return self._checked(self.client.get(url, **options))

    def post(self, url: str, data: Any = None, **options: Any) -> Response:
        """POST a form as a browser on our own page would, and check the answer."""
        headers = {"sec-fetch-site": "same-origin"} | options.pop("headers", {})
        return self._checked(self.client.post(url, data=data, headers=headers, **options))

    def follow(self, response: Response) -> Response:
        """GET where a redirect leads."""
        assert response.status_code == 303, response.text[:2000]
        return self.get(response.headers["location"])

    def work(self) -> None:
        """Let the background worker do all that waits."""
        worker = Worker(self.app.state.db, self.settings, SWEEPS, clock=lambda: self.now)
        worker.run_until_idle()

    def sign_in(self, role: Role, *, name: str = "", place_ids: list[int] | None = None) -> int:
        """Become a new member of staff in this role (a new one each call); gives the account id."""
        token = new_secret()
        name = name or f"Sample {role.value.replace('_', ' ')}"
        with self.session() as session:
            account = StaffAccount(
                email=f"{new_secret()[:12].lower()}@example.org",
                name=name,
                role=role,
                password_hash="",
                totp_secret="",
                created_at=self.now,
            )
            session.add(account)
            session.flush()
            assert account.id is not None
            session.add(
                StaffSession(
                    token_hash=plain_hash(token),
                    staff_id=account.id,
                    created_at=self.now,
                    last_seen_at=self.now,
                    expires_at=self.now + timedelta(hours=12),
                )
            )
            for place_id in place_ids or []:
                session.add(StaffScope(staff_id=account.id, place_id=place_id))
        self.client.cookies.set(COOKIE, token)
        return account.id

    def sign_out(self) -> None:
        """Become a member of the public again."""
        self.client.cookies.clear()

    def _checked(self, response: Response) -> Response:
        if response.headers.get("content-type", "").startswith("text/html") and response.text:
            check_page(response.text, url=str(response.url))
        return response
