"""Every format: what comes out is what went in, as the readers of the format see it; and nothing is overwritten."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.files import read_jsonl
from mmego.qa.data.samples import read_samples
from mmego.qa.export.formats import Export, export, split_names, stays_inside
from mmego.video.files import VideoFiles
from tests.qa.small_set import conversations, write_set


def test_json_lines_are_the_samples(out: Path, tmp_path: Path) -> None:
    done = export(out, tmp_path / "a.jsonl", Export("jsonl"))
    assert list(read_samples(tmp_path / "a.jsonl")) == conversations()
    assert (done.conversations, done.files) == (5, (tmp_path / "a.jsonl",))
    assert done.turns == sum(len(sample.turns) for sample in conversations()) > 50


def test_videos_are_looked_up_and_missing_ones_counted(out: Path, tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    for name in ("a/day0.MP4", "day1.mkv", "day2.txt", "b/day3.mp4"):
        (videos / name).parent.mkdir(parents=True, exist_ok=True)
        (videos / name).touch()
    done = export(out, tmp_path / "a.json", Export("llava", videos=videos))
    assert [row["video"] for row in json.loads((tmp_path / "a.json").read_text())] == [
        "a/day0.MP4",
        "day1.mkv",
        "b/day3.mp4",
    ]
    assert (done.drops.counts["no_video_file"], done.drops.examples["no_video_file"]) == (2, ["day2", "day4"])
    done = export(out, tmp_path / "a.jsonl", Export("jsonl", videos=videos))
    assert [row["video"] for row in read_jsonl(tmp_path / "a.jsonl")] == ["day0", "day1", "day3"]
    assert VideoFiles(videos).path_of("a/day0") == VideoFiles(videos).path_of("day0.MP4") == "a/day0.MP4"
    (videos / "b" / "day0.mov").touch()
    with pytest.raises(InputError, match=r"'day0' is more than one file.*a/day0.MP4, b/day0.mov"):
        export(out, tmp_path / "b.json", Export("llava", videos=videos))
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("shards", [2, 5, 9])
@pytest.mark.parametrize("form", ["jsonl", "llava"])
def test_shards_hold_all_rows_in_order(out: Path, tmp_path: Path, shards: int, form: Any) -> None:
    done = export(out, tmp_path / "cut", Export(form, shards=shards))
    number = min(shards, 5)
    assert len(done.files) == len(list((tmp_path / "cut").iterdir())) == number
    assert done.files[0].name.startswith(f"qa-00000-of-0000{number}.json")
    parts = [list(read_jsonl(p)) if form == "jsonl" else json.loads(p.read_text()) for p in done.files]
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert [row["id"] for part in parts for row in part] == [f"day{i}_0" for i in range(5)]


def test_a_folder_that_datasets_loads(out: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    done = export(out, tmp_path / "hub", Export("datasets", shards=2))
    loaded = datasets.load_dataset(str(tmp_path / "hub"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(part) for name, part in loaded.items()} == {
        "train": 2,
        "validation": 1,
        "test": 1,
        "unassigned": 1,
    }
    assert list(loaded)[:3] == ["train", "validation", "test"]
    by_id = {row["id"]: row for part in loaded.values() for row in part}
    assert by_id == {sample.id: sample.to_json() for sample in conversations()}
    assert sorted(p.name for p in (tmp_path / "hub" / "data").glob("train*")) == [
        "train-00000-of-00002.parquet",
        "train-00001-of-00002.parquet",
    ]
    assert {p.parent.name for p in done.files} == {"hub", "data", "plots"}
    again = export(out, tmp_path / "hub2", Export("datasets", shards=2))
    for one, other in zip(done.files, again.files, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    one_split = datasets.load_dataset(
        str(tmp_path / "hub"), split="test", cache_dir=str(tmp_path / "cache"), streaming=True
    )
    assert next(iter(one_split))["id"] == "day3_0"


def test_memory_does_not_grow_with_the_data(tmp_path: Path) -> None:
    write_set(tmp_path / "out", conversations() * 40)
    size = (tmp_path / "out" / "qa.jsonl").stat().st_size
    tracemalloc.start()
    try:
        export(tmp_path / "out", tmp_path / "to", Export("llava"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 1_000_000
    assert peak < size / 2, (peak, size)  # the rows as objects would take several times the size of the file


def test_names_of_splits() -> None:
    assert split_names([None]) == {None: "train"}
    assert split_names(["val", "dev", None, "multi"]) == {
        "val": "validation",
        "dev": "validation",
        None: "unassigned",
        "multi": "multi",
    }
    with pytest.raises(InputError, match="'my split'"):
        split_names(["my split"])


def test_nothing_of_the_user_is_overwritten(out: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    for to, options, message in (
        (tmp_path / "mine", Export("datasets"), "has a file 'thesis.tex'"),
        (tmp_path / "mine", Export("jsonl", shards=3), "has a file 'thesis.tex'"),
        (tmp_path / "mine", Export("jsonl"), "is a folder"),
        (tmp_path / "a.jsonl", Export("jsonl", shards=3), "needs a folder"),
        (out, Export("datasets"), "outside"),
        (out / "qa.jsonl", Export("jsonl"), "outside"),
        (tmp_path, Export("datasets"), "outside"),
    ):
        with pytest.raises(InputError, match=message):
            export(out, to, options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "out"]
    export(out, tmp_path / "cut", Export("jsonl", shards=3))
    export(out, tmp_path / "cut", Export("jsonl", shards=2))
    assert len(list((tmp_path / "cut").iterdir())) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Export("jsonl", frames=3), "--frames"),
        (Export("parquet", per_clip=True), "--per-clip"),
        (Export("llava", frames=0), "at least 1, got 0"),
        (Export("jsonl", shards=-1), "at least 1, got -1"),
        (Export("jsonl", videos=Path("nowhere")), "no such folder of videos: nowhere"),
        (Export("jsonl", reviewed=True), r"no qa.reviewed.jsonl; mmego qa review import writes it"),
    ],
)
def test_options_out_of_place(out: Path, tmp_path: Path, options: Export, message: str) -> None:
    with pytest.raises(InputError, match=message):
        export(out, tmp_path / "to", options)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "no conversation to export"),
        ("[]", "qa.jsonl:1: must be an object with keys"),
        ('{"id": "a"}', "row 1: not a QA sample: a QA sample lacks"),
        ('{"id": "a", "video": "v", "clip": [0, 1], "turns": 3, "source": {}}', "row 1: not a QA sample"),
        (
            '{"id": "a", "video": "v", "clip": [2, 1], "turns": [], "source": {"dataset": "d", "generator": "g"}}',
            "row 1",
        ),
        ('{"id": "a", "video": "v", "clip": [0, 1], "turns": [], "source": {"dat": "d"}}', "row 1"),
        ("{", ":1: not JSON"),
    ],
)
def test_malformed_samples_are_named_and_nothing_is_written(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "qa.jsonl").write_text(line)
    with pytest.raises(InputError, match=message):
        export(tmp_path / "out", tmp_path / "a.jsonl", Export("jsonl"))
    with pytest.raises(InputError, match=r"has no qa\.jsonl; mmego qa make writes it"):
        export(tmp_path, tmp_path / "a.jsonl", Export("jsonl"))
    assert not (tmp_path / "a.jsonl").exists()


OUTSIDE = [
    *(
        "../x",
        "a/../../x",
        "/etc/x",
        "..",
        "a/..",
        "C:x",
        "c:\\x",
        "C:/x",
        "\\\\server\\x",
        "\\x",
        "..\\x",
        "a\\..\\..\\x",
    ),
    *(".. /x", "a/.. ./x", "a\0.mp4", "a\nb", "", ".", "./", "a\ud83d", "../../" * 20 + "x"),
]
INSIDE = [
    "x",
    "P01/P01_1",
    "a/b/c.mp4",
    "x..y",
    "..x",
    "ab:c",
    "-vid",
    "./x",
    "a b",
    "\u00fc",
    "x" * 300,
    "a//b",
    "a/./b",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_lead_out_of_a_folder(name: str) -> None:
    assert not stays_inside(name)


@pytest.mark.parametrize("name", INSIDE)
def test_names_that_stay_in_a_folder(name: str) -> None:
    assert stays_inside(name)
    assert (Path("/folder") / name).resolve().is_relative_to("/folder")


@pytest.mark.parametrize("per_clip", [False, True])
def test_a_video_outside_of_its_folder_is_left_out_and_counted(tmp_path: Path, per_clip: bool) -> None:
    first, *rest = conversations()
    odd_ones = [replace(first, id=f"odd{n}", video=name) for n, name in enumerate(("../x", "/x", "C:\\x", "a\0"))]
    write_set(tmp_path / "out", [*odd_ones, *rest])
    for form, name in (("llava", "a.json"), ("jsonl", "a.jsonl")):
        done = export(tmp_path / "out", tmp_path / name, Export(form, per_clip=per_clip and form == "llava"))  # type: ignore[arg-type]
        assert (done.conversations, done.drops.counts) == (len(rest), {"video_outside": 4})
    rows = json.loads((tmp_path / "a.json").read_text())
    assert all(stays_inside(row["video"]) and stays_inside(row.get("whole_video", "x")) for row in rows)
    write_set(tmp_path / "all", odd_ones)
    with pytest.raises(InputError, match=r"no conversation to export \(video_outside 4\)"):
        export(tmp_path / "all", tmp_path / "b.json", Export("llava"))
