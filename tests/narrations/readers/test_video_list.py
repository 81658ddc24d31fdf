"""Video lists: Ego4D's JSON and CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.readers.video_list import read_video_list
from mmego.records import VideoMeta
from tests.narrations.data import real


def test_csv_lists(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("video_id,duration,fps,split\na,00:01:00.5,30,train\nb,7,30,\n")
    assert read_video_list(path) == {"a": VideoMeta("a", 60.5, "train"), "b": VideoMeta("b", 7.0)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,duration\na,1\n", "list.csv:1: a video list needs one of the columns video_id"),
        ("video_id,duration\na,long\n", r"list.csv \(list.csv:2\)"),
        ("video_id,duration\na\n", "1 cells for 2 columns"),
        ("video_id,duration\n", "holds no videos"),
        ('{"videos": []}', "holds no videos"),
        ('{"clips": []}', "no array 'videos'"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_video_list(path)


def test_a_redacted_span_that_ends_before_it_starts_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ego4d.json"
    path.write_text(
        '{"videos": [{"video_uid": "u", "duration_sec": 9, "video_components": [{"redacted": true,'
        ' "canonical_video_start_sec": 5, "canonical_video_end_sec": 1}]}]}'
    )
    with pytest.raises(InputError, match=r"ego4d\.json"):
        read_video_list(path)


def test_the_real_list() -> None:
    videos = read_video_list(real("epic_kitchens/EPIC_100_video_info.csv"))
    assert len(videos) == 700
    assert videos["P01_01"].duration == pytest.approx(1652.152817)
