"""Why a call to a language model gave no result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A call (or part of one) without a result: `reason` is a short fixed word, `detail` describes what came instead.

    Reasons: ``refused``, ``invalid_json``, ``truncated``, ``timeout``, ``server_error``, ``rate_limited``,
    ``bad_request``, ``bad_index``, ``too_many``, ``no_answer`` (no text, or only reasoning). `detail` never contains a
    key or a header. It begins with "judge" where a call of the judge failed.
    """

    reason: str
    detail: str = ""
