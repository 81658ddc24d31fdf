"""Whether a video is still the one of a memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mmego.errors import VideoError
from mmego.files import file_hash
from mmego.memory import video_file
from tests.memory.test_memory import memory


def test_changed_or_lost_video_is_refused_and_read_only_where_size_or_time_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, hashed = memory(tmp_path), []
    monkeypatch.setattr(video_file, "_known", video_file._known.__class__())
    monkeypatch.setattr(video_file, "file_hash", lambda path: hashed.append(path) or file_hash(path))
    kept.check_video()
    assert hashed == []
    os.utime(kept.video, (1, 1))
    for _ in range(3):
        kept.check_video()  # touched, and still the same: one look for each time it has
    assert len(hashed) == 1
    kept.video.write_bytes(b"another video...")
    assert kept.video.stat().st_size == len(b"not decoded here")
    for _ in range(2):
        with pytest.raises(VideoError, match="no longer the video of this memory"):
            kept.check_video()
    assert len(hashed) == 2
    kept.video.unlink()
    with pytest.raises(VideoError, match="no longer there"):
        kept.check_video()
    kept.video.mkdir()
    with pytest.raises(VideoError, match="is not a file"):
        kept.check_video()


def test_a_memory_that_does_not_know_its_files_time_reads_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, hashed = memory(tmp_path, video_stat=None), []
    monkeypatch.setattr(video_file, "_known", video_file._known.__class__())
    monkeypatch.setattr(video_file, "file_hash", lambda path: hashed.append(path) or file_hash(path))
    kept.check_video()
    kept.check_video()
    assert len(hashed) == 1
