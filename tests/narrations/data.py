"""Where real data lies, and small helpers for the readers' tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from mmego.narrations.clean import Drops
from mmego.records import Narration, VideoMeta


def real(name: str) -> Path:
    """A file of the shared real data; skips the test where it is not there."""
    root = Path(__file__).parents[2]
    for folder in (root.parent / "shared" / "data", root.parent.parent / "shared" / "data"):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"real data is not here: {name}, of the public data set that its folder names")


def told(videos: Iterable[tuple[VideoMeta, list[Narration]]]) -> dict[str, list[tuple[float, float, str, str]]]:
    """(start, end, actor, text) of each narration by video."""
    return {
        meta.video: [(n.span.start, n.span.end, n.actor, n.text) for n in narrations] for meta, narrations in videos
    }


__all__ = ["Drops", "real", "told"]
