"""What the first packets of a file say."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from mmego.video.container.first_packets import read_first_packets
from mmego.video.container.opening import open_video
from tests.video.clips import KINDS

MakeClip = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "untimed", "reordered", "steady"),
    [
        ("h264.mp4", False, True, True),
        ("uneven.mp4", False, True, False),
        ("odd-mjpeg.avi", False, False, True),
        ("mpeg4.avi", True, False, True),
    ],
)
def test_what_packets_say(name: str, untimed: bool, reordered: bool, steady: bool, make_clip: MakeClip) -> None:
    opened = open_video(make_clip(name, **KINDS[name]), "-genpts")
    base = Fraction(opened.stream.time_base)
    start = read_first_packets(opened.stream, opened.container, base)
    opened.container.close()
    assert start.packets >= 5
    assert (start.untimed > 0) == untimed
    assert start.steady == steady
    if not untimed:
        assert start.reordered == reordered
        assert start.origin is not None
    if steady:
        assert start.step is not None
        assert float(start.step * base) == pytest.approx(0.04)
