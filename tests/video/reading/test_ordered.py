"""Files that do not say when a picture is shown: the i-th picture out of the decoder is on screen from i / rate on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmego.video.decode import DecodeReport, decode_frames, probe
from mmego.video.probe import probe_stream
from tests.video.clips import HEVC, OPEN_GOP, in_order

MakeClip = Callable[..., Path]
B2 = (("bf", "2"),)
X264_B = (("x264-params", "bframes=3:keyint=20:scenecut=0"),)
UNTIMED: dict[str, dict[str, Any]] = {
    "h264-b.avi": {"options": X264_B},
    "h264-open-gop.avi": {"options": OPEN_GOP},
    "h264-b-sound.avi": {"options": X264_B, "audio": True},
    "h264-one-key.avi": {"options": X264_B, "gop": 9999},
    "mpeg4-b.avi": {"codec": "mpeg4", "options": B2},
    "raw.h264": {"options": X264_B},
    "raw-open-gop.h264": {"options": OPEN_GOP},
    "raw.hevc": {"codec": "libx265", "options": HEVC},
    "raw.m4v": {"codec": "mpeg4", "options": B2},
    "raw.m2v": {"codec": "mpeg2video", "options": B2},
    "raw.m1v": {"codec": "mpeg1video", "options": B2},
    "mpeg1.mpg": {"codec": "mpeg1video", "options": B2},
    "mpeg2.vob": {"codec": "mpeg2video", "options": B2},
    "h264.mpg": {"options": X264_B},
    "h264.mxf": {"options": X264_B},
    "h264.asf": {"options": X264_B},
}


def middles(count: int) -> list[float]:
    """Return the middle of each of `count` frames at 25 a second."""
    return [(number + 0.5) / 25 for number in range(count)]


@pytest.mark.parametrize("name", UNTIMED)
def test_every_frame_is_the_one_by_order(name: str, make_clip: MakeClip) -> None:
    path = make_clip(name, **UNTIMED[name])
    truth = in_order(path)
    assert len(truth.images) == 75
    report = DecodeReport()
    frames = list(decode_frames(path, middles(75), mode="exact", report=report))
    assert truth.wrong(frames, truth.on_screen) == []
    assert report.gaps == []
    assert probe(path).duration == pytest.approx(3.0, abs=0.001)
    assert probe(path).fps == pytest.approx(25)


@pytest.mark.parametrize("name", ["h264-b.avi", "raw.h264", "mpeg1.mpg", "h264.mxf"])
@pytest.mark.parametrize("workers", [1, 3])
def test_few_and_far_times_in_any_order(name: str, workers: int, make_clip: MakeClip) -> None:
    path = make_clip(name, **UNTIMED[name])
    truth = in_order(path)
    times = truth.some_times(seed=4)
    frames = list(decode_frames(path, times, mode="exact", workers=workers))
    assert len(frames) == len(times)
    assert truth.wrong(frames, truth.on_screen) == []


@pytest.mark.parametrize("name", ["h264-b.avi", "h264-open-gop.avi", "raw.hevc", "mpeg1.mpg"])
def test_keyframe_mode_gives_the_last_keyframe_by_order(name: str, make_clip: MakeClip) -> None:
    path = make_clip(name, **UNTIMED[name])
    truth = in_order(path)
    report = DecodeReport()
    frames = list(decode_frames(path, middles(75), mode="keyframe", report=report))
    assert report.mode == "keyframe"
    assert truth.wrong(frames, truth.key_before) == []
    assert len(frames) == 75


def test_auto_is_exact_since_keyframes_are_no_faster(make_clip: MakeClip) -> None:
    report = DecodeReport()
    list(decode_frames(make_clip("h264-b.avi", options=X264_B), [0.0, 1.0, 2.0], report=report))
    assert report.mode == "exact"


def test_times_past_the_end_are_gaps(make_clip: MakeClip) -> None:
    report = DecodeReport()
    frames = list(decode_frames(make_clip("raw.h264", options=X264_B), [2.9, 3.5], mode="exact", report=report))
    assert [frame.index for frame in frames] == [0]
    assert [(gap.index, gap.reason) for gap in report.gaps] == [(1, "past the last frame in the file")]


def test_b_frames_in_avi_without_its_index(make_clip: MakeClip, tmp_path: Path) -> None:
    whole = make_clip("h264-b.avi", options=X264_B)
    path = tmp_path / "no-index.avi"
    content = whole.read_bytes()
    path.write_bytes(content[: content.rindex(b"idx1")])
    truth = in_order(whole)
    frames = list(decode_frames(path, middles(75), mode="exact"))
    assert len(frames) == 75
    assert truth.wrong(frames, truth.on_screen) == []


@pytest.mark.parametrize("name", ["h264-b.avi", "raw.h264", "mpeg1.mpg", "odd-mjpeg.avi"])
def test_after_a_hole_nothing_is_shown_at_a_wrong_time(name: str, make_clip: MakeClip, tmp_path: Path) -> None:
    """Where the times after lost packets are unknown, gaps say so; a program stream has times again."""
    mjpeg = {"codec": "mjpeg", "pix_fmt": "yuvj420p"}
    whole = make_clip(f"hole-{name}", **(mjpeg if "mjpeg" in name else UNTIMED[name]), frames=150)
    content = whole.read_bytes()
    start, end = int(len(content) * 0.4), int(len(content) * 0.5)
    path = tmp_path / name
    path.write_bytes(content[:start] + content[end:])
    truth = in_order(whole)
    report = DecodeReport()
    frames = list(decode_frames(path, middles(150), mode="exact", report=report))
    assert truth.wrong(frames, truth.on_screen) == []
    assert 30 <= len(frames) < 140
    assert len(frames) + len(report.gaps) == 150
    if name != "mpeg1.mpg":
        assert "its time is unknown, since packets are missing before it" in {gap.reason for gap in report.gaps}
    if name == "mpeg1.mpg":
        assert max(frame.index for frame in frames) == 149


def test_a_slip_in_the_times_of_a_program_stream_is_no_damage(make_clip: MakeClip, tmp_path: Path) -> None:
    """FFmpeg gives some times to the wrong picture; here one time in the file is half a second off."""
    whole = make_clip("slip.vob", codec="mpeg2video", options=B2, frames=150, width=192)
    content = bytearray(whole.read_bytes())
    stamped = [n for n in range(len(content) - 20) if content[n : n + 4] == b"\0\0\1\xe0" and content[n + 7] >> 6]
    place = stamped[len(stamped) // 2] + 9
    for field in range(2 if content[place - 2] >> 6 == 3 else 1):
        write_time(content, place + 5 * field, read_time(content, place + 5 * field) + 7200)
    path = tmp_path / "slip.vob"
    path.write_bytes(content)
    report = DecodeReport()
    truth = in_order(whole)
    frames = list(decode_frames(path, middles(150), mode="exact", report=report))
    assert report.gaps == []
    assert truth.wrong(frames, truth.on_screen) == []


def read_time(content: bytearray, place: int) -> int:
    """Return the 33 bits of a time in an MPEG packet's header."""
    a, b, c, d, e = content[place : place + 5]
    return (a >> 1 & 7) << 30 | b << 22 | c >> 1 << 15 | d << 7 | e >> 1


def write_time(content: bytearray, place: int, time: int) -> None:
    """Write such a time."""
    first = content[place] & 0xF0 | time >> 29 & 0x0E | 1
    rest = (time >> 22 & 255, time >> 14 & 254 | 1, time >> 7 & 255, time << 1 & 254 | 1)
    content[place : place + 5] = bytes((first, *rest))


def test_what_is_read_in_order_and_what_is_not(make_clip: MakeClip) -> None:
    assert probe_stream(make_clip("h264-b.avi", options=X264_B)).sequential
    assert not probe_stream(make_clip("odd-mjpeg.avi", codec="mjpeg", pix_fmt="yuvj420p")).sequential
    assert not probe_stream(make_clip("h264.mp4")).sequential
    assert not probe_stream(make_clip("h264-audio.ts", audio=True)).sequential


def test_the_pictures_are_the_readers_own(make_clip: MakeClip) -> None:
    first, second = decode_frames(make_clip("raw.h264", options=X264_B), [1.0, 1.0])
    assert np.array_equal(first.image, second.image)
    first.image[:] = 0
    assert second.image.any()
