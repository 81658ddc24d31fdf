"""Checksums of Matroska clusters and of HEVC pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from mmego.errors import VideoError
from mmego.video.container.checksums import ClusterChecksums, has_picture_hash

MakeClip = Callable[..., Path]
HASHED = (("x265-params", "log-level=none:keyint=20:hash=1"),)
OTHER_HASH = (("x265-params", "log-level=none:keyint=20:hash=2"),)
FOOTAGE = {"footage": True, "width": 320, "height": 192}


def packets(path: Path) -> list[tuple[int, int, bool]]:
    """Place and size in the file, and whether it is a keyframe, of each packet of its video."""
    with av.open(str(path)) as container:
        found = [(p.pos, p.size, p.is_keyframe) for p in container.demux(video=0) if p.size and p.pos is not None]
    return found


def damaged_places(path: Path) -> list[int]:
    """Return the places of packets that lie in a cluster of wrong sum."""
    sums = ClusterChecksums(path)
    places = [place for place, _, _ in packets(path) if sums.is_damaged(place)]
    sums.close()
    return places


def test_a_wrong_bit_spoils_its_cluster_and_no_other(make_clip: MakeClip, tmp_path: Path) -> None:
    whole = make_clip("sums.mkv", **FOOTAGE)
    assert damaged_places(whole) == []
    all_packets = packets(whole)
    groups = [number for number, (_, _, is_key) in enumerate(all_packets) if is_key] + [len(all_packets)]
    assert len(groups) == 5
    for number in (0, 19, 20, 47, 74):
        content = bytearray(whole.read_bytes())
        place, size, _ = all_packets[number]
        content[place + size // 2] ^= 4
        path = tmp_path / "damaged.mkv"
        path.write_bytes(content)
        group = next(n for n in range(4) if number < groups[n + 1])
        assert damaged_places(path) == [p for p, _, _ in all_packets[groups[group] : groups[group + 1]]]


def test_blocks_are_asked_for_in_any_order(make_clip: MakeClip, tmp_path: Path) -> None:
    whole = make_clip("sums.mkv", **FOOTAGE)
    places = [place for place, _, _ in packets(whole)]
    content = bytearray(whole.read_bytes())
    content[places[30] + 9] ^= 1
    path = tmp_path / "damaged.mkv"
    path.write_bytes(content)
    sums = ClusterChecksums(path)
    assert [sums.is_damaged(places[n]) for n in (70, 39, 5, 20, 74, 0)] == [False, True, False, True, False, False]
    sums.close()


def test_what_is_cut_or_has_no_sums_is_not_called_damaged(make_clip: MakeClip, tmp_path: Path) -> None:
    content = make_clip("sums.mkv", **FOOTAGE).read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(content[: len(content) * 2 // 3])
    assert damaged_places(cut) == []
    webm = make_clip("no-sums.webm", codec="libvpx", options=(("deadline", "realtime"), ("cpu-used", "8")))
    changed = bytearray(webm.read_bytes())
    changed[len(changed) // 2] ^= 1
    copy = tmp_path / "damaged.webm"
    copy.write_bytes(changed)
    assert damaged_places(copy) == []


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="cannot be read"):
        ClusterChecksums(tmp_path / "missing.mkv")


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("hashed.mp4", HASHED, True),
        ("hashed.ts", HASHED, True),
        ("no-hash.mp4", (("x265-params", "log-level=none:keyint=20"),), False),
        ("crc-hash.mp4", OTHER_HASH, False),  # which FFmpeg does not compare
    ],
)
def test_hashes_of_hevc_pictures(
    name: str, options: tuple[tuple[str, str], ...], expected: bool, make_clip: MakeClip
) -> None:
    path = make_clip(name, codec="libx265", options=options, frames=30)
    with av.open(str(path)) as container:
        found = [has_picture_hash(packet) for packet in container.demux(video=0) if packet.size]
    assert found == [expected] * 30
