"""When to ask again, how long to wait, and when to stop: pure functions on statuses, headers and attempts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mmego.llm.options import CallOptions

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds of the first back-off and of the longest; Retry-After may ask for more."""
WITHOUT_USE = frozenset((401, 402, 403, 404))
"""Statuses that no retry mends: wrong key, nothing to pay with, not allowed, no such model or path."""
WITHOUT_USE_CODES = frozenset(("model_not_found", "insufficient_quota", "invalid_api_key"))
"""... and an error's words for the same, whatever its status."""


def reason_of(status: int) -> str | None:
    """The `Failure.reason` of a status that may pass by itself; None for one that will not."""
    if status == 429:
        return "rate_limited"
    if status == 408:
        return "timeout"
    return "server_error" if status >= 500 or status in (409, 425) else None


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait: ``retry-after-ms``, or ``retry-after`` in seconds or as an HTTP date.

    None if it says nothing that can be read, or asks for no wait at all (0, as Azure always sends, less than 0, a date
    that is past): to ask again at once would spend all attempts in a moment.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "").strip()) * unit
        except ValueError:
            continue
        if 0 < seconds < float("inf"):
            return seconds
    try:
        date = parsedate_to_datetime(headers.get("retry-after", "")[:100])
    except (ValueError, TypeError, OverflowError):
        return None
    date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    seconds = (date - (now or datetime.now(UTC))).total_seconds()
    return seconds if seconds > 0 else None


def back_off(attempt: int, rng: random.Random) -> float:
    """Seconds to wait after failed attempt number `attempt` (from 1): doubled each time, jittered by half."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 16))
    return wait * rng.uniform(0.5, 1.0)


def stop_line(options: CallOptions, has_key: bool, status: int, code: str | None) -> str:
    """The one line for a fault that no retry mends. The server's own words may hold the key: they are left out."""
    if status == 402 or code == "insufficient_quota":
        return f"{options.base_url} says that the account has no credit left ({status}); what was paid for is kept"
    if status == 404 or code == "model_not_found":
        return f"{options.base_url} has no model {options.model!r}, or its address is another ({status})"
    holder = f"the key in {options.key_variable}" if has_key else f"a call without a key ({options.key_variable})"
    return f"{options.base_url} refuses {holder} ({status}); set the right one and start again"
