"""What somebody types who counts by hand: are the figures whole numbers?"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from app.consultations.rules import Definition
from app.core.forms import Form
from app.paper.rules import ACCOUNT, MOST, BatchKind, Contents, Reason, mark_field

# Which input a refusal is about; any other one is told above the form.
FIELDS: dict[Reason, str] = {
    Reason.PILE_KNOWN: "name",
    Reason.EMPTY: "issued",
    Reason.REASON_MISSING: "reason",
    Reason.NOTHING_CHANGED: "reason",
    Reason.PILE_SIZE_DIFFERS: "papers_counted",
}
WHOLE_FORM = "form"


def _tidy_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


Tidy = BeforeValidator(_tidy_line)
Figure = Annotated[int, Field(ge=0, le=MOST)]
Id = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Where(BaseModel):
    """Which pile a first count is about."""

    kind: BatchKind = BatchKind.PAPER_BALLOTS
    way: Annotated[str, Field(pattern="^(sums|papers)?$")] = ""
    sitting_id: Id | None = None
    place_id: Id | None = None


class PileForm(BaseModel):
    """One count of a pile. Marks are in fields of their own, one for each option."""

    name: Annotated[str, Field(max_length=60), Tidy] = ""
    issued: Figure
    valid: Figure = 0
    blank: Figure = 0
    spoilt: Figure = 0
    unused: Figure = 0
    papers: Annotated[str, Field(max_length=2_000_000)] = ""
    reason: Annotated[str, Field(max_length=500), Tidy] = ""


class SignOffForm(BaseModel):
    """How many papers lie on the table."""

    papers_counted: Figure


def read_figure(typed: str) -> int | None:
    """A whole number as it was typed; nothing typed is none of it. None: not a number."""
    plain = typed.strip().replace(",", "").replace(" ", "")
    if not plain:
        return 0
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 7 else None


def read_marks(form: Form[Any], definition: Definition, problem: str) -> dict[str, dict[str, int]]:
    """The figure typed for each option; `problem` is said where it is no whole number."""
    marks: dict[str, dict[str, int]] = {}
    for section in definition.sections:
        for key in section.keys:
            name = mark_field(section.key, key)
            figure = read_figure(form.raw.get(name, ""))
            if figure is None:
                form.refuse(name, problem)
            marks.setdefault(section.key, {})[key] = figure or 0
    return marks


def guess_contents(form: Form[Any], definition: Definition) -> Contents:
    """What the fields say so far, for the running balance: whatever is no number is 0."""
    issued, valid, blank, spoilt, unused = (
        read_figure(form.raw.get(name, "")) or 0 for name in ACCOUNT
    )
    marks = {
        section.key: {
            key: read_figure(form.raw.get(mark_field(section.key, key), "")) or 0
            for key in section.keys
        }
        for section in definition.sections
    }
    return Contents(issued, valid, blank, spoilt, unused, marks=marks)


def take_step(form: Form[Any]) -> bool:
    """A + or − button without script: one figure changes, nothing is saved."""
    name, _, by = form.raw.get("step", "").rpartition(":")
    if not name:
        return False
    figure = (read_figure(form.raw.get(name, "")) or 0) + (-1 if by == "-1" else 1)
    form.raw[name] = str(min(max(figure, 0), MOST))
    return True
