"""Ego4D's schema: passes merged, drops counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.ego4d import merge_passes, read_ego4d
from mmego.narrations.readers.video_list import read_video_list
from mmego.narrations.sources import open_source
from mmego.records import Narration, Span


def rows(*lines: tuple[Any, Any]) -> dict[str, Any]:
    return {"narrations": [{"timestamp_sec": t, "narration_text": s, "annotation_uid": "same"} for t, s in lines]}


def write(folder: Path, narrations: dict[str, Any], videos: list[dict[str, Any]] | None = None) -> tuple[Path, Path]:
    narrations_path, listed = folder / "narrations.json", folder / "ego4d.json"
    narrations_path.write_text(json.dumps(narrations))
    listed.write_text(json.dumps({"date": "2022", "videos": videos or []}))
    return narrations_path, listed


def texts(narrations: list[Narration]) -> list[tuple[float, str]]:
    return [(n.span.start, n.text) for n in narrations]


def test_reads_in_time_order_and_counts_drops(tmp_path: Path) -> None:
    narrations_path, listed = write(
        tmp_path,
        {
            "u1": {
                "status": "complete",
                "narration_pass_1": rows(
                    (9.0, "#C C closes the fridge"),
                    (2.0, "#C C opens the fridge"),
                    (2.0, "#C C opens the fridge"),
                    (70.0, "#C C leaves"),
                    (35.0, "#C C stands in the dark"),
                    (-1.0, "#C C walks"),
                    (5.0, "#unsure"),
                    (6.0, None),
                    (None, "#C C walks"),
                    (7.0, "#summary C cooked"),
                ),
            },
            "u2": {"status": "complete", "narration_pass_2": rows((1.0, "#O man X waves"))},
            "u3": {"status": "no_annotations"},
            "unlisted": {"narration_pass_1": rows((1.0, "#C C walks"))},
        },
        [
            {
                "video_uid": "u1",
                "duration_sec": 60.0,
                "split_em": "val",
                "video_components": [
                    {"redacted": False, "canonical_video_start_sec": 0.0, "canonical_video_end_sec": 30.0},
                    {"redacted": True, "canonical_video_start_sec": 30.0, "canonical_video_end_sec": 40.0},
                ],
            },
            {"video_uid": "u2", "duration_sec": 10, "split_em": None, "video_components": None},
            {"video_uid": "u3", "duration_sec": 10},
        ],
    )
    drops = Drops()
    found = {meta.video: (meta, narrations) for meta, narrations in read_ego4d(narrations_path, listed, drops)}
    assert list(found) == ["u1", "u2", "u3"]
    meta, narrations = found["u1"]
    assert (meta.duration, meta.split, meta.redacted) == (60.0, "val", (Span(30.0, 40.0),))
    assert texts(narrations) == [(2.0, "C opens the fridge"), (9.0, "C closes the fridge")]
    assert narrations[0].span == Span(2.0, 2.0)
    assert (found["u2"][1][0].actor, found["u3"][1]) == ("X", [])
    assert drops.counts == {
        "duplicate": 1,
        "past the end": 1,
        "redacted": 1,
        "before the start": 1,
        "unsure": 1,
        "no text or time": 2,
        "summary": 1,
        "video not in the video list": 1,
        "in a video not in the video list": 1,
    }
    assert drops.examples["redacted"] == ["u1 35.0 #C C stands in the dark"]


def test_without_the_video_list_nothing_is_known_of_ends(tmp_path: Path) -> None:
    narrations_path, _ = write(tmp_path, {"u1": {"narration_pass_1": rows((1e6, "#C C walks"))}})
    [(meta, narrations)] = read_ego4d(narrations_path)
    assert meta.duration is None
    assert texts(narrations) == [(1e6, "C walks")]


def test_odd_entries_are_read(tmp_path: Path) -> None:
    """A byte order mark, passes that are empty, null or bare lists, times as text, a time a frame before the start."""
    narrations_path = {
        "u1": {"narration_pass_1": None, "narration_pass_2": {"narrations": [], "summaries": []}},
        "u2": {"narration_pass_1": {"summaries": [{"summary_text": "#Summary C cooks"}]}},
        "u3": {"narration_pass_1": [{"timestamp_sec": "2.5", "narration_text": "#C C walks"}]},
        "u4": {"narration_pass_2": rows((-0.04, "#C C walks"), (True, "#C C walks"), (float("nan"), "#C C walks"))},
        "u5": {},
    }
    path = tmp_path / "narration.json"
    path.write_text("\ufeff" + json.dumps(narrations_path), encoding="utf-8")
    drops = Drops()
    found = {meta.video: texts(narrations) for meta, narrations in read_ego4d(path, None, drops)}
    assert found == {"u1": [], "u2": [], "u3": [(2.5, "C walks")], "u4": [(0.0, "C walks")], "u5": []}
    assert drops.counts == {"no text or time": 2}


def test_nothing_is_lost_without_a_count(tmp_path: Path) -> None:
    lines = [
        (i / 7, f"#C C {verb} the cup{tail}")
        for i, (verb, tail) in enumerate([("lifts", ""), ("takes", " #unsure")] * 50)
    ]
    narrations_path, listed = write(
        tmp_path,
        {
            "u1": {"narration_pass_1": rows(*lines, *lines[:9]), "narration_pass_2": rows(*lines[::-1])},
            "x": {"narration_pass_1": rows(*lines)},
        },
        [{"video_uid": "u1", "duration_sec": 10.0}],
    )
    drops = Drops()
    [(_, kept)] = read_ego4d(narrations_path, listed, drops)
    assert len(kept) + sum(n for reason, n in drops.counts.items() if not reason.startswith("video ")) == 309
    assert [n.span.start for n in kept] == sorted(n.span.start for n in kept)


def points(*lines: tuple[float, str]) -> list[Narration]:
    return [Narration("v", Span(t, t), text, "X" if text.startswith("man X") else "C") for t, text in lines]


def test_passes_merge_the_same_event_once() -> None:
    first = points((1.0, "C picks up a cup"), (5.0, "C opens the fridge"), (9.0, "C walks"))
    second = points((1.4, "C takes a blue cup"), (5.2, "C pours milk into the cup"))
    drops = Drops()
    merged = merge_passes(first, second, drops)
    assert texts(merged) == [
        (1.0, "C picks up a cup"),
        (5.0, "C opens the fridge"),
        (5.2, "C pours milk into the cup"),
        (9.0, "C walks"),
    ]
    assert drops.counts == {"duplicate of the other pass": 1}


def test_far_apart_other_actor_or_done_twice_is_another_event() -> None:
    first = points((1.0, "C picks up a plate"), (20.0, "C opens the fridge"), (30.0, "man X walks"))
    assert len(merge_passes(first, points((4.0, "C picks up a plate")), Drops())) == 4
    assert len(merge_passes(first, points((30.0, "C walks")), Drops())) == 4
    # Two plates within a second, and the first pass has one of them.
    assert len(merge_passes(first, points((0.8, "C picks up a plate"), (1.6, "C picks up a plate")), Drops())) == 4


def test_opposites_are_not_duplicates() -> None:
    first = points((1.0, "C opens the white fridge in the kitchen"), (9.0, "C takes the cup from the white table"))
    second = points((1.5, "C closes the white fridge in the kitchen"), (9.1, "C puts the cup on the white table"))
    assert len(merge_passes(first, second, Drops())) == 4
    assert len(merge_passes(first, points((9.2, "C picks the cup from the white table")), Drops())) == 2


@pytest.mark.parametrize(
    "entry",
    [["x"], {"narration_pass_1": [1]}, {"narration_pass_1": {"narrations": ["x"]}}, {"narration_pass_1": {"a": 1}}],
)
def test_another_schema_is_refused(tmp_path: Path, entry: Any) -> None:
    narrations_path, _ = write(tmp_path, {"u1": entry})
    with pytest.raises(InputError, match="u1"):
        list(read_ego4d(narrations_path))


@pytest.mark.parametrize(
    "video",
    [
        {"video_uid": "u"},
        {"duration_sec": 1.0},
        {"video_uid": "u", "duration_sec": "long"},
        {"video_uid": "u", "duration_sec": 1.0, "video_components": [{"redacted": True}]},
        "u",
    ],
)
def test_a_bad_video_list_is_refused(tmp_path: Path, video: Any) -> None:
    _, listed = write(tmp_path, {}, [video])
    with pytest.raises(InputError, match="duration_sec"):
        read_video_list(listed)


def version_2(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": "2",
        "videos": {"u1": {"narrations": list(lines), "summaries": [], "status": "complete", **more}},
    }


def test_all_narrations_redacted_of_version_2(tmp_path: Path) -> None:
    narrations_path, _ = write(
        tmp_path,
        version_2(
            {"text": "#C C opens a door", "time": 3.2, "is_summary": False, "_annotation_uid": "x"},
            {"text": "#C C takes a cup", "time": 7.2},
            {"text": "C cooked", "time": 9.0, "is_summary": True},
            {"text": None, "time": 9.0},
            "a line",
        ),
    )
    assert open_source([narrations_path]).format == "ego4d"
    drops = Drops()
    ((meta, narrations),) = read_ego4d(narrations_path, None, drops)
    assert (meta.video, texts(narrations)) == ("u1", [(3.2, "C opens a door"), (7.2, "C takes a cup")])
    assert drops.counts == {"no text or time": 2, "summary": 1}


def test_the_passes_of_version_2_are_separated_by_their_annotations(tmp_path: Path) -> None:
    lines = [
        {"text": "#C C opens the white fridge", "time": 1.0, "_annotation_uid": "one"},
        {"text": "#C C opens the white fridge", "time": 1.4, "_annotation_uid": "two"},
        {"text": "#C C opens the white fridge", "time": 9.0, "_annotation_uid": "one"},
    ]
    narrations_path, _ = write(tmp_path, version_2(*lines))
    drops = Drops()
    ((_, narrations),) = read_ego4d(narrations_path, None, drops)
    assert [n.span.start for n in narrations] == [1.0, 9.0]
    assert drops.counts == {"duplicate of the other pass": 1}


def test_no_line_vanishes_uncounted(tmp_path: Path) -> None:
    narrations_path, _ = write(
        tmp_path, {"u0": {"status": "redacted"}, "u1": {"sentences": [{"text": "#C C sits", "time": 1}]}}
    )
    drops = Drops()
    assert [meta.video for meta, _ in read_ego4d(narrations_path, None, drops)] == ["u0"]
    assert drops.counts == {"video whose entry has no narrations in a known place": 1}
    assert drops.examples["video whose entry has no narrations in a known place"] == ["u1: sentences"]


def test_what_is_no_object_is_named(tmp_path: Path) -> None:
    for content in ({"u1": 3}, {"version": "2", "videos": {"u1": 3}}):
        narrations_path, _ = write(tmp_path, content)
        with pytest.raises(InputError, match="video 'u1' should be an object, got int"):
            list(read_ego4d(narrations_path))


def test_a_name_that_no_file_can_hold(tmp_path: Path) -> None:
    narrations_path, _ = write(tmp_path, {"u\ud83d": {"narration_pass_1": rows((1.0, "#C C walks"))}, "u1": {}})
    drops = Drops()
    assert [meta.video for meta, _ in read_ego4d(narrations_path, None, drops)] == ["u1"]
    assert drops.counts == {
        "video with a name that no file can hold": 1,
        "in a video with a name that no file can hold": 1,
    }
    assert drops.examples["video with a name that no file can hold"] == ["u\\ud83d"]
