"""Rooms for tests: a held sitting of a round, phones with cookies of their own, votes."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from app.ballots.box.keys import BallotKeys
from app.classroom import service
from app.classroom.rules import Door
from app.consultations.models import Sitting
from app.consultations.rules import ParticipationBasis, SittingMode
from app.core.tokens import new_submission_id
from tests.factories import Round, make_round
from tests.page_check import check_page
from tests.site import Site

EVERY_DOOR = frozenset(Door)


@dataclass(frozen=True)
class Room:
    """A sitting with its room, on a site."""

    site: Site
    round: Round
    sitting: Sitting

    @property
    def code(self) -> str:
        """The class code."""
        return self.sitting.class_code

    @property
    def desk(self) -> str:
        """The address of the worker's page."""
        return f"/staff/sittings/{self.sitting.id}"

    @property
    def keys(self) -> BallotKeys:
        """The keys of the running site."""
        keys: BallotKeys = self.site.app.state.opened_ballots.keys
        return keys

    def phone(self) -> "Phone":
        """Somebody's own phone."""
        return Phone(self)


def hold_room(site: Site, doors: Collection[Door] = EVERY_DOOR, *, heads: int = 28) -> Room:
    """A fresh round with one held sitting."""
    keys: BallotKeys = site.app.state.opened_ballots.keys
    with site.session() as session:
        round_ = make_round(session, now=site.now)
        sitting = service.hold_sitting(
            session, round_.consultation, doors=doors, mode=SittingMode.CLASS_CODE, keys=keys,
            actor=None, now=site.now, place_id=round_.place.id, label="Year 8",
            basis=ParticipationBasis.INFORMED_OPT_OUT, basis_confirmed=True, expected_heads=heads,
        )  # fmt: skip
    return Room(site, round_, sitting)


class Phone:
    """A browser with its own cookies; every page it gets is checked."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.client = TestClient(room.site.app, follow_redirects=False)

    def get(self, url: str, **options: Any) -> Response:
        """GET a page."""
        return self._checked(self.client.get(url, **options))

    def post(self, url: str, data: Any = None) -> Response:
        """POST a form of ours."""
        return self._checked(
            self.client.post(url, data=data, headers={"sec-fetch-site": "same-origin"})
        )

    def join(self) -> str:
        """Join the sitting; gives the nickname."""
        answer = self.post(f"/s/{self.room.code}/arrivals")
        assert answer.status_code == 303, answer.text[:500]
        return self.nickname()

    def nickname(self) -> str:
        """What the lobby calls this phone."""
        page = self.get(f"/s/{self.room.code}/lobby").text
        found = re.search(r'class="nickname"[^>]*>([^<]+)<', page)
        assert found, page
        return found[1]

    def state(self) -> str:
        """What the lobby's script is told."""
        return self.get(f"/s/{self.room.code}/lobby/state").text

    def vote(self, *options: str, code: str = "", secret: str = "") -> Response:
        """Send a vote in the round's ballot."""
        fields = {"secret": secret or new_submission_id(), "s1": list(options) or ["-"]}
        return self.post(
            f"/b/{self.room.code}/{self.room.round.ballot.id}/votes", fields | {"code": code}
        )

    def _checked(self, answer: Response) -> Response:
        if answer.headers.get("content-type", "").startswith("text/html") and answer.text:
            check_page(answer.text, url=str(answer.url))
        return answer
