"""Wrong bits in video files: how many pictures are shown wrong without a word, and how many right ones are lost.

    python benchmarks/damage.py [--files 30] [--flips 1 | --bytes 64] [--seed 1] [--only TEXT]

Makes a small file of each kind with PyAV (a camera that pans over a wall, with noise), flips bits (or overwrites a
piece) at random places behind its header, asks for every picture in exact mode, and compares each bit by bit with the
sound file's.
All shares are of all pictures. `wrong`: shown, and not those of the sound file. The plain decoder shows whatever comes
out: what it gets right among the gaps is the price of being sure of the rest.
To compare two versions of mmego, run this file with each of them on PYTHONPATH and the same --keep FOLDER: x264 does
not make the same bytes each time.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from mmego.errors import VideoError
from mmego.video.decode import decode_frames

WIDTH, HEIGHT, FPS, COUNT, GOP = 320, 192, 25, 50, 25
X264 = "threads=1:lookahead-threads=1:sync-lookahead=0:keyint=25:bframes=3:scenecut=0"
X265 = "pools=none:frame-threads=1:log-level=none:keyint=25:bframes=3:scenecut=0"
REALTIME = {"cpu-used": "8", "deadline": "realtime", "b": "600k"}


@dataclass(frozen=True)
class Kind:
    """How a file is made."""

    name: str
    ending: str
    codec: str
    options: dict[str, str] = field(default_factory=dict)
    muxer: dict[str, str] = field(default_factory=dict)
    pix_fmt: str = "yuv420p"


KINDS = (
    Kind("H.264, MP4", "mp4", "libx264", {"x264-params": X264}, {"movflags": "faststart"}),
    Kind("H.264 CAVLC, MP4", "mp4", "libx264", {"x264-params": X264 + ":cabac=0"}, {"movflags": "faststart"}),
    Kind("H.264, TS", "ts", "libx264", {"x264-params": X264}),
    Kind("H.264, MKV", "mkv", "libx264", {"x264-params": X264}),
    Kind("HEVC, MP4", "mp4", "libx265", {"x265-params": X265}, {"movflags": "faststart"}),
    Kind("HEVC with sums, MP4", "mp4", "libx265", {"x265-params": X265 + ":hash=1"}, {"movflags": "faststart"}),
    Kind("HEVC, MKV", "mkv", "libx265", {"x265-params": X265}),
    Kind("VP9, WebM", "webm", "libvpx-vp9", REALTIME),
    Kind("VP8, WebM", "webm", "libvpx", REALTIME),
    Kind("AV1, MP4", "mp4", "libsvtav1", {"preset": "12"}, {"movflags": "faststart"}),
    Kind("MJPEG, AVI", "avi", "mjpeg", pix_fmt="yuvj420p"),
    Kind("MPEG-2, TS", "ts", "mpeg2video", {"bf": "2"}),
    Kind("MPEG-4, MKV", "mkv", "mpeg4", {"bf": "2"}),
)


def pictures() -> Iterator[np.ndarray]:
    """`COUNT` RGB pictures of a pan."""
    chance = np.random.default_rng(3)
    small = chance.integers(0, 255, (HEIGHT // 12 + 8, WIDTH // 12 + 16, 3), np.uint8)
    wall = np.asarray(Image.fromarray(small).resize((WIDTH + 192, HEIGHT + 96), Image.Resampling.BICUBIC), np.float32)
    for number in range(COUNT):
        seen = wall[number : number + HEIGHT, 2 * number : 2 * number + WIDTH]
        yield np.clip(seen + chance.normal(0, 3, (HEIGHT, WIDTH, 1)), 0, 255).astype(np.uint8)


def write(kind: Kind, path: Path) -> None:
    """Make the sound file."""
    with av.open(str(path), "w", options={"fflags": "+bitexact", **kind.muxer}) as container:
        stream: Any = container.add_stream(kind.codec, rate=FPS, options=dict(kind.options))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, kind.pix_fmt
        stream.gop_size, stream.codec_context.thread_count = GOP, 1
        for image in pictures():
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=kind.pix_fmt)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def damage(content: bytes, start: int, flips: int, piece: int, chance: random.Random) -> bytes:
    """Return the file with `flips` wrong bits from byte `start` on, or with `piece` random bytes if that is not 0."""
    changed = bytearray(content)
    if piece:
        place = chance.randrange(start, len(changed) - piece)
        changed[place : place + piece] = chance.randbytes(piece)
        return bytes(changed)
    for _ in range(flips):
        changed[chance.randrange(start, len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def header_of(content: bytes) -> int:
    """Where the pictures begin, roughly: behind an MP4's index, else behind the first kilobyte."""
    place = content.find(b"mdat")
    return place + 4 if place >= 0 else 1024


