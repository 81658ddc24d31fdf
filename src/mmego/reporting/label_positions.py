"""Where the numbers of a drawing's marks stand: in their marks' order, never on one another, as near as that allows."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Places in [low, high], one for each of `wanted` (rising), at least `apart` from each other.

    The nearest such places by the sum of squared distances. Where [low, high] is too short they are as far apart as it
    allows.
    """
    count = len(wanted)
    if count > 1:
        apart = min(apart, (high - low) / (count - 1))
    # Without the distances that must lie between them the places only have to rise: pool those that fall.
    pools: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        total, size = place - number * apart, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / size:
            other, more = pools.pop()
            total, size = total + other, size + more
        pools.append((total, size))
    last = high - (count - 1) * apart
    flat = [min(max(total / size, low), last) for total, size in pools for _ in range(size)]
    return [place + number * apart for number, place in enumerate(flat)]
