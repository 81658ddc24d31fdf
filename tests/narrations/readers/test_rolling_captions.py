"""Rolling captions in the shapes that machines and converters give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.narrations.clean import Drops
from mmego.narrations.readers.subtitles import read_subtitles
from tests.narrations.data import lines_by_video

WORDS = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:03.429 align:start position:0%
 
so<00:00:00.960><c> now</c><00:00:01.520><c> I</c><00:00:02.159><c> open</c><00:00:02.560><c> the</c><c> fridge</c>

00:00:03.429 --> 00:00:03.439 align:start position:0%
so now I open the fridge
 

00:00:03.439 --> 00:00:05.749 align:start position:0%
so now I open the fridge
and<00:00:03.760><c> take</c><00:00:04.000><c> the</c><00:00:04.160><c> milk</c>

00:00:05.749 --> 00:00:05.759 align:start position:0%
and take the milk
 

00:00:05.759 --> 00:00:08.000 align:start position:0%
and take the milk
I<00:00:06.000><c> pour</c><00:00:06.300><c> it</c>
"""
LINES = [(0.16, 3.429, "so now I open the fridge"), (3.439, 5.749, "and take the milk"), (5.759, 8.0, "I pour it")]


def read(folder: Path, text: str, ending: str = "vtt", drops: Drops | None = None) -> list[tuple[float, float, str]]:
    path = folder / f"walk.{ending}"
    path.write_text(text, encoding="utf-8")
    (lines,) = lines_by_video(read_subtitles(path, None, drops)).values()
    return [(start, end, text) for start, end, _, text in lines]


def srt(*cues: tuple[float, float, str]) -> str:
    def clock(time: float) -> str:
        return f"00:00:{time:06.3f}".replace(".", ",")

    rows = (f"{n}\n{clock(start)} --> {clock(end)}\n{text}\n" for n, (start, end, text) in enumerate(cues, 1))
    return "\n".join(rows)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_words_with_times(tmp_path: Path, newline: str) -> None:
    drops = Drops()
    assert read(tmp_path, WORDS.replace("\n", newline), drops=drops) == LINES
    assert drops.counts == {"repeated by a rolling caption": 2}


def test_converted_to_srt_without_marks(tmp_path: Path) -> None:
    text = srt(
        (0.16, 3.429, "so now I open the fridge"),
        (3.429, 3.439, "so now I open the fridge\n "),
        (3.439, 5.749, "so now I open the fridge\nand take the milk"),
        (5.749, 5.759, "and take the milk\n "),
        (5.759, 8.0, "and take the milk\nI pour it"),
    )
    assert read(tmp_path, text, "srt") == LINES


@pytest.mark.parametrize("rows", [2, 3])
def test_two_and_three_rows_that_roll_up(tmp_path: Path, rows: int) -> None:
    lines = [f"I take thing {n}" for n in range(6)]
    cues = [(n, n + 1, "\n".join(lines[max(0, n - rows + 1) : n + 1])) for n in range(6)]
    assert read(tmp_path, srt(*cues), "srt") == [(n, n + 1, line) for n, line in enumerate(lines)]


def test_a_line_that_grows_word_by_word(tmp_path: Path) -> None:
    text = srt((0, 1, "I"), (1, 1.4, "I open"), (1.4, 2, "I open the door"), (2, 3, "I leave"))
    assert read(tmp_path, text, "srt") == [(0.0, 2.0, "I open the door"), (2.0, 3.0, "I leave")]


def test_people_repeat_themselves(tmp_path: Path) -> None:
    cues = [(0, 1, "I stir"), (1, 2, "I stir"), (2, 3, "I pour the milk\nI stir"), (3, 4, "I eat"), (4, 5, "I eat it")]
    assert len(read(tmp_path, srt(*cues), "srt")) == 5


def test_a_pause_ends_a_roll(tmp_path: Path) -> None:
    cues = [(0, 1, "I sit"), (1, 2, "I sit\nI stand"), (2, 3, "I stand\nI walk"), (9, 10, "I walk\nI rest")]
    assert [text for _, _, text in read(tmp_path, srt(*cues), "srt")] == ["I sit", "I stand", "I walk", "I walk I rest"]


def test_voices_go_on_in_rolling_captions(tmp_path: Path) -> None:
    path = tmp_path / "walk.vtt"
    cues = ["<v Anna>waves", "<v Anna>waves\nsits down", "sits down\n<v Ben>leaves</v>"]
    times = [f"00:0{n}.000 --> 00:0{n + 1}.000\n{cue}\n" for n, cue in enumerate(cues)]
    path.write_text("WEBVTT\n\n" + "\n".join(times))
    (lines,) = lines_by_video(read_subtitles(path)).values()
    assert [(actor, text) for *_, actor, text in lines] == [
        ("Anna", "Anna waves"),
        ("Anna", "Anna sits down"),
        ("Ben", "Ben leaves"),
    ]
