"""The command with a writer and a judge, each a fake server: what is recorded, and what a failing judge leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego import cli
from mmego.files import read_json, read_jsonl
from mmego.llm import retry
from mmego.qa.data.clip_qa import ClipQA
from tests.llm.fake_openai import FakeOpenAI
from tests.qa.narrated import write_source


def make(source: Path, out: Path, writer: FakeOpenAI, judge: FakeOpenAI, *words: str) -> int:
    given = ["--generator", "llm", "--model", "fake", "--base-url", writer.url]
    given += ["--judge.model", "fake", "--judge.base-url", judge.url, "--judge.attempts", "2"]
    return cli.main(
        ["qa", "make", str(source), "-o", str(out), "--workers", "1", "--clips-per-class", "1", *given, *words]
    )


def written(out: Path) -> list[ClipQA]:
    return [ClipQA.from_json(row) for row in read_jsonl(out / "written" / "00000.jsonl")]


def tokens(samples: list[ClipQA]) -> dict[str, int]:
    return {name: sum(s.judge_tokens[place] for s in samples) for place, name in enumerate(("prompt", "completion"))}


def test_a_judge_that_fails_is_recorded_and_mended_without_paying_the_writer_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    source, out = write_source(tmp_path / "narrated", [0.6, 0.7]), tmp_path / "out"
    ill = True
    # The judge is there, but of its calls those with the narrations fail.
    with FakeOpenAI() as writer, FakeOpenAI(lambda _, body: "503" if ill and "1. [" in str(body) else "good") as judge:
        assert make(source, out, writer, judge) == 0
        told, stats = written(out), read_json(out / "stats.json")
        turns = sum(len(sample.qa.turns) for sample in told)
        assert turns > 0
        assert all((v.blind, v.narrated) == (False, None) for sample in told for v in sample.verdicts)
        failures = [failure for sample in told for failure in sample.failures]
        assert {failure.reason for failure in failures} == {"server_error"}
        assert all(failure.detail.startswith("judge, told, turn ") for failure in failures)
        assert stats["failures"] == {"server_error": len(failures)}
        assert stats["tokens"]["prompt"] > 0
        assert stats["judge_tokens"] == tokens(told)
        assert "--retry-failed" in capsys.readouterr().out

        ill, paid, asked = False, writer.calls, judge.calls
        assert make(source, out, writer, judge, "--retry-failed") == 0
        mended, after = written(out), read_json(out / "stats.json")
        assert writer.calls == paid
        assert judge.calls - asked <= turns  # the blind ones are in its journal
        assert [sample.qa for sample in mended] == [sample.qa for sample in told]
        assert all(len(sample.verdicts) == len(sample.qa.turns) and not sample.failures for sample in mended)
        assert {v.narrated for sample in mended for v in sample.verdicts} >= {True}
        assert (after["failures"], after["tokens"]) == ({}, stats["tokens"])
        assert after["judge_tokens"] == tokens(mended)
        assert after["judge_tokens"]["prompt"] > stats["judge_tokens"]["prompt"] > 0


def test_a_judge_with_a_wrong_key_costs_the_writer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    source = write_source(tmp_path / "narrated", [0.6])
    with FakeOpenAI() as writer, FakeOpenAI(key="another") as judge:
        assert make(source, tmp_path / "out", writer, judge) == 1
        assert (writer.calls, judge.calls) == (0, 1)
    assert "refuses a call without a key" in capsys.readouterr().err
