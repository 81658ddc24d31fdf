"""The flags of everything that asks a model, and the key, which is none of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from mmego.errors import InputError

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"


@dataclass(frozen=True)
class CallOptions:
    """Which model to ask, where, and how patiently. The key is no option: it is read from the environment."""

    model: str = ""
    """Name of the model, as the server knows it."""
    base_url: str = OPENAI_URL
    """Address of an OpenAI-compatible server, up to and with /v1."""
    key_variable: str = OPENAI_KEY
    """Environment variable that holds the key. Servers without a key need none to be set."""
    concurrency: int = 64
    """Calls in flight at once (of every worker)."""
    timeout: float = 120.0
    """Seconds that one attempt may take."""
    attempts: int = 8
    """Attempts before a call is given up: time-outs, lost connections, rate limits and server errors are repeated."""
    max_wait: float = 600.0
    """Longest Retry-After, in seconds, that is waited for; a server that asks for more is given up for that call."""
    stop_after: int = 200
    """Calls given up in a row, without one answer between, after which the whole run stops. 0: never."""
    temperature: float = 0.7
    """Sampling temperature; left out for models that refuse it."""
    max_tokens: int = 1500
    """Most tokens of one answer."""
    accept_failures: bool = False
    """Take calls that were given up as done: started again, the run does not ask them once more."""

    def check(self) -> None:
        """Raise InputError for a value that is not allowed."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"base_url must be an http(s) address such as {OPENAI_URL}, got {self.base_url!r}")
        if parts.username or parts.password or parts.query:
            # Options are written into files; this one is no place for a secret. (It is not repeated here either.)
            raise InputError("base_url must hold no user, password or query: the key belongs in the environment")
        if not self.model:
            raise InputError("a model must be named, such as gpt-4o-mini or what your server lists under /v1/models")
        ranges = {
            "concurrency": (1, 1000),
            "timeout": (0.01, 86400),
            "attempts": (1, 100),
            "max_wait": (0, 86400),
            "stop_after": (0, 10**9),
            "temperature": (0, 2),
            "max_tokens": (1, 10**6),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(f"{name} must be from {low} to {high}, got {value}")

    def shape(self) -> dict[str, Any]:
        """The options that shape the answers, for a record of how data was made.

        Not those of patience and speed, nor the server's address: on a cluster the same model has another each day.
        """
        patience = (
            "base_url",
            "key_variable",
            "concurrency",
            "timeout",
            "attempts",
            "max_wait",
            "stop_after",
            "accept_failures",
        )
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in patience}


def key_of(options: CallOptions) -> str | None:
    """The key from the environment; raises InputError where one is needed and not set."""
    key = os.environ.get(options.key_variable, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise InputError(f"the key in {options.key_variable} holds characters that no key has")
    if not key and options.key_variable != OPENAI_KEY:
        raise InputError(f"the environment variable {options.key_variable}, named for the key, is not set")
    if not key and urlsplit(options.base_url).hostname == urlsplit(OPENAI_URL).hostname:
        raise InputError(f"{OPENAI_URL} needs a key: set the environment variable {options.key_variable}")
    return key or None
