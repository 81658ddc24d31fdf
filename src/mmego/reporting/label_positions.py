"""Positions of the labels of marks in a drawing: in the order of the marks, near them, without overlap."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Return places in [low, high], one for each of `wanted` (rising), at least `apart` from each other.

    They minimise the sum of squared distances to `wanted`. If [low, high] is too short, they are evenly spread over it.
    """
    count = len(wanted)
    if count > 1:
        apart = min(apart, (high - low) / (count - 1))
    # Minus the required distances, the places only have to rise: merge neighbours that fall.
    runs: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        total, size = place - number * apart, 1
        while runs and runs[-1][0] / runs[-1][1] >= total / size:
            other, more = runs.pop()
            total, size = total + other, size + more
        runs.append((total, size))
    last = high - (count - 1) * apart
    flat = [min(max(total / size, low), last) for total, size in runs for _ in range(size)]
    return [place + number * apart for number, place in enumerate(flat)]
