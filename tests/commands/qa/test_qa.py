"""``mmego qa``: its verbs, their help and what they say to wrong usage."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mmego import cli
from mmego.commands.common import parse
from mmego.commands.qa import VERBS
from mmego.commands.qa.make import run_of
from mmego.commands.qa.make_flags import PANELS, MakeOptions
from mmego.files import read_json, read_jsonl
from mmego.qa.data.clip import ClipQA
from mmego.qa.writing.judge import JudgeOptions
from tests.llm.fake_openai import FakeOpenAI
from tests.qa.narrated import write_source


def run(*words: object) -> int:
    """The command in this process; tyro leaves by SystemExit where it prints help or finds wrong usage."""
    try:
        return cli.main([str(word) for word in words])
    except SystemExit as end:
        return int(end.code or 0)


def test_help_lists_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "--help") == 0
    said = capsys.readouterr().out
    assert all(f"\n  {verb:<10}" in said for verb in VERBS)


@pytest.mark.parametrize("words", [[], ["mkae"]])
def test_a_wrong_verb_is_answered_with_the_right_ones(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", *words) == 2
    error = capsys.readouterr().err
    assert error.startswith("mmego qa: ")
    assert "choose from inspect, make, filter, prompt, export, review" in error


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", verb, "--help") == 0
    assert f"mmego qa {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["make", "filter"])
def test_the_verbs_load_neither_torch_nor_datatrove_before_they_work(verb: str) -> None:
    program = (
        "import sys\nfrom mmego.cli import main\n"
        f"try:\n    main(['qa', '{verb}', '--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        "sys.exit(str(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'datatrove', 'ray', 'openai'})))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give at least one SOURCE"),
        (["SOURCE", "--model", "some"], "--model has no effect without --generator llm"),
        (["SOURCE", "--window", "20"], "--window has no effect without --generator llm"),
        (["SOURCE", "--max-tokens", "99"], "--max-tokens has no effect without --generator llm"),
        (["SOURCE", "--judge.sentences", "9"], "--judge.sentences has no effect without --judge.model"),
        (["SOURCE", "--generator", "llm", "--turns", "3"], "--turns has no effect with --generator llm"),
        (["SOURCE", "--price-out", "1"], "--price-out has no effect without --generator llm or --judge.model"),
        (["SOURCE", "--cluster.time", "1:00:00"], "--cluster.time has no effect without --executor slurm or ray"),
        (["SOURCE", "--corpus.seed", "1"], "--corpus.seed"),
        (["SOURCE", "--corpus.steps", "duplicate"], "--corpus.steps"),
        (["SOURCE", "--tasks", "0"], "--tasks must be at least 1, got 0"),
        (["SOURCE", "--limit-videos", "-3"], "--limit-videos must be at least 1, got -3"),
    ],
)
def test_wrong_usage_of_make(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "make", *words, "-o", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1 or "--corpus" in said  # those are tyro's to refuse
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--filter.max-answer-words", "-1"], "max_answer_words should be 0 or more, got -1"),
        (["--filter.min-answer-words", "-2"], "min_answer_words should be 0 or more, got -2"),
        (["--filter.max-question-words", "2"], "min_question_words should be at most max_question_words, got 3 and 2"),
        (["--generator", "llm"], "model must be named"),
        (["--clips-per-class", "0"], "at least 1"),
        (["--filters", "lenght"], "no filter 'lenght'"),
        (["--cluster.sbatch", "account"], "NAME=VALUE"),
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_made(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_source(tmp_path / "source", [1])
    assert run("qa", "make", source, "-o", tmp_path / "out", *words) in (1, 2)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_source_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "make", tmp_path / "none", "-o", tmp_path / "out") == 1
    assert str(tmp_path / "none") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_out_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = write_source(tmp_path / "source", [1]), tmp_path / "out"
    out.write_text("mine")
    for path in (out, out / "deeper"):
        assert run("qa", "make", source, "-o", path) == 1
        error = capsys.readouterr().err
        assert error == f"mmego: {path}: a data set is a folder, and there is a file of that name\n"
    assert out.read_text() == "mine"


@pytest.mark.parametrize("words", [["--generator", "llm", "--model", "m"], ["--judge.model", "m"]])
def test_a_missing_key_is_found_before_anything_is_read(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    # Not even the source, which is not there.
    make = ("qa", "make", tmp_path / "none", "-o", tmp_path / "out", *words)
    assert run(*make) == 1
    assert "set the environment variable OPENAI_API_KEY" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    # The nodes of a cluster may hold a key that this machine does not.
    assert run(*make, "--executor", "slurm") == 1
    assert str(tmp_path / "none") in capsys.readouterr().err


def test_one_worker_where_a_model_is_waited_for(tmp_path: Path) -> None:
    def workers(**given: Any) -> int | None:
        return run_of(MakeOptions((tmp_path,), tmp_path / "out", **given)).workers

    judge = JudgeOptions(model="m")
    assert workers() is None
    assert workers(judge=judge) == workers(generator="llm") == 1
    assert workers(judge=judge, workers=3) == 3
    assert workers(judge=judge, executor="ray") is None


def flags_in(text: str) -> set[str]:
    return set(re.findall(r"^  (?:-o OUT, )?(--[a-z][\w.-]*)", text, re.M))


def test_help_of_make_is_short_and_leads_to_every_flag_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = {}
    for topic in ("", *PANELS, "all"):
        assert run("qa", "make", "--help", *([topic] if topic else [])) == 0
        said[topic] = capsys.readouterr().out
    assert said[""].count("\n") < 50
    assert all(f"mmego qa make --help {topic}" in said[""] for topic in (*PANELS, "all"))
    with pytest.raises(SystemExit):
        parse(MakeOptions, "qa make", ["--help"])
    every = set(re.findall(r"(?<![\w.-])--[a-z][\w.-]*\w(?= |$)", capsys.readouterr().out.replace("│", " "), re.M))
    assert len(every) > 60
    listed = [flag for topic in ("", *PANELS) for flag in flags_in(said[topic])]
    assert sorted(listed) == sorted(set(listed)) == sorted(flags_in(said["all"]))
    assert set(listed) == every - {"--help"}
    assert "--judge.base-url" in flags_in(said["judge"])
    assert {"--model", "--window", "--price-in"} <= flags_in(said["llm"])
    assert "show this help" not in said["filters"] + said["judge"]


def test_what_models_were_asked_and_what_it_cost_is_said_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OTHER_KEY", "hidden-key-of-the-judge")
    source, out = write_source(tmp_path / "narrated", [0.6, 0.7]), tmp_path / "out"
    with FakeOpenAI() as writer, FakeOpenAI() as judge:
        words: list[object] = ["--generator", "llm", "--model", "w", "--base-url", writer.url, "--price-in", 2.5]
        words += ["--judge.model", "j", "--judge.base-url", judge.url, "--judge.key-variable", "OTHER_KEY"]
        words += ["--price-out", 10, "--judge-price-out", 0]
        assert run("qa", "make", source, "-o", out, "--clips-per-class", 1, *words) == 0
        said, first = capsys.readouterr(), judge.url.split("/")[2]
        assert f"questions: calls go to {writer.url.split('/')[2]}, model w, no key\n" in said.err
        assert f"judge: calls go to {first}, model j, the key in OTHER_KEY\n" in said.err
        assert "hidden-key" not in said.err + said.out
        assert run("qa", "make", source, "-o", out, "--clips-per-class", 1, *words) == 0
        assert "calls go to" not in capsys.readouterr().err  # it is finished: nobody is asked
    stats = read_json(out / "stats.json")
    read = stats["tokens"]["prompt"], stats["judge_tokens"]["prompt"]
    cost = (2.5 * sum(read) + 10 * stats["tokens"]["completion"]) / 1e6
    assert f"tokens: {read[0]:,} read and {stats['tokens']['completion']:,} written by the writer, " in said.out
    assert f"written by the judge; ${cost:.2f}\n" in said.out
    samples = [ClipQA.from_json(row) for row in read_jsonl(out / "written" / "00000.jsonl")]
    verdicts = [verdict for sample in samples for verdict in sample.verdicts]
    guessed, lost = sum(v.blind is True for v in verdicts), sum(v.told is False for v in verdicts)
    assert stats["judged"] == {"turns": len(verdicts), "guessed": guessed, "not_told": lost, "no_verdict": 0}
    assert f"judged: {len(verdicts)} questions; {guessed} answered right without the narrations, {lost} not" in said.out
    kept = {row["video"] for row in read_jsonl(out / "qa.jsonl")}
    assert stats["videos_kept"] == len(kept)
    assert f"conversations of {len(kept)} videos\n" in said.out


def write_table(path: Path, sentence: str) -> Path:
    rows = "".join(f"v,{5 * i},{5 * i + 4},{sentence} {i}\n" for i in range(20))
    path.write_text(f"video,start,end,text\n{rows}")
    return path


def test_a_data_set_without_a_question_fails_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = write_table(tmp_path / "strange.csv", "la vida es")
    assert run("qa", "make", strange, "-o", tmp_path / "none") == 1
    error = capsys.readouterr().err
    assert "no question was written on " in error
    assert "(20 narrations of 1 videos were read, 20 used)" in error
    assert "mmego qa inspect" in error
    assert run("qa", "make", strange, "-o", tmp_path / "none") == 1  # and so each time
    source = write_source(tmp_path / "source", [1])
    assert run("qa", "make", source, "-o", tmp_path / "out", "--filter.max-answer-words", 1) in (0, 1)
    capsys.readouterr()
    limits = ("--filter.min-answer-words", 40, "--filter.max-answer-words", 40)
    assert run("qa", "filter", tmp_path / "out", *limits) == 1
    error = capsys.readouterr().err
    written = read_json(tmp_path / "out" / "stats.json")["turns"]["written"]
    assert f"no question is left of {written} written" in error
    assert f"dropped: length: answer too short {written}" in error
    assert "--keep-dropped" in error
    assert run("qa", "filter", tmp_path / "out") == 0
    assert capsys.readouterr().err == ""


def test_nothing_to_cut_says_what_to_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, videos = write_table(tmp_path / "own.csv", "open fridge"), tmp_path / "videos.csv"
    videos.write_text("video,duration\nwalk-1,100\n")
    assert run("qa", "make", table, "-o", tmp_path / "out", "--videos", videos) == 1
    error = capsys.readouterr().err
    assert "no clip can be cut from 0 videos" in error
    assert "the narrations tell of v: does the list name them so?" in error


def test_one_seed_for_all(tmp_path: Path) -> None:
    source, out = write_source(tmp_path / "source", [1]), tmp_path / "out"
    assert run("qa", "make", source, "-o", out, "--seed", 7) == 0
    made = read_json(out / "options.json")
    assert made["make"]["seed"] == made["filter"]["corpus"]["seed"] == 7
    assert run("qa", "filter", out) == 0
    assert read_json(out / "options.json") == made
    assert run("qa", "filter", out, "--seed", 8) == 0
    assert read_json(out / "options.json")["filter"]["corpus"]["seed"] == 8
