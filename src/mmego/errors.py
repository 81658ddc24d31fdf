"""The few kinds of error that mmego raises on purpose. Each message says what was given and what is allowed."""

from __future__ import annotations

import re

_OF_THE_SYSTEM = re.compile(r"\(os error (\d+)\)")
"""How libraries in Rust (safetensors, tokenizers) pass on a failure of the system: in their message alone."""


class MmegoError(Exception):
    """Base of every error raised on purpose; the command line prints its message on one line and exits with 1."""


class InputError(MmegoError):
    """A value, a file's content or an option that was given is not allowed."""


class VideoError(MmegoError):
    """A file that cannot be read as video."""


class ModelError(MmegoError):
    """A checkpoint that cannot be loaded, or cannot do what was asked of it."""


class MemoryLimitError(MmegoError):
    """Memory ran out, of the machine or of the GPU; `allocation` makes it of every kind of failed allocation."""


class MissingExtraError(MmegoError):
    """An optional dependency is not installed; the message holds the pip line that installs it."""


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
    """The system's number of a failure (`errno`), also where a library gives it in its message only; None if none."""
    if isinstance(error, OSError):
        return error.errno
    said = _OF_THE_SYSTEM.search(str(error))
    return int(said.group(1)) if said else None
