"""The summary of ``mmego qa make``, and why a data set is empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.files import read_json, read_jsonl
from mmego.qa.data.clip_qa import ClipQA
from tests.commands.run_command import run
from tests.llm.fake_openai import FakeOpenAI
from tests.qa.narrated import write_source


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
    guessed, lost = sum(v.blind is True for v in verdicts), sum(v.narrated is False for v in verdicts)
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
