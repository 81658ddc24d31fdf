"""Counts in the order of a table."""

from __future__ import annotations

from collections import Counter


def commonest(counts: Counter[str], most: int) -> list[tuple[str, int]]:
    """The commonest values; ties in alphabetical order, so that the order of counting does not show."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
