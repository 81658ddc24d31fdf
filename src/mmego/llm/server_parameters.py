"""What a server does without: the parameters that it refuses are left out, for the whole run. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.llm.prompts import Message

# The parameters that some servers or models do not know, and the words by which a refusal names them.
_NAMED_BY: dict[str, tuple[str, ...]] = {
    "schema": ("response_format", "json_schema", "response format", "structured output", "guided"),
    "temperature": ("temperature",),
    "seed": ("'seed'", '"seed"', "`seed`", " seed"),
    "max_tokens": ("max_completion_tokens", "max_tokens"),
}
# A prompt that is too long is refused with words that name max_tokens: leaving that out would mend nothing.
_TOO_LONG = ("context length", "context_length", "context window", "too large", "too long", "maximum context")


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a model: its messages, those of the plain-text form (same if None), and the JSON schema.

    `common` says that other tasks may ask the same.
    """

    messages: list[Message]
    seed: int
    plain_messages: list[Message] | None = None
    schema: dict[str, Any] | None = None
    common: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters that the server does without, of: schema, temperature, seed, max_tokens."""

    without: frozenset[str] = frozenset()

    def plain(self, ask: Ask) -> bool:
        """True if `ask` is put in the plain-text form."""
        return ask.schema is not None and "schema" in self.without

    def body(self, ask: Ask, model: str, temperature: float, max_tokens: int) -> dict[str, Any]:
        """The body of the request."""
        plain = self.plain(ask) and ask.plain_messages is not None
        body: dict[str, Any] = {"model": model, "messages": ask.plain_messages if plain else ask.messages}
        # OpenAI's newer models know only the longer name, and most other servers only the shorter.
        body["max_completion_tokens" if "max_tokens" in self.without else "max_tokens"] = max_tokens
        if "temperature" not in self.without:
            body["temperature"] = temperature
        if "seed" not in self.without:
            body["seed"] = ask.seed
        if ask.schema is not None and "schema" not in self.without:
            schema = {"name": "answer", "strict": True, "schema": ask.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def sends(self, part: str, ask: Ask) -> bool:
        """True if a request in this dialect has the part that could still be left out."""
        return part not in self.without and (part != "schema" or ask.schema is not None)

    def leaving_out(self, *parts: str) -> Dialect:
        """This dialect without some more."""
        return Dialect(self.without | set(parts))


def adapted(dialect: Dialect, ask: Ask, said: str) -> Dialect | None:
    """The dialect that leaves out what a refusal (status 400 or 422) names; None if it names nothing of the sort.

    Args:
        dialect: the one that was refused.
        ask: what was asked.
        said: the server's message and the name of the parameter, if it gave one.
    """
    text = said.lower()
    if any(word in text for word in _TOO_LONG):
        return None
    for part, words in _NAMED_BY.items():
        if dialect.sends(part, ask) and any(word in text for word in words):
            return dialect.leaving_out(part)
    return None
