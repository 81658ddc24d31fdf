"""The errors that mmego raises on purpose. Each message says what was given and what is allowed."""

from __future__ import annotations

import re

_OF_THE_SYSTEM = re.compile(r"\(os error (\d+)\)")
"""How libraries in Rust (safetensors, tokenizers) report a failure of the system: only in their message."""


class MmegoError(Exception):
    """Base of every error raised on purpose; the command line prints its message on one line and exits with 1."""


class InputError(MmegoError):
    """A value, a flag or the content of a file is not allowed."""


class VideoError(MmegoError):
    """A file that cannot be read as video."""


class ModelError(MmegoError):
    """A checkpoint that cannot be loaded, or cannot do what was asked."""


class MemoryLimitError(MmegoError):
    """Memory of the machine or the GPU ran out; `out_of_memory` makes it from every kind of failed allocation."""


class MissingExtraError(MmegoError):
    """An optional dependency is not installed; the message has the pip line that installs it."""


def require_extra(module: str, extra: str) -> None:
    """Raise MissingExtraError unless `module` can be imported.

    Args:
        module: top-level module name, for example ``"panda3d"``.
        extra: the extra of this package that brings it, for example ``"sim"``.
    """
    import importlib.util

    if importlib.util.find_spec(module) is None:
        raise MissingExtraError(f"this needs the package '{module}': pip install 'mmego[{extra}]'")


def system_error(error: Exception) -> int | None:
    """Return the system's error number (`errno`), also from the message of a library; None if there is none."""
    if isinstance(error, OSError):
        return error.errno
    found = _OF_THE_SYSTEM.search(str(error))
    return int(found.group(1)) if found else None
