"""Damaged and cut files: what is there is right, what is not is reported, nothing is repeated or guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from mmego.video.decode import DecodeReport, Frame, decode_frames
from mmego.video.probe import probe_stream
from mmego.video.reading import exact as exact_module
from mmego.video.reading.exact import ExactReader
from mmego.video.reading.packets import Entry
from tests.video.clips import KINDS, Reference

MakeClip = Callable[..., Path]
MakeReference = Callable[[Path], Reference]

TIMES = [number / 10 + 0.05 for number in range(100)]
FIELDS = {"frames": 250, "width": 160, "height": 120}
FASTSTART = (("movflags", "faststart"),)


@pytest.fixture(params=["mp4", "mkv", "ts"])
def whole(request: pytest.FixtureRequest, make_clip: MakeClip) -> Path:
    """Ten seconds in each container, a keyframe every 0.8 s."""
    muxer = FASTSTART if request.param == "mp4" else ()
    return make_clip(f"ten-seconds.{request.param}", **FIELDS, muxer=muxer)


def exact(path: Path, workers: int = 1) -> tuple[list[Frame], DecodeReport]:
    """Frames at TIMES, with the report; every time is either there or a gap, in order."""
    report = DecodeReport()
    frames = list(decode_frames(path, TIMES, mode="exact", workers=workers, report=report))
    assert sorted([f.index for f in frames] + [g.index for g in report.gaps]) == list(range(len(TIMES)))
    assert [f.index for f in frames] == sorted(f.index for f in frames)
    assert [g.index for g in report.gaps] == sorted(g.index for g in report.gaps)
    return frames, report


def wrong_indices(frames: list[Frame], truth: Reference) -> list[int]:
    """Frames further than half a frame's length from the one on screen, or with other pixels."""
    return [
        frame.index
        for frame in frames
        if not np.array_equal(frame.image, truth.images[truth.on_screen(frame.time)])
        and not np.array_equal(frame.image, truth.images[truth.on_screen(frame.time - 0.02)])
    ]


def picture_after(path: Path, place: int) -> int:
    """Return the byte at which the first packet of a picture at or after `place` begins."""
    with av.open(str(path)) as container:
        return min(p.pos for p in container.demux(video=0) if p.pos is not None and p.pos >= place)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("part", [0.5, 0.95])
def test_a_cut_file_gives_what_is_there(
    whole: Path, part: float, workers: int, reference: MakeReference, tmp_path: Path
) -> None:
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * part)])
    frames, report = exact(path, workers)
    assert wrong_indices(frames, reference(whole)) == []
    assert 10 * part * 10 - 8 <= len(frames) <= 10 * part * 10 + 4
    assert report.gaps[-1].reason == "past the last frame in the file"
    assert frames[-1].index < report.gaps[-1].index


@pytest.mark.parametrize("workers", [1, 2])
def test_a_hole_in_the_middle_is_reported_and_the_rest_is_right(
    whole: Path, workers: int, reference: MakeReference, tmp_path: Path
) -> None:
    content = bytearray(whole.read_bytes())
    # From where a picture begins: one that loses its last bytes alone can be a legal picture all the same.
    start, end = picture_after(whole, int(len(content) * 0.4)), int(len(content) * 0.5)
    content[start:end] = np.random.default_rng(5).integers(0, 256, end - start, dtype=np.uint8).tobytes()
    path = tmp_path / whole.name
    path.write_bytes(content)
    frames, report = exact(path, workers)
    assert wrong_indices(frames, reference(whole)) == []
    assert 75 <= len(frames) <= 93
    lost = [gap.time for gap in report.gaps]
    assert min(lost) > 3
    assert max(lost) < 7
    assert {gap.reason for gap in report.gaps} <= {
        "damaged in the file",
        "packets missing in the file",
        "no keyframe before it",
        "gave no picture",
    }


