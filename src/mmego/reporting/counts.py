"""The order of counts in a table."""

from __future__ import annotations

from collections import Counter


def commonest(counts: Counter[str], most: int) -> list[tuple[str, int]]:
    """Return the most frequent values. Ties are in alphabetical order, whatever the order of counting."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