def plainly(path: Path) -> dict[int, np.ndarray]:
    """Return what a plain decoder makes of the file: pictures by number, whatever they look like."""
    found: dict[int, np.ndarray] = {}
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            start = None
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except av.FFmpegError:
                    continue
                for frame in frames:
                    if frame.pts is not None:
                        start = frame.pts if start is None else start
                        number = round(float((frame.pts - start) * stream.time_base) * FPS)
                        found[number] = frame.to_ndarray(format="rgb24")
    except av.FFmpegError:
        pass  # the container ends there
    return found


def times() -> list[float]:
    """Return the middle of each picture."""
    return [(number + 0.5) / FPS for number in range(COUNT)]


def try_kind(kind: Kind, folder: Path, files: int, flips: int, piece: int, seed: int) -> Counter[str]:
    """Damage `files` copies and count their pictures."""
    sound = folder / f"{kind.name.replace(', ', '-').replace(' ', '-')}.{kind.ending}"
    damaged = folder / f"damaged.{kind.ending}"
    if not sound.exists():
        write(kind, sound)
    truth = {frame.index: frame.image for frame in decode_frames(sound, times(), mode="exact", workers=1)}
    plain_truth = plainly(sound)
    if len(truth) != COUNT:
        raise SystemExit(f"{kind.name}: only {len(truth)} of {COUNT} pictures of the sound file are shown")
    content = sound.read_bytes()
    chance = random.Random(seed)
    count: Counter[str] = Counter()
    for _ in range(files):
        damaged.write_bytes(damage(content, header_of(content), flips, piece, chance))
        count["all"] += COUNT
        shown = set()
        try:
            for frame in decode_frames(damaged, times(), mode="exact", workers=1):
                shown.add(frame.index)
                same = np.array_equal(frame.image, truth[frame.index])
                count["right" if same else "wrong"] += 1
        except VideoError:
            count["refused files"] += 1
        plain = plainly(damaged)
        for number in set(range(COUNT)) - shown:
            image = plain.get(number)
            count["right lost"] += image is not None and np.array_equal(image, plain_truth[number])
        count["plainly wrong"] += sum(not np.array_equal(image, plain_truth.get(n)) for n, image in plain.items())
        count["plain"] += len(plain)
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=30)
    parser.add_argument("--flips", type=int, default=1, help="wrong bits in each file")
    parser.add_argument("--bytes", type=int, default=0, help="overwrite so many bytes in a row instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the sound files, taken from there if they are there")
    parser.add_argument("--only", default="", help="the kinds whose name contains this")
    options = parser.parse_args(arguments)
    print("| file | pictures | right | wrong | gaps | gaps that a plain decoder gets right | wrong with it |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            if options.only in kind.name:
                n = try_kind(kind, folder, options.files, options.flips, options.bytes, options.seed)
                gaps = n["all"] - n["right"] - n["wrong"]
                shares = [n["right"], n["wrong"], gaps, n["right lost"], n["plainly wrong"]]
                row = [kind.name, str(n["all"]), *(f"{100 * share / n['all']:.1f} %" for share in shares)]
                print(f"| {' | '.join(row)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
