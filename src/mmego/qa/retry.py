"""When to ask again and how long to wait: pure functions on statuses, headers and attempts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds of the first back-off and of the longest; Retry-After may ask for more."""
WITHOUT_USE = frozenset((401, 402, 403, 404))
"""Statuses that no retry mends: wrong key, nothing to pay with, not allowed, no such model or path."""


def reason_of(status: int) -> str | None:
    """The `Failure.reason` of a status that may pass by itself; None for one that will not."""
    if status == 429:
        return "rate_limited"
    if status == 408:
        return "timeout"
    return "server_error" if status >= 500 or status in (409, 425) else None


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait: ``retry-after-ms``, or ``retry-after`` in seconds or as an HTTP date.

    None if it says nothing that can be read; never below 0.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        try:
            seconds = float(text) * unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def back_off(attempt: int, rng: random.Random) -> float:
    """Seconds to wait after failed attempt number `attempt` (from 1): doubled each time, jittered by half."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 16))
    return wait * rng.uniform(0.5, 1.0)
