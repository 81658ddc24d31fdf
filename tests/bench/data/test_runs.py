"""Runs on disk: whole ones are read, everything else is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.bench.data.runs import RunSettings, find_runs, load_own_runs, load_run
from mmego.errors import InputError
from mmego.files import write_jsonl
from mmego.records import Prediction
from tests.bench.small import benchmark, question, write_run

SETTINGS = RunSettings(select="pointer", keep=4, alpha=0.1)


def test_a_run_is_read_in_the_benchmarks_order_and_a_failure_is_wrong_and_counted(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 6)
    folder = write_run(tmp_path / "r", bench, [0, 1, None, 0, 0, 0], SETTINGS)
    rows = (folder / "predictions.jsonl").read_text().splitlines()
    (folder / "predictions.jsonl").write_text("\n".join(reversed(rows)))
    run = load_run(folder, bench)
    assert list(run.predictions) == [q.id for q in bench.questions]
    assert run.correct(bench) == {"q0": True, "q1": True, "q2": False, "q3": False, "q4": True, "q5": False}
    assert run.errors == {"q2": "no such video"}
    assert run.label == "m pointer-keep4-alpha0.1"
    assert list(run.curves()) == []
    write_jsonl(folder / "curves.jsonl", [{"id": "q0", "times": [1.0, 3.0], "scores": [0.5, 0.5]}])
    assert list(run.curves()) == [("q0", [1.0, 3.0], [0.5, 0.5])]


def test_what_is_missing_double_foreign_or_out_of_range_is_refused(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 4)
    folder = write_run(tmp_path / "r", bench, [0, 1, 2, 3], SETTINGS)
    path = folder / "predictions.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for changed, said in (
        (rows[:3], "1 questions have no prediction, first 'q3'"),
        ([*rows, rows[0]], "row 5: a second prediction for 'q0'"),
        ([*rows, {**rows[0], "id": "zz"}], "row 5: the benchmark has no question 'zz'"),
        ([{**rows[0], "choice": 4}, *rows[1:]], "row 1: choice 4 of 4 options"),
        ([{**rows[0], "choice": None}, *rows[1:]], "row 1.*a choice or an error"),
        ([{**rows[0], "mood": 1}, *rows[1:]], "row 1.*unknown: ..mood"),
    ):
        write_jsonl(path, changed)
        with pytest.raises(InputError, match=said):
            load_run(folder, bench)
    path.unlink()
    with pytest.raises(InputError, match="not finished"):
        load_run(folder, bench)
    with pytest.raises(InputError, match="not a run"):
        load_run(tmp_path, bench)


def test_a_run_of_other_questions_is_refused(tmp_path: Path) -> None:
    bench, other = benchmark(tmp_path / "b", 4), benchmark(tmp_path / "c", 6)
    folder = write_run(tmp_path / "r", bench, [0, 0, 0, 0], SETTINGS)
    with pytest.raises(InputError, match="run of 'small', whose questions are not those of"):
        load_run(folder, other)


def test_a_blind_run_keeps_nothing() -> None:
    assert str(RunSettings(blind=True)) == "blind"
    assert str(RunSettings()) == "default"
    with pytest.raises(InputError, match="blind run sees no frames"):
        RunSettings(blind=True, keep=4)


def test_a_prediction_survives_json() -> None:
    row = Prediction(
        question(0).id, "m", False, 2, "on the sofa", (1.5, 9.0), (0.6, 0.2), (0.1, 0.2, 0.6, 0.1), 60, 0.5
    )
    assert Prediction.from_json(json.loads(json.dumps(row.to_json()))) == row


def test_runs_of_other_questions_are_left_out_and_named(tmp_path: Path) -> None:
    bench, other = benchmark(tmp_path / "b", 4), benchmark(tmp_path / "c", 6)
    own = write_run(tmp_path / "runs" / "own", bench, [0, 0, 0, 0], SETTINGS)
    for name in ("x", "y"):
        write_run(tmp_path / "runs" / name, other, [0] * 6, SETTINGS)
    runs, others = load_own_runs([tmp_path / "runs"], bench)
    assert [run.folder for run in runs] == [own]
    assert [line.split(" is a run of 'small', whose questions are not")[0] for line in others] == [
        str(tmp_path / "runs" / name) for name in ("x", "y")
    ]
    with pytest.raises(InputError, match=r"x is a run of .* \(nor are 1 others\): no run is left to score"):
        load_own_runs([tmp_path / "runs" / "x", tmp_path / "runs" / "y"], bench)


def test_folders_of_runs_are_looked_into(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 4)
    for keep in (16, 4, 8):
        write_run(tmp_path / "runs" / f"pointer-keep{keep}", bench, [0] * 4, RunSettings(keep=keep))
    found = find_runs([tmp_path / "runs" / "pointer-keep8", tmp_path / "runs"])
    assert [path.name for path in found] == ["pointer-keep8", "pointer-keep4", "pointer-keep16"]
    deep = write_run(tmp_path / "all" / "m10" / "blind", bench, [0] * 4, RunSettings(blind=True))
    other = write_run(tmp_path / "all" / "m9" / "blind", bench, [0] * 4, RunSettings(blind=True))
    limited = benchmark(tmp_path / "all" / "m9" / "benchmark", 2)
    write_run(limited.path / "runs" / "blind", limited, [0] * 2, RunSettings(blind=True))
    (tmp_path / "all" / "m9" / "up").symlink_to(tmp_path / "all")
    assert find_runs([tmp_path / "all"]) == [other, deep]
    with pytest.raises(InputError, match="neither is a run nor holds one"):
        find_runs([tmp_path / "b"])
