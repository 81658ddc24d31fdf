"""Which key frames become pictures, and how large they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.report.thumbnails import thumbnails, wanted
from mmego.bench.scoring.scores import Scores
from mmego.errors import InputError
from tests.engine.clips import write_clip


def test_the_best_frame_of_every_question_comes_first_and_there_are_never_more(scores: Scores) -> None:
    # Every prediction keeps 11 s, then 30 s; seven videos with two questions each.
    assert wanted(scores, 100) == [*((f"v{n}", 11.0) for n in range(7)), *((f"v{n}", 30.0) for n in range(7))]
    assert wanted(scores, 7) == [(f"v{n}", 11.0) for n in range(7)]
    assert wanted(scores, 3) == [("v0", 11.0), ("v2", 11.0), ("v4", 11.0)]
    assert len(wanted(scores, 10)) == 10
    assert wanted(scores, 0) == []


def test_pictures_are_small_jpegs_and_missing_videos_are_named(scores: Scores, tmp_path: Path) -> None:
    write_clip(tmp_path / "videos" / "v0.mp4", seconds=13)
    (tmp_path / "videos" / "v1.mp4").write_bytes(b"no video at all")
    found = thumbnails(scores, tmp_path / "videos", 100)
    assert list(found.pictures) == [("v0", 11.0)]  # the clip ends before 30 s
    assert found.pictures["v0", 11.0].startswith(b"\xff\xd8")
    assert sorted(found.missing) == [f"v{n}" for n in range(1, 7)]
    with pytest.raises(InputError, match="holds none of the 7 videos"):
        thumbnails(scores, tmp_path / "b", 100)