def test_a_hole_in_matroska_does_not_look_like_a_still_picture(make_clip: MakeClip, tmp_path: Path) -> None:
    """The demuxer jumps to the next cluster without a word; the picture before the hole is not on screen in it."""
    whole = make_clip("ten-seconds.mkv", **FIELDS)
    content = bytearray(whole.read_bytes())
    start, end = int(len(content) * 0.6), int(len(content) * 0.7)
    content[start:end] = bytes(end - start)
    path = tmp_path / "hole.mkv"
    path.write_bytes(content)
    frames, report = exact(path)
    assert len(report.gaps) >= 5
    assert "packets missing in the file" in {gap.reason for gap in report.gaps}
    assert max(frame.time - frame.actual_time for frame in frames) < 0.061


def test_damage_spoils_the_rest_of_its_group_only(
    make_clip: MakeClip, reference: MakeReference, tmp_path: Path
) -> None:
    """Forty bytes of zeros at 40 places: gaps, or pictures that FFmpeg cannot know to be wrong, of one group at most.

    A run of zeros is often legal H.264: of about one file in six FFmpeg says nothing.
    """
    whole = make_clip("ten-seconds.mp4", **FIELDS, muxer=FASTSTART)
    truth = reference(whole)
    content = whole.read_bytes()
    seen = silent = 0
    for place in np.linspace(len(content) // 4, len(content) * 3 // 4, 40, dtype=int):
        path = tmp_path / f"{place}.mp4"
        path.write_bytes(content[:place] + bytes(40) + content[place + 40 :])
        frames, report = exact(path)
        wrong = wrong_indices(frames, truth)
        touched = sorted({gap.index for gap in report.gaps} | set(wrong))
        groups = {truth.key_before(TIMES[index]) for index in touched}
        assert len(groups) <= 1 or (len(groups) == 2 and len(touched) <= 9), (place, touched)
        seen += bool(report.gaps)
        silent += bool(wrong)
    assert seen >= 20
    assert silent <= 16


def test_a_stream_that_starts_in_the_middle_of_a_group(
    make_clip: MakeClip, reference: MakeReference, tmp_path: Path
) -> None:
    whole = make_clip("ten-seconds.ts", **FIELDS)
    path = tmp_path / "middle.ts"
    path.write_bytes(whole.read_bytes()[188 * 120 :])
    frames, report = exact(path)
    assert report.gaps[0].index == 0
    assert report.gaps[0].reason == "no keyframe before it"
    assert frames[-1].actual_time - frames[0].actual_time > 8
    truth = reference(whole)
    first = truth.number_of(frames[0].image)
    assert first is not None
    shift = truth.times[first] - frames[0].actual_time
    assert all(np.array_equal(f.image, truth.images[truth.on_screen(f.time + shift)]) for f in frames)


def test_a_long_group_is_decoded_on_the_way_rather_than_kept(
    make_clip: MakeClip, reference: MakeReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact_module, "_MOST_AHEAD", 4000)
    path = make_clip("one-keyframe.mp4", **KINDS["one-keyframe.mp4"])
    truth = reference(path)
    frames = list(decode_frames(path, [0.1, 2.0, 2.9], mode="exact", workers=1))
    assert len(frames) == 3
    assert truth.wrong(frames, truth.on_screen) == []


def test_few_packets_are_decoded(make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    """One target late in a group: everything up to it is sent; one early: next to nothing."""
    path = make_clip("ten-seconds.mp4", **FIELDS, muxer=FASTSTART)
    facts = probe_stream(path)
    sent: list[int] = []
    decode = ExactReader._decode

    def counting(self: ExactReader, entry: Entry, target: Entry) -> None:
        sent.append(entry.pts)
        decode(self, entry, target)

    monkeypatch.setattr(ExactReader, "_decode", counting)
    for time, most in ((4.01, 2), (4.77, 21)):
        sent.clear()
        frame_reader = ExactReader(path, facts)
        (shot,) = frame_reader.read([facts.ticks(time)])
        frame_reader.close()
        assert shot.frame is not None
        assert len(sent) <= most
