"""Reading other people's checkpoint files: whatever goes wrong there becomes one `ModelError` that names the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmego.errors import MmegoError, ModelError

MOST_JSON = 64 << 20
"""Bytes of a JSON file of a checkpoint; the largest are tokenizers, of some 11 MB."""
MOST_TEXT = 400
"""Characters of another library's message that are passed on."""


@contextmanager
def foreign(what: str) -> Iterator[None]:
    """Turn an error of another library, whatever its kind, into a ModelError that begins with `what`.

    transformers and tokenizers check little before they compute with what a file says: a list for a number ends in a
    TypeError, a damaged tokenizer in a plain Exception out of Rust.
    """
    try:
        yield
    except MmegoError:
        raise
    except Exception as error:
        raise ModelError(f"{what}: {said(error)}") from error


def said(error: BaseException) -> str:
    """What an error says, on one line and not too long; its kind where that alone says what happened."""
    text = " ".join(str(error).split())
    text = text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} ..."
    kind = type(error).__name__
    plain = isinstance(error, OSError | ValueError | RuntimeError | ImportError) and " " in text
    return text if plain else f"{kind}: {text}" if text else kind


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object from a checkpoint's file.

    Raises:
        ModelError: it cannot be read, is no JSON, or is something other than an object.
    """
    with foreign(f"{path} cannot be read"):
        if path.stat().st_size > MOST_JSON:
            raise ModelError(f"{path} has {path.stat().st_size:,} bytes; {MOST_JSON:,} are allowed")
        found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ModelError(f"{path} must hold a JSON object, not a {type(found).__name__}")
    return found
