"""Key-frame recall beside even and random frames."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.bench.data.folder import save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.table import cell_text
from mmego.bench.scoring.tables import all_tables
from tests.bench.small import benchmark, question, write_run


def test_evenly_spaced_frames_have_no_best_one_and_one_video_no_interval(tmp_path: Path) -> None:
    bench = save_benchmark(tmp_path / "b", "one", [question(0), question(1)], {})
    run = load_run(write_run(tmp_path / "r", bench, [0, 1], RunSettings(select="uniform", keep=2)), bench)
    tables = {table.key: table for table in all_tables(Scores(bench, [run], rounds=20))}
    assert tables["recall"].columns[2] == "recall@1"
    assert [cell_text(cell) for cell in tables["recall"].rows[0][1:]] == ["2", "-", "100.00", "50.00"]
    assert "No intervals: all questions are on one video." in tables["mda"].note
    assert str(tables["mda"].rows[0][6]) == "50.00"


def test_recall_has_even_and_random_frames_beside_it_where_frames_are_known(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 14)
    folder = write_run(tmp_path / "r", bench, [0] * 14, RunSettings(select="pointer", keep=2))
    times = [float(t) for t in range(1, 30, 2)]  # 15 frames, of which 11 s alone lies in the key span (10 to 12 s)
    rows = [{"id": q.id, "times": times, "scores": [0.1] * 15} for q in bench.questions[:13]]
    (folder / "curves.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    tables = {t.key: t for t in all_tables(Scores(bench, [load_run(folder, bench)], rounds=20))}
    _, even, drawn = tables["recall"].rows
    assert [even[0], drawn[0]] == ["even frames", "random frames"]
    # Two even frames are the fourth and the twelfth: 7 s and 23 s; one is the eighth: 15 s.
    assert [getattr(cell, "value", cell) for cell in even[1:]] == [2, 0.0, 0.0, 0.0]
    assert [getattr(cell, "value", cell) for cell in drawn[1:]] == [2, *map(pytest.approx, (1 / 15, 2 / 15, 1 / 15))]
    assert drawn[2].questions == 13  # type: ignore[union-attr]
