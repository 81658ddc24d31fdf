"""The flags of everything that asks a model, and the key, which is none of them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from mmego.errors import InputError
from mmego.llm.secrets import PIECE

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Many keys have the form of a name ("gsk_0a1B..."); only what can hardly be one is repeated: words in capitals.
_PLAIN_NAME = re.compile(r"(?=.{1,40}\Z)[A-Z]{1,16}(?:_[A-Z]{1,16})*(?:_\d{1,2})?")


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
        if not _NAME.fullmatch(self.key_variable):
            raise InputError(
                f"key_variable must be the name of an environment variable, such as {OPENAI_KEY}, and not a key "
                "(what was given is not repeated here)"
            )
        self._check_address()
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

    def _check_address(self) -> None:
        try:
            parts = urlsplit(self.base_url)
            right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:  # "http://[::1", "http://host:port"
            parts, right = urlsplit(""), False
        if any(mark in self.base_url for mark in "@?#;") or parts.username or parts.password:
            # Options are written into files; this one is no place for a secret. (It is not repeated here either.)
            raise InputError("base_url must hold no user, password or query: the key belongs in the environment")
        if not right:
            raise InputError(f"base_url must be an http(s) address such as {OPENAI_URL}, got {self.base_url!r}")

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
    if len(key) >= PIECE and key in f"{options.base_url} {options.model}":
        raise InputError("the key stands in base_url or model; it belongs in the environment alone")
    if not key and options.key_variable != OPENAI_KEY:
        check_name(options)
        raise InputError(f"the environment variable {options.key_variable}, named for the key, is not set")
    if not key and urlsplit(options.base_url).hostname == urlsplit(OPENAI_URL).hostname:
        raise InputError(f"{OPENAI_URL} needs a key: set the environment variable {options.key_variable}")
    return key or None


def check_name(options: CallOptions) -> None:
    """Raise InputError for a key variable that is not set here and that, by its letters, may be a key itself.

    Before its name is printed, or written where other machines read it.
    """
    name = options.key_variable
    if name not in os.environ and _PLAIN_NAME.fullmatch(name) is None:
        raise InputError(
            "key_variable must be the name of an environment variable; none of the name given is set "
            "(it is not repeated here: it may be a key)"
        )
