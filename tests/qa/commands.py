"""``mmego qa`` in this process, and the files of a data set, for tests."""

from __future__ import annotations

from pathlib import Path

from mmego import cli


def mmego(*words: object) -> int:
    return cli.main(["qa", *map(str, words)])


def files(out: Path) -> dict[str, bytes]:
    """Return the files of a finished data set without logs and locks."""
    kept = [p for p in out.rglob("*") if p.is_file() and "logs" not in p.parts and not p.name.startswith(".")]
    return {str(p.relative_to(out)): p.read_bytes() for p in kept}
