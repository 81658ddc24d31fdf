"""When to retry a call, how long to wait, and when to stop: pure functions of statuses, headers and attempts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mmego.llm.options import CallOptions

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds of the first and of the longest back-off. Retry-After may ask for more."""
FATAL_STATUSES = frozenset((401, 402, 403, 404))
"""Statuses that a retry cannot fix: wrong key, no credit, not allowed, no such model or path."""
FATAL_CODES = frozenset(("model_not_found", "insufficient_quota", "invalid_api_key"))
"""Error codes with the same meaning, for any status."""


def retry_reason(status: int) -> str | None:
    """Return the `Failure.reason` of a status that is worth a retry, None for any other."""
    if status == 429:
        return "rate_limited"
    if status == 408:
        return "timeout"
    return "server_error" if status >= 500 or status in (409, 425) else None


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that the server asks to wait: ``retry-after-ms``, or ``retry-after`` (seconds or HTTP date).

    None if the headers have no readable time, or one of no wait (0, as Azure always sends, negative, a past date): to
    retry at once would use up all attempts in a moment.
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


def backoff_seconds(attempt: int, rng: random.Random) -> float:
    """Return the seconds to wait after failed attempt `attempt` (from 1): doubled each time, jittered by half."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 16))
    return wait * rng.uniform(0.5, 1.0)


def fatal_message(options: CallOptions, has_key: bool, status: int, code: str | None) -> str:
    """Return the message for an error that a retry cannot fix, without the server's words: they may contain the key."""
    if status == 402 or code == "insufficient_quota":
        return f"{options.base_url} says that the account has no credit left ({status}); the answers so far are kept"
    if status == 404 or code == "model_not_found":
        return f"{options.base_url} has no model {options.model!r}, or the address is wrong ({status})"
    holder = f"the key in {options.key_variable}" if has_key else f"a call without a key ({options.key_variable})"
    return f"{options.base_url} refuses {holder} ({status}); set the right one and start again"
