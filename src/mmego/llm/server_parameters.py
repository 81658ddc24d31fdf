"""The parameters of a request. Those that a server refuses are left out for the whole run. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.llm.prompts import Message

# The parameters that some servers or models refuse, and the words by which a refusal names them.
_NAMED_BY: dict[str, tuple[str, ...]] = {
    "schema": ("response_format", "json_schema", "response format", "structured output", "guided"),
    "temperature": ("temperature",),
    "seed": ("'seed'", '"seed"', "`seed`", " seed"),
    "max_tokens": ("max_completion_tokens", "max_tokens"),
}
# The refusal of a prompt that is too long names max_tokens, too. To leave that out would not help.
_TOO_LONG = ("context length", "context_length", "context window", "too large", "too long", "maximum context")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a model: its messages, those of the plain-text form (the same if None), and the JSON schema.

    `shared`: other tasks may ask the same question.
    """

    messages: list[Message]
    seed: int
    plain_messages: list[Message] | None = None
    schema: dict[str, Any] | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters that a server refuses: some of schema, temperature, seed, max_tokens."""

    without: frozenset[str] = frozenset()

    def plain(self, request: ChatRequest) -> bool:
        """Return True if `request` must be asked in the plain-text form."""
        return request.schema is not None and "schema" in self.without

    def body(self, request: ChatRequest, model: str, temperature: float, max_tokens: int) -> dict[str, Any]:
        """Return the body of the request."""
        plain = self.plain(request) and request.plain_messages is not None
        body: dict[str, Any] = {"model": model, "messages": request.plain_messages if plain else request.messages}
        # OpenAI's newer models know only the longer name, and most other servers only the shorter.
        body["max_completion_tokens" if "max_tokens" in self.without else "max_tokens"] = max_tokens
        if "temperature" not in self.without:
            body["temperature"] = temperature
        if "seed" not in self.without:
            body["seed"] = request.seed
        if request.schema is not None and "schema" not in self.without:
            schema = {"name": "answer", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def sends(self, part: str, request: ChatRequest) -> bool:
        """Return True if a request in this dialect has `part`, so that it could be left out."""
        return part not in self.without and (part != "schema" or request.schema is not None)

    def leaving_out(self, *parts: str) -> Dialect:
        """Return this dialect without more parts."""
        return Dialect(self.without | set(parts))


def adapt_dialect(dialect: Dialect, request: ChatRequest, message: str) -> Dialect | None:
    """Return the dialect without the parameter that a refusal (status 400 or 422) names, None if it names none.

    Args:
        dialect: the dialect that was refused.
        request: what was asked.
        message: the server's message, and the name of the parameter if it gave one.
    """
    text = message.lower()
    if any(word in text for word in _TOO_LONG):
        return None
    for part, words in _NAMED_BY.items():
        if dialect.sends(part, request) and any(word in text for word in words):
            return dialect.leaving_out(part)
    return None
