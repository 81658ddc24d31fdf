"""LLaVA rows: what trainers read, media tokens, key frames."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.qa.export.formats import Export, export
from mmego.qa.export.llava import key_frame_indices
from mmego.records import Source, Span
from tests.qa.export.rows import odd
from tests.qa.small_set import conversations, write_set


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
    assert key_frame_indices([Span(4.1, 4.2)], [0.0, 4.0, 8.0]) == [1]
    assert key_frame_indices([], [0.0]) == []


def test_clip_of_no_length_and_ids_that_are_no_file_names(tmp_path: Path) -> None:
    sample = replace(odd(), clip=Span(0.0, 0.0))
    write_set(tmp_path / "out", [sample])
    export(tmp_path / "out", tmp_path / "a.json", Export("llava", frames=3, per_clip=True))
    (row,) = json.loads((tmp_path / "a.json").read_text())
    assert (row["frame_times"], row["key_frames"], row["video"]) == ([0.0], [[0], []], "a%2Fb%20c.mp4")
