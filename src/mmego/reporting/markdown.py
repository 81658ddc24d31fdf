"""Tables of a card in Markdown; text of the data stays text of the page."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from mmego.reporting.counts import commonest

# What begins a tag of HTML in Markdown.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
ROWS = 20
"""Rows of a table of the commonest values."""


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already, see `cell`."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def counted(title: str, counts: Counter[str], total: int, unit: str = "turns") -> str:
    """A table of the commonest values with their number of `unit`; empty where nothing was counted."""
    if not counts:
        return ""
    rows = [(cell(name), f"{count:,}", share(count, total)) for name, count in commonest(counts, ROWS)]
    left = len(counts) - len(rows)
    return table((title, unit, "share"), rows) + (f"\n\nand {left:,} more" if left > 0 else "")


def share(count: int, total: int) -> str:
    """A part in per cent; of nothing 0."""
    return f"{count / max(1, total):.1%}"


def plain(text: str) -> str:
    """Text of the data as text of the page: no markup, no line ends."""
    return html.escape(" ".join(text.split()), quote=False)


def cell(text: str) -> str:
    """As `plain`, and no mark of Markdown's: no end of a table's cell, no link, no picture."""
    return _escaped(text, "|*_`[]")


def label(text: str) -> str:
    """As `cell`, but underscores stay: Markdown that is read on a terminal too, where names are full of them."""
    return _escaped(text, "|*`[]")


def untagged(text: str) -> str:
    """A sentence of our own with names from outside in it: no tag in them is one of the page, signs like "<" stay."""
    return _TAG.sub("&lt;", text)


def _escaped(text: str, marks: str) -> str:
    escaped = plain(text).replace("\\", "\\\\")
    for mark in marks:
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped
