"""Reading packets from any moment on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mmego.video.probe import probe_stream
from mmego.video.reading.packets import Entry, PacketFeed
from tests.video.clips import KINDS

MakeClip = Callable[..., Path]


def read_all(feed: PacketFeed) -> list[Entry]:
    """Every packet to the end."""
    entries = []
    while (entry := feed.read()) is not None:
        entries.append(entry)
    return entries


@pytest.mark.parametrize("name", ["h264.mp4", "h264-audio.mkv", "h264-audio.ts", "open-gop.mp4", "odd-mjpeg.avi"])
def test_a_seek_leads_to_a_keyframe_at_or_before(name: str, make_clip: MakeClip) -> None:
    path = make_clip(name, **KINDS[name])
    facts = probe_stream(path)
    feed = PacketFeed(path, facts)
    for time in (2.5, 0.0, 1.0, 0.79, 2.99):
        feed.seek(facts.ticks(time))
        first = feed.read()
        assert first is not None
        assert first.is_key
        assert first.pts <= facts.ticks(time)
    feed.close()


def test_all_packets_come_once_and_in_decoding_order(make_clip: MakeClip) -> None:
    path = make_clip("h264-audio.mkv", audio=True)
    feed = PacketFeed(path, probe_stream(path))
    entries = read_all(feed)
    feed.close()
    assert feed.ended
    assert len(entries) == len({entry.pts for entry in entries}) == 75
    assert [entry.order for entry in entries] == list(range(75))
    assert not any(entry.after_loss for entry in entries)


def test_passed_is_true_only_when_nothing_earlier_can_follow(make_clip: MakeClip) -> None:
    path = make_clip("open-gop.mp4", **KINDS["open-gop.mp4"])
    facts = probe_stream(path)
    for target in range(facts.origin, facts.ticks(2.9), facts.frame_ticks * 3):
        feed = PacketFeed(path, facts)
        while not feed.passed(target):
            feed.read()
        assert all(entry.pts > target for entry in read_all(feed))
        feed.close()


def test_pictures_before_their_keyframe_depend_on_the_group_before(make_clip: MakeClip) -> None:
    path = make_clip("open-gop.mp4", **KINDS["open-gop.mp4"])
    feed = PacketFeed(path, probe_stream(path))
    entries = read_all(feed)
    feed.close()
    keys = [entry for entry in entries if entry.is_key]
    leading = [e for e in entries if e.order > keys[1].order and e.pts < keys[1].pts]
    assert leading
    assert {entry.since for entry in leading} == {keys[0].order}
    following = [e for e in entries if keys[1].order < e.order < keys[2].order and e.pts > keys[1].pts]
    assert {entry.since for entry in following} == {keys[1].order}


def test_lost_transport_packets_are_noticed(make_clip: MakeClip, tmp_path: Path) -> None:
    content = make_clip("h264-audio.ts", audio=True).read_bytes()
    path = tmp_path / "lossy.ts"
    middle = len(content) // 2 // 188 * 188
    path.write_bytes(content[:middle] + content[middle + 188 * 60 :])
    feed = PacketFeed(path, probe_stream(path))
    entries = read_all(feed)
    feed.close()
    assert len(entries) < 75
    assert sum(entry.after_loss for entry in entries) == 1
    assert entries[0].stretch == 0
    assert entries[-1].stretch == 1


def test_is_readable_knows_where_a_file_is_cut(make_clip: MakeClip, tmp_path: Path) -> None:
    content = make_clip("faststart.mp4", muxer=(("movflags", "faststart"),)).read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[: len(content) // 2])
    facts = probe_stream(path)
    feed = PacketFeed(path, facts)
    assert feed.is_readable(facts.ticks(0.5))
    assert not feed.is_readable(facts.ticks(2.8))
    feed.close()
