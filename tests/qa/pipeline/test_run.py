"""The run as a whole: what it makes, and what it makes of being killed, interrupted, disturbed and begun anew."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from mmego import cli
from mmego.files import read_json, read_jsonl
from mmego.narrations.readers.lines import BAD_NAME
from mmego.qa.data.clip import ClipQA
from mmego.qa.data.folder import Folder
from mmego.records import QA
from mmego.records.length_classes import length_class
from tests.qa.narrated import write_source
from tests.qa.runs import Run, assert_each_clip_once, clip_counts, group_is_gone, wait_for


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("narrated"), [0.6, 1.5, 3, 5, 0.3])


def mmego(*words: object) -> int:
    return cli.main(["qa", *map(str, words)])


def files(out: Path) -> dict[str, bytes]:
    """What a finished data set is judged by: everything but logs and locks."""
    kept = [p for p in out.rglob("*") if p.is_file() and "logs" not in p.parts and not p.name.startswith(".")]
    return {str(p.relative_to(out)): p.read_bytes() for p in kept}


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set of five tasks that every other run of this file must equal."""
    out = tmp_path_factory.mktemp("made") / "out"
    assert mmego("make", source, "-o", out, "--tasks", 5, "--workers", 1) == 0
    return out


# What it makes ----------------------------------------------------------------------------------------------


def test_conversations_on_every_clip(made: Path, source: Path) -> None:
    assert_each_clip_once(made)
    folder = Folder(made)
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
    plan = Folder(tmp_path / "out").plan()
    assert plan is not None
    assert plan.tasks[:-1] == [4] * (len(plan.tasks) - 1)
    assert_each_clip_once(tmp_path / "out")


# Filtering again --------------------------------------------------------------------------------------------


def test_filter_again_without_writing_again(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out) == 0
    before = files(out)
    assert mmego("filter", out, "--filter.max-answer-words", 3, "--keep-dropped") == 0
    stats = read_json(out / "stats.json")
    assert stats["turns"]["kept"] < stats["turns"]["written"]
    dropped = list(read_jsonl(out / "dropped.jsonl"))
    assert len(dropped) == stats["turns"]["written"] - stats["turns"]["kept"]
    written = {row["clip"]["id"]: row["qa"]["turns"] for row in read_jsonl(out / "written" / "00000.jsonl")}
    for row in dropped:
        clip, _, index = row["id"].rpartition("#")
        assert written[clip][int(index)]["question"] == row["question"]
        assert set(row) == {"id", "question", "answer", "filter", "reason"}
    assert {row["filter"] for row in dropped} >= {"length"}
    assert all(len(t["answer"].split()) <= 3 for row in read_jsonl(out / "qa.jsonl") for t in row["turns"])
    assert {k: v for k, v in files(out).items() if k.startswith("written")} == {
        k: v for k, v in before.items() if k.startswith("written")
    }
    assert mmego("filter", out) == 0
    assert files(out) == before


