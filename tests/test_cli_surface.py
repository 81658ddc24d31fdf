"""The command as a user meets it: help, wrong usage, answers, errors on one line; and the demo, end to end."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch

import mmego
from mmego import cli
from mmego.commands import ask, demo
from mmego.engine import answer_step
from mmego.engine import engine as engine_module
from mmego.errors import VideoError
from mmego.records import MCQ, Source, Span
from tests.engine.clips import write_clip
from tests.model.tiny import write_mmego

WHERE = "where did i put the red mug ?"
FIRST = "what did i pick up first ?"
OPTIONS = ["on the counter", "in the drawer", "on the table", "in the fridge"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mmego(tmp_path_factory.mktemp("cli") / "tiny", keep=3, alpha=0.0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("cli") / "clip.mp4")


@pytest.fixture(autouse=True)
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_step, "NEW_TOKENS", 6)


def run(*arguments: object) -> int:
    """The command in this process; tyro leaves by SystemExit where it prints help or finds wrong usage."""
    try:
        return cli.main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)


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
        (["ask", "CLIP", "q", "--model", "no-such-model"], "'no-such-model' is no model"),
        (["ask", __file__, "q", "--model", "TINY"], "test_cli_surface.py"),
        (["ask", "CLIP", "q", "--model", "TINY", "--keep", "0"], "keep must be 1 or more, got 0"),
        (["ask", "CLIP", "q", "--model", "TINY", "--frames", "0"], "frames must be 1 or more, got 0"),
        (["ask", "CLIP", "q", "--model", "TINY", "--alpha", "nan"], "alpha must be 0 or more, got nan"),
        (["ask", "CLIP", "q", "--model", "TINY", "--threads", "0"], "threads must be 1 or more, got 0"),
        (["demo", "--folder", "no-such-folder"], "no such file: no-such-folder"),
    ],
)
def test_errors_are_one_line_and_exit_1(
    arguments: list[str], said: str, folder: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"TINY": str(folder), "CLIP": str(clip)}
    assert run(*(places.get(argument, argument) for argument in arguments)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("mmego: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_a_failed_allocation_says_what_to_lower(
    folder: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def greedy(*_: object, **__: object) -> None:
        torch.empty(1 << 50, dtype=torch.uint8)

    monkeypatch.setattr(engine_module, "encode_video", greedy)
    assert run("ask", clip, WHERE, "--model", folder) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == (
        "mmego: out of memory: no room for 1125899.9 GB more; lower --frames or --keep, or give a lower --precision or "
        "a smaller --model"
    )
    assert run("ask", "--help") == 0
    shown = capsys.readouterr().out
    assert all(flag in shown for flag in re.findall(r"--\w+", ask.LOWER_WHAT))


def test_message_of_several_lines_is_joined(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> int:
        raise VideoError("first\n  second")

    monkeypatch.setattr(ask, "run", fail)
    assert run("ask") == 1
    assert capsys.readouterr().err == "mmego: first second\n"


# Asking -----------------------------------------------------------------------------------------------------


def test_plain_answer_has_evidence_best_first(folder: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ask", clip, WHERE, "--model", folder, "--options", *OPTIONS) == 0
    answer, *evidence = capsys.readouterr().out.splitlines()
    option, share = re.fullmatch(r"(.+?)  \((\d+)%, chosen from 4\)", answer).groups()
    assert option in OPTIONS
    assert 25 <= int(share) <= 100
    assert len(evidence) == 3
    times, scores, origins = zip(*(line.split() for line in evidence), strict=True)
    assert set(origins) == {"pointer"}
    assert [float(s) for s in scores] == sorted((float(s) for s in scores), reverse=True)
    assert all(time.startswith("00:0") for time in times)


def test_words_that_the_model_has_never_seen_are_named(
    folder: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = "where, did I put the bicycle?"
    assert (
        run("ask", clip, WHERE, strange, "--model", folder, "--options", "the red mug", "the bicycle", "on mars") == 0
    )
    said = capsys.readouterr().err.splitlines()
    assert said == [f"reading {clip} (00:07)", "mmego: warning: tiny has never seen the words: bicycle, mars"]


def test_json_is_a_list_of_records_and_nothing_else(
    folder: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--frames", "5", "--keep", "2", "--alpha", "100"]
    assert run("ask", clip, WHERE, FIRST, "--model", folder, "--json", *flags) == 0
    first, second = json.loads(capsys.readouterr().out)
    fields = ["question", "answer", "choice", "evidence", "frames", "model", "select", "seconds", "spacing"]
    assert list(first) == fields
    assert first["spacing"] == 1.4
    assert (first["question"], second["question"]) == (WHERE, FIRST)
    assert (first["choice"], first["frames"], first["model"], first["select"]) == (None, 5, "tiny", "pointer")
    assert len(first["evidence"]) == 2
    assert all(set(item) == {"time", "score", "by"} for item in first["evidence"])
    assert run("ask", clip, WHERE, "--model", folder, "--json", "--options", *OPTIONS) == 0
    chosen = json.loads(capsys.readouterr().out)[0]
    assert list(chosen) == [*fields, "options", "probabilities"]
    assert (chosen["options"], chosen["answer"]) == (OPTIONS, OPTIONS[chosen["choice"]])
    assert sum(chosen["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert max(chosen["probabilities"]) == chosen["probabilities"][chosen["choice"]]
    # Under so large a bonus both questions keep the same, evenly spaced frames.
    assert sorted(e["time"] for e in first["evidence"]) == sorted(e["time"] for e in second["evidence"])


def test_what_a_damaged_video_lacks_is_in_the_record(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut = write_clip(tmp_path / "clip.mkv"), tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert run("ask", cut, WHERE, "--model", folder, "--json") == 0
    captured = capsys.readouterr()
    ((start, end),) = json.loads(captured.out)[0]["gaps"]
    assert 0 < start < end
    assert "frames could not be decoded" in captured.err


def test_several_questions_are_told_apart(folder: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ask", clip, WHERE, FIRST, "--model", folder, "--select", "uniform") == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert first.startswith(WHERE)
    assert second.startswith(FIRST)
    assert first.count("uniform") == 3


def test_report_is_written_beside_the_answer(
    folder: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert run("ask", clip, WHERE, "--model", folder, "--options", *OPTIONS, "--report", page) == 0
    assert capsys.readouterr().err == f"reading {clip} (00:07)\nreport: {page}\n"
    text = page.read_text()
    assert text.count("data:image/jpeg;base64,") == 3
    assert 'class="line"' in text
    assert "in the drawer" in text


def test_saved_memory_answers_in_the_videos_place(
    folder: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mmego.Engine.from_pretrained(str(folder), device="cpu").index(clip).save(tmp_path / "kept")
    assert run("ask", tmp_path / "kept", WHERE, "--model", folder) == 0
    from_memory = capsys.readouterr()
    assert from_memory.err == ""  # nothing is read
    assert run("ask", clip, WHERE, "--model", folder) == 0
    assert capsys.readouterr().out == from_memory.out


def test_a_memory_whose_video_changed_answers_only_with_stale_ok(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, kept, page = write_clip(tmp_path / "clip.mp4"), tmp_path / "kept", tmp_path / "page.html"
    mmego.Engine.from_pretrained(str(folder), device="cpu").index(clip).save(kept)
    assert run("ask", kept, WHERE, "--model", folder) == 0
    answered = capsys.readouterr().out
    write_clip(clip, seconds=3)
    assert run("ask", kept, WHERE, "--model", folder) == 1
    refused = capsys.readouterr()
    assert (refused.out, refused.err.count("\n")) == ("", 1)
    assert f"{clip} is not the video of this memory any more; index it again, or answer from what is" in refused.err
    assert "--stale-ok" in refused.err
    assert run("ask", kept, WHERE, "--model", folder, "--stale-ok", "--report", page) == 0
    stale = capsys.readouterr()
    assert stale.out == answered
    said = f"answered from what was kept: {clip} is not the video of this memory any more"
    assert f"mmego: warning: {said}\n" in stale.err
    assert page.read_text().count("no picture here") == 3
    assert said[1:] in page.read_text()


def test_untrained_pointer_warns_once_on_stderr(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untrained = write_mmego(tmp_path / "new", pointer_trained=False)
    assert run("ask", clip, WHERE, FIRST, "--model", untrained, "--json") == 0
    captured = capsys.readouterr()
    assert [row["select"] for row in json.loads(captured.out)] == ["uniform", "uniform"]
    warnings = [line for line in captured.err.splitlines() if line.startswith("mmego: warning:")]
    assert warnings == [
        "mmego: warning: the memory pointer of new is not trained: key frames are evenly spaced, not chosen"
    ]


def test_unreachable_hub_is_one_line_naming_it(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    assert run("ask", clip, "q", "--model", "nobody/no-such-model") == 1
    said = capsys.readouterr().err
    assert said.startswith("mmego: ")
    assert said.count("\n") == 1
    assert "nobody/no-such-model" in said


# Demo -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_clip(folder / "demo.mp4")
    source = Source("sim", "rules")
    rows = []
    for number, question in enumerate((WHERE, FIRST)):
        spans = (Span(0, 7),) if number == 0 else (Span(100, 101),)
        mcq = MCQ(
            f"d{number}",
            "demo",
            Span(0, 7),
            question,
            tuple(OPTIONS),
            number,
            "short",
            spans,
            "other",
            source,
        )
        rows.append({**mcq.to_json(), "truth": OPTIONS[number]})
    rows.append({"question": FIRST, "truth": "the red mug", "key_spans": [[2, 3]]})
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_demo_judges_by_the_truth_and_writes_the_report(
    folder: Path, demo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "demo.html"
    assert run("demo", "--model", folder, "--folder", demo_folder, "--report", page) == 0
    shown = capsys.readouterr().out
    for number, question in enumerate((WHERE, FIRST, FIRST), 1):
        assert f"{number}. {question}" in shown
    right = shown.count("-> right")
    assert right + shown.count("-> wrong, it is:") == 3
    assert f"{right} of 3 answers right" in shown
    assert shown.count("* the moment itself") >= 3  # all of question 1's frames
    assert str(page) in shown
    text = page.read_text()
    assert f"<b>{right} of 3</b> right" in text
    assert text.count("<figure") == 9


def test_demo_question_lacking_a_key_is_named(
    folder: Path, demo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo.mp4").symlink_to(demo_folder / "demo.mp4")
    (tmp_path / "questions.jsonl").write_text('{"question": "q", "key_spans": []}\n')
    assert run("demo", "--model", folder, "--folder", tmp_path) == 1
    assert "lacks 'truth'" in capsys.readouterr().err
    (tmp_path / "questions.jsonl").write_text("\n")
    assert run("demo", "--model", folder, "--folder", tmp_path) == 1
    assert "holds no questions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "truth", "right"),
    [
        ("On the desk.", "on a desk", True),
        ("The red mug", "red  mug", True),
        ("a green mug", "a red mug", False),
        ("", "on the desk", False),
    ],
)
def test_judging_looks_past_case_articles_and_full_stop(answer: str, truth: str, right: bool) -> None:
    assert demo.DemoQuestion("q", truth, None, ()).judge(answer) is right


def test_module_form_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "mmego", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"mmego {mmego.__version__}\n"


def test_lazy_names_are_all_there() -> None:
    for name in mmego.__all__:
        assert getattr(mmego, name) is not None
    assert set(mmego.__all__) <= set(dir(mmego))
    with pytest.raises(AttributeError, match="no attribute 'Enginne'"):
        mmego.Enginne  # noqa: B018
