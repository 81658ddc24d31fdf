"""Number marks: what a comma and a point mean in the numbers of one table, decimals or thousands.

"1,234" is 1,234 s in one country and 1.234 s in another. One cell cannot say which, the whole column often can: beside
"1,234.5" the comma marks thousands, beside "2,5" it marks decimals. A number that stays open has two readings.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

Mark = Literal["decimal", "thousands"]
# Blanks (no-break ones, too) and the Swiss apostrophe always mark thousands.
_GROUPS = re.compile(r"([+-]?\d{1,3})((?:[ \u00a0\u202f'\u2019]\d{3})+)(?=[.,]|$)")
_NUMBER = re.compile(r"[+-]?(\d*)([.,][\d.,]*)?")
_THREE = re.compile(r"[.,]\d{3}")


@dataclass(slots=True, eq=False)
class Marks:
    """What the cells of a table have shown of its comma and its point; `see` each cell, then `read` each."""

    delimiter: str = ""
    """The table's delimiter: a table with semicolons writes decimals with a comma."""
    comma_decimal: bool = False
    comma_thousands: bool = False
    point_decimal: bool = False
    point_thousands: bool = False

    def see(self, cell: object) -> None:
        """Learn from one cell; a cell that is not a text with a comma or point teaches nothing."""
        if not isinstance(cell, str) or (found := _parts(cell)) is None:
            return
        shown = _shown(*found)
        self.comma_decimal |= shown.get(",") == "decimal"
        self.comma_thousands |= shown.get(",") == "thousands"
        self.point_decimal |= shown.get(".") == "decimal"
        self.point_thousands |= shown.get(".") == "thousands"

    def read(self, cell: str) -> float | None:
        """Return the number in a cell; None if there is none or two readings are possible."""
        values = self.readings(cell)
        return values[0] if len(values) == 1 else None

    def readings(self, cell: str) -> tuple[float, ...]:
        """Return every number that the cell may mean after the cells seen: none, one, or two (thousands first)."""
        found = _parts(cell)
        if found is None:
            return _plain(cell)
        shown, (whole, rest) = _shown(*found), found
        if not shown:
            return ()
        if None not in shown.values():
            return _plain(whole + _as_decimal(rest, shown))
        mark = rest[0]
        meant = self._meant(mark)
        decimal, thousands = _plain(f"{whole}.{rest[1:]}"), _plain(whole + rest[1:])
        return decimal if meant == "decimal" else thousands if meant == "thousands" else thousands + decimal

    def _meant(self, mark: str) -> Mark | None:
        """Decide what a mark before exactly three digits means, by what the table has shown; None if that is open."""
        decimal, thousands = (
            (self.comma_decimal, self.comma_thousands) if mark == "," else (self.point_decimal, self.point_thousands)
        )
        if decimal != thousands:
            return "decimal" if decimal else "thousands"
        if decimal:
            return None  # both are in the table
        if mark == ".":
            # A point marks decimals, unless the comma does and no cell shows that the point does, too.
            return None if self.comma_decimal else "decimal"
        return "decimal" if self.delimiter == ";" else None


NO_MARKS = Marks()
"""For a number outside any table."""


def _parts(cell: str) -> tuple[str, str] | None:
    """Split a number at its first comma or point: sign with whole digits, and the rest; None if there is no mark."""
    text = _joined(cell)
    number = _NUMBER.fullmatch(text)
    if number is None or not number[2] or not any(map(str.isdigit, text)):
        return None
    return text[: len(text) - len(number[2])], number[2]


def _joined(cell: str) -> str:
    """Remove the blanks and apostrophes of "1 234,5" and "1'234.5"."""
    text = cell.strip()
    groups = _GROUPS.match(text)
    if groups is None:
        return text
    return groups[1] + re.sub(r"\D", "", groups[2]) + text[groups.end() :]


def _shown(whole: str, rest: str) -> dict[str, Mark | None]:
    """Return what each mark in "1,234.5" must be; None for one that may be either; {} if the marks make no number."""
    marks = [character for character in rest if character in ",."]
    first, last = marks[0], marks[-1]
    digits = whole.lstrip("+-")
    groups = re.split(r"[.,]", rest)[1:]
    grouped = 1 <= len(digits) <= 3 and not digits.startswith("0")  # "0,234" and "1234,567" are not thousands
    if first != last:
        # "1,234.5", "1.234,5": the last mark is the decimal one, and stands once.
        whole_groups = marks.count(last) == 1 and grouped and all(len(group) == 3 for group in groups[:-1])
        return {first: "thousands", last: "decimal"} if whole_groups else {}
    if len(marks) > 1:
        return {first: "thousands"} if grouped and all(len(group) == 3 for group in groups) else {}
    return {first: None if grouped and _THREE.fullmatch(rest) else "decimal"}


def _as_decimal(rest: str, shown: dict[str, Mark | None]) -> str:
    """Return the rest of a number with a point for its decimal mark and without thousands marks."""
    for mark, meaning in shown.items():
        rest = rest.replace(mark, "" if meaning == "thousands" else "\0")
    return rest.replace("\0", ".")


def _plain(text: str) -> tuple[float, ...]:
    """Return the finite number in a text without thousands marks, or an empty tuple."""
    try:
        number = float(_joined(text)) if "_" not in text else math.nan
    except (ValueError, OverflowError):
        return ()
    return (number,) if math.isfinite(number) else ()
