"""A table as data, which becomes Markdown, JSON or a part of the report page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mmego.bench.scoring.scores import Estimate
from mmego.reporting.markdown import label, untagged

Cell = Estimate | float | int | str | None


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A table: `key` is its name in JSON, `title` its heading, `note` explains it; each row has a cell a column."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.key

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; estimates are objects, NaN is null."""
        rows = [dict(zip(self.columns, map(_json, row), strict=True)) for row in self.rows]
        return {"key": self.key, "title": self.title, "note": self.note, "rows": rows}

    def to_markdown(self, level: int = 2) -> str:
        """Return heading, table and note."""
        lines = [
            f"{'#' * level} {label(self.title)}",
            "",
            _row(map(label, self.columns)),
            _row(["---"] + ["---:"] * (len(self.columns) - 1)),
        ]
        # Names of models and categories come from other people's files.
        lines += [_row(label(cell) if isinstance(cell, str) else cell_text(cell) for cell in row) for row in self.rows]
        return "\n".join([*lines, *(["", untagged(self.note)] if self.note else [])])


def cell_text(cell: Cell) -> str:
    """Return a cell as people read it; ``-`` for an empty one."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "-"
    if isinstance(cell, float):
        return "< 0.001" if cell < 0.001 else f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _json(cell: Cell) -> Any:
    if isinstance(cell, Estimate):
        return cell.to_json()
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
