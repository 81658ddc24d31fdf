"""A server's answer: a `Reply` from a row of the response cache (made by `llm.bodies`), without reasoning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.llm.failure import Failure
from mmego.llm.reasoning import without_reasoning


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer, or why there is none (`failure`). `plain`: asked in the plain-text form.

    `text` is what the model said aloud. `thought` says that it thought besides, in the text or in a field of its own.
    """

    text: str = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    failure: Failure | None = None
    plain: bool = False
    thought: bool = False

    def fault(self, limit: str = "--max-tokens") -> Failure | None:
        """Why it holds no answer; None if it may hold one. `limit`: the flag that cut off what was cut off."""
        if self.failure is not None:
            return self.failure
        if self.refusal or self.finish_reason == "content_filter":
            return Failure("refused", " ".join((self.refusal or self.finish_reason).split())[:120])
        if self.text.strip():
            return None
        if self.finish_reason == "length":
            return Failure("truncated", f"only a thought before {limit}" if self.thought else f"nothing before {limit}")
        return Failure("no_answer", "only a thought came, without an answer" if self.thought else "an empty answer")


def reply_of(row: dict[str, Any], plain: bool) -> Reply:
    """The reply of a row that `bodies.read_body` or `failure_row` made: the one place where reasoning is taken out."""
    if "failure" in row:
        return Reply(failure=Failure(*row["failure"]), plain=plain)
    prompt_tokens, completion_tokens = row["tokens"]
    spoken = without_reasoning(row["text"])
    return Reply(
        spoken.text,
        row["finish_reason"],
        row["refusal"],
        prompt_tokens,
        completion_tokens,
        plain=plain,
        thought=spoken.thought or "thought" in row,
    )


def failure_row(failure: Failure) -> dict[str, Any]:
    """The journal's row of a call that failed for good."""
    return {"failure": [failure.reason, failure.detail]}
