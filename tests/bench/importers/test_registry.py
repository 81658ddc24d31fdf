"""Importing by name: lengths from videos, missing videos, spans past the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.registry import FORMATS, import_questions
from mmego.errors import InputError
from tests.engine.clips import write_clip


def mine(folder: Path, *rows: dict[str, Any]) -> Path:
    base = {"video": "v", "question": "Where?", "options": ["here", "there"], "answer": 1}
    (folder / "mine.jsonl").write_text("".join(json.dumps({**base, **row}) + "\n" for row in rows))
    return folder / "mine.jsonl"


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    write_clip(folder / "v.mp4")
    return folder


def test_lengths_come_from_the_videos_that_are_there(tmp_path: Path, videos: Path) -> None:
    inputs = [{"name": "video 1", "video": "v", "clip": None}, {"name": "video 2", "video": "v", "clip": [1, 2]}]
    path = mine(tmp_path, {}, {"video": "w"}, {"inputs": inputs}, {"clip": [1, 3]})
    blind = import_questions("plain", [path])
    assert ([q.length_class for q in blind.questions], blind.missing) == (["", "", "", "0.5-1"], ())
    found = import_questions("plain", [path], videos)
    whole, gone, several, part = found.questions
    assert whole.clip is not None
    assert whole.clip.end == pytest.approx(7.0, abs=0.3)
    assert (gone.clip, gone.length_class, found.missing) == (None, "", ("w",))
    assert [one.clip for one in several.inputs] == [whole.clip, several.inputs[1].clip]
    assert [q.length_class for q in (whole, several, part)] == ["0.5-1"] * 3
    assert part.clip == blind.questions[3].clip


def test_a_span_past_the_end_of_its_file_is_a_fault(tmp_path: Path, videos: Path) -> None:
    with pytest.raises(InputError, match=r"jsonl: row 2: the clip ends at 60.000 s, but the file of v is 7\.\d+ s"):
        import_questions("plain", [mine(tmp_path, {}, {"clip": [50, 60]})], videos, strict=True)


def test_a_mark_past_the_end_of_its_file_is_a_fault(tmp_path: Path, videos: Path) -> None:
    row = {
        "inputs": {"video 1": {"id": "v"}},
        "question": "At <TIME 00:00:30.000 video 1>?",
        "choices": list("abcde"),
        "correct_idx": 0,
    }
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"p_0": row}))
    assert len(import_questions("hd-epic", [path]).questions) == 1
    with pytest.raises(InputError, match=r"p.json: p_0: .* lies outside video 1"):
        import_questions("hd-epic", [path], videos)


def test_a_broken_video_is_named_with_the_row(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_bytes(b"no video")
    with pytest.raises(InputError, match=r"mine.jsonl: row 1: .*v.mp4"):
        import_questions("plain", [mine(tmp_path, {})], tmp_path)


def test_wrong_names(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no importer 'ego'; there are hd-epic"):
        import_questions("ego", [tmp_path])
    with pytest.raises(InputError, match="give the files of Video-MME"):
        import_questions("video-mme", [])
    with pytest.raises(InputError, match="no such folder of videos"):
        import_questions("plain", [mine(tmp_path, {})], tmp_path / "none")
    for name in FORMATS:
        with pytest.raises(InputError, match="no such file"):
            import_questions(name, [tmp_path / "none.json"])


def test_nothing_left_is_said(tmp_path: Path) -> None:
    question = {"q_uid": "a", "question": "?", **{f"option {n}": str(n) for n in range(5)}}
    (tmp_path / "questions.json").write_text(json.dumps([question]))
    (tmp_path / "answers.json").write_text("{}")
    with pytest.raises(InputError, match="EgoSchema needs"):
        import_questions("egoschema", [tmp_path / "questions.json", tmp_path / "answers.json"])


def test_questions_past_the_end_of_their_video_are_left_out(tmp_path: Path, videos: Path) -> None:
    rows: list[dict[str, Any]] = [{}, {"clip": [1, 3]}, {}, {"clip": [50, 60]}, {"key_spans": [[2, 60]]}]
    found = import_questions("plain", [mine(tmp_path, *rows)], videos)
    assert [question.id for question in found.questions] == ["mine-1", "mine-2", "mine-3"]
    assert found.drops.counts == {"bad row": 2}
    assert "row 4: the clip ends at 60.000 s" in found.bad[0]
    assert "row 5: a key span ends at 60.000 s, but v is 7" in found.bad[1]


def test_a_broken_video_costs_its_questions_only(tmp_path: Path, videos: Path) -> None:
    (videos / "w.mp4").write_bytes(b"no video")
    found = import_questions("plain", [mine(tmp_path, {}, {}, {"video": "w"})], videos)
    assert ([question.video for question in found.questions], found.missing) == (["v", "v"], ())
    assert "row 3: " in found.bad[0]
