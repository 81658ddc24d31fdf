"""The bound on a picture's size, as commands set it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmego.commands.ask import AskOptions
from mmego.commands.bench.run import BenchRunOptions
from mmego.errors import InputError
from mmego.video.container.limits import MAX_PIXELS, decoder_limit, max_pixels, set_max_pixels

MakeClip = Callable[..., Path]


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Leave the limit as it was."""
    yield
    set_max_pixels(MAX_PIXELS)


def test_a_limit_is_kept_and_ffmpeg_gets_a_little_more() -> None:
    assert max_pixels() == MAX_PIXELS == 100_000_000
    set_max_pixels(5000)
    assert max_pixels() == 5000
    assert 5000 < int(decoder_limit()) < 5000 + 10_000_000


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(InputError, match="--max-pixels"):
        set_max_pixels(0)


@pytest.mark.parametrize("flags", [["--max-pixels", "6143"], ["--max-pixels", "0"]], ids=["too large", "wrong"])
def test_ask_refuses_in_one_line(flags: list[str], make_clip: MakeClip) -> None:
    command = [sys.executable, "-m", "mmego", "ask", str(make_clip("h264.mp4")), "Where is the mug?", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--max-pixels" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_both_commands_have_the_flag() -> None:
    for options in (AskOptions, BenchRunOptions):
        assert options.__dataclass_fields__["max_pixels"].default == MAX_PIXELS
