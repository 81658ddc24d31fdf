"""Kinds of video files, made with PyAV, read frame by frame: which frames are right, wrong or missing.

    python benchmarks/video_kinds.py [--only TEXT] [--keep FOLDER]

Every picture carries its number as twelve bars, and when it is shown is known from how the file was made, so that no
other reader has to be trusted. `right`: the number on screen in the middle of each frame, in exact mode. `wrong`: any
other number. `gaps`: times for which the file has no picture; `expected` says how many of them there must be (cut
files, pauses between two recordings). `keyframes wrong`: in keyframe mode, pictures that are not a keyframe at or
before the time. Exit status 1 if anything is wrong or a gap too many.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from mmego.errors import VideoError
from mmego.video.decode import DecodeReport, Frame, decode_frames

BITS, WIDTH, HEIGHT, FPS, COUNT, GOP = 12, 192, 96, 25, 150, 20
Show = tuple[float, float, int]  # from, to (seconds), number of the picture

H264 = {"x264-params": "bframes=3:keyint=20:scenecut=0"}
H264_OPEN = {"x264-params": "bframes=4:keyint=20:scenecut=0:open-gop=1:b-pyramid=normal"}
H264_PLAIN = {"x264-params": "bframes=0:keyint=20:scenecut=0"}
H264_REFRESH = {"x264-params": "intra-refresh=1:keyint=20"}
H264_INTERLACED = {"x264-params": "tff=1:bframes=3:keyint=20:scenecut=0"}
HEVC = {"x265-params": "log-level=none:keyint=20:bframes=3:open-gop=0:scenecut=0"}
HEVC_OPEN = {"x265-params": "log-level=none:keyint=20:bframes=4:open-gop=1:b-pyramid=1:scenecut=0"}
VPX = {"cpu-used": "8", "deadline": "realtime"}
AV1 = {"preset": "12", "svtav1-params": "lookahead=0"}
B2 = {"bf": "2"}
UNEVEN = [0, 40, 80, 200, 220, 240, 740, 773, 807, 840, 1740]


@dataclass(frozen=True)
class Kind:
    """How to make a file.

    `starts`: seconds at which the pictures begin to be shown, None for `COUNT` at `FPS`.
    `first`: number of the first picture. `begin`: the container's own time of the first picture in seconds.
    `change`: what is done to the file's bytes. `shows`: what is on screen when, None for all pictures from 0 on.
    `gaps`: most gaps that are right. `turns`: quarter turns counterclockwise by which the shown picture is turned.
    """

    name: str
    ending: str
    codec: str = "libx264"
    options: dict[str, str] = field(default_factory=dict)
    muxer: dict[str, str] = field(default_factory=dict)
    format: str | None = None
    starts: list[float] | None = None
    first: int = 0
    begin: float = 0.0
    sound: str = ""  # "", "first" or "last": a sound track before or after the pictures' track
    still_first: bool = False
    piped: bool = False
    pix_fmt: str = "yuv420p"
    change: Callable[[Kind, Path], None] | None = None
    shows: list[Show] | None = None
    gaps: int = 0
    turns: int = 0


def picture(number: int) -> np.ndarray:
    """Return an RGB picture that carries `number`."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    random = np.random.default_rng(number)
    image[:, :] = random.integers(60, 190, (HEIGHT // 8, WIDTH // 8, 3)).repeat(8, 0).repeat(8, 1)
    wide = WIDTH // BITS
    for bit in range(BITS):
        image[HEIGHT // 4 : HEIGHT * 3 // 4, bit * wide : (bit + 1) * wide] = 225 if number >> bit & 1 else 25
    return image


def number_of(image_HW3: np.ndarray, turns: int = 0) -> int:
    """Return the number that a picture carries."""
    image_HW3 = np.rot90(image_HW3, -turns)
    wide = image_HW3.shape[1] / BITS
    middle = image_HW3[HEIGHT * 2 // 5 : HEIGHT * 3 // 5]
    means = [middle[:, int((bit + 0.3) * wide) : int((bit + 0.7) * wide)].mean() for bit in range(BITS)]
    return sum(1 << bit for bit, mean in enumerate(means) if mean > 125)


class _Pipe:
    """A file that cannot seek, as a live recorder has it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.write, self.close = self._file.write, self._file.close


def write(kind: Kind, path: Path) -> None:
    """Make the file, before `change`."""
    pipe = _Pipe(path) if kind.piped else None
    options = {"fflags": "+bitexact", **kind.muxer}
    with av.open(pipe or str(path), "w", format=kind.format, options=options) as container:
        sound = (
            container.add_stream("aac" if kind.ending != "mpg" else "mp2", rate=44100)
            if kind.sound == "first"
            else None
        )
        still = _still_stream(container) if kind.still_first else None
        stream: Any = container.add_stream(kind.codec, rate=FPS, options=dict(kind.options))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, kind.pix_fmt
        stream.gop_size, stream.codec_context.thread_count = GOP, 1
        fine = kind.starts is not None or kind.begin % (1 / FPS) > 1e-6
        base = Fraction(1, 90000) if fine else Fraction(1, FPS)
        stream.codec_context.time_base = base
        if kind.still_first:
            stream.disposition = av.stream.Disposition.default.value
        if kind.sound == "last":
            sound = container.add_stream("aac" if kind.ending != "mpg" else "mp2", rate=44100)
        starts = kind.starts if kind.starts is not None else [number / FPS for number in range(COUNT)]
        packets = [*(_sound(sound, starts[-1], kind.begin) if sound is not None else [])]
        if still is not None:
            packets += still.encode(
                av.VideoFrame.from_ndarray(picture(4000), format="rgb24").reformat(format="yuvj420p")
            )
            packets += still.encode(None)
        for number, start in enumerate(starts):
            frame = av.VideoFrame.from_ndarray(picture(kind.first + number), format="rgb24")
            frame = frame.reformat(format=kind.pix_fmt)
            frame.pts, frame.time_base = round((start + kind.begin) / base), base
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)
    if pipe is not None:
        pipe.close()


def _still_stream(container: Any) -> Any:
    still = container.add_stream("mjpeg", rate=FPS)
    still.width, still.height, still.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
    still.disposition = 0
    return still


def _sound(stream: Any, seconds: float, begin: float) -> Iterator[Any]:
    random = np.random.default_rng(1)
    size = stream.codec_context.frame_size or 1152
    for number in range(int((seconds + 0.5) * 44100) // size):
        wave = random.normal(0, 0.05, (1, size)).astype(np.float32)
        samples = (wave * 32767).astype(np.int16) if stream.codec_context.format.name.startswith("s16") else wave
        frame = av.AudioFrame.from_ndarray(samples, format=stream.codec_context.format.name, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 44100, number * size + round(begin * 44100), Fraction(1, 44100)
        yield from stream.encode(frame)
    yield from stream.encode(None)


# ---- what is done to the bytes -----------------------------------------------------------------------------------


def cut(part: float) -> Callable[[Kind, Path], None]:
    """Keep this part of the file."""

    def change(_: Kind, path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * part)])

    return change


def without(mark: bytes) -> Callable[[Kind, Path], None]:
    """Cut the file before the last place of a mark (the index at the end of an AVI)."""

    def change(_: Kind, path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: content.rindex(mark)])

    return change


def join(*begins: float) -> Callable[[Kind, Path], None]:
    """Append recordings of the same kind whose pictures go on counting and whose clocks begin where they say."""

    def change(kind: Kind, path: Path) -> None:
        content = path.read_bytes()
        for number, begin in enumerate(begins, 1):
            fields = {name: getattr(kind, name) for name in kind.__dataclass_fields__}
            write(Kind(**fields | {"first": number * COUNT, "begin": begin}), path)
            content += path.read_bytes()
        path.write_bytes(content)

    return change


def turned(turns: int) -> Callable[[Kind, Path], None]:
    """Write another display matrix into the track header of an MP4."""
    matrix = {1: (0, -1, 1, 0), 2: (-1, 0, 0, -1), 3: (0, 1, -1, 0)}[turns]

    def change(_: Kind, path: Path) -> None:
        content = bytearray(path.read_bytes())
        place = content.index(b"tkhd") + 4 + 40
        for where, value in zip((0, 4, 12, 16), matrix, strict=True):
            content[place + where : place + where + 4] = (value * 65536).to_bytes(4, "big", signed=True)
        path.write_bytes(content)

    return change


def lost(start: float, end: float, unit: int = 1) -> Callable[[Kind, Path], None]:
    """Take a part out of the middle."""

    def change(_: Kind, path: Path) -> None:
        content = path.read_bytes()
        a, b = (int(len(content) * part) // unit * unit for part in (start, end))
        path.write_bytes(content[:a] + content[b:])

    return change


# ---- the kinds ---------------------------------------------------------------------------------------------------


def shown(count: int = COUNT, first: int = 0, since: float = 0.0) -> list[Show]:
    """`count` pictures one after the other at the usual rate."""
    return [(since + n / FPS, since + (n + 1) / FPS, first + n) for n in range(count)]


WRAP = 2**33 / 90000
TWICE = shown(2 * COUNT)
PAUSE = shown() + shown(COUNT, COUNT, 11.0)  # five seconds between two recordings


def kinds() -> list[Kind]:
    """Every kind that is tried."""
    uneven = [(tick + 1780 * lap) / 1000 for lap in range(5) for tick in UNEVEN]
    uneven_shows = [(a, b, n) for n, (a, b) in enumerate(itertools.pairwise(uneven))]
    trimmed = [(n - 7) / FPS for n in range(COUNT)]
    late = shown(COUNT - 7, 7)
    found = [
        Kind(f"{label}, {ending}", ending, codec, options)
        for label, codec, options, endings in (
            ("H.264, B-frames", "libx264", H264, "mp4 mov mkv ts flv avi mxf nut mpg h264 asf m2ts"),
            ("H.264, open GOP", "libx264", H264_OPEN, "mp4 mkv ts flv avi mpg h264"),
            ("H.264, no B-frames", "libx264", H264_PLAIN, "mp4 mkv ts flv avi mpg h264"),
            ("H.264, one keyframe", "libx264", {"x264-params": "keyint=9999:bframes=3"}, "mp4 mkv ts avi h264"),
            ("H.264, interlaced", "libx264", H264_INTERLACED, "mp4 mkv ts avi h264"),
            ("H.264, intra refresh", "libx264", H264_REFRESH, "mp4 ts avi"),
            ("HEVC, B-frames", "libx265", HEVC, "mp4 mkv ts hevc"),
            ("HEVC, open GOP", "libx265", HEVC_OPEN, "mp4 mkv ts hevc"),
            ("VP9", "libvpx-vp9", VPX, "webm mp4 mkv ivf"),
            ("VP8", "libvpx", VPX, "webm ivf avi"),
            ("AV1", "libsvtav1", AV1, "mp4 mkv ivf obu"),
            ("MPEG-4, B-frames", "mpeg4", B2, "mp4 avi mkv ts m4v asf nut"),
            ("MPEG-4, no B-frames", "mpeg4", {}, "mp4 avi mkv"),
            ("MPEG-2, B-frames", "mpeg2video", B2, "mpg vob ts mkv avi mxf m2v mp4"),
            ("MPEG-2, closed GOP", "mpeg2video", B2 | {"flags": "+cgop", "sc_threshold": "1000000000"}, "mpg ts mxf"),
            ("MPEG-2, interlaced", "mpeg2video", B2 | {"flags": "+ildct+ilme"}, "mpg ts mxf"),
            ("MPEG-1, B-frames", "mpeg1video", B2, "mpg m1v ts"),
            ("WMV 2", "wmv2", {}, "asf avi"),
            ("MS-MPEG-4", "msmpeg4", {}, "avi asf"),
            ("Sorenson", "flv", {}, "flv avi"),
            ("FFV1", "ffv1", {}, "mkv avi"),
        )
        for ending in endings.split()
    ]
    found += [Kind(f"MJPEG, {e}", e, "mjpeg", pix_fmt="yuvj420p") for e in ("avi", "mov", "mkv")]
    found += [Kind("PNG, mov", "mov", "png", pix_fmt="rgb24")]
    found += [Kind("ProRes, mov", "mov", "prores", pix_fmt="yuv422p10le")]
    found += [Kind(f"10 bit, {e}", e, "libx264", H264, pix_fmt="yuv420p10le") for e in ("mp4", "mkv")]
    for ending in ("mp4", "mkv", "ts", "avi", "mpg", "flv"):
        codec, options = ("mpeg2video", B2) if ending == "mpg" else ("libx264", H264)
        found.append(Kind(f"sound first, {ending}", ending, codec, options, sound="first"))
        found.append(Kind(f"sound last, {ending}", ending, codec, options, sound="last"))
    for ending in ("mp4", "mkv", "flv", "nut"):
        found.append(Kind(f"uneven rate, {ending}", ending, "libx264", H264, starts=uneven, shows=uneven_shows))
    found += [Kind(f"starts at 7.3 s, {e}", e, "libx264", H264, begin=7.3) for e in ("mp4", "mkv", "ts", "flv", "nut")]
    found += [
        Kind(
            "edit list, mp4", "mp4", options=H264, muxer={"avoid_negative_ts": "disabled"}, starts=trimmed, shows=late
        ),
        Kind("fragments, mp4", "mp4", options=H264, muxer={"movflags": "frag_keyframe+empty_moov"}),
        Kind("fragments of a picture, mp4", "mp4", options=H264, muxer={"movflags": "frag_every_frame+empty_moov"}),
        Kind("index in front, mp4", "mp4", options=H264, muxer={"movflags": "faststart"}),
        Kind("live, mkv", "mkv", options=H264, format="matroska", piped=True),
        Kind("live, webm", "webm", "libvpx-vp9", VPX, format="webm", piped=True, muxer={"live": "1"}),
        Kind("live, flv", "flv", options=H264, format="flv", piped=True),
        Kind("no index, avi", "avi", options=H264, change=without(b"idx1")),
        Kind("no index, B-frames, avi", "avi", "mpeg4", B2, change=without(b"idx1")),
        Kind("still track first, mp4", "mp4", options=H264, still_first=True),
        Kind("still track first, mkv", "mkv", options=H264, still_first=True),
        Kind("turned by 180, mp4", "mp4", options=H264, change=turned(2), turns=2),
        Kind("turned by 90, mp4", "mp4", options=H264, change=turned(1), turns=1),
        Kind("clock wraps, ts", "ts", options=H264, begin=WRAP - 3),
        Kind("clock wraps at once, ts", "ts", options=H264, begin=WRAP - 0.05),
    ]
    for label, codec, options in (
        ("H.264", "libx264", H264),
        ("H.264 open GOP", "libx264", H264_OPEN),
        ("HEVC", "libx265", HEVC),
        ("MPEG-2", "mpeg2video", B2),
    ):
        found.append(Kind(f"joined by cat, {label}, ts", "ts", codec, options, change=join(0.0), shows=TWICE))
    found += [
        Kind("joined, three pieces, ts", "ts", options=H264, change=join(0.0, 0.0), shows=shown(3 * COUNT)),
        Kind("joined, sound, ts", "ts", options=H264, sound="last", change=join(0.0), shows=TWICE, gaps=1),
        Kind("clock jumps on by 1000 s, ts", "ts", options=H264, change=join(1000.0), shows=TWICE),
        Kind("clock jumps back by 500 s, ts", "ts", options=H264, begin=500.0, change=join(0.0), shows=TWICE),
        Kind("clock jumps back by 3 s, ts", "ts", options=H264, begin=50.0, change=join(53.0), shows=TWICE),
        Kind("clock jumps on by 5 s, ts", "ts", options=H264, begin=50.0, change=join(61.0), shows=PAUSE, gaps=2),
        Kind("joined, mpg", "mpg", "mpeg2video", B2, change=join(0.0), shows=TWICE),
        Kind("joined, h264", "h264", options=H264, change=join(0.0), shows=TWICE),
    ]
    # The second piece is not part of such a file for its container: absent, or gaps, never at another time.
    found += [
        Kind(f"joined, {e}", e, options=H264, muxer=m, change=join(0.0), shows=TWICE, gaps=COUNT + 3)
        for e, m in (
            ("mp4", {}),
            ("mp4", {"movflags": "frag_keyframe+empty_moov"}),
            ("mkv", {}),
            ("avi", {}),
            ("flv", {}),
        )
    ]
    for ending in ("mkv", "ts", "avi", "flv", "mpg", "h264"):
        codec, options = ("mpeg2video", B2) if ending == "mpg" else ("libx264", H264)
        found.append(Kind(f"cut at 70 %, {ending}", ending, codec, options, change=cut(0.7), gaps=65))
        found.append(Kind(f"a tenth lost, {ending}", ending, codec, options, change=lost(0.4, 0.5, 188), gaps=115))
    fronted = {"movflags": "faststart"}
    found.append(Kind("cut at 70 %, mp4", "mp4", options=H264, muxer=fronted, change=cut(0.7), gaps=65))
    found.append(Kind("cut front of 10 %, ts", "ts", options=H264, change=lost(0, 0.1, 188), gaps=20, shows=[]))
    return found


# ---- the trial ---------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of one kind."""

    right: int = 0
    wrong: int = 0
    gaps: int = 0
    wrong_keys: int = 0
    error: str = ""
    first: str = ""

    def is_good(self, kind: Kind) -> bool:
        """Whether nothing is wrong and no more is missing than must be."""
        return not (self.wrong or self.wrong_keys or self.error) and self.gaps <= kind.gaps


def try_kind(kind: Kind, folder: Path) -> Outcome:
    """Make the file, read it in both modes and count."""
    path = folder / f"{kind.name.replace(' ', '-').replace(',', '').replace('%', '')}.{kind.ending}"
    write(kind, path)
    if kind.change is not None:
        kind.change(kind, path)
    if kind.shows == []:
        return _steady_shift(kind, path)
    shows = kind.shows if kind.shows is not None else shown()
    outcome = Outcome()
    times = [(a + b) / 2 for a, b, _ in shows]
    try:
        report = DecodeReport()
        for frame in decode_frames(path, times, mode="exact", report=report):
            _count(outcome, frame, shows, number_of(frame.image, kind.turns))
        outcome.gaps = len(report.gaps)
        outcome.first = outcome.first or (
            f"{report.gaps[0].time:.2f} s: {report.gaps[0].reason}" if report.gaps else ""
        )
        for frame in decode_frames(path, times, mode="keyframe"):
            outcome.wrong_keys += not _is_before(kind.name, frame, shows, number_of(frame.image, kind.turns))
    except VideoError as error:
        outcome.error = str(error)
    return outcome


def _count(outcome: Outcome, frame: Frame, shows: Sequence[Show], number: int) -> None:
    start, _, wanted = shows[frame.index]
    if number == wanted and abs(frame.actual_time - start) < 0.02:
        outcome.right += 1
    else:
        outcome.wrong += 1
        outcome.first = outcome.first or f"{frame.time:.2f} s: {number}, not {wanted} ({frame.actual_time:.3f} s)"


def _is_before(name: str, frame: Frame, shows: Sequence[Show], number: int) -> bool:
    """Whether a picture is one at or before the time, under its own time and not long before."""
    known = {n: start for start, _, n in shows}
    near = (
        "one keyframe" in name or 0 <= shows[frame.index][2] - number <= 5 * GOP or frame.time - frame.actual_time < 3
    )
    return (
        number in known and abs(known[number] - frame.actual_time) < 0.02 and frame.actual_time <= frame.time and near
    )


def _steady_shift(kind: Kind, path: Path) -> Outcome:
    """Return a file without its beginning: all pictures must be off by one and the same number."""
    outcome = Outcome()
    times = [(n + 0.5) / FPS for n in range(COUNT - 20)]
    report = DecodeReport()
    numbers = [(f.index, number_of(f.image)) for f in decode_frames(path, times, mode="exact", report=report)]
    shifts = [number - index for index, number in numbers]
    usual = max(set(shifts), key=shifts.count)
    outcome.right, outcome.wrong = shifts.count(usual), len(shifts) - shifts.count(usual)
    outcome.gaps = len(report.gaps)
    return outcome


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all kinds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="try the kinds whose name contains this")
    parser.add_argument("--keep", type=Path, help="a folder for the files (default: a temporary one)")
    options = parser.parse_args(arguments)
    failed = []
    total = Outcome()
    wanted = [kind for kind in kinds() if options.only in kind.name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print("| kind | right | wrong | gaps | expected | keyframes wrong | first thing to note |\n" + "|---" * 7 + "|")
        for kind in wanted:
            outcome = try_kind(kind, folder)
            note = outcome.error or outcome.first
            print(
                f"| {kind.name} | {outcome.right} | {outcome.wrong} | {outcome.gaps} | {kind.gaps} | "
                f"{outcome.wrong_keys} | {note} |",
                flush=True,
            )
            if not outcome.is_good(kind):
                failed.append(kind.name)
            total.right += outcome.right
            total.wrong += outcome.wrong
            total.gaps += outcome.gaps
    print(
        f"\n{len(wanted)} kinds: {total.right} frames right, {total.wrong} wrong, {total.gaps} gaps; not as it must be:"
    )
    print("\n".join(failed) or "none")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
