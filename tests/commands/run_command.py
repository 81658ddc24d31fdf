"""The command `mmego`, run in this process."""

from __future__ import annotations

from mmego import cli


def run(*words: object) -> int:
    """Return the exit code; tyro leaves by SystemExit where it prints help or finds wrong usage."""
    try:
        return cli.main([str(word) for word in words])
    except SystemExit as end:
        return int(end.code or 0)
