"""What decoders notice of wrong bits."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from mmego.video.decode import DecodeReport, decode_frames
from tests.video.clips import FAST, Reference

MakeClip = Callable[..., Path]
MakeReference = Callable[[Path], Reference]
TIMES = [(number + 0.5) / 25 for number in range(50)]
SUMS = (("x265-params", "log-level=none:keyint=20:bframes=3:scenecut=0:hash=1"),)


def damaged(path: Path, seed: int, folder: Path) -> Path:
    """A copy with one wrong bit in its second half."""
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
    ],
    ids=["VP9", "HEVC with sums"],
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
