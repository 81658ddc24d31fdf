"""Transport streams whose clock starts anew: both parts are there, each at its own time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from mmego.video.container.stream_clock import continue_times
from mmego.video.decode import DecodeReport, Frame, decode_frames, probe
from mmego.video.probe import probe_stream
from tests.video.clips import OPEN_GOP, Reference, sequential

MakeClip = Callable[..., Path]
BASE = Fraction(1, 90000)
MIDDLES = [(number + 0.5) / 25 for number in range(150)]


def joined(first: Path, second: Path, folder: Path) -> tuple[Path, Reference]:
    """Two clips of 75 frames in one file, and what must be seen in it."""
    path = folder / "joined.ts"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    a, b = sequential(first), sequential(second)
    assert len(a.images) == len(b.images) == 75
    return path, Reference(a.times + [3 + time for time in b.times], a.images + b.images, a.keys + b.keys)


def pieces(make_clip: MakeClip, begins: tuple[float, float], **fields: object) -> tuple[Path, Path]:
    """Two clips with other pictures (another width of the pan) whose clocks begin where they say."""
    names = ("first", "second")
    numbers = "-".join(f"{key}" for key in sorted(fields))
    return tuple(  # type: ignore[return-value]
        make_clip(f"{name}-{begin}-{numbers}.ts", start=round(begin * 1000), footage=name == "second", **fields)
        for name, begin in zip(names, begins, strict=True)
    )


@pytest.mark.parametrize(
    "begins",
    [(0.0, 0.0), (500.0, 0.0), (0.0, 1000.0), (50.0, 51.0)],
    ids=["anew", "back", "on by far", "back by little"],
)
def test_the_clock_goes_on(begins: tuple[float, float], make_clip: MakeClip, tmp_path: Path) -> None:
    path, truth = joined(*pieces(make_clip, begins), tmp_path)
    assert probe(path).duration == pytest.approx(6.0, abs=0.001)
    report = DecodeReport()
    frames = list(decode_frames(path, MIDDLES, mode="exact", report=report))
    assert report.gaps == []
    assert truth.wrong(frames, truth.on_screen) == []
    assert len(frames) == 150


@pytest.mark.parametrize("workers", [1, 3])
def test_single_times_and_keyframes_of_either_part(workers: int, make_clip: MakeClip, tmp_path: Path) -> None:
    path, truth = joined(*pieces(make_clip, (0.0, 0.0), options=OPEN_GOP), tmp_path)
    for time in (5.9, 0.1, 2.95, 3.01, 4.4):
        frames = list(decode_frames(path, [time], mode="exact"))
        assert truth.wrong(frames, truth.on_screen) == []
        assert len(frames) == 1
    frames = list(decode_frames(path, truth.some_times(), mode="keyframe", workers=workers))
    assert truth.wrong(frames, truth.key_before) == []


def test_a_part_that_starts_between_keyframes_is_no_continuation(make_clip: MakeClip, tmp_path: Path) -> None:
    """Its first pictures refer to some that are not there; the decoder would take those of the first part."""
    first, second = pieces(make_clip, (0.0, 0.0))
    content = second.read_bytes()
    path, _ = joined(first, second, tmp_path)
    path.write_bytes(first.read_bytes() + content[: 188 * 3] + content[188 * 60 :])
    before, after = sequential(first), sequential(second)
    report = DecodeReport()
    frames: list[Frame] = list(decode_frames(path, MIDDLES, mode="exact", report=report))
    late = [frame for frame in frames if frame.time > 3]
    assert late
    assert all(before.number_of(frame.image) is None for frame in late)
    assert all(after.number_of(frame.image) is not None for frame in late)
    assert [gap for gap in report.gaps if 3 < gap.time < 5]


@pytest.mark.parametrize("before", [1.6, 0.05])
def test_a_clock_that_runs_over(before: float, make_clip: MakeClip) -> None:
    """The 33 bits of a time are full after 26.5 hours."""
    begin = round((2**33 / 90000 - before - 1.4) * 1000)  # the muxer adds 1.4 s
    path = make_clip(f"over-{before}.ts", start=begin)
    truth = sequential(path)
    assert probe(path).duration == pytest.approx(3.0, abs=0.001)
    frames = list(decode_frames(path, MIDDLES[:75], mode="exact"))
    assert len(frames) == len(truth.images) == 75
    assert truth.wrong(frames, truth.on_screen) == []
    keys = list(decode_frames(path, MIDDLES[:75], mode="keyframe"))
    assert truth.wrong(keys, truth.key_before) == []


def test_a_steady_clock_has_no_pieces(make_clip: MakeClip) -> None:
    assert probe_stream(make_clip("h264-audio.ts", audio=True)).clock is None


def test_one_wrong_time_is_neutral() -> None:
    """A wrong bit in a time looks like two new clocks; the times after it are what they were."""
    frame = 3600
    found = [(188 * n, frame * n + (2**32 if n == 5 else 0), frame * n) for n in range(10)]
    clock = continue_times(found, frame, BASE)
    assert list(clock.times) == [frame * n for n in range(10)]


def test_pieces_by_place() -> None:
    frame = 3600
    found = [(188 * n, frame * (n % 5), frame * (n % 5)) for n in range(10)]
    clock = continue_times(found, frame, BASE)
    assert clock.starts == [0, 940]
    assert clock.offsets == [0, 5 * frame]
    assert clock.end == 10 * frame
    assert [clock.piece(place) for place in (0, 939, 940, 5000)] == [0, 0, 1, 1]
    assert clock.place_before(7 * frame) == 7 * 188
    assert [clock.ends_piece(188 * n) for n in (2, 3, 4, 5)] == [False, True, True, False]
