"""``mmego bench run`` as typed: settings, what is printed, what is refused, Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.data.folder import Benchmark, load_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.commands.bench.run import BenchRunOptions, settings_of
from tests.model.tiny import write_mmego
from tests.qa.writing.test_llm_generator_killed import listen_to_interrupts

ROOT = Path(__file__).parents[3]


def run(*words: object) -> int:
    try:
        return cli.main(["bench", "run", *(str(word) for word in words)])
    except SystemExit as end:
        return int(end.code or 0)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mmego(tmp_path_factory.mktemp("model") / "tiny", keep=3, alpha=0.0)


def test_settings_become_folders_and_failures_are_counted(
    model: Path,
    bench: Benchmark,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mmego.bench.run.run.LINE_SECONDS", 0.0)
    films = bench.path / "films"
    words = [bench.path, "--model", model, "--videos", films, "--keep", 2, 3, "--blind", "-o", tmp_path]
    assert run(*words) == 0
    said = capsys.readouterr()
    assert {path.name for path in tmp_path.iterdir()} == {"pointer-keep2", "pointer-keep3", "blind"}
    assert "tiny on eight: 8 questions on 4 videos" in said.out
    lost = "5 without an answer, counted as wrong: no such video 2, unreadable video 2, clip outside the video 1"
    assert said.out.count(lost) == 2
    assert "--retry-failed" in said.out
    # No terminal, no bar: plain lines.
    assert "\r" not in said.err
    assert "tiny: 24 of 24 answers, 10 failed" in said.err.splitlines()
    loaded = load_run(tmp_path / "blind", bench)
    assert loaded.errors == {}
    assert loaded.settings == RunSettings(blind=True)
    before = (tmp_path / "blind" / "predictions.jsonl").read_bytes()
    assert run(*words) == 0
    assert (tmp_path / "blind" / "predictions.jsonl").read_bytes() == before


def test_limit_makes_a_small_benchmark_of_its_own(model: Path, bench: Benchmark, tmp_path: Path) -> None:
    words = [bench.path, "--model", model, "--videos", bench.path / "films", "--limit", 2, "-o", tmp_path]
    assert run(*words) == 0
    assert run(*words) == 0
    small = load_benchmark(tmp_path / "benchmark")
    assert small.name == "eight-first2"
    assert [q.id for q in small.questions] == ["q0", "q1"]
    assert load_run(tmp_path / "pointer", small).errors == {}
    about = json.loads((tmp_path / "pointer" / "run.json").read_text())
    assert about["benchmark"]["name"] == "eight-first2"


def test_which_settings_the_flags_mean() -> None:
    def of(**flags: object) -> list[str]:
        return [str(one) for one in settings_of(BenchRunOptions(Path("b"), Path("r"), **flags))]  # type: ignore[arg-type]

    assert of() == ["default"]
    assert of(blind=True) == ["blind"]
    assert of(keep=(4, 8), blind=True) == ["default-keep4", "default-keep8", "blind"]
    both = of(select=("pointer", "uniform"), keep=(4, 8, 16), alpha=(0.0, 0.1), frames=60)
    assert len(both) == len(set(both)) == 9
    assert both.count("uniform-keep4-frames60") == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--keep", "0"], 2, "--keep must be at least 1, got 0"),
        (["--alpha", "-1"], 2, "--alpha must be 0 or more, got -1"),
        (["--select", "uniform", "--alpha", "0.1"], 2, "--alpha has no effect"),
        (["--limit", "0"], 2, "--limit must be at least 1"),
        (["--model", "nowhere/to be"], 1, "is not a model"),
        (["--seed", "3"], 1, "--seed has no effect on nano: it is for a baseline"),
        (["--threads", "0"], 1, "threads must be 1 or more, got 0"),
        (["--model", "baseline:longest", "--threads", "2"], 1, "--threads has no effect on baseline:longest"),
        (["--model", "baseline:longest", "--device", "cpu"], 1, "--device has no effect on baseline:longest"),
    ],
)
def test_what_cannot_be_is_refused_on_one_line(
    bench: Benchmark, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert run(bench.path, "-o", tmp_path / "runs", *words) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_ctrl_c_says_how_to_go_on(bench: Benchmark, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mmego", "bench", "run", str(bench.path), "-o", str(tmp_path), "--keep", "2"]
    command += ["--videos", str(bench.path / "films")]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=listen_to_interrupts
    ) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("*/parts/*.jsonl")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr is not None
        last = process.stderr.read().splitlines()[-1]
    assert last == "mmego bench run: stopped; what is answered is kept. The same command goes on from here"
