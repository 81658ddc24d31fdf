"""The chain of chunks of an AVI file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mmego.video.container.avi_chunks import first_break

MakeClip = Callable[..., Path]


def test_a_sound_file_has_no_break(make_clip: MakeClip) -> None:
    for name, sound in (("mpeg4.avi", False), ("sound.avi", True)):
        assert first_break(make_clip(name, codec="mpeg4", options=(("bf", "2"),), audio=sound)) is None


def test_a_break_and_a_cut_are_found(make_clip: MakeClip, tmp_path: Path) -> None:
    content = make_clip("mpeg4.avi", codec="mpeg4", options=(("bf", "2"),)).read_bytes()
    path = tmp_path / "broken.avi"
    third = content.index(b"00dc", content.index(b"00dc", content.index(b"movi") + 8) + 4)
    path.write_bytes(content[:third] + b"\0" + content[third + 1 :])
    assert first_break(path) == third
    path.write_bytes(content[: third + 20])
    assert first_break(path) == third
