"""A server's answer: from the response body to a row of the journal, and from there to a `Reply`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mmego.qa.sample import Failure


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer, or why there is none (`failure`). `plain`: asked in the plain-text form."""

    text: str = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    failure: Failure | None = None
    plain: bool = False

    def fault(self, limit: str = "--max-tokens") -> Failure | None:
        """Why it holds no answer; None if it may hold one. `limit`: the flag that cut off what was cut off."""
        if self.failure is not None:
            return self.failure
        if self.refusal or self.finish_reason == "content_filter":
            return Failure("refused", " ".join((self.refusal or self.finish_reason).split())[:120])
        if self.text.strip():
            return None
        cut_off = self.finish_reason == "length"
        return Failure("truncated", f"nothing before {limit}") if cut_off else Failure("no_answer", "an empty answer")


def row_of(content: str) -> dict[str, Any] | None:
    """The journal's row of a response body; None if it is no chat completion (a proxy's page, half a body)."""
    try:
        value = json.loads(content)
        choice = value["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content"), message.get("refusal")
        usage = value.get("usage") or {}
        tokens = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None
    return {
        "text": _whole(text) if isinstance(text, str) else "",
        "finish_reason": str(choice.get("finish_reason") or "stop"),
        "refusal": _whole(refusal) if isinstance(refusal, str) and refusal else None,
        "tokens": tokens,
    }


def _whole(text: str) -> str:
    """Without half characters (lone surrogates), which no file takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def reply_of(row: dict[str, Any], plain: bool) -> Reply:
    """Inverse of `row_of` and `failure_row`."""
    if "failure" in row:
        return Reply(failure=Failure(*row["failure"]), plain=plain)
    prompt_tokens, completion_tokens = row["tokens"]
    return Reply(row["text"], row["finish_reason"], row["refusal"], prompt_tokens, completion_tokens, plain=plain)


def failure_row(failure: Failure) -> dict[str, Any]:
    """The journal's row of a call that failed for good."""
    return {"failure": [failure.reason, failure.detail]}
