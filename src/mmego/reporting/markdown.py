"""Markdown tables of a card. Text of the data is escaped, so that it stays text."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from mmego.reporting.counts import commonest

# The beginning of an HTML tag in Markdown.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
ROWS = 20
"""Most rows of a table of counts."""


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. The cells must be Markdown, see `cell`."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def counts_table(title: str, counts: Counter[str], total: int, unit: str = "turns") -> str:
    """Return a table of the most frequent values with their number of `unit`, or "" if nothing was counted."""
    if not counts:
        return ""
    rows = [(cell(name), f"{count:,}", percent(count, total)) for name, count in commonest(counts, ROWS)]
    left = len(counts) - len(rows)
    return table((title, unit, "share"), rows) + (f"\n\nand {left:,} more" if left > 0 else "")


def percent(count: int, total: int) -> str:
    """Return a share in per cent; 0 if `total` is 0."""
    return f"{count / max(1, total):.1%}"


def page_text(text: str) -> str:
    """Return text of the data without HTML markup and line breaks."""
    return html.escape(" ".join(text.split()), quote=False)


def cell(text: str) -> str:
    """Return `page_text` without Markdown marks: it cannot end a table's cell or make a link or picture."""
    return _escaped(text, "|*_`[]")


def label(text: str) -> str:
    """Return a `cell` that keeps its underscores, for Markdown that is also read on a terminal."""
    return _escaped(text, "|*`[]")


def untagged(text: str) -> str:
    """Return a sentence with its HTML tags escaped; other signs like "<" stay. For sentences with names from data."""
    return _TAG.sub("&lt;", text)


def _escaped(text: str, marks: str) -> str:
    found = page_text(text).replace("\\", "\\\\")
    for mark in marks:
        found = found.replace(mark, f"\\{mark}")
    return found
