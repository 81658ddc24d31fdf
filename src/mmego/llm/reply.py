"""A server's answer without its reasoning, made from a row of the response cache (`llm.response_body` makes rows)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.llm.failure import Failure
from mmego.llm.reasoning import without_reasoning


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer, or why there is none (`failure`).

    `text` is the answer without reasoning. `thought`: there was reasoning, in the text or in a separate field. `plain`:
    the question was asked in the plain-text form.
    """

    text: str = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    failure: Failure | None = None
    plain: bool = False
    thought: bool = False

    def no_answer(self, limit: str = "--max-tokens") -> Failure | None:
        """Return why the reply has no answer, None if it may have one. `limit`: the flag that limits its length."""
        if self.failure is not None:
            return self.failure
        if self.refusal or self.finish_reason == "content_filter":
            return Failure("refused", " ".join((self.refusal or self.finish_reason).split())[:120])
        if self.text.strip():
            return None
        if self.finish_reason == "length":
            return Failure("truncated", f"only a thought before {limit}" if self.thought else f"nothing before {limit}")
        return Failure("no_answer", "only a thought came, without an answer" if self.thought else "an empty answer")


def reply_from_row(row: dict[str, Any], plain: bool) -> Reply:
    """Return the reply of a row that `response_body.read_body` or `failure_row` made, without its reasoning."""
    if "failure" in row:
        return Reply(failure=Failure(*row["failure"]), plain=plain)
    prompt_tokens, completion_tokens = row["tokens"]
    cleaned = without_reasoning(row["text"])
    return Reply(
        cleaned.text,
        row["finish_reason"],
        row["refusal"],
        prompt_tokens,
        completion_tokens,
        plain=plain,
        thought=cleaned.thought or "thought" in row,
    )


def failure_row(failure: Failure) -> dict[str, Any]:
    """Return the journal's row of a call that failed for good."""
    return {"failure": [failure.reason, failure.detail]}
