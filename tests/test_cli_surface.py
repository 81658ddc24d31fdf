"""The command as a user meets it: help, wrong usage, answers, errors on one line; and the demo, end to end."""

from __future__ import annotations

import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mmego
from mmego import cli
from mmego.commands import ask
from mmego.errors import VideoError
from tests.commands.run_command import run

pytestmark = pytest.mark.usefixtures("short_answers")


# Help and wrong usage ---------------------------------------------------------------------------------------


def test_help_takes_under_a_second_and_loads_no_torch() -> None:
    program = (
        "import sys\nfrom mmego.cli import main\ncode = main(['--help'])\n"
        "sys.exit('torch loaded' if 'torch' in sys.modules else code)"
    )
    times = []
    for _ in range(2):  # the second start has the files in the page cache
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Processor time, not the clock's: other work on the machine must not fail the test.
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(verb in done.stdout for verb in cli.VERBS)
    assert min(times) < 1.0


@pytest.mark.parametrize("verb", ["ask", "demo", "qa", "simulate", "train"])
def test_every_verb_has_help_without_loading_torch(verb: str) -> None:
    program = (
        f"import sys\nfrom mmego.cli import main\ntry:\n    main(['{verb}', '--help'])\nexcept SystemExit as end:\n"
        "    assert not end.code\nsys.exit('torch loaded' if 'torch' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"mmego {verb}" in done.stdout


def test_documented_flags_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ask", "--help") == 0
    shown = capsys.readouterr().out
    for flag in (
        "--options",
        "--model",
        "--frames",
        "--keep",
        "--alpha",
        "--select",
        "--json",
        "--report",
        "--stale-ok",
        "--threads",
    ):
        assert flag in shown
    assert run("simulate", "--help") == 0
    shown = capsys.readouterr().out
    for flag in ("OUT", "--houses", "--minutes", "--seed", "--fps", "--size"):
        assert flag in shown


def test_version_is_the_projects(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"mmego {mmego.__version__}\n"
    project = Path(__file__).parents[1] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == mmego.__version__


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "a verb is needed; choose from ask, bench, demo"),
        (["aks"], "no verb 'aks'"),
        (["ask"], "VIDEO"),
        (["ask", "clip.mp4"], "at least one QUESTION"),
        (["ask", "clip.mp4", "q", "--options", "one"], "two or more"),
        (["ask", "clip.mp4", "q", "--keep", "many"], "many"),
        (["ask", "clip.mp4", "q", "--select", "best"], "best"),
        (["ask", "MEMORY", "q", "--frames", "3"], "no effect on a memory"),
        (["train", "mega"], "must be 'nano', got 'mega'"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    assert run(*(str(tmp_path) if word == "MEMORY" else word for word in arguments)) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "no.mp4", "q"], "no such file: no.mp4"),
        (["ask", "CLIP", "q", "--model", "no-such-model"], "'no-such-model' is not a model"),
        (["ask", __file__, "q", "--model", "TINY"], "test_cli_surface.py"),
        (["ask", "CLIP", "q", "--model", "TINY", "--keep", "0"], "keep must be 1 or more, got 0"),
        (["ask", "CLIP", "q", "--model", "TINY", "--frames", "0"], "frames must be 1 or more, got 0"),
        (["ask", "CLIP", "q", "--model", "TINY", "--alpha", "nan"], "alpha must be 0 or more, got nan"),
        (["ask", "CLIP", "q", "--model", "TINY", "--threads", "0"], "threads must be 1 or more, got 0"),
        (["demo", "--folder", "no-such-folder"], "no such file: no-such-folder"),
    ],
)
def test_errors_are_one_line_and_exit_1(
    arguments: list[str], said: str, tiny: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"TINY": str(tiny), "CLIP": str(clip)}
    assert run(*(places.get(argument, argument) for argument in arguments)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("mmego: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_message_of_several_lines_is_joined(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> int:
        raise VideoError("first\n  second")

    monkeypatch.setattr(ask, "run", fail)
    assert run("ask") == 1
    assert capsys.readouterr().err == "mmego: first second\n"


# Asking -----------------------------------------------------------------------------------------------------


# Demo -------------------------------------------------------------------------------------------------------


def test_module_form_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "mmego", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"mmego {mmego.__version__}\n"


def test_lazy_names_are_all_there() -> None:
    for name in mmego.__all__:
        assert getattr(mmego, name) is not None
    assert set(mmego.__all__) <= set(dir(mmego))
    with pytest.raises(AttributeError, match="no attribute 'Enginne'"):
        mmego.Enginne  # noqa: B018
