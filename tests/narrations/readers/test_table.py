"""Narrations of one's own in CSV and JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.table import read_table
from mmego.narrations.sources import open_source
from mmego.narrations.split import choose_videos, read_exclusions
from tests.narrations.data import lines_by_video


def test_csv_with_all_columns(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "text,start,end,video,actor,verb,nouns,remark\n"
        '"open the fridge, slowly.",0:01.5,3,walk 1,,open,fridge|door,x\n'
        "waves,5,,walk 1,X,,,\n"
        "#O man Y sits down,4,,walk 1,,,,\n"
        "I pick up a cup,1,,2,i,,,\n"
    )
    drops = Drops()
    found = list(read_table(path, "csv", None, drops))
    assert lines_by_video(found) == {
        "walk 1": [
            (1.5, 3.0, "C", "open the fridge, slowly"),
            (4.0, 4.0, "Y", "man Y sits down"),
            (5.0, 5.0, "X", "X waves"),
        ],
        "2": [(1.0, 1.0, "C", "I pick up a cup")],
    }
    assert (found[0][1][0].verb, found[0][1][0].nouns) == ("open", ("fridge", "door"))
    assert not drops.counts


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_of_other_countries(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text("video;start;end;text\nv;1,5;2,25;open door\n".replace(";", delimiter))
    assert lines_by_video(read_table(path, "csv")) == {"v": [(1.5, 2.25, "C", "open door")]}


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [
        {"video": "v", "start": 3, "end": None, "text": "take cup", "nouns": ["cup"], "verb": "take"},
        {"video": "v", "start": "1", "text": "open door"},
        {"video": 7, "start": 1, "text": "open door"},
        {"video": "v", "start": 1, "text": None},
        {"start": 1, "text": "open door"},
        {"video": True, "start": 1, "text": "open door"},
        {"video": "v", "start": None, "text": "open door"},
    ]
    path.write_text("\ufeff" + "\n\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    drops = Drops()
    found = list(read_table(path, "jsonl", None, drops))
    assert lines_by_video(found) == {
        "7": [(1.0, 1.0, "C", "open door")],
        "v": [(1.0, 1.0, "C", "open door"), (3.0, 3.0, "C", "take cup")],
    }
    assert found[1][1][1].nouns == ("cup",)
    assert drops.counts == {"no text or time": 2, "no video": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"video": "v"\n', "own.jsonl:1: not JSON"),
        ('{"a": ' + "9" * 5000 + "}\n", "own.jsonl:1: not JSON"),
        ("[" * 100_000 + "\n", "own.jsonl:1: not JSON"),
        ("[1]\n", r"own.jsonl:1: a line should hold an object"),
    ],
)
def test_faults_of_json_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        list(read_table(path, "jsonl"))


def test_missing_columns_and_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("video,text\n")
    with pytest.raises(InputError, match=r"own\.csv:1: lacks the column start; it has video, text"):
        list(read_table(path, "csv"))
    with pytest.raises(InputError, match=r"no such file: .*none\.csv"):
        list(read_table(tmp_path / "none.csv", "csv"))


def test_times_of_all_forms_and_the_cell_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    rows = ["1:05,2:00,a", "1:00:05.5,,b", "90:00,,x", "5,soon,d", "1:75,,e", ",,f", "1:61:00,,g"]
    path.write_text("video,start,end,text\n" + "".join(f"v,{row}\n" for row in rows))
    drops = Drops()
    assert lines_by_video(read_table(path, "csv", None, drops)) == {
        "v": [(65.0, 120.0, "C", "a"), (3605.5, 3605.5, "C", "b"), (5400.0, 5400.0, "C", "x")]
    }
    assert drops.counts == {"no text or time": 4}
    message = drops.examples["no text or time"]
    cells = ("own.csv:5: end is 'soon' (", "own.csv:6: start is '1:75' (", "own.csv:7: start is empty (")
    assert all(one.startswith(cell) for one, cell in zip(message, cells, strict=False))
    assert "a time is seconds (62.5), minutes (1:02.5) or hours (0:01:02.5)" in message[0]


def test_a_missing_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"video": "v", "start": 1, "text": null}\n{"video": "v", "start": 1, "text": 7}\n')
    drops = Drops()
    list(read_table(path, "jsonl", None, drops))
    assert [one.split(": ")[1] for one in drops.examples["no text or time"]] == ["text is empty", "text is 7"]


@pytest.mark.parametrize(("listed", "named"), [("v.mp4", "v"), ("v", "v.MP4"), ("v.mkv", "v.mkv"), ("v.1.mov", "v.1")])
def test_endings_of_video_files_do_not_keep_lists_apart(tmp_path: Path, listed: str, named: str) -> None:
    path, videos, without = tmp_path / "own.csv", tmp_path / "videos.csv", tmp_path / "without.txt"
    path.write_text(f"video,start,text\n{named},1,open door\n")
    videos.write_text(f"video,duration,split\n{listed},9,train\n")
    without.write_text(f"{listed}\n")
    drops = Drops()
    (meta, _), *rest = list(open_source([path], videos=videos).read(drops))
    assert (meta.video, meta.duration, meta.split, rest, drops.counts) == (named, 9.0, "train", [], {})
    assert not list(choose_videos(open_source([path]).read(drops), drops, exclude=read_exclusions(without)))
    assert drops.counts["video excluded"] == 1


def test_a_name_with_a_dot_is_no_file(tmp_path: Path) -> None:
    path, videos = tmp_path / "own.csv", tmp_path / "videos.csv"
    path.write_text("video,start,text\nwalk.a,1,open door\n")
    videos.write_text("video,duration\nwalk,9\n")
    drops = Drops()
    assert not list(open_source([path], videos=videos).read(drops))
    assert drops.counts["video not in the video list"] == 1


def test_wrong_columns_are_answered_with_the_right_ones_in_short(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("video,begin,end,text\nv,1,2,open door\n")
    with pytest.raises(InputError) as caught:
        open_source([path])
    message = str(caught.value).replace(str(path), "own.csv")
    assert "has the columns video, begin, end, text; for the format csv it lacks start" in message
    assert "(it needs video, start, text)" in message
    assert len(message) < 280
    path.write_text("video_id,narration,start\nv,open door,1\n")
    with pytest.raises(InputError, match="for the format epic-kitchens it lacks start_timestamp, stop_timestamp"):
        open_source([path])


def test_a_comma_has_one_meaning_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text('video,start,end,text\nw,"1,234","1,240",open the door\nw,"1,234.5","1,240.5",close the door\n')
    assert lines_by_video(read_table(path, "csv")) == {
        "w": [(1234.0, 1240.0, "C", "open the door"), (1234.5, 1240.5, "C", "close the door")]
    }
    path.write_text("video;start;end;text\nw;1.234,5;1.240,25;open the door\nw;1.250;1.260;sit\n")
    assert lines_by_video(read_table(path, "csv")) == {
        "w": [(1234.5, 1240.25, "C", "open the door"), (1250, 1260, "C", "sit")]
    }


def test_a_comma_of_two_meanings_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text('video,start,end,text\nw,"1,234","1,240",open the door\nw,5,6,sit\n')
    drops = Drops()
    assert lines_by_video(read_table(path, "csv", None, drops)) == {"w": [(5.0, 6.0, "C", "sit")]}
    assert drops.counts == {"a time that can be read in two ways": 1}
    (message,) = drops.examples["a time that can be read in two ways"]
    assert message.startswith("own.csv:2: start is '1,234': 1234 s or 1.234 s? No other time of the table says which")


def test_durations_with_thousands_marks(tmp_path: Path) -> None:
    path, videos = tmp_path / "own.csv", tmp_path / "videos.csv"
    path.write_text("video,start,text\nw,1,sit\n")
    videos.write_text('video,duration\nw,"1,234"\nx,"1,234.5"\n')
    ((meta, _),) = open_source([path], videos=videos).read(Drops())
    assert meta.duration == 1234.0


def test_half_of_a_character_is_cleaned_from_texts_and_counted_in_names(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [
        {"video": "v\ud83d", "start": 1, "text": "open door"},
        {
            "video": "v",
            "start": 1,
            "text": "open \ud83d door",
            "actor": "X\ud83d",
            "verb": "o\ud83d",
            "nouns": ["d\ud83d"],
        },
        {"video": "v" * 300, "start": 1, "text": "open door"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    drops = Drops()
    found = {meta.video: narrations for meta, narrations in read_table(path, "jsonl", None, drops)}
    assert list(found) == ["v", "v" * 300]
    (narration,) = found["v"]
    assert (narration.text, narration.actor, narration.verb, narration.nouns) == ("X open door", "X", "o", ("d",))
    assert drops.examples["video with a name that no file can hold"] == ["own.jsonl:1: v\\ud83d"]
