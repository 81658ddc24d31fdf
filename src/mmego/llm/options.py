"""The flags of every command that asks a model, and the key, which is not a flag."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from mmego.errors import InputError
from mmego.llm.redaction import PIECE

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Many keys look like a name ("gsk_0a1B..."). Only a name that can hardly be a key is printed: words in capitals.
_PLAIN_NAME = re.compile(r"(?=.{1,40}\Z)[A-Z]{1,16}(?:_[A-Z]{1,16})*(?:_\d{1,2})?")


@dataclass(frozen=True)
class CallOptions:
    """Which model to ask, where, and how often to retry. The key is not an option: it is read from the environment."""

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
    """Attempts before a call is given up. Time-outs, lost connections, rate limits and server errors are retried."""
    max_wait: float = 600.0
    """Longest Retry-After that is obeyed, in seconds. If a server asks for more, the call is given up."""
    stop_after: int = 200
    """The whole run stops after so many calls in a row were given up, without an answer between them. 0: never."""
    temperature: float = 0.7
    """Sampling temperature; left out for models that refuse it."""
    max_tokens: int = 1500
    """Most tokens of one answer."""
    accept_failures: bool = False
    """Count calls that were given up as done: when started again, the run does not repeat them."""

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
            # Options are written to files, so they must not hold a secret. The message does not repeat it either.
            raise InputError("base_url must hold no user, password or query: the key belongs in the environment")
        if not right:
            raise InputError(f"base_url must be an http(s) address such as {OPENAI_URL}, got {self.base_url!r}")

    def shape(self) -> dict[str, Any]:
        """Return the options that influence the answers, for a record of how data was made.

        Options of retries and speed are left out, and the server's address: on a cluster it changes from day to day.
        """
        without_influence = (
            "base_url",
            "key_variable",
            "concurrency",
            "timeout",
            "attempts",
            "max_wait",
            "stop_after",
            "accept_failures",
        )
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in without_influence}


def read_key(options: CallOptions) -> str | None:
    """Return the key from the environment. Raises InputError where one is needed and not set."""
    key = os.environ.get(options.key_variable, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise InputError(f"the key in {options.key_variable} has characters that no key has")
    if len(key) >= PIECE and key in f"{options.base_url} {options.model}":
        raise InputError("the key stands in base_url or model; it belongs in the environment alone")
    if not key and options.key_variable != OPENAI_KEY:
        check_key_variable(options)
        raise InputError(f"the environment variable {options.key_variable}, named for the key, is not set")
    if not key and urlsplit(options.base_url).hostname == urlsplit(OPENAI_URL).hostname:
        raise InputError(f"{OPENAI_URL} needs a key: set the environment variable {options.key_variable}")
    return key or None


def check_key_variable(options: CallOptions) -> None:
    """Raise InputError for a key variable that is not set here and may, by its letters, be a key itself.

    Call this before the name is printed, or written where other machines read it.
    """
    name = options.key_variable
    if name not in os.environ and _PLAIN_NAME.fullmatch(name) is None:
        raise InputError(
            "key_variable must be the name of an environment variable; none of the name given is set "
            "(it is not repeated here: it may be a key)"
        )
