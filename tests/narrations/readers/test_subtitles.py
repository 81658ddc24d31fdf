"""SRT and WebVTT as people and programs write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.narrations.clean import Drops
from mmego.narrations.readers.subtitles import read_subtitles
from mmego.narrations.sources import open_source
from tests.narrations.data import lines_by_video

SRT = """1
00:00:01,000 --> 00:00:02,500
I open the <i>fridge</i>
and take the milk.

3
00:00:04.000 --> 00:00:09.000  X1:40 X2:600
{\\an8}I close the fridge

2
100:00:03,000 --> 100:00:05,000
I hold 1 < 2 eggs <3

4
00:00:06,000 --> 00:00:07,000

5
00:00:08,000 --> 00:00:07,000
I walk
6
00:00:09,000 --> 00:00:10,000
I sit

7
later --> 00:00:10,000
I eat
"""
VTT = """WEBVTT - my walk
Kind: captions

STYLE
::cue { color: red }

NOTE 00:00:00.000 --> 00:00:09.000 is no cue

intro
00:01.000 --> 00:02.000 align:start position:0%
<c.yellow>open</c> the door &amp; <00:00:01.500>leave

00:03.000 --> 00:04.000
<v Anna>waves <v.loud C>take the cup</v>

00:03.500 --> 00:05.000
<v X>man X sits down</v>

00:05.000 --> 00:06.000
open #unsure
"""
SRT_LINES = [
    (1.0, 2.5, "C", "I open the fridge and take the milk"),
    (4.0, 9.0, "C", "I close the fridge"),
    (9.0, 10.0, "C", "I sit"),
    (360003.0, 360005.0, "C", "I hold 1 < 2 eggs <3"),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_srt(tmp_path: Path, newline: str, mark: str) -> None:
    path = tmp_path / "walk 1.en.srt"
    path.write_bytes((mark + SRT).replace("\n", newline).encode())
    drops = Drops()
    assert lines_by_video(read_subtitles(path, None, drops)) == {"walk 1.en": SRT_LINES}
    assert drops.counts == {"empty": 1, "end before start": 1, "no text or time": 1}
    assert drops.examples["no text or time"] == [
        "walk 1.en.srt:24: start is 'later' (a time is 00:01:02,500 or 01:02): 7 later --> 00:00:10,000 I eat"
    ]


def test_vtt(tmp_path: Path) -> None:
    path = tmp_path / "walk.vtt"
    path.write_text(VTT, encoding="utf-8")
    drops = Drops()
    assert lines_by_video(read_subtitles(path, None, drops)) == {
        "walk": [
            (1.0, 2.0, "C", "open the door & leave"),
            (3.0, 4.0, "Anna", "Anna waves"),
            (3.0, 4.0, "C", "take the cup"),
            (3.5, 5.0, "X", "man X sits down"),
            (5.0, 6.0, "C", "open something"),
        ]
    }
    assert not drops.counts


def test_a_file_without_cues_gives_no_video(tmp_path: Path) -> None:
    path = tmp_path / "walk.vtt"
    path.write_text("WEBVTT\n\n")
    assert lines_by_video(read_subtitles(path)) == {}


def test_times_without_fractions_and_hours(tmp_path: Path) -> None:
    path = tmp_path / "walk.srt"
    path.write_text("1\n00:01 --> 00:03\nopen door\n\n2\n1:00:05 --> 1:00:06\nclose door\n\n3\n75:10 --> 75:11\nsit\n")
    drops = Drops()
    assert open_source([path]).format == "srt"
    assert lines_by_video(read_subtitles(path, None, drops)) == {
        "walk": [(1.0, 3.0, "C", "open door"), (3605.0, 3606.0, "C", "close door"), (4510.0, 4511.0, "C", "sit")]
    }
    assert not drops.counts


def test_a_bad_end_of_a_cue_is_named(tmp_path: Path) -> None:
    path = tmp_path / "walk.srt"
    path.write_text("1\n00:01 --> soon\nopen door\n\n2\n00:04 --> 00:75\nsit\n")
    drops = Drops()
    assert lines_by_video(read_subtitles(path, None, drops)) == {"walk": []}
    first, second = drops.examples["no text or time"]
    assert "walk.srt:1: end is 'soon'" in first
    assert "walk.srt:5: end is '00:75'" in second


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("I open the door<br>and walk in", "I open the door and walk in"),
        ("I open the door<BR />and walk in", "I open the door and walk in"),
        ("I take the cup\\Nfrom the table", "I take the cup from the table"),
        ("I take the cup\\nfrom the\\htable", "I take the cup from the table"),
        ("{\\an8}{\\i1}I open{\\i0} the door", "I open the door"),
        ("I take salt &amp; pepper&nbsp;&#39;n&#x27; oil &lt;3", "I take salt & pepper 'n' oil <3"),
        ("&lrm;I open the door&rlm;", "I open the door"),
        ('<font color="#fff">I open</font> <b>the door</b>', "I open the door"),
    ],
)
def test_breaks_marks_and_entities(tmp_path: Path, shown: str, expected: str) -> None:
    path = tmp_path / "walk.srt"
    path.write_text(f"1\n00:01 --> 00:03\n{shown}\n", encoding="utf-8")
    assert lines_by_video(read_subtitles(path)) == {"walk": [(1.0, 3.0, "C", expected)]}


def test_only_an_empty_line_ends_a_cue(tmp_path: Path) -> None:
    path = tmp_path / "walk.vtt"
    path.write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n \nI open the door\n \nand walk in\n\n\n00:03.000 --> 00:04.000\nI sit\n"
    )
    drops = Drops()
    assert lines_by_video(read_subtitles(path, None, drops)) == {
        "walk": [(1.0, 2.0, "C", "I open the door and walk in"), (3.0, 4.0, "C", "I sit")]
    }
    assert not drops.counts


def test_lines_of_blanks_between_cues(tmp_path: Path) -> None:
    path = tmp_path / "walk.srt"
    path.write_text(
        "1\n00:01 --> 00:02\nI open the door\n  \n2\n00:03 --> 00:04\nI sit\n\t\n3\n00:05 --> 00:06\nI eat\n"
    )
    assert [text for *_, text in lines_by_video(read_subtitles(path))["walk"]] == ["I open the door", "I sit", "I eat"]
    path = tmp_path / "walk.vtt"
    path.write_text("WEBVTT\n \nNOTE a remark\n \n00:03.000 --> 00:04.000\nI sit\n")
    assert [text for *_, text in lines_by_video(read_subtitles(path))["walk"]] == ["I sit"]
