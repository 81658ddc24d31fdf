"""EPIC-KITCHENS-100: columns, disorder, faults; the real validation file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.epic import noun_list, read_epic, split_of
from mmego.narrations.readers.video_list import read_video_list
from mmego.records import Span
from tests.narrations.data import lines_by_video, real

HEADER = (
    "narration_id,participant_id,video_id,narration_timestamp,start_timestamp,stop_timestamp,start_frame,stop_frame,"
    "narration,verb,verb_class,noun,noun_class,all_nouns,all_noun_classes"
)


def row(video: str, start: str, stop: str, text: str, verb: str = "take", noun: str = "cup", nouns: str = "") -> str:
    return f'{video}_0,P01,{video},,{start},{stop},1,2,"{text}",{verb},0,{noun},2,"{nouns}",[2]'


def write(folder: Path, *rows: str, name: str = "EPIC_100_train.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_actions_are_spans_with_verb_and_nouns(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        row("P01_01", "00:00:09.00", "00:00:12.50", "put pizza slice onto plate", "put-onto", "slice:pizza",
            "['slice:pizza', 'plate']"),
        row("P01_01", "00:00:01.10", "00:00:10.00", "take cup."),
    )  # fmt: skip
    [(meta, (first, second))] = read_epic(path)
    assert (meta.video, meta.split, meta.duration) == ("P01_01", "train", None)
    assert (first.text, first.actor, first.span, first.verb, first.nouns) == (
        "take cup",
        "C",
        Span(1.1, 10.0),
        "take",
        ("cup",),
    )
    # They overlap, and both stay.
    assert (second.text, second.verb, second.nouns) == (
        "put pizza slice onto plate",
        "put-onto",
        ("slice:pizza", "plate"),
    )
    assert ":" not in second.text


def test_unsorted_rows_of_mixed_videos(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        row("b", "00:00:05.0", "00:00:06.0", "open tap"),
        row("a", "00:00:03.0", "00:00:04.0", "open door"),
        row("b", "00:00:01.0", "00:00:02.0", "take pan"),
        row("a", "00:00:01.0", "00:00:09.0", "hold pan"),
    )
    assert lines_by_video(read_epic(path)) == {
        "b": [(1.0, 2.0, "C", "take pan"), (5.0, 6.0, "C", "open tap")],
        "a": [(1.0, 9.0, "C", "hold pan"), (3.0, 4.0, "C", "open door")],
    }


def test_bad_rows_are_counted_with_file_and_row(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        row("a", "00:00:05.0", "00:00:04.0", "open tap"),
        row("a", "soon", "00:00:04.0", "open tap"),
        row("a", "00:00:01.0", "", "open tap"),
        row("a", "00:00:01.0", "00:00:02.0", " "),
        row("a", "00:00:01.0", "00:00:02.0", "open tap") + ",more",
        "short,row",
        "",
        row("a", "00:01:01.0", "00:01:03.0", "open tap"),
        row("a", "00:00:59.0", "00:01:00.3", "open tap"),
        row("", "00:00:59.0", "00:01:00.3", "open tap"),
    )
    listed = tmp_path / "list.csv"
    listed.write_text("video_id,duration\na,60\n")
    drops = Drops()
    assert lines_by_video(read_epic(path, read_video_list(listed), drops)) == {"a": [(59.0, 60.0, "C", "open tap")]}
    assert drops.counts == {
        "end before start": 1,
        "no text or time": 2,
        "empty": 1,
        "wrong number of cells": 2,
        "past the end": 1,
        "no video": 1,
    }
    assert drops.examples["end before start"] == ["EPIC_100_train.csv:2: a 00:00:05.0 open tap"]
    assert drops.examples["wrong number of cells"][0].startswith("EPIC_100_train.csv:6: 16 cells")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends(tmp_path: Path, newline: str) -> None:
    path = tmp_path / "x.csv"
    lines = [HEADER, row("a", "00:00:01.0", "00:00:02.0", "öffne Tür"), ""]
    path.write_bytes(("\ufeff" + newline.join(lines)).encode())
    assert lines_by_video(read_epic(path)) == {"a": [(1.0, 2.0, "C", "öffne Tür")]}


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, header="narration_id,video_id,start_timestamp", name="EPIC_100_test_timestamps.csv")
    with pytest.raises(InputError, match=r"test_timestamps\.csv:1: lacks the column stop_timestamp, narration"):
        list(read_epic(path))


def test_a_quote_that_never_closes_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, row("a", "1", "2", "open tap"), 'P,P,a,,1,2,1,2,"open tap,take,0,cup,2,[],[2]')
    with pytest.raises(InputError, match=r"EPIC_100_train\.csv:\d+: not CSV"):
        list(read_epic(path))


def test_text_of_another_coding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes((HEADER + "\n" + row("a", "1", "2", "öffne")).encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        list(read_epic(path))


@pytest.mark.parametrize(
    ("cell", "nouns"),
    [
        ("['plate', 'cupboard:top', 'plate']", ("plate", "cupboard:top")),
        ("[plate, cup]", ("plate", "cup")),
        ("plate|cup", ("plate", "cup")),
        ("plate", ("plate",)),
        ("[]", ()),
        ("", ()),
        (["a", 3, " b "], ("a", "b")),
        ("[__import__('os').system('false')]", ("__import__('os').system('false",)),
        ("[" * 500, ()),
        (None, ()),
    ],
)
def test_noun_lists(cell: object, nouns: tuple[str, ...]) -> None:
    assert noun_list(cell) == nouns


def test_split_by_the_official_file_name() -> None:
    names = ("EPIC_100_train.csv", "EPIC_100_validation.csv", "EPIC_100_test_timestamps.csv", "mine_train.csv")
    assert [split_of(Path("x") / name) for name in names] == ["train", "validation", "test", None]


def test_the_real_validation_file() -> None:
    path, listed = real("epic_kitchens/EPIC_100_validation.csv"), real("epic_kitchens/EPIC_100_video_info.csv")
    drops = Drops()
    videos = list(read_epic(path, read_video_list(listed), drops))
    assert (len(videos), sum(len(narrations) for _, narrations in videos)) == (138, 9668)
    assert not drops.counts
    for meta, narrations in videos:
        assert meta.split == "validation"
        assert meta.duration
        assert [n.span for n in narrations] == sorted(n.span for n in narrations)
        assert all(n.span.end <= meta.duration and n.verb and n.nouns for n in narrations)
        assert not any(":" in n.text or n.text.endswith(".") for n in narrations)
