"""Reading rows of a school register."""

from datetime import date

import pytest

from app.places.rules import Phase, RegisterProblem, School, map_headings, read_day, read_school

ROW = {
    "URN": "107806", "EstablishmentName": "Test Nursery", "EstablishmentStatus (name)": "Closed",
    "PhaseOfEducation (name)": "Nursery", "CloseDate": "31-08-1998", "NumberOfPupils": "1,204",
    "PercentageFSM": "12.5", "AdministrativeWard (code)": "E05011399",
}  # fmt: skip
COLUMNS = map_headings(list(ROW))


def test_a_row_becomes_a_school() -> None:
    school = read_school(ROW, COLUMNS)
    assert isinstance(school, School)
    assert (school.urn, school.is_open, school.phase) == (107806, False, Phase.NURSERY)
    assert school.closed_on == date(1998, 8, 31)
    assert (school.pupils, school.fsm_percent) == (1204, 12.5)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"URN": ""}, RegisterProblem.NO_URN),
        ({"URN": "12a"}, RegisterProblem.URN_NOT_A_NUMBER),
        ({"EstablishmentName": "  "}, RegisterProblem.NO_NAME),
        ({"CloseDate": "last summer"}, RegisterProblem.BAD_DATE),
        ({"CloseDate": "31-02-2020"}, RegisterProblem.BAD_DATE),
    ],
)
def test_a_bad_row_is_named(change: dict[str, str], problem: RegisterProblem) -> None:
    assert read_school(ROW | change, COLUMNS) is problem


def test_headings_are_known_by_several_names() -> None:
    assert map_headings(["School name", " urn ", "Something else"]) == {
        "name": "School name", "urn": " urn ",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["31/12/2019", "31-12-2019", "2019-12-31", "2019-12-31 00:00:00"])
def test_days_are_read_in_three_orders(text: str) -> None:
    assert read_day(text) == date(2019, 12, 31)
