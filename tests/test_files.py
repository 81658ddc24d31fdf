"""Where something is to be written: what stands there is never lost, and a file in a folder's place is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.runs import RunSettings
from mmego.errors import InputError
from mmego.files import require_folder
from tests.bench.small import benchmark, write_run
from tests.qa.small_set import write_set


def test_a_folder_that_is_there_or_can_be_made_is_fine_and_nothing_is_made(tmp_path: Path) -> None:
    require_folder(tmp_path)
    require_folder(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_or_above_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("keep")
    for folder in (file, file / "deeper" / "still"):
        with pytest.raises(InputError, match=r"a folder is to be written there, and .*notes\.txt is a file"):
            require_folder(folder)


@pytest.mark.parametrize(
    "words",
    [
        "simulate OUT --houses 1 --minutes 0.5",
        "bench simulate --mini -o OUT",
        "bench build QA -o OUT",
        "bench build BENCH --screen RUNS -o OUT",
        "bench import plain QUESTIONS -o OUT",
        "bench run BENCH --model baseline:longest -o OUT",
        "bench report BENCH RUNS -o OUT",
        "lmms-eval-tasks BENCH -o OUT",
    ],
)
def test_every_command_that_writes_a_folder_says_that_a_file_is_in_its_place(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = benchmark(tmp_path / "bench", 4)
    write_run(tmp_path / "runs" / "blind", bench, [0, 0, 0, 0], RunSettings(blind=True))
    (bench.path / "videos").mkdir()
    (bench.path / "videos" / "v0.mp4").write_bytes(b"")
    write_set(tmp_path / "qa")
    out = tmp_path / "notes.txt"
    out.write_text("keep")
    named = {
        "OUT": out,
        "QA": tmp_path / "qa",
        "BENCH": bench.path,
        "RUNS": tmp_path / "runs",
        "QUESTIONS": bench.path / "questions.jsonl",
    }
    assert cli.main([str(named.get(word, word)) for word in words.split()]) == 1
    assert "notes.txt is a file" in capsys.readouterr().err
    assert out.read_text() == "keep"


def test_tasks_for_lmms_eval_replace_tasks_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = benchmark(tmp_path / "bench", 4)
    (bench.path / "videos").mkdir()
    (bench.path / "videos" / "v0.mp4").write_bytes(b"")
    words = ["lmms-eval-tasks", str(bench.path), "-o", str(tmp_path / "tasks")]
    assert (cli.main(words), cli.main(words)) == (0, 0)
    mine = tmp_path / "tasks" / "results.csv"
    mine.write_text("keep")
    assert cli.main(words) == 1
    assert "holds other files (results.csv)" in capsys.readouterr().err
    assert mine.read_text() == "keep"
