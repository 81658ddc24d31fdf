"""Official splits and videos to leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.split import choose_videos, read_exclusions
from mmego.records import Narration, Span, VideoMeta
from tests.narrations.data import real


def video(name: str, split: str | None, lines: int = 2) -> tuple[VideoMeta, list[Narration]]:
    return VideoMeta(name, 9.0, split), [Narration(name, Span(i, i), "C walks") for i in range(lines)]


VIDEOS = [video("a", "train"), video("b", "val"), video("c", None, 3), video("d", "val"), video("e", "train")]


def names(split: str | None, exclude: frozenset[str], drops: Drops) -> list[str]:
    return [meta.video for meta, _ in choose_videos(VIDEOS, drops, split, exclude)]


def test_all_without_a_wish() -> None:
    drops = Drops()
    assert names(None, frozenset(), drops) == ["a", "b", "c", "d", "e"]
    assert not drops.counts


def test_split_and_exclusion_are_counted_with_their_lines() -> None:
    drops = Drops()
    assert names("val", frozenset(("d", "e", "z")), drops) == ["b"]
    assert drops.counts == {
        "video of another split": 1,
        "in a video of another split": 2,
        "video without a split": 1,
        "in a video without a split": 3,
        "video excluded": 2,
        "in a video excluded": 4,
    }


def test_a_split_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError, match="no split 'validation'; the source has train, val"):
        names("validation", frozenset(), Drops())
    with pytest.raises(InputError, match="the source has no splits"):
        list(choose_videos([video("c", None)], Drops(), "train"))
    assert list(choose_videos([], Drops(), "train")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"q1": {"video_uid": "a", "starting_sec": 1}, "q2": {"video_uid": "a"}, "q3": {"video_uid": "b"}}', "ab"),
        ('["a", " b "]', "ab"),
        ('{"x": "a", "y": "b"}', "ab"),
        ('\ufeff[{"video": "a"}, {"video_id": "b"}]', "ab"),
        ("a\r\n# test videos\n\n b\n", "ab"),
        ("reason,video_id\nx,a\ny,b\n", "ab"),
        ("video\na\nb\n", "ab"),
    ],
)
def test_forms_of_the_list(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "exclude"
    path.write_text(text, encoding="utf-8")
    assert read_exclusions(path) == set(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n# only this\n",
        "[]",
        "{}",
        '{"a": 1}',
        '["a", 3]',
        '[{"uid": "a"}]',
        "[1",
        "video_id\n",
        "video_id,x\na\n",
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "exclude"
    path.write_text(text)
    with pytest.raises(InputError, match="exclude"):
        read_exclusions(path)


def test_the_real_list_of_egoschema() -> None:
    path = real("egoschema/uid_to_ego4d.json")
    entries = json.loads(path.read_text())
    excluded = read_exclusions(path)
    assert excluded == {entry["video_uid"] for entry in entries.values()}
    assert len(entries) > len(excluded) > 1000
