"""What a benchmark is made of, and what stays out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.build.source import EXCLUDED, OTHER_SPLIT, QuestionSource, read_excluded
from mmego.errors import InputError
from mmego.files import write_jsonl
from mmego.narrations.clean import Drops
from tests.qa.small_set import clips, conversations, write_set


def test_a_folder_and_its_file_give_the_same(tmp_path: Path) -> None:
    made = write_set(tmp_path / "qa")
    folder, file = QuestionSource(tmp_path / "qa"), QuestionSource(tmp_path / "qa" / "qa.jsonl")
    assert list(folder.samples(Drops())) == list(file.samples(Drops())) == made
    assert folder.sha256 == file.sha256
    for clip in clips():
        assert folder.clip(clip.id) == file.clip(clip.id) == clip
    assert folder.clip("no such") is None


def test_splits_and_excluded_videos_are_counted(tmp_path: Path) -> None:
    made = write_set(tmp_path / "qa")
    turns = {sample.video: len(sample.turns) for sample in made}
    source, drops = QuestionSource(tmp_path / "qa"), Drops()
    kept = list(source.samples(drops, "train", frozenset({"day1"})))
    assert [sample.video for sample in kept] == ["day0"]
    assert drops.counts == {EXCLUDED: turns["day1"], OTHER_SPLIT: turns["day2"] + turns["day3"] + turns["day4"]}
    with pytest.raises(InputError, match="nothing of the split 'dev'; its splits: test, train, val"):
        list(source.samples(Drops(), "dev"))


def test_faults_are_named(tmp_path: Path) -> None:
    sample = conversations(1)[0]
    write_jsonl(tmp_path / "twice.jsonl", [sample.to_json()] * 2)
    with pytest.raises(InputError, match="comes twice"):
        list(QuestionSource(tmp_path / "twice.jsonl").samples(Drops()))
    write_jsonl(tmp_path / "none.jsonl", [])
    with pytest.raises(InputError, match="no conversation"):
        list(QuestionSource(tmp_path / "none.jsonl").samples(Drops()))
    with pytest.raises(InputError, match="no such file"):
        _ = QuestionSource(tmp_path / "absent.jsonl").sha256
    with pytest.raises(InputError, match=r"has no qa\.jsonl"):
        QuestionSource(tmp_path)
    write_set(tmp_path / "qa")
    (tmp_path / "qa" / "clips" / "00001.jsonl").write_text('{"id": "a"}\n{"no": 1}\n')
    with pytest.raises(InputError, match=r"00001\.jsonl:2: no narrated clip"):
        QuestionSource(tmp_path / "qa").clip("a")


def test_what_a_model_was_trained_on_can_be_left_out_in_any_form(tmp_path: Path) -> None:
    write_set(tmp_path / "qa")
    assert read_excluded([tmp_path / "qa"]) == {f"day{i}" for i in range(5)}
    write_jsonl(tmp_path / "llava.jsonl", [{"video": "a.mp4"}, {"video": "b.c.MKV"}])
    (tmp_path / "list.txt").write_text("# held out\nx\ny.mp4\n")
    assert read_excluded([tmp_path / "llava.jsonl", tmp_path / "list.txt"]) == {"a", "b.c", "x", "y"}
    write_jsonl(tmp_path / "bad.jsonl", [{"video": "a"}, {"name": "b"}])
    with pytest.raises(InputError, match="row 2: has no 'video'"):
        read_excluded([tmp_path / "bad.jsonl"])
