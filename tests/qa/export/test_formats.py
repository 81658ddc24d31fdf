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
from mmego.qa.data.read import read_samples
from mmego.qa.export.formats import Export, export, split_names, stays_inside
from mmego.qa.export.llava import key_frames
from mmego.records import QA, Source, Span, Turn
from mmego.video.files import VideoFiles
from tests.qa.small_set import conversations, with_model, write_set


def rows_of(samples: list[QA]) -> list[dict[str, Any]]:
    return [sample.to_json() for sample in samples]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_set(tmp_path / "out")
    return tmp_path / "out"


def odd() -> QA:
    turns = (
        Turn(
            'What did "X" say?\n',
            "\u201cl\u00f6l\u201d \U0001f600, \t\\",
            (Span(0.1, 0.30000000000000004),),
            (),
            "other",
        ),
        Turn("Where?", "on the bed", (), (0, 2)),
    )
    return with_model(QA("a/b c", "-vid", Span(0.0, 1e-9), turns, Source("own", "llm", seed=2**40)))


def test_json_lines_are_the_samples(out: Path, tmp_path: Path) -> None:
    done = export(out, tmp_path / "a.jsonl", Export("jsonl"))
    assert list(read_samples(tmp_path / "a.jsonl")) == conversations()
    assert (done.conversations, done.files) == (5, (tmp_path / "a.jsonl",))
    assert done.turns == sum(len(sample.turns) for sample in conversations()) > 50


def test_parquet_reads_back_the_same_in_pyarrow_datasets_and_pandas(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    from pyarrow import parquet

    samples = write_set(tmp_path / "out", [*conversations(), odd()])
    path = tmp_path / "a.parquet"
    export(tmp_path / "out", path, Export("parquet"))
    assert parquet.read_table(path).to_pylist() == rows_of(samples)
    read_back = [QA.from_json(row) for row in parquet.read_table(path).to_pylist()]
    assert read_back == [QA.from_json(sample.to_json()) for sample in samples]
    loaded = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.to_list() == rows_of(samples)
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(path)
    assert list(frame["id"]) == [sample.id for sample in samples]
    assert [turn["question"] for turn in frame["turns"][5]] == [turn.question for turn in odd().turns]


def test_parquet_of_more_rows_than_a_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("mmego.qa.export.parquet.ROWS_PER_GROUP", 2)
    samples = write_set(tmp_path / "out")
    export(tmp_path / "out", tmp_path / "a.parquet", Export("parquet"))
    assert parquet.ParquetFile(tmp_path / "a.parquet").num_row_groups == 3
    assert parquet.read_table(tmp_path / "a.parquet").to_pylist() == rows_of(samples)


def test_a_value_of_the_wrong_type_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    bad = replace(conversations()[0], source=replace(conversations()[0].source, seed="zero"))  # type: ignore[arg-type]
    write_set(tmp_path / "out", [bad])
    with pytest.raises(InputError, match="day0_0"):
        export(tmp_path / "out", tmp_path / "a.parquet", Export("parquet"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_llava_rows_are_what_the_trainers_read(out: Path, tmp_path: Path) -> None:
    export(out, tmp_path / "a.json", Export("llava"))
    rows = json.loads((tmp_path / "a.json").read_text())
    for row, sample in zip(rows, conversations(), strict=True):
        assert (row["id"], row["video"]) == (sample.id, f"{sample.video}.mp4")
        talk = row["conversations"]
        assert [line["from"] for line in talk] == ["human", "gpt"] * len(sample.turns)
        assert talk[0]["value"] == f"<image>\n{sample.turns[0].question}"
        assert sum(line["value"].count("<image>") for line in talk) == 1
        assert [line["value"] for line in talk[1::2]] == [turn.answer for turn in sample.turns]
        assert [line["value"] for line in talk[2::2]] == [turn.question for turn in sample.turns[1:]]
        assert row["clip"] == sample.clip.to_json()
        assert row["key_spans"] == [[span.to_json() for span in turn.key_spans] for turn in sample.turns]
        assert Source(**row["source"]) == sample.source


def test_llava_array_has_a_row_a_line_so_that_it_can_be_streamed(out: Path, tmp_path: Path) -> None:
    export(out, tmp_path / "a.json", Export("llava", token="<video>"))
    lines = (tmp_path / "a.json").read_text().splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 7)
    assert all(
        json.loads(line.rstrip(","))["conversations"][0]["value"].startswith("<video>\n") for line in lines[1:-1]
    )


def test_llava_leaves_out_texts_with_a_media_token(tmp_path: Path) -> None:
    first, second = conversations()[:2]
    spoiled = replace(first, turns=(replace(first.turns[0], question="Is <image> it?"), *first.turns[1:]))
    empty = replace(second, turns=(replace(second.turns[0], answer="<video>"),))
    write_set(tmp_path / "out", [spoiled, empty])
    done = export(tmp_path / "out", tmp_path / "a.json", Export("llava"))
    (row,) = json.loads((tmp_path / "a.json").read_text())
    assert row["conversations"][0]["value"] == f"<image>\n{first.turns[1].question}"
    assert dict(done.drops.counts) == {"media_token": 2, "no_turns": 1}
    assert (done.conversations, done.turns) == (1, len(first.turns) - 1)


def test_key_frames_lie_in_the_key_spans(out: Path, tmp_path: Path) -> None:
    export(out, tmp_path / "a.json", Export("llava", frames=40, per_clip=True))
    for row, sample in zip(json.loads((tmp_path / "a.json").read_text()), conversations(), strict=True):
        times = row["frame_times"]
        step = sample.clip.length / 40
        assert len(times) == 40
        assert times[0] == pytest.approx(sample.clip.start + step / 2)
        for turn, chosen in zip(sample.turns, row["key_frames"], strict=True):
            inside = {i for i, time in enumerate(times) if any(span.holds(time) for span in turn.key_spans)}
            assert inside <= set(chosen)
            for index in set(chosen) - inside:  # the nearest to a span that no frame hits
                assert any(abs(times[index] - (s.start + s.end) / 2) <= step for s in turn.key_spans)
        assert (row["video"], row["whole_video"]) == (f"{sample.id}.mp4", f"{sample.video}.mp4")
    assert key_frames([Span(4.1, 4.2)], [0.0, 4.0, 8.0]) == [1]
    assert key_frames([], [0.0]) == []


def test_clip_of_no_length_and_ids_that_are_no_file_names(tmp_path: Path) -> None:
    sample = replace(odd(), clip=Span(0.0, 0.0))
    write_set(tmp_path / "out", [sample])
    export(tmp_path / "out", tmp_path / "a.json", Export("llava", frames=3, per_clip=True))
    (row,) = json.loads((tmp_path / "a.json").read_text())
    assert (row["frame_times"], row["key_frames"], row["video"]) == ([0.0], [[0], []], "a%2Fb%20c.mp4")


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
        (tmp_path / "mine", Export("datasets"), "holds 'thesis.tex'"),
        (tmp_path / "mine", Export("jsonl", shards=3), "holds 'thesis.tex'"),
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
