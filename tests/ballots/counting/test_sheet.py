"""CSV files of ballots: what is understood, and every kind of file that is refused with words."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ballots.counting import Paper
from app.ballots.counting.names import BadSheet
from app.ballots.counting.papers import UNREADABLE
from app.ballots.counting.sheet import Sheet, read_sheet


def read(text: str, **more: object) -> Sheet:
    """Read a file given as text."""
    return read_sheet(text.encode(), **more)  # type: ignore[arg-type]


def ranks(sheet: Sheet) -> list[tuple[tuple[str, ...], ...]]:
    """The marks of every paper."""
    return [paper.ranks for paper in sheet.papers]


def test_ranks_in_columns() -> None:
    """Gaps, two at one rank, too many marks and blank papers all come through as they are."""
    sheet = read(
        "rank1,rank2,rank3\nPark,Bus,Wi-Fi\n,Bus,\nPark|Bus,,Wi-Fi\novervote,undervote,Bus\n,,\n"
    )
    assert sheet.options == ("Bus", "Park", "Wi-Fi")
    assert ranks(sheet) == [
        (("Park",), ("Bus",), ("Wi-Fi",)),
        ((), ("Bus",), ()),
        (("Park", "Bus"), (), ("Wi-Fi",)),
        ((UNREADABLE,), (), ("Bus",)),
        ((), (), ()),
    ]


def test_a_column_for_each_option() -> None:
    """Numbers are ranks, crosses are all equal, 0 and empty are no mark."""
    sheet = read("Bus,Park,Rap\n2,1,\n1,1,3\n0,0.0,1.0\n,,\n")
    assert sheet.options == ("Bus", "Park", "Rap")
    assert ranks(sheet) == [
        (("Park",), ("Bus",)),
        (("Bus", "Park"), (), ("Rap",)),
        (("Rap",),),
        (),
    ]
    crosses = read("Bus,Park,Rap\nx,,X\n✓,1,0\n", ranked=False)
    assert ranks(crosses) == [(("Bus", "Rap"),), (("Bus", "Park"),)]


def test_weights_and_numbers_of_papers() -> None:
    """Weights are read exactly; the column id is not read, nor a row with nothing at all."""
    sheet = read("id,rank1,weight\n1,Bus,3\n2,Park,0.8\n3,,1/3\n,,\n")
    assert sheet.papers == (
        Paper((("Bus",),), Fraction(3)),
        Paper((("Park",),), Fraction(4, 5)),
        Paper(((),), Fraction(1, 3)),
    )


def test_declared_options_stand_in_their_order_and_spelling() -> None:
    """Also those nobody named."""
    sheet = read("rank1\n park \nPARK\n", options=["Wi-Fi", "Park"])
    assert sheet.options == ("Wi-Fi", "Park")
    assert ranks(sheet) == [(("Park",),), (("Park",),)]
    columns = read("park,WI-FI\n1,2\n", options=["Wi-Fi", "Park"])
    assert columns.options == ("Wi-Fi", "Park")
    assert ranks(columns) == [(("Park",), ("Wi-Fi",))]


def test_options_of_a_rank_file_do_not_depend_on_the_order_of_papers() -> None:
    """Or the order of papers could decide a tie."""
    assert read("rank1\nb\na\n").options == read("rank1\na\nb\n").options == ("a", "b")


@pytest.mark.parametrize(
    "data",
    [
        "rank1,rank2\nCafé,Bus\n".encode("utf-8-sig"),
        "rank1,rank2\nCafé,Bus\n".encode("cp1252"),
        "rank1,rank2\nCafé,Bus\n".encode("utf-16"),
        "rank1;rank2\r\nCafé;Bus\r\n".encode(),
        "Rank 1\tRANK2\rCafé\tBus\r".encode(),
        "rank1,rank2\n\nCafe\u0301,Bus\n\n".encode(),
        'rank2,rank1\n"Bus"," Café "'.encode(),
    ],
    ids=["BOM", "Windows-1252", "UTF-16", "semicolons", "tabs, old Mac", "accents apart", "quoted"],
)
def test_files_as_programs_write_them(data: bytes) -> None:
    """Encodings, delimiters, line ends, empty lines, quotes."""
    assert ranks(read_sheet(data)) == [(("Café",), ("Bus",))]


def test_other_scripts_and_emoji_are_names_too() -> None:
    """Right-to-left words and joined emoji pass."""
    sheet = read("rank1\nحديقة\n👩\u200d🏫\n")
    assert set(sheet.options) == {"حديقة", "👩\u200d🏫"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        (",,\n1,2,3\n", "first row"),
        ("rank1\n", "no ballots"),
        ("rank1,rank2\nBus\n", "Row 2: 1 cells, but 2 headings"),
        ("rank1,rank2\nBus,Park,Rap\n", "Row 2: 3 cells, but 2 headings"),
        ("rank1,rank3\nBus,Park\n", "without a gap"),
        ("rank0,rank1\nBus,Park\n", "without a gap"),
        ("rank1,rank 1\nBus,Park\n", "without a gap"),
        ("rank1,rank1\nBus,Park\n", "stands twice"),
        ("rank1,\nBus,Park\n", "Column 2 has no heading"),
        ("rank1,rnak2\nBus,Park\n", "“rnak2” is not a rank"),
        ("weight\n3\n", "no columns of choices"),
        ("rank1,weight\nBus,\n", "Row 2: the weight “”"),
        ("rank1,weight\nBus,-1\n", "Row 2: the weight “-1”"),
        ("rank1,weight\nBus,1e9\n", "Row 2: the weight “1e9”"),
        ("rank1,weight\nBus,1/0\n", "Row 2: the weight “1/0”"),
        ("rank1,weight\nBus,nan\n", "Row 2: the weight “nan”"),
        ('rank1,weight\nBus,"0,8"\n', "Row 2: the weight “0,8”"),
        ("rank1,weight\nBus,٣\n", "Row 2: the weight"),
        ("rank1\nBus\nbus\n", "“Bus” and “bus” look like one option"),
        ("rank1\nBus|\n", "Row 2: a name is missing"),
        ("rank1\n=SUM(A1:A9)\n", "Row 2: “=SUM\\(A1:A9\\)” looks like a formula"),
        ("rank1\n+1\n@x\n-2\n", "(?s)Row 2.*Row 3.*Row 4"),
        ("=1+1,Bus\n1,2\n", "looks like a formula"),
        ("rank1\nBu\x1b[31ms\n", "cannot be shown"),
        ("rank1\nBu\x00s\n", "cannot be shown"),
        ("rank1\nBu\u202es\n", "cannot be shown"),
        ("rank1\n" + "x" * 201 + "\n", "longer than 200"),
        ('rank1\n"Bus\n', "Row 2 is not CSV"),
        ('rank1\n"Bus"s\n', "Row 2 is not CSV"),
        ("Bus,Park\nBus,Park\n", "Row 2: “Bus” under “Bus” is not"),
        ("Bus,Park\n1,yes\n", "“yes” under “Park”"),
        ("Bus,Park\n1,2.5\n", "“2.5” under “Park”"),
        ("Bus,Park\n1,-2\n", "“-2” under “Park”"),
        ("Bus,Park\n1,1000\n", "“1000” under “Park”"),
        ("Bus,Park\n1,²\n", "under “Park”"),
        ("Bus,Park\nx,2\n", "Row 2: crosses and ranks stand on one paper"),
        ("Bus,Park\nx,x\n", "Row 2: crosses show no order"),
        ("Bus,bus\n1,2\n", "stands twice"),
        (",".join(f"o{number}" for number in range(501)), "more than 500 columns"),
    ],
)
def test_files_that_cannot_be_counted_say_why(text: str, words: str) -> None:
    """Never a guess, never a traceback: the row and the reason."""
    with pytest.raises(BadSheet, match=words):
        read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rank1\nZoo\n", "Row 2: “Zoo” is not one of the options"),
        ("Bus,Zoo\n1,2\n", "“Zoo” is not one of the options"),
        ("Bus\n1\n", "no column for “Park”"),
    ],
)
def test_unknown_options_are_refused_when_options_are_declared(text: str, words: str) -> None:
    """A misspelt name must not become a new option."""
    with pytest.raises(BadSheet, match=words):
        read(text, options=["Bus", "Park"])


@pytest.mark.parametrize("options", [["Bus", "bus"], ["Bus", ""], ["=1", "Bus"]])
def test_declared_options_are_looked_at_too(options: list[str]) -> None:
    """Equal, empty and formula-like names."""
    with pytest.raises(BadSheet):
        read("rank1\nBus\n", options=options)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 and more", "spreadsheet file"),
        (b"\xd0\xcf\x11\xe0 and more", "spreadsheet file"),
        (b"rank1\nB\x81s\n", "not text"),
        (b"\xff\xfe\x00", "not text"),
    ],
)
def test_files_that_are_not_text(data: bytes, words: str) -> None:
    """A workbook renamed to .csv, and bytes of no encoding."""
    with pytest.raises(BadSheet, match=words):
        read_sheet(data)


def test_all_problems_are_told_at_once_but_not_endlessly() -> None:
    """Twenty, and how many more."""
    with pytest.raises(BadSheet) as caught:
        read("rank1,rank2\n" + "Bus\n" * 50)
    assert len(caught.value.problems) == 50
    assert str(caught.value).endswith("… and 30 more.")


@given(
    data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)), on=st.booleans()
)
@settings(max_examples=300, deadline=None)
def test_no_file_whatever_ends_in_a_traceback(data: bytes, on: bool) -> None:
    """Either it is understood or it is a BadSheet; nothing else."""
    with suppress(BadSheet):
        read_sheet(data, ranked=on)


@given(
    body=st.text(alphabet='AB1x|,"\n\t; =/.', max_size=60),
    heading=st.sampled_from(["rank1,rank2", "A,B"]),
)
@settings(max_examples=300, deadline=None)
def test_no_ballots_whatever_end_in_a_traceback(body: str, heading: str) -> None:
    """The same below a good heading, made of the signs that matter."""
    with suppress(BadSheet):
        read(f"{heading}\n{body}", ranked=False)
