"""Where real data lies, and small helpers for the readers' tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from mmego.narrations.clean import Drops
from mmego.records import Narration, VideoMeta


def real(name: str) -> Path:
    """Return the path of a real file, or skip the test if this machine does not have it."""
    root = Path(__file__).parents[2]
    for folder in (root.parent / "shared" / "data", root.parent.parent / "shared" / "data"):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"real data is not here: {name}, of the public data set that its folder names")


def lines_by_video(
    videos: Iterable[tuple[VideoMeta, list[Narration]]],
) -> dict[str, list[tuple[float, float, str, str]]]:
    """Return (start, end, actor, text) of each narration by video."""
    return {
        meta.video: [(n.span.start, n.span.end, n.actor, n.text) for n in narrations] for meta, narrations in videos
    }


__all__ = ["Drops", "lines_by_video", "real"]
