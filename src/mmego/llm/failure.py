"""A call to a language model that gave nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A call (or part of one) that gave no questions: `reason` is a short fixed word, `detail` what was seen.

    Reasons: ``refused``, ``invalid_json``, ``truncated``, ``timeout``, ``server_error``, ``rate_limited``,
    ``bad_request``, ``bad_index``, ``too_many``, ``no_answer`` (nothing was said, or only a thought). `detail`
    never holds a key or a header; it begins with "judge" where the judge's call failed.
    """

    reason: str
    detail: str = ""
