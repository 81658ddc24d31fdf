"""What decoders notice of wrong bits."""

from __future__ import annotations

import errno
import logging
import random
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from mmego.video.container.decoders import Decoder
from mmego.video.decode import DecodeReport, decode_frames
from tests.video.clips import FAST, Reference

MakeClip = Callable[..., Path]
MakeReference = Callable[[Path], Reference]
TIMES = [(number + 0.5) / 25 for number in range(50)]
SUMS = (("x265-params", "log-level=none:keyint=20:bframes=3:scenecut=0:hash=1"),)


def damaged(path: Path, seed: int, folder: Path) -> Path:
    """Return a copy with one wrong bit in its second half."""
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    content[chance.randrange(len(content) // 2, len(content) - 200)] ^= 1 << chance.randrange(8)
    copy = folder / path.name
    copy.write_bytes(content)
    return copy


@pytest.mark.parametrize(
    ("name", "codec", "options", "muxer"),
    [
        ("wrong-bits.webm", "libvpx-vp9", FAST, ()),
        ("wrong-bits.mp4", "libx265", SUMS, (("movflags", "faststart"),)),
        ("wrong-bits-av1.mp4", "libsvtav1", (("preset", "12"),), (("movflags", "faststart"),)),
        ("wrong-bits.mkv", "libx264", (), ()),
        ("wrong-bits-mpeg4.mkv", "mpeg4", (("bf", "2"),), ()),
    ],
    ids=["VP9", "HEVC with sums", "AV1", "H.264 with Matroska's sums", "MPEG-4 with Matroska's sums"],
)
def test_a_wrong_bit_is_never_shown(
    name: str,
    codec: str,
    options: tuple[tuple[str, str], ...],
    muxer: tuple[tuple[str, str], ...],
    make_clip: MakeClip,
    reference: MakeReference,
    tmp_path: Path,
) -> None:
    whole = make_clip(name, codec=codec, options=options, muxer=muxer, frames=50, footage=True, width=320, height=192)
    truth = reference(whole)
    seen = 0
    for seed in range(8):
        path = damaged(whole, seed, tmp_path)
        report = DecodeReport()
        frames = list(decode_frames(path, TIMES, mode="exact", workers=1, report=report))
        assert [f.index for f in frames if not np.array_equal(f.image, truth.images[truth.on_screen(f.time)])] == []
        seen += bool(report.gaps)
    assert seen >= 5


def test_listening_to_ffmpeg_leaves_logging_as_it_was(make_clip: MakeClip) -> None:
    path = make_clip("sound.hevc.mp4", codec="libx265", options=SUMS, frames=50)
    assert av.logging.get_level() is None
    assert len(list(decode_frames(path, TIMES, mode="exact"))) == 50
    assert av.logging.get_level() is None
    assert not [h for h in logging.getLogger("libav").handlers if isinstance(h, logging.NullHandler)]


def packets(path: Path) -> list[Any]:
    """Those of a file's video, in decoding order."""
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(video=0) if packet.size]


def changed(path: Path, places: list[int], value: int, folder: Path) -> Path:
    """Return a copy with these bytes xor `value`."""
    content = bytearray(path.read_bytes())
    for place in places:
        content[place] ^= value
    copy = folder / path.name
    copy.write_bytes(content)
    return copy


def gaps_of(path: Path, truth: Reference, count: int = 50) -> list[int]:
    """Numbers of the pictures that are not shown; all others are those of the sound file."""
    report = DecodeReport()
    frames = list(decode_frames(path, TIMES[:count], mode="exact", workers=1, report=report))
    assert [f.index for f in frames if not np.array_equal(f.image, truth.images[f.index])] == []
    return [gap.index for gap in report.gaps]


def test_a_picture_with_a_right_sum_is_shown_whatever_is_damaged_before_it(
    make_clip: MakeClip, reference: MakeReference, tmp_path: Path
) -> None:
    options = (("x265-params", "log-level=none:keyint=20:bframes=3:b-adapt=0:scenecut=0:hash=1"),)
    name = "wrong-b.mp4"
    whole = make_clip(name, codec="libx265", options=options, frames=50, footage=True, width=320, height=192)
    truth = reference(whole)
    trailing = [packet for packet in packets(whole)[4:16] if bytes(packet)[4] >> 1 == 0]  # nothing is built on them
    wrong = max(trailing, key=lambda packet: packet.size)
    path = changed(whole, [wrong.pos + (wrong.size - 58) // 2], 0x10, tmp_path)  # its sum takes the last 58 bytes
    assert gaps_of(path, truth) == [round(float(wrong.pts * wrong.time_base) * 25)]


def test_av1_goes_on_at_the_keyframe_after_a_damaged_one(
    make_clip: MakeClip, reference: MakeReference, tmp_path: Path
) -> None:
    options = (("preset", "12"),)
    name = "first-key-wrong.mp4"
    whole = make_clip(name, codec="libsvtav1", options=options, frames=50, footage=True, width=320, height=192)
    truth = reference(whole)
    second = next(n for n, key in enumerate(truth.keys) if key and n)
    first = packets(whole)[0]
    path = changed(whole, [first.pos + first.size * 2 // 3], 0x10, tmp_path)
    assert gaps_of(path, truth) == list(range(second))


def test_a_jpeg_without_its_end_is_a_gap_unless_all_are_so(
    make_clip: MakeClip, reference: MakeReference, tmp_path: Path
) -> None:
    whole = make_clip("no-end.avi", codec="mjpeg", pix_fmt="yuvj420p", frames=10)
    truth = reference(whole)
    content = whole.read_bytes()
    ends = [packet.pos + 8 + content[packet.pos + 8 :].index(b"\xff\xd9") + 1 for packet in packets(whole)]
    assert gaps_of(changed(whole, ends[4:5], 0xD9, tmp_path), truth, 10) == [4]
    assert gaps_of(changed(whole, ends, 0xD9, tmp_path), truth, 10) == []


class _Context:
    """A codec context whose next packet ends in an error, as PyAV makes it of FFmpeg's number."""

    name, extradata, thread_count = "h264", None, 1

    def __init__(self, number: int) -> None:
        self.options: dict[str, str] = {}
        self.number = number

    def decode(self, packet: object) -> list[object]:
        av.error.err_check(-self.number)
        raise AssertionError("FFmpeg's numbers of errors are negative")


def test_memory_that_ran_out_is_no_damage() -> None:
    damaged = Decoder(SimpleNamespace(codec_context=_Context(errno.EINVAL)))
    assert damaged.decode(None) == []
    assert damaged.failed
    with pytest.raises(MemoryError):
        Decoder(SimpleNamespace(codec_context=_Context(errno.ENOMEM))).decode(None)
