"""Showing a form again: what was typed, and beside which field a rule said no."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request

from app.consultations.forms import FIELDS
from app.core.errors import Refused
from app.core.forms import Form
from app.core.templates import sentence


@contextmanager
def told_in(
    request: Request,
    form: Form[Any],
    *,
    renamed: Mapping[str, str] | None = None,
    fields: Mapping[Any, str] = FIELDS,
) -> Iterator[None]:
    """A refusal that is about a field becomes that field's error; any other one goes on.

    Compared by identity: two floors may have a reason of the same name.

    Safe because a verb decides before its first write: a refused one has changed nothing.
    """
    try:
        yield
    except Refused as refusal:
        field = next((name for reason, name in fields.items() if reason is refusal.reason), None)
        if field is None:
            raise
        field = (renamed or {}).get(field, field)
        form.refuse(field, sentence(request.app.state.templates, refusal.reason))


def filled(lists: Mapping[str, list[str]] | None = None, **values: object) -> Form[BaseModel]:
    """A form as if these values had been typed; None is an empty field."""
    raw = {name: "" if value is None else str(value) for name, value in values.items()}
    return Form(None, raw, dict(lists or {}), {})
