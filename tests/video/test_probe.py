"""What a file says of itself, and files that are no video."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from mmego.errors import VideoError
from mmego.video.decode import decode_frames
from mmego.video.probe import probe, probe_stream
from tests.video.clips import KINDS

MakeClip = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "codec", "duration", "fps", "gop"),
    [
        ("h264.mp4", "h264", 3.0, 25, 0.8),
        ("h264-audio.mkv", "h264", 3.0, 25, 0.8),
        ("h264-audio.ts", "h264", 3.0, 25, 0.8),
        ("late.mp4", "h264", 3.0, 25, 0.8),
        ("late.mkv", "h264", 3.0, 25, 0.8),
        ("late.ts", "h264", 3.0, 25, 0.8),
        ("hevc.mp4", "hevc", 3.0, 25, 0.8),
        ("vp9.webm", "vp9", 3.0, 25, 0.8),
        ("only-keyframes.mp4", "h264", 3.0, 25, 0.04),
        ("fragments.mp4", "h264", 3.0, 25, 0.8),
    ],
)
def test_what_a_file_is(name: str, codec: str, duration: float, fps: float, gop: float, make_clip: MakeClip) -> None:
    info = probe(make_clip(name, **KINDS[name]))
    assert info.codec == codec
    assert info.duration == pytest.approx(duration, abs=0.02)
    assert info.fps == pytest.approx(fps)
    assert info.gop_seconds == pytest.approx(gop, abs=0.002)
    assert (info.width, info.height, info.rotation) == (96, 64, 0)


def test_the_container_s_own_start_is_kept(make_clip: MakeClip) -> None:
    assert probe(make_clip("late.mkv", **KINDS["late.mkv"])).start == pytest.approx(3.0, abs=0.01)


def test_uneven_frames_are_noticed(make_clip: MakeClip) -> None:
    assert not probe_stream(make_clip("uneven.mp4", **KINDS["uneven.mp4"])).steady
    assert probe_stream(make_clip("h264-audio.mkv", audio=True)).steady


def test_a_frame_s_own_time_leads_back_to_its_tick(make_clip: MakeClip) -> None:
    facts = probe_stream(make_clip("late.ts", **KINDS["late.ts"]))
    for tick in range(facts.origin, facts.origin + 10_000_000, 99_991):
        assert facts.ticks(facts.seconds(tick)) == tick


def test_a_time_just_before_a_frame_does_not_find_it(make_clip: MakeClip) -> None:
    facts = probe_stream(make_clip("odd-mjpeg.avi", **KINDS["odd-mjpeg.avi"]))  # AVI counts in frames, not milliseconds
    assert facts.ticks(1.0799) == facts.origin + 26
    assert facts.ticks(1.08) == facts.origin + 27


def test_a_recording_that_does_not_state_its_length_is_measured(tmp_path: Path, make_clip: MakeClip) -> None:
    """As a browser records it: Matroska written to a pipe, without duration and without index."""
    path = tmp_path / "live.webm"
    with av.open(str(make_clip("vp9.webm", **KINDS["vp9.webm"]))) as source, path.open("wb") as file:
        pipe = os.fdopen(os.dup(file.fileno()), "wb")
        with av.open(_OnlyWrite(pipe), "w", format="webm", options={"live": "1"}) as live:
            stream = live.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(video=0):
                if packet.size:
                    packet.stream = stream
                    live.mux(packet)
        pipe.close()
    with av.open(str(path)) as container:
        assert container.duration is None
    assert probe(path).duration == pytest.approx(3.0, abs=0.05)


class _OnlyWrite:
    """A file that cannot seek."""

    def __init__(self, file: Any) -> None:
        self.write = file.write


# ---- files that are no video -------------------------------------------------------------------------------------


def refused(path: Path, match: str) -> None:
    """Both entrances refuse the file, naming it and the reason."""
    with pytest.raises(VideoError, match=match) as caught:
        probe(path)
    assert path.name in str(caught.value)
    with pytest.raises(VideoError, match=match):
        decode_frames(path, [0.0])


def test_no_such_file(tmp_path: Path) -> None:
    refused(tmp_path / "none.mp4", "no such file")


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path, "not a file")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    refused(tmp_path / "empty.mp4", "is empty")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.mp4"
    path.write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:  # chmod would not stop root
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    refused(path, "Permission denied")


@pytest.mark.parametrize("ending", ["mp4", "txt", "mkv", "ts"])
def test_text(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"text.{ending}"
    path.write_text("once upon a time there was no video\n" * 400)
    refused(path, "not a readable video file")


@pytest.mark.parametrize("ending", ["png", "mp4"])
def test_a_picture(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"picture.{ending}"
    with path.open("wb") as file:
        Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(file, format="png")
    refused(path, "not a readable video file")


def test_a_playlist_is_not_followed(tmp_path: Path, make_clip: MakeClip) -> None:
    clip = make_clip("h264-audio.ts", audio=True)
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{clip}\n#EXT-X-ENDLIST\n")
    refused(playlist, "not a readable video file")
    playlist.write_text(f"ffconcat version 1.0\nfile '{clip}'\n")
    refused(playlist, "not a readable video file")


def _sound(path: Path, cover: bool = False) -> None:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=16000)
        if cover:
            picture: Any = container.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 16, 16, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic.value
            container.mux(picture.encode(av.VideoFrame(16, 16, "yuvj420p")))
            container.mux(picture.encode(None))
        for number in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16000, number * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_only_sound(tmp_path: Path) -> None:
    _sound(tmp_path / "sound.mp4")
    refused(tmp_path / "sound.mp4", "no video stream, only audio")


def test_sound_with_a_cover_picture(tmp_path: Path) -> None:
    _sound(tmp_path / "cover.mp4", cover=True)
    refused(tmp_path / "cover.mp4", "no video stream")


def test_a_video_without_frames(tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    with av.open(str(path), "w", options={"movflags": "empty_moov"}) as container:
        stream: Any = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()
    refused(path, "zero duration")


def test_an_mp4_whose_index_is_lost(tmp_path: Path, make_clip: MakeClip) -> None:
    path = tmp_path / "cut.mp4"
    content = make_clip("h264.mp4").read_bytes()  # the index lies at the end
    path.write_bytes(content[: len(content) * 9 // 10])
    refused(path, "not a readable video file")


def test_nothing_but_damage(tmp_path: Path, make_clip: MakeClip) -> None:
    path = tmp_path / "noise.mp4"
    content = bytearray(make_clip("faststart.mp4", muxer=(("movflags", "faststart"),)).read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    path.write_bytes(content)
    refused(path, "no picture in it can be decoded")


def test_a_name_with_a_colon_is_a_file(tmp_path: Path, make_clip: MakeClip) -> None:
    path = tmp_path / "http: 12:30.mp4"
    path.write_bytes(make_clip("h264.mp4").read_bytes())
    assert probe(path).codec == "h264"
