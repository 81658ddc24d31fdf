"""Keyframe mode: the last keyframe before each time, and what happens where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mmego.video.decode import DecodeReport, decode_frames
from mmego.video.probe import probe_stream
from mmego.video.reading.keyframes import KeyframeReader
from tests.video.clips import INTRA_REFRESH, KINDS, Reference

MakeClip = Callable[..., Path]
MakeReference = Callable[[Path], Reference]


@pytest.mark.parametrize("name", [name for name in KINDS if name != "intra-refresh.ts"])
def test_keyframe_gives_the_last_keyframe_before(name: str, make_clip: MakeClip, reference: MakeReference) -> None:
    path = make_clip(name, **KINDS[name])
    truth = reference(path)
    times = truth.some_times(seed=2)
    frames = list(decode_frames(path, times, mode="keyframe"))
    assert truth.wrong(frames, truth.key_before) == []
    assert len(frames) == len(times)


def test_a_stream_without_whole_keyframes_is_decoded_exactly(make_clip: MakeClip, reference: MakeReference) -> None:
    path = make_clip("intra-refresh.ts", options=INTRA_REFRESH)
    truth = reference(path)
    frames = list(decode_frames(path, [0.9, 1.7, 2.5], mode="keyframe"))
    assert truth.wrong(frames, truth.on_screen) == []


def test_a_keyframe_too_far_away_is_replaced_by_the_exact_frame(make_clip: MakeClip, reference: MakeReference) -> None:
    path = make_clip("h264.mp4")  # a keyframe every 0.8 s, 25 frames a second
    facts = probe_stream(path)
    reader = KeyframeReader(path, facts, within=facts.frame_ticks * 5)
    times = [0.1, 0.5, 0.9, 1.35]
    shots = list(reader.read([facts.ticks(time) for time in times]))
    reader.close()
    assert [round(facts.seconds(shot.pts), 2) for shot in shots] == [0.0, 0.48, 0.8, 1.32]


@pytest.mark.parametrize("name", ["h264.mp4", "h264-audio.ts", "h264-audio.mkv"])
def test_a_keyframe_too_early_is_replaced_by_the_exact_frame(
    name: str, make_clip: MakeClip, reference: MakeReference
) -> None:
    path = make_clip(name, **KINDS[name])  # a keyframe every 0.8 s
    truth = reference(path)
    times = [1.0, 1.3, 1.7, 2.5]
    frames = list(decode_frames(path, times, mode="keyframe", earliest=0.9))
    assert truth.wrong(frames[:2], truth.on_screen) == []
    assert truth.wrong(frames[2:], truth.key_before) == []
    assert [round(frame.actual_time, 2) for frame in frames] == [1.0, 1.28, 1.6, 2.4]
    allowed = list(decode_frames(path, times, mode="keyframe", earliest=0.8))
    assert truth.wrong(allowed, truth.key_before) == []


def test_each_keyframe_is_decoded_once(make_clip: MakeClip) -> None:
    path = make_clip("h264.mp4")
    facts = probe_stream(path)
    reader = KeyframeReader(path, facts, within=None)
    shots = list(reader.read([facts.ticks(time) for time in (0.81, 0.9, 1.5, 1.7)]))
    reader.close()
    assert shots[0] is shots[1] is shots[2]
    assert shots[3] is not shots[2]


@pytest.mark.parametrize("name", ["h264.mp4", "h264-audio.ts", "h264-audio.mkv"])
def test_a_cut_file_ends_where_it_is_cut(name: str, make_clip: MakeClip, tmp_path: Path) -> None:
    fields = KINDS[name] | ({"muxer": (("movflags", "faststart"),)} if name.endswith("mp4") else {})
    whole = make_clip(f"whole-{name}", **fields)
    path = tmp_path / name
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    report = DecodeReport()
    times = [number / 5 for number in range(15)]
    frames = list(decode_frames(path, times, mode="keyframe", report=report))
    assert 4 <= len(frames) <= 12
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert [gap.index for gap in report.gaps] == list(range(len(frames), 15))
