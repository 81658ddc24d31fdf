"""Times in every spelling, what the video shows, and lines brought together by video."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest

from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import Line, keep_lines, read_lines, seconds, visible_span
from mmego.records import Span, VideoMeta
from tests.narrations.data import lines_by_video


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12.0),
        (12.5, 12.5),
        ("12.5", 12.5),
        (" 12,5 ", 12.5),
        ("00:00:01.89", 1.89),
        ("01:02.500", 62.5),
        ("1:02:03", 3723.0),
        ("123:00:00,250", 442800.25),
        ("-1", -1.0),
        ("1e2", 100.0),
        ("", None),
        ("soon", None),
        ("00:00:01:02", None),
        ("1:2:3:4", None),
        ("nan", None),
        ("inf", None),
        (float("nan"), None),
        (10**400, None),
        ("9" * 400 + ":00:00", None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ([1], None),
    ],
)
def test_seconds(value: object, expected: float | None) -> None:
    assert seconds(value) == (pytest.approx(expected) if expected is not None else None)


META = VideoMeta("v", 60.0, None, (Span(30.0, 40.0),))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (1.0, 1.0, Span(1.0, 1.0)),
        (-0.04, -0.04, Span(0.0, 0.0)),
        (-0.06, 1.0, "before the start"),
        (60.0, 60.0, Span(60.0, 60.0)),
        (60.001, 60.001, "past the end"),
        (59.0, 60.5, Span(59.0, 60.0)),
        (50.0, 61.5, "past the end"),
        (30.0, 30.0, "redacted"),
        (25.0, 31.0, "redacted"),
        (25.0, 29.9, Span(25.0, 29.9)),
        (20.0, 50.0, "redacted"),
        (40.1, 41.0, Span(40.1, 41.0)),
    ],
)
def test_only_what_the_video_shows(start: float, end: float, expected: Span | str) -> None:
    assert visible_span(META, start, end) == expected


def test_faults_have_a_reason_and_a_place() -> None:
    drops = Drops()
    lines = [
        Line("f:1", "opens", "2", "1"),
        Line("f:2", "opens", "x", "1"),
        Line("f:3", "opens", "1", "y"),
        Line("f:4", 7, "1", "2"),
        Line("f:5", " . ", "1", "2"),
        Line("f:6", "close door", "5", "6"),
        Line("f:7", "open door.", "1", "7"),
        Line("f:8", "open door", "1", "7"),
        Line("f:9", "open door", "1", "8"),
    ]
    kept = keep_lines(VideoMeta("v"), lines, drops)
    assert [(n.span.to_json(), n.text) for n in kept] == [
        ([1, 7], "open door"),
        ([1, 8], "open door"),
        ([5, 6], "close door"),
    ]
    assert drops.counts == {"end before start": 1, "no text or time": 3, "empty": 1, "duplicate": 1}
    assert drops.examples["end before start"] == ["f:1: v 2 opens"]


def test_mixed_videos_come_whole_and_each_as_soon_as_it_can() -> None:
    read: list[str] = []

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        for video, start in (("a", 2), ("b", 1), ("a", 1), ("", 3), ("c", 1), ("b", 0)):
            read.append(video)
            yield video, Line("f", "walk", start)

    drops = Drops()
    videos = read_lines(lines, None, "train", drops)
    meta, narrations = next(videos)
    assert (meta.video, meta.split, [n.span.start for n in narrations]) == ("a", "train", [1.0, 2.0])
    assert read[6:] == ["a", "b", "a"]
    assert lines_by_video(videos) == {
        "c": [(1.0, 1.0, "C", "walk")],
        "b": [(0.0, 0.0, "C", "walk"), (1.0, 1.0, "C", "walk")],
    }
    assert drops.counts == {"no video": 1}


def test_a_file_in_order_is_held_one_video_at_a_time() -> None:
    class Marked(str):
        __slots__ = ("__weakref__",)

    alive: list[weakref.ref[Marked]] = []

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        for number in range(300):
            text = Marked(f"open door {number}")
            alive.append(weakref.ref(text))
            yield f"v{number // 10}", Line("f", text, number)

    most = 0
    for _ in read_lines(lines, None, None, Drops()):
        most = max(most, sum(ref() is not None for ref in alive))
    assert 0 < most <= 21


def test_a_video_that_is_not_listed_is_counted_with_its_lines() -> None:
    drops = Drops()
    lines = [("a", Line("f:1", "walk", 1)), ("b", Line("f:2", "walk", 1)), ("b", Line("f:3", "walk", 2))]
    assert list(lines_by_video(read_lines(lambda _: iter(lines), {"a": VideoMeta("a", 9.0)}, None, drops))) == ["a"]
    assert drops.counts == {"video not in the video list": 1, "in a video not in the video list": 2}
