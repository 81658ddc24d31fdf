"""Bodies of completions and their replies, for tests."""

from __future__ import annotations

import json
from typing import Any

from mmego.llm.reply import Reply, reply_from_row
from mmego.llm.response_body import read_body


def completion(content: Any, finish_reason: str = "stop", **message: Any) -> str:
    choice = {"index": 0, "finish_reason": finish_reason, "message": {"content": content, **message}}
    return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": 2}})


def reply(body: str) -> Reply:
    row = read_body(body.encode("utf-8", "surrogatepass"))
    assert isinstance(row, dict), row
    return reply_from_row(row, plain=False)


THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": "A?"}]}
