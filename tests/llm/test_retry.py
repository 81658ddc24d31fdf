from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from mmego.llm.retry import backoff_seconds, retry_after, retry_reason

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 -0000"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, None),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:00 GMT"}, None),
        ({"retry-after": "Thu, 99 Foo 99999 99:99:99 GMT"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "0.0"}, None),
        ({"retry-after-ms": "0", "retry-after": "0"}, None),
        ({"retry-after-ms": "0", "retry-after": "3"}, 3.0),
        ({"retry-after": "1e300"}, 1e300),
        ({"retry-after": ", " * 60_000}, None),
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_retry_after_in_seconds_and_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_back_off_doubles_to_a_limit_with_seeded_jitter() -> None:
    waits = [backoff_seconds(attempt, random.Random(3)) for attempt in range(1, 12)]
    assert waits == [backoff_seconds(attempt, random.Random(3)) for attempt in range(1, 12)]
    for attempt, wait in enumerate(waits, 1):
        full = min(30.0, 0.5 * 2 ** (attempt - 1))
        assert full / 2 <= wait <= full
    assert backoff_seconds(10_000, random.Random(0)) <= 30.0


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, "rate_limited"), (408, "timeout"), (409, "server_error"), (500, "server_error"), (529, "server_error")]
    + [(status, None) for status in (400, 413, 422, 405)],
)
def test_what_may_pass_by_itself(status: int, reason: str | None) -> None:
    assert retry_reason(status) == reason
