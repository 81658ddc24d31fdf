"""Commas and points in a column of times: one meaning for a file, or none."""

from __future__ import annotations

import pytest

from mmego.narrations.readers.number_marks import Marks


def read(cells: list[str], delimiter: str = ",") -> list[float | None]:
    marks = Marks(delimiter)
    for cell in cells:
        marks.see(cell)
    return [marks.read(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        # The comma marks thousands: one cell shows it.
        (["1,234", "1,234.5"], ",", [1234.0, 1234.5]),
        (["1,234", "1,234,567"], ",", [1234.0, 1234567.0]),
        # It marks decimals.
        (["1,234", "2,5"], ",", [1.234, 2.5]),
        (["1,234", "0,500"], ",", [1.234, 0.5]),
        (["1,234", "1234,567"], ",", [1.234, 1234.567]),
        (["1,234", "1.234,5"], "\t", [1.234, 1234.5]),
        (["1,234"], ";", [1.234]),  # a program that parts cells by semicolons writes decimals with a comma
        # Nothing says which.
        (["1,234", "1,240"], ",", [None, None]),
        (["1,234", "12"], "\t", [None, 12.0]),
        # The table contradicts itself: what can be read in one way is, the rest is not.
        (["1,5", "1,234.5", "1,234"], ",", [1.5, 1234.5, None]),
        # The point: decimals, unless a cell shows that it marks thousands, or that the comma marks decimals.
        (["1.234", "12.5"], ",", [1.234, 12.5]),
        (["1.234", "2.500"], ",", [1.234, 2.5]),
        (["1.234", "1.234,5"], ";", [1234.0, 1234.5]),
        (["1.234", "1.234.567"], ";", [1234.0, 1234567.0]),
        (["1.234", "1,5"], ";", [None, 1.5]),
        (["1.234", "1,5", "2.5"], ";", [1.234, 1.5, 2.5]),
        # Other thousands marks have one meaning.
        (["1 234,5", "1\u202f234", "1\u00a0234.5", "1'234.5", "1\u2019234"], ",", [1234.5, 1234, 1234.5, 1234.5, 1234]),
        (["12", " 12.5 ", ".5", "5.", "-1", "-1,5", "1e2"], ",", [12, 12.5, 0.5, 5, -1, -1.5, 100]),
    ],
)
def test_one_meaning_for_a_file(cells: list[str], delimiter: str, expected: list[float | None]) -> None:
    assert read(cells, delimiter) == expected


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "",
            "soon",
            "nan",
            "inf",
            "1e400",
            "1_000",
            "1,2,3",
            "1,23,4.5",
            "1.5.2",
            "1,234,56",
            "12,34.5",
            ".",
            ",",
            "-,",
        )
    ],
)
def test_what_is_no_number(cell: str) -> None:
    marks = Marks(";")
    marks.see(cell)
    assert marks.read(cell) is None
    assert (marks.comma_decimal, marks.comma_thousands, marks.point_thousands) == (False, False, False)


def test_both_readings_are_given() -> None:
    assert Marks(",").readings("1,234") == (1234.0, 1.234)
    assert Marks(",").readings("+1,234") == (1234.0, 1.234)


def test_cells_that_are_no_text_teach_nothing() -> None:
    marks = Marks()
    for cell in (1.5, None, True, [1]):
        marks.see(cell)
    assert marks.read("1,234") is None
