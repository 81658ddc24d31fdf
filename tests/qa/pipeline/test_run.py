"""The run as a whole: what it makes, and what it makes of being killed, interrupted, disturbed and begun anew."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from mmego.files import read_json, read_jsonl
from mmego.narrations.readers.lines import BAD_NAME
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.data.folder import DatasetFolder
from mmego.records import QA
from mmego.records.length_classes import length_class
from tests.qa.commands import files, mmego
from tests.qa.narrated import write_source
from tests.qa.runs import Run, assert_each_clip_once, clip_counts, group_is_gone, wait_for

# What it makes ----------------------------------------------------------------------------------------------


def test_conversations_on_every_clip(made: Path, source: Path) -> None:
    assert_each_clip_once(made)
    folder = DatasetFolder(made)
    plan = folder.plan()
    assert plan is not None
    assert len(plan.tasks) == 5
    assert max(plan.tasks) - min(plan.tasks) <= 1
    samples = [ClipQA.from_json(row) for task in range(5) for row in read_jsonl(folder.written(task))]
    assert {s.qa.source.generator for s in samples} == {"rules"}
    assert {s.qa.source.split for s in samples} == {"train", "val"}
    kept = [QA.from_json(row) for row in read_jsonl(folder.qa)]
    turns = {s.qa.id: s.qa.turns for s in samples}
    assert all(set(qa.turns) <= set(turns[qa.id]) and qa.turns for qa in kept)
    stats = read_json(folder.stats)
    assert stats["clips"] == len(samples) == plan.clips
    assert stats["videos"] == 5
    assert stats["turns"] == {"written": sum(map(len, turns.values())), "kept": sum(len(qa.turns) for qa in kept)}
    assert stats["turns"]["written"] - stats["turns"]["kept"] == sum(row["dropped"] for row in stats["filters"])
    classes = [length_class(qa.clip.length) for qa in kept]
    assert {name: classes.count(name) for name in set(classes)} == {
        name: count for name, count in stats["length_classes"]["after"].items() if count
    }
    # The video of eighteen seconds gives no clip, and that is said.
    reason = "video without a clip (too short, or too little told)"
    assert stats["narrations"]["videos_dropped"] == {reason: 1}
    assert stats["narrations"]["examples"][reason][0].startswith("video4, ")


def test_every_narration_is_used_or_dropped_for_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = write_source(tmp_path / "source", [1.7, 0.3, 0.8]), tmp_path / "out"
    told = json.loads((source / "narrations.json").read_text())
    told["video0"]["narration_pass_1"]["narrations"].append(
        {"timestamp_sec": 3.0, "narration_text": "#summary C rests"}
    )
    (source / "narrations.json").write_text(json.dumps(told))
    excluded = tmp_path / "excluded.txt"
    excluded.write_text("video2\n")
    assert mmego("make", source, "-o", out, "--exclude", excluded, "--clips-per-class", 1) == 0
    count = {video: len(parts["narration_pass_1"]["narrations"]) for video, parts in told.items()}
    narrations = read_json(out / "stats.json")["narrations"]
    assert narrations["read"] == sum(count.values()) == narrations["kept"] + sum(narrations["dropped"].values())
    clips = list(read_jsonl(out / "clips" / "00000.jsonl"))
    assert narrations["kept"] == len({n["text"] + str(n["span"][0]) for clip in clips for n in clip["narrations"]})
    short, outside = "in a video without a clip (too short, or too little told)", "in no clip"
    dropped = narrations["dropped"]
    assert dropped["summary"] == 1
    assert dropped["in a video excluded"] == count["video2"]
    assert dropped[short] == count["video1"]
    assert dropped[outside] == count["video0"] - 1 - narrations["kept"] > 0
    said = f"{1 + count['video2']} dropped on reading (mmego qa inspect says why), "
    rest = (f"{dropped[short]} {short}", f"{dropped[outside]} {outside}")
    line = next(line for line in capsys.readouterr().out.splitlines() if "narrations: " in line)
    assert line.startswith(f"  narrations: {narrations['kept']} used, {said}")
    assert all(part in line for part in rest)


def test_the_same_command_again_does_nothing(made: Path, source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.name != ".lock"}
    assert mmego("make", source, "-o", made, "--tasks", 5, "--workers", 2) == 0
    assert f"{made} is finished, nothing to do" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.name != ".lock"} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seed", "1"], "seed was 0, is 1"),
        (["--clips-per-class", "2", "--turns", "3"], "clips_per_class was 4, is 2; turns was 20, is 3"),
        (["--split", "val"], 'split was null, is "val"'),
        (["--filter.max-answer-words", "3"], "filters.max_answer_words was 40, is 3): `mmego qa filter`"),
    ],
)
def test_other_options_are_refused_by_name(
    made: Path, source: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(made)
    assert mmego("make", source, "-o", made, "--tasks", 5, *words) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert files(made) == before


def test_another_file_under_the_same_name_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = write_source(tmp_path / "source", [1]), tmp_path / "out"
    words = ("make", source, "--videos", source / "ego4d.json", "-o", out)
    assert mmego(*words) == 0
    (source / "ego4d.json").write_text((source / "ego4d.json").read_text() + "  ")
    assert mmego(*words) == 1
    assert "videos was" in capsys.readouterr().err


def test_a_folder_where_nothing_was_cut_takes_other_options(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out, "--min-narrations", 500) == 1
    error = capsys.readouterr().err
    assert "no clip can be cut from 5 videos" in error
    assert "video without a clip (too short, or too little told): 5" in error
    assert not (out / "clips").exists()
    assert mmego("make", source, "-o", out, "--limit-videos", 1) == 0
    assert_each_clip_once(out)


def test_split_and_exclusion(source: Path, tmp_path: Path) -> None:
    excluded = tmp_path / "excluded.txt"
    excluded.write_text("video1\n")
    assert mmego("make", source, "-o", tmp_path / "out", "--split", "train", "--exclude", excluded) == 0
    videos = {row["video"] for row in read_jsonl(tmp_path / "out" / "qa.jsonl")}
    assert videos == {"video0", "video2"}


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_bytes(made: Path, source: Path, tmp_path: Path) -> None:
    run = Run(tmp_path, "make", source, "-o", tmp_path / "out", "--tasks", 5, "--workers", 2)
    code, out, error = run.end()
    assert (code, error) == (0, "")
    assert "questions in" in out
    assert files(tmp_path / "out") == files(made)
    assert len({process for process, _ in run.clips_begun()}) == 5  # one process a task
    wait_for(lambda: group_is_gone(run.process.pid))


def test_without_tasks_files_are_filled_one_after_another(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmego.qa.pipeline.run.CLIPS_A_TASK", 4)
    monkeypatch.setattr("mmego.qa.pipeline.run.BUFFERED_CHARACTERS", 5000)
    assert mmego("make", source, "-o", tmp_path / "out", "--workers", 1) == 0
    plan = DatasetFolder(tmp_path / "out").plan()
    assert plan is not None
    assert plan.tasks[:-1] == [4] * (len(plan.tasks) - 1)
    assert_each_clip_once(tmp_path / "out")


# Filtering again --------------------------------------------------------------------------------------------


# Killed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_killed_again_and_again_every_clip_is_there_once(
    made: Path, source: Path, tmp_path: Path, workers: int
) -> None:
    out = tmp_path / "out"
    words = ("make", source, "-o", out, "--tasks", 5, "--workers", workers)

    def finished() -> int:
        return len(list((out / "written").glob("*.jsonl")))

    for kills in (1, 2):
        run = Run(tmp_path, *words, seconds=0.2)
        begun, before = len(run.clips_begun()), finished()
        wait_for(lambda run=run, n=begun, m=before: len(run.clips_begun()) > n and finished() > m)  # type: ignore[misc]
        run.kill()
        assert run.end()[0] == -signal.SIGKILL
        wait_for(lambda run=run: group_is_gone(run.process.pid))  # type: ignore[misc]
        assert kills <= finished() < 5
        assert not (out / "qa.jsonl").exists()
        for path in (out / "written").glob("*.jsonl"):
            assert len(path.read_text().splitlines()) == len((out / "clips" / path.name).read_text().splitlines())
    assert Run(tmp_path, *words).end()[0] == 0
    assert files(out) == files(made)
    assert not [p for p in out.rglob(".*") if p.name != ".lock"]  # no half files left


def test_killed_while_cutting(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".clips.abcdefgh.mmego" / "clips").mkdir(parents=True)
    (out / ".clips.abcdefgh.mmego" / "clips" / "00000.jsonl").write_text('{"half')
    assert mmego("make", source, "-o", out, "--limit-videos", 2) == 0
    assert_each_clip_once(out)
    assert not (out / ".clips.abcdefgh.mmego").exists()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_all_and_says_so_in_one_line(source: Path, tmp_path: Path, workers: int) -> None:
    words = ("make", source, "-o", tmp_path / "out", "--tasks", 5, "--workers", workers)
    run = Run(tmp_path, *words, seconds=0.1)
    wait_for(lambda: len(run.clips_begun()) >= 3)
    os.killpg(run.process.pid, signal.SIGINT)  # as a terminal does: to the whole group
    code, out, error = run.end()
    assert (code, out) == (130, "")
    assert error.count("\n") == 1
    assert "clips are finished. The same command goes on from here" in error
    wait_for(lambda: group_is_gone(run.process.pid))
    assert Run(tmp_path, *words).end()[0] == 0
    assert_each_clip_once(tmp_path / "out")


# Disturbed --------------------------------------------------------------------------------------------------


def test_markers_are_not_believed_without_their_files(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out, "--tasks", 3, "--workers", 1) == 0
    before = files(out)
    (out / "written" / "00001.jsonl").unlink()
    (out / "logs" / "completions" / "00000").unlink()  # killed between the file and its marker
    assert mmego("make", source, "-o", out, "--tasks", 3, "--workers", 1) == 0
    assert files(out) == before


@pytest.mark.slow
def test_two_runs_do_not_work_in_one_folder(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    run = Run(tmp_path, "make", source, "-o", out, seconds=0.3)
    wait_for(lambda: len(run.clips_begun()) >= 1)
    assert mmego("make", source, "-o", out) == 1
    assert f"is in use by another run (process {run.process.pid} on" in capsys.readouterr().err
    run.kill()
    run.end()
    wait_for(lambda: group_is_gone(run.process.pid))
    assert mmego("make", source, "-o", out) == 0
    assert_each_clip_once(out)


def test_calls_given_up_are_asked_again_on_request(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ("make", source, "-o", out, "--tasks", 3, "--workers", 1)
    assert mmego(*words) == 0
    before = files(out)
    path = out / "written" / "00001.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0] |= {"failures": [{"reason": "timeout", "detail": ""}], "qa": rows[0]["qa"] | {"turns": []}, "verdicts": []}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (out / "stats.json").unlink()
    assert mmego(*words) == 0
    assert "calls without a usable answer: timeout 1" in capsys.readouterr().out
    assert mmego(*words, "--retry-failed") == 0
    assert files(out) == before


# Quiet and without secrets ----------------------------------------------------------------------------------


def test_no_secret_of_the_environment_gets_into_a_file(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MY_API_KEY", "sk-very-secret-1234")
    assert mmego("make", source, "-o", tmp_path / "out", "--dataset", "x-sk-very-secret-1234") == 1
    error = capsys.readouterr().err
    assert "MY_API_KEY" in error
    assert "very-secret" not in error
    assert mmego("make", source, "-o", tmp_path / "out", "--tasks", 2) == 0
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"very-secret" not in path.read_bytes()


def test_every_clip_begun_is_one_that_was_cut(made: Path) -> None:
    cut, written = clip_counts(made)
    assert sum(cut.values()) == sum(written.values()) > 15


def test_a_video_whose_name_is_no_text_is_left_out_and_counted(tmp_path: Path) -> None:
    things = ("mug", "cup", "knife", "plate", "pan", "towel")
    rows = [
        {"video": video, "start": 5 * n, "end": 5 * n + 2, "text": f"C takes the {things[n % 6]} from the table"}
        for video in ("v\ud83d", "w")
        for n in range(40)
    ]
    told = tmp_path / "told.jsonl"
    told.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert mmego("make", told, "-o", tmp_path / "out", "--workers", 1) == 0
    stats = json.loads((tmp_path / "out" / "stats.json").read_text())
    assert stats["narrations"]["videos_dropped"] == {BAD_NAME: 1}
    assert stats["narrations"]["dropped"][f"in a {BAD_NAME}"] == 40
    made = [json.loads(line) for line in (tmp_path / "out" / "qa.jsonl").read_text().splitlines()]
    assert {row["video"] for row in made} == {"w"}
