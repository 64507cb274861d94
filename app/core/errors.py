"""What a verb may raise. One set of handlers (core/web.py) turns each into a page with a status."""

from enum import StrEnum


class Refused(Exception):
    """The request was understood and a rule says no (409). Carries a reason, never words."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotFound(Exception):
    """No such thing, or not for these eyes (404)."""


class Forbidden(Exception):
    """Signed in, but not in a role or place that may do this (403)."""


class SignInNeeded(Exception):
    """A staff page asked for without a live staff session: sent to the sign-in page."""
