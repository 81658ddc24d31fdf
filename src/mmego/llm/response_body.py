"""Reading a response body with status 200: a row for the journal, or the error that the body holds. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 200_000
"""Characters of an answer that are kept. A longer answer is cut and counts as cut off ("length")."""
MOST_BYTES = 20_000_000
"""Size of the largest body that is read."""
_MOST_TOKENS = 10**12
_STATUS_OF = {
    **dict.fromkeys(("insufficient_quota", "insufficient_credits", "billing_error", "payment_required"), 402),
    **dict.fromkeys(("invalid_api_key", "authentication_error", "unauthenticated", "unauthorized"), 401),
    **dict.fromkeys(("permission_error", "permission_denied", "forbidden"), 403),
    **dict.fromkeys(("model_not_found", "not_found_error", "not_found"), 404),
    **dict.fromkeys(("rate_limit_exceeded", "rate_limit_error", "resource_exhausted", "too_many_requests"), 429),
    **dict.fromkeys(("timeout", "deadline_exceeded", "request_timeout"), 408),
    **dict.fromkeys(("invalid_request_error", "invalid_argument", "context_length_exceeded", "badrequesterror"), 400),
}
"""Words that servers write in the place of a status."""
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thoughts")
_NO_COMPLETION = "200 with something that is no chat completion"


@dataclass(frozen=True, slots=True)
class ServerError:
    """An error in a body: the status that it stands for, its message, and `code` and `param` if it has them.

    `stated` is False where the body is not an answer but does not name an error.
    """

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    stated: bool = True


def read_body(body: bytes) -> dict[str, Any] | ServerError:
    """Return the journal's row of a response body, or its error.

    The row has ``text``, ``finish_reason``, ``refusal``, ``tokens``, and ``thought`` if the message has reasoning, too.
    JSON is UTF-8 whatever a header says. The parts of an unexpected event stream are joined. Anything else is an error
    of status 500, which is worth a retry: a proxy's page, half a body, no choices, more than `MOST_BYTES`.
    """
    if len(body) > MOST_BYTES:
        return ServerError(500, f"200 with a body of {len(body):,} bytes", stated=False)
    text = body.decode("utf-8-sig", "replace")
    streamed = text.lstrip()[:5] in ("data:", "event") or text.startswith(": ")
    try:
        value = _streamed(text) if streamed else json.loads(text)
    except (RecursionError, ValueError):
        return ServerError(500, _NO_COMPLETION if text.strip() else "200 with an empty body", stated=False)
    error = _error_of(value)
    if error is not None:
        return error
    try:
        choice = value["choices"][0]
        return _row(choice, choice["message"], value.get("usage"))
    except (KeyError, IndexError, TypeError, AttributeError):
        return ServerError(500, _NO_COMPLETION, stated=False)


def _row(choice: dict[str, Any], message: dict[str, Any], usage: Any) -> dict[str, Any]:
    text, thought, refused = _content(message.get("content"))
    refusal = message.get("refusal") if isinstance(message.get("refusal"), str) else None
    reason = str(choice.get("finish_reason") or "stop")[:40]
    if len(text) > MOST_CHARACTERS:
        text, reason = text[:MOST_CHARACTERS], "length"
    usage = usage if isinstance(usage, dict) else {}
    row: dict[str, Any] = {
        "text": _whole(text),
        "finish_reason": _whole(reason),
        "refusal": _whole((refusal or refused)[:MOST_CHARACTERS]) or None,
        "tokens": [_count(usage.get(name)) for name in ("prompt_tokens", "completion_tokens")],
    }
    if thought or any(message.get(name) for name in _THOUGHTS):
        row["thought"] = True
    return row


def _content(content: Any) -> tuple[str, bool, str]:
    """Return text, whether there is reasoning, and refusal of a text or a list of parts (Mistral, Ollama, gateways)."""
    if isinstance(content, str):
        return content, False, ""
    parts = content if isinstance(content, list) else [content]
    text, thought, refusal = [], False, ""
    for part in parts:
        if isinstance(part, str | int) and not isinstance(part, bool):
            text.append(str(part))
        elif isinstance(part, dict):
            kind = str(part.get("type", "text"))
            if kind in ("text", "output_text") and isinstance(part.get("text"), str):
                text.append(part["text"])
            elif kind == "refusal" and isinstance(part.get("refusal"), str):
                refusal += part["refusal"]
            elif "think" in kind or "reason" in kind:
                thought = True
            elif "type" not in part and part:
                text.append(json.dumps(part))  # The server has parsed the JSON of the answer.
    return "".join(text), thought, refusal


def _error_of(value: Any) -> ServerError | None:
    """Return the error in a body: of the whole, of its choice, or in the form of early vLLM versions. Else None."""
    if not isinstance(value, dict):
        return None
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    error = value.get("error") or first.get("error")
    if not error and value.get("object") == "error":
        error = value
    if not error:
        if first.get("finish_reason") == "error":
            return ServerError(502, "200 with an answer that was broken off", stated=False)
        return None
    if not isinstance(error, dict):
        return ServerError(500, str(error)[:MOST_CHARACTERS])
    param = error.get("param")
    codes = [error.get(name) for name in ("code", "status", "status_code", "type")]
    words = [code for code in codes if isinstance(code, str) and not code.isdecimal()]
    status = next((found for code in codes if (found := _status_of(code)) is not None), 500)
    message = str(error.get("message") or error.get("detail") or json.dumps(error))[:MOST_CHARACTERS]
    return ServerError(status, message, words[0] if words else None, str(param) if param else None)


def _status_of(code: Any) -> int | None:
    """Return 402, "402" or "insufficient_quota" as a status of 400 to 599, None for anything else."""
    if isinstance(code, str):
        code = int(code) if code.isascii() and code.isdecimal() and len(code) == 3 else _STATUS_OF.get(code.lower())
    return code if isinstance(code, int) and not isinstance(code, bool) and 400 <= code < 600 else None


def _streamed(text: str) -> dict[str, Any]:
    """Return the completion that the events of a stream make. Raises ValueError for a stream without its end."""
    pieces: dict[str, list[str]] = {"content": [], "refusal": [], "reasoning": []}
    reason, usage, ended = None, None, False
    for event in _events(text):
        if event is None or "error" in event:
            ended = True
            if event is not None:
                return event
            continue
        usage = event.get("usage") or usage
        choices = event.get("choices")
        first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        delta = first.get("delta") or first.get("message")
        for name, value in delta.items() if isinstance(delta, dict) else ():
            if isinstance(value, str) and (name in _THOUGHTS or name in pieces):
                pieces["reasoning" if name in _THOUGHTS else name].append(value)
        reason = first.get("finish_reason") or reason
    if not ended and reason is None:
        raise ValueError("half a stream")
    message = {name: "".join(parts) for name, parts in pieces.items()}
    return {"choices": [{"message": message, "finish_reason": reason}], "usage": usage}


def _events(text: str) -> Iterator[dict[str, Any] | None]:
    """Yield the objects of an event stream, None for its end mark. Raises ValueError for data that is not an object."""
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        value = None if data == "[DONE]" else json.loads(data)
        if value is not None and not isinstance(value, dict):
            raise ValueError("an event that is not an object")
        yield value


def _whole(text: str) -> str:
    """Return the text without half characters (lone surrogates), which no file accepts."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _count(value: Any) -> int:
    """Return a number of tokens, 0 where the server gives none or nonsense."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS else 0
