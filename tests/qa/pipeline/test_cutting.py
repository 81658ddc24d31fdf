from __future__ import annotations

from dataclasses import replace

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import to_spans
from mmego.qa.pipeline.cutting import ClipOptions, cut_clips, in_no_clip
from mmego.records import NarratedClip, Narration, Span, VideoMeta
from mmego.records.length_classes import LENGTH_CLASSES, length_class
from tests.qa.narrated import narrations

HOURS = 3600.0


def clips_of(seconds: float, told: list[Narration] | None = None, **options: int) -> list[NarratedClip]:
    told = narrations(seconds) if told is None else told
    return cut_clips(VideoMeta("v", seconds, "train"), told, "ego4d", ClipOptions(**options))


def stretches(*spans: tuple[float, float]) -> list[Narration]:
    return [Narration("v", Span(*span), f"washes plate {number}") for number, span in enumerate(spans)]


def test_two_hours_give_clips_of_every_class() -> None:
    clips = clips_of(2 * HOURS)
    found = [length_class(clip.clip.length) for clip in clips]
    assert set(found) == set(LENGTH_CLASSES)
    assert {name: found.count(name) for name in LENGTH_CLASSES[:5]} == dict.fromkeys(LENGTH_CLASSES[:5], 4)
    assert found.count("40-60") >= 2
    assert all(30 <= clip.clip.length <= HOURS for clip in clips)


def test_a_video_gives_the_classes_that_fit() -> None:
    (clip,) = clips_of(40)
    assert 30 <= clip.clip.length <= 40
    assert {length_class(c.clip.length) for c in clips_of(150)} == {"0.5-1", "1-2", "2-4"}
    assert clips_of(29.9) == []
    assert clips_of(0) == []


@pytest.mark.parametrize("minutes", [0.5, 1, 2, 4, 10, 20, 40, 60])
def test_a_video_as_long_as_a_boundary_gives_the_longer_class_too(minutes: float) -> None:
    found = {length_class(c.clip.length) for c in clips_of(60 * minutes)}
    assert length_class(60 * minutes) in found


@pytest.mark.parametrize("seconds", [30.0, 61.7, 299.99, 1803.3, 9000.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_clip_lies_in_the_video_and_clips_of_a_class_do_not_overlap(seconds: float, seed: int) -> None:
    clips = clips_of(seconds, seed=seed)
    assert clips
    assert len({clip.id for clip in clips}) == len(clips)
    by_class: dict[str, list[Span]] = {}
    for clip in clips:
        assert 0 <= clip.clip.start <= clip.clip.end <= seconds
        by_class.setdefault(length_class(clip.clip.length), []).append(clip.clip)
    for spans in by_class.values():
        for before, after in zip(sorted(spans), sorted(spans)[1:], strict=False):
            assert before.end <= after.start


def test_same_seed_same_clips_whatever_else_is_cut() -> None:
    assert clips_of(1000, seed=3) == clips_of(1000, seed=3)
    assert clips_of(1000, seed=3) != clips_of(1000, seed=4)
    told = narrations(1000)
    other = cut_clips(VideoMeta("w", 1000.0), [replace(n, video="w") for n in told], "ego4d", ClipOptions(seed=3))
    assert [c.clip for c in other] != [c.clip for c in clips_of(1000, told, seed=3)]
    assert clips_of(1000, told[::-1], seed=3) == clips_of(1000, told, seed=3)


def test_ends_do_not_cut_narrated_spans() -> None:
    # Eleven seconds of work and one of pause, all the time.
    told = stretches(*((12.0 * i, 12.0 * i + 11.0) for i in range(100)))
    clips = clips_of(1200, told, min_narrations=2)
    assert len(clips) > 15
    for clip in clips:
        for narration in told:
            assert not narration.span.start < clip.clip.start < narration.span.end
            assert not narration.span.start < clip.clip.end < narration.span.end
        assert all(narration in told for narration in clip.narrations)


def test_points_are_cut_between_their_reaches() -> None:
    told = narrations(900, every=3)
    spans = to_spans(told, 900.0)
    for clip in clips_of(900, told):
        for end in (clip.clip.start, clip.clip.end):
            assert not any(span.start < end < span.end for span in spans)


def test_where_a_cut_cannot_be_avoided_a_narration_goes_with_its_middle_and_is_cut() -> None:
    # One narration over everything, and points in it: no end is free of it.
    told = stretches((0.0, 600.0)) + [Narration("v", Span(t, t), "opens the door") for t in range(10, 600, 10)]
    clips = clips_of(600, told)
    assert {length_class(c.clip.length) for c in clips} == {"0.5-1", "1-2", "2-4", "4-10", "10-20"}
    for clip in clips:
        whole = [n for n in clip.narrations if n.text.startswith("washes")]
        assert len(whole) == clip.clip.holds(300.0)
        assert all(n.span == clip.clip for n in whole)


def test_each_narration_is_in_the_clip_by_its_middle_and_in_time_order() -> None:
    told = narrations(700)
    for clip in clips_of(700, told):
        assert [n.span for n in clip.narrations] == [n.span for n in told if clip.clip.holds(n.span.start)]
        assert clip.dataset == "ego4d"
        assert clip.split == "train"


def test_too_little_told_gives_no_clip() -> None:
    told = [n for n in narrations(600) if n.span.start < 60]
    clips = clips_of(600, told)
    assert clips
    assert all(len(clip.narrations) >= 4 for clip in clips)
    assert all(clip.clip.start < 60 for clip in clips)
    assert clips_of(600, told[:3]) == []
    assert clips_of(600, []) == []


def test_without_a_duration_the_last_narration_ends_the_video() -> None:
    told = narrations(500)
    clips = cut_clips(VideoMeta("v"), told, "own", ClipOptions())
    assert max(clip.clip.end for clip in clips) <= told[-1].span.end
    assert {length_class(c.clip.length) for c in clips} == set(LENGTH_CLASSES[:4])
    assert cut_clips(VideoMeta("v"), [], "own", ClipOptions()) == []


def test_ids_name_video_and_stretch() -> None:
    (clip,) = clips_of(30)
    assert clip.id == "v:0-30"


@pytest.mark.parametrize("wrong", [{"per_class": 0}, {"min_narrations": 0}])
def test_wrong_options_are_named(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="at least 1, got"):
        ClipOptions(**wrong)


def test_narrations_are_in_a_clip_or_in_none() -> None:
    told = narrations(400.0, 3)
    clips = clips_of(400.0, told, per_class=1)
    outside = in_no_clip(told, clips)
    inside = {(n.text, n.span.end) for clip in clips for n in clip.narrations}
    assert outside
    assert inside == {(n.text, n.span.end) for n in told} - {(n.text, n.span.end) for n in outside}
    assert in_no_clip(told, []) == told
