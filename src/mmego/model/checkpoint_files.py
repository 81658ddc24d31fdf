"""Reading other people's checkpoint files: every error becomes one `ModelError` that names the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmego.errors import MmegoError, ModelError

MOST_JSON = 64 << 20
"""Most bytes of a checkpoint's JSON file; the largest are tokenizers, of about 11 MB."""
MOST_TEXT = 400
"""Most characters of another library's message that are passed on."""


@contextmanager
def as_model_error(what: str) -> Iterator[None]:
    """Turn any error of another library into a ModelError that begins with `what`.

    transformers and tokenizers check little before they use a value from a file: a list in place of a number ends in a
    TypeError, a damaged tokenizer in a plain Exception from Rust.
    """
    try:
        yield
    except MmegoError:
        raise
    except Exception as error:
        raise ModelError(f"{what}: {error_text(error)}") from error


def error_text(error: BaseException) -> str:
    """Return an error's message on one short line; with its type if the message alone does not explain it."""
    text = " ".join(str(error).split())
    text = text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} ..."
    kind = type(error).__name__
    plain = isinstance(error, OSError | ValueError | RuntimeError | ImportError) and " " in text
    return text if plain else f"{kind}: {text}" if text else kind


def read_json_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a checkpoint's file.

    Raises:
        ModelError: it cannot be read, is not JSON, or is not an object.
    """
    with as_model_error(f"{path} cannot be read"):
        if path.stat().st_size > MOST_JSON:
            raise ModelError(f"{path} has {path.stat().st_size:,} bytes; {MOST_JSON:,} are allowed")
        found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ModelError(f"{path} must hold a JSON object, not a {type(found).__name__}")
    return found