def test_filters_are_switched_by_name(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def names(*words: object) -> list[str]:
        assert mmego("filter", made, *words) == 0
        return [row["name"] for row in read_json(made / "stats.json")["filters"]]

    before = files(made)
    every = names()
    assert names("--filters", "length") == ["length"]
    assert names("--without", "length") == [name for name in every if name != "length"]
    assert mmego("filter", made, "--filters", "lenght") == 1
    assert "no filter 'lenght'" in capsys.readouterr().err
    names()
    assert files(made) == before


def test_make_after_filter_names_what_differs_shortly(
    made: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(made)
    assert mmego("filter", made, "--without", "common_sense", "yes_no") == 0
    capsys.readouterr()
    assert mmego("make", source, "-o", made, "--tasks", 5) == 1
    said = (
        "was last filtered with other options (names now with common_sense, yes_no): `mmego qa filter` filters it anew"
    )
    assert capsys.readouterr().err == f"mmego: {made} {said}\n"
    assert mmego("filter", made) == 0
    assert files(made) == before


def test_filter_needs_a_written_data_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mmego("filter", tmp_path / "none") == 1
    assert "is no data set" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


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
def test_a_killed_worker_is_reported_and_made_up_for(made: Path, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("make", source, "-o", out, "--tasks", 5, "--workers", 2)
    run = Run(tmp_path, *words, seconds=0.05)
    wait_for(lambda: len(run.clips_begun()) >= 3)
    os.kill(run.clips_begun()[0][0], signal.SIGKILL)
    code, _, error = run.end()
    assert code == 1
    assert error.count("\n") == 1
    assert "1 tasks failed (task" in error
    assert "ended by SIGKILL" in error
    assert len(list((out / "written").glob("*.jsonl"))) == 4
    assert not (out / "qa.jsonl").exists()
    assert Run(tmp_path, *words).end()[0] == 0
    assert files(out) == files(made)


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


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_lets_the_others_finish(made: Path, source: Path, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "out"
    words = ("make", source, "-o", out, "--tasks", 5, "--workers", workers)
    code, _, error = Run(tmp_path, *words, fails="video1:other").end()
    assert code == 1
    assert error.count("\n") == 1
    assert "MmegoError: cannot write about video1" in error
    with_video1 = {p.name for p in (out / "clips").glob("0*.jsonl") if "video1:" in p.read_text()}
    assert {p.name for p in (out / "written").glob("*.jsonl")} == {f"{i:05d}.jsonl" for i in range(5)} - with_video1
    assert Run(tmp_path, *words).end()[0] == 0
    assert files(out) == files(made)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_what_no_retry_mends_stops_everything(source: Path, tmp_path: Path, workers: int) -> None:
    words = ("make", source, "-o", tmp_path / "out", "--tasks", 5, "--workers", workers)
    run = Run(tmp_path, *words, fails="video:wrong_key")
    code, _, error = run.end()
    assert code == 1
    assert error == "mmego: the server says that the key is wrong\n"
    assert len(run.clips_begun()) <= workers
    wait_for(lambda: group_is_gone(run.process.pid))
    assert Run(tmp_path, *words).end()[0] == 0
    assert_each_clip_once(tmp_path / "out")


def test_markers_are_not_believed_without_their_files(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out, "--tasks", 3, "--workers", 1) == 0
    before = files(out)
    (out / "written" / "00001.jsonl").unlink()
    (out / "logs" / "completions" / "00000").unlink()  # killed between the file and its marker
    assert mmego("make", source, "-o", out, "--tasks", 3, "--workers", 1) == 0
    assert files(out) == before


def test_a_written_file_that_lost_rows_is_named(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out) == 0
    written = out / "written" / "00000.jsonl"
    rows = written.read_text().splitlines(keepends=True)
    written.write_text("".join(rows[:-2]))
    assert mmego("filter", out) == 1
    assert f"00000.jsonl holds {len(rows) - 2} clips, {len(rows)} were cut: delete the file" in capsys.readouterr().err
    written.unlink()
    assert mmego("make", source, "-o", out) == 0
    assert len(written.read_text().splitlines()) == len(rows)


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
    assert "calls without use: timeout 1" in capsys.readouterr().out
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


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_no_key_gets_into_the_logs_of_a_failure(source: Path, tmp_path: Path, workers: int) -> None:
    words = ("make", source, "-o", tmp_path / "out", "--tasks", 2, "--workers", workers)
    run = Run(tmp_path, *words, fails="video:leaky", OPENAI_API_KEY="sk-very-secret-1234")
    assert run.end() == (1, "", "mmego: the server refuses the key\n")
    logs = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"the server refuses the key" in path.read_bytes() for path in logs)
    assert not [path for path in logs if b"very-secret" in path.read_bytes()]


def test_counts_are_shown_as_they_are(made: Path) -> None:
    from mmego.qa.pipeline.progress import Counts, Prices, Progress, describe

    folder = Folder(made)
    plan = folder.plan()
    assert plan is not None
    total = Progress(folder, plan, Prices()).total()
    assert total.clips == plan.clips
    assert total.turns == read_json(folder.stats)["turns"]["written"]
    assert describe(Counts(5, 12_345), Prices(1, 2)) == "12,345 questions"
    counts = Counts(5, 12, 3, 2_000_000, 500_000)
    assert describe(counts, Prices(2.5, 10)) == "12 questions, 3 failed calls, 2.50 M tokens, $10.00"
    counts.judge_prompt_tokens = 1_000_000
    judged = "12 questions, 3 failed calls, 3.50 M tokens"
    assert describe(counts, Prices(2.5, 10)) == f"{judged}, $12.50"
    assert describe(counts, Prices(2.5, 10, judge_prompt=1)) == f"{judged}, $11.00"
    counts.judge_prompt_tokens = 0
    assert describe(counts, Prices()) == "12 questions, 3 failed calls, 2.50 M tokens"


def test_the_line_without_a_terminal_has_rate_and_time_left(tmp_path: Path) -> None:
    from mmego.qa.data.folder import Plan
    from mmego.qa.pipeline.progress import Prices, Progress

    folder = Folder(tmp_path)
    folder.work.mkdir(parents=True)

    def written(task: int, clips: int) -> None:
        folder.counter(task).write_text(json.dumps({"clips": clips, "turns": 10 * clips}))

    written(0, 100)
    progress = Progress(folder, Plan("own", [1000, 1000], 3, 5), Prices())
    assert progress.line(60.0) == "write: 100 of 2,000 clips, 1,000 questions"
    written(1, 300)
    # The hundred of an earlier run are no part of the pace: 300 in 60 seconds, 1,600 to go.
    assert progress.line(60.0) == "write: 400 of 2,000 clips, 5.0 clips/s, 05:20 left, 4,000 questions"
    assert progress.line(600.0) == "write: 400 of 2,000 clips, 30.0 clips/min, 53:20 left, 4,000 questions"


def test_an_order_that_is_no_order_is_refused() -> None:
    from mmego.errors import MmegoError
    from mmego.qa.pipeline.steps import in_order
    from tests.qa.data.test_clip import written

    one = written()
    assert list(in_order(iter([one]), [one.clip.id])) == [one]
    with pytest.raises(MmegoError, match="gave clip 'v:60-90' twice"):
        list(in_order(iter([one, one]), [one.clip.id]))
    with pytest.raises(MmegoError, match="left out 1 of 2 clips, first 'other'"):
        list(in_order(iter([one]), [one.clip.id, "other"]))


def test_every_clip_begun_is_one_that_was_cut(made: Path) -> None:
    cut, written = clip_counts(made)
    assert sum(cut.values()) == sum(written.values()) > 15


def test_differences_are_short_and_all_there(tmp_path: Path) -> None:
    from mmego.errors import InputError

    folder = Folder(tmp_path)
    folder.clips.mkdir()
    (folder.clips / "plan.json").write_text(json.dumps({"dataset": "own", "tasks": [1], "videos": 1, "narrations": 4}))
    folder.options.write_text(json.dumps({"make": {"seed": 1, "sources": ["a", "b"], "split": None}}))
    said = 'sources now without b and with c, d, e and 1 more; split was null, is "val"'
    with pytest.raises(InputError, match=f"was begun with other options .{said}.: choose another folder"):
        folder.begin({"make": {"seed": 1, "sources": ["a", "c", "d", "e", "f"], "split": "val"}})
    with pytest.raises(InputError, match=r"sources was .*, is "):
        folder.begin({"make": {"seed": 1, "sources": ["b", "a"], "split": None}})


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
