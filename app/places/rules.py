"""Facts about places that need no database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PlaceKind(StrEnum):
    """What sort of place it is."""

    SCHOOL = "school"
    CLUB = "club"
    LIBRARY = "library"
    ONLINE = "online"
    OTHER = "other"


class Phase(StrEnum):
    """The school phase, in six plain groups."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all_through"
    POST_16 = "post_16"
    OTHER = "other"


# The columns we read from a school register, each with headings it is known by.
REGISTER_COLUMNS: dict[str, tuple[str, ...]] = {
    "urn": ("urn", "unique reference number", "school urn"),
    "name": ("establishmentname", "establishment name", "school name", "name", "school"),
    "status": ("establishmentstatus (name)", "establishmentstatus", "status", "school status"),
    "phase": ("phaseofeducation (name)", "phaseofeducation", "phase", "phase of education"),
    "type": ("typeofestablishment (name)", "typeofestablishment", "type", "school type"),
    "opened": ("opendate", "open date", "opened", "date opened"),
    "closed": ("closedate", "close date", "closed", "date closed"),
    "ward": ("administrativeward (code)", "ward code", "ward_code", "wardcode"),
    "postcode": ("postcode", "post code"),
    "pupils": ("numberofpupils", "number of pupils", "pupils", "number on roll", "nor"),
    "fsm": ("percentagefsm", "fsm percent", "percentage fsm", "fsm"),
    "as_at": ("censusdate", "census date", "figures as at"),
}
REQUIRED_COLUMNS = ("urn", "name")

PHASES: tuple[tuple[str, Phase], ...] = (
    ("16 plus", Phase.POST_16),
    ("post", Phase.POST_16),
    ("all-through", Phase.ALL_THROUGH),
    ("all through", Phase.ALL_THROUGH),
    ("nursery", Phase.NURSERY),
    ("primary", Phase.PRIMARY),
    ("secondary", Phase.SECONDARY),
    ("middle", Phase.SECONDARY),
)
SPECIAL_WORDS = ("special", "alternative provision", "pupil referral")


class Reason(StrEnum):
    """Why a request about places is refused."""

    NOT_A_REGISTER = "not_a_register"
    ALREADY_IN_A_CLUSTER = "already_in_a_cluster"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    ALREADY_LEFT = "already_left"


class RegisterProblem(StrEnum):
    """Why a row of a register is not taken in."""

    NO_URN = "no_urn"
    URN_NOT_A_NUMBER = "urn_not_a_number"
    NO_NAME = "no_name"
    URN_TWICE = "urn_twice"
    BAD_DATE = "bad_date"


@dataclass(frozen=True)
class School:
    """One school as a register describes it."""

    urn: int
    name: str
    is_open: bool
    phase: Phase
    is_special: bool
    opened_on: date | None
    closed_on: date | None
    ward_code: str
    postcode: str
    pupils: int | None
    fsm_percent: float | None
    figures_as_at: date | None


def map_headings(headings: Sequence[str]) -> dict[str, str]:
    """Which heading of the file holds which of our columns; unknown headings are left alone."""
    plain = {heading.strip().lower(): heading for heading in headings}
    return {
        ours: plain[known[0]]
        for ours, names in REGISTER_COLUMNS.items()
        if (known := [name for name in names if name in plain])
    }


def read_school(row: Mapping[str, str], columns: Mapping[str, str]) -> School | RegisterProblem:
    """The school in this row, or why there is none."""

    def cell(ours: str) -> str:
        return row.get(columns.get(ours, ""), "").strip()

    if not cell("urn"):
        return RegisterProblem.NO_URN
    if not cell("urn").removesuffix(".0").isdigit():
        return RegisterProblem.URN_NOT_A_NUMBER
    if not cell("name"):
        return RegisterProblem.NO_NAME
    try:
        opened, closed, as_at = (read_day(cell(one)) for one in ("opened", "closed", "as_at"))
    except ValueError:
        return RegisterProblem.BAD_DATE
    kind = f"{cell('type')} {cell('phase')}".lower()
    return School(
        urn=int(cell("urn").removesuffix(".0")),
        name=cell("name"),
        is_open=not cell("status").lower().startswith(("closed", "proposed")),
        phase=next((phase for word, phase in PHASES if word in cell("phase").lower()), Phase.OTHER),
        is_special=any(word in kind for word in SPECIAL_WORDS),
        opened_on=opened,
        closed_on=closed,
        ward_code=cell("ward"),
        postcode=cell("postcode"),
        pupils=_whole(cell("pupils")),
        fsm_percent=_decimal(cell("fsm")),
        figures_as_at=as_at,
    )


def read_day(text: str) -> date | None:
    """A day written `31-12-2019`, `31/12/2019` or `2019-12-31`; None for an empty cell.

    Raises ValueError for anything else.
    """
    if not text:
        return None
    parts = text[:10].replace("/", "-").split("-")
    if len(parts) != 3:
        raise ValueError(text)
    first, month, last = (int(part) for part in parts)
    return date(first, month, last) if first > 31 else date(last, month, first)


def _whole(text: str) -> int | None:
    value = _decimal(text)
    return None if value is None else int(value)


def _decimal(text: str) -> float | None:
    try:
        return float(text.replace(",", "").removesuffix("%"))
    except ValueError:
        return None


def why_not_join_cluster(
    from_on: date, *, others: Collection[tuple[date, date | None]]
) -> Reason | None:
    """A school is in one cluster at a time. `others`: first and last day of its memberships."""
    overlaps = any(last is None or last >= from_on for _first, last in others)
    return Reason.ALREADY_IN_A_CLUSTER if overlaps else None


def why_not_leave_cluster(from_on: date, ended_on: date | None, *, to_on: date) -> Reason | None:
    """A membership ends once, and not before its first day."""
    if ended_on is not None:
        return Reason.ALREADY_LEFT
    return Reason.ENDS_BEFORE_IT_BEGINS if to_on < from_on else None
