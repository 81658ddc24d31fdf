from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.llm import retry
from mmego.llm.failure import Failure
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.qa.writing.judge import Judge, JudgeOptions, nearest_sentences
from mmego.records import QA, Source, Turn
from tests.llm.fake_openai import FakeOpenAI, in_turn
from tests.qa.narrated_clips import clip

RIGHT = Turn("Where did I put the red mug?", "on the table", (), (1,))
WRONG = Turn("Where did I put the red mug?", "on the moon", (), (1,))
UNTOLD = Turn("What did I eat?", "an apple", (), (1,))


def sample(*turns: Turn, number: int = 0, sentences: int = 12) -> ClipQA:
    told = clip(number, sentences)
    return ClipQA(told, QA(told.id, told.video, told.clip, turns, Source("made-up", "llm")))


def judge(fake: FakeOpenAI, path: Path, *samples: ClipQA, **options: int) -> list[ClipQA]:
    return list(Judge(JudgeOptions(model="second", base_url=fake.url, **options)).judge(samples, path / "j"))  # type: ignore[arg-type]


def test_a_verdict_a_turn(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        (given,) = judge(fake, tmp_path, sample(RIGHT, WRONG, UNTOLD))
        # One call tries the server. WRONG asks what RIGHT does: two calls serve both, and are counted once.
        assert fake.calls == 5
        paid = [len(" ".join(m["content"] for m in body["messages"]).split()) for body in fake.bodies[1:]]
    assert given.judge_tokens[0] == sum(paid)
    assert given.judge_tokens[1] > 0
    assert given.failures == ()
    assert given.verdicts == (Verdict(False, True), Verdict(False, False), Verdict(False, False))
    assert given.qa == sample(RIGHT, WRONG, UNTOLD).qa


@pytest.mark.parametrize("how", ["thought", "closed_thought", "parts"])
def test_a_thought_is_no_part_of_the_answer(tmp_path: Path, how: str) -> None:
    with FakeOpenAI(in_turn(how)) as fake:
        (given,) = judge(fake, tmp_path, sample(RIGHT, WRONG, UNTOLD))
    assert given.verdicts == (Verdict(False, True), Verdict(False, False), Verdict(False, False))


def test_blind_is_blind_and_told_is_told(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        judge(fake, tmp_path, sample(RIGHT))
        # Not the first call, which tries the server.
    blind, told = sorted(fake.bodies[1:], key=lambda body: len(body["messages"][1]["content"]))
    assert blind["messages"][1]["content"] == "Question: Where did I put the red mug?"
    assert "2. [00:05] C puts the red mug on the table\n" in told["messages"][1]["content"]
    assert all(body["temperature"] == 0.0 and "response_format" not in body for body in (blind, told))
    assert "table" not in str(blind["messages"])


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("refusal", "refused"),
        ("filtered", "refused"),
        ("empty", "no_answer"),
        ("500", "server_error"),
        ("only_thought", "no_answer"),
        ("open_thought", "truncated"),
    ],
)
def test_no_answer_is_no_verdict_but_a_failure(
    tmp_path: Path, how: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    with FakeOpenAI(in_turn(how)) as fake:
        (given,) = judge(fake, tmp_path, sample(RIGHT), attempts=2)
        # An earlier judge's failures are replaced, the writer's stay.
        earlier = replace(given, failures=(*given.failures, Failure("refused", "the writer")))
        (again,) = judge(fake, tmp_path, earlier, attempts=2)
    assert given.verdicts == (Verdict(None, None),)
    assert [failure.reason for failure in given.failures] == [reason, reason]
    assert [failure.detail.split(":")[0] for failure in given.failures] == [
        "judge, blind, turn 0",
        "judge, told, turn 0",
    ]
    assert [failure.reason for failure in again.failures] == ["refused", reason, reason]


def test_what_no_retry_mends_is_noticed_before_a_sample_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    taken = []

    def samples() -> Iterator[ClipQA]:
        for number in range(100):
            taken.append(number)
            yield sample(RIGHT, number=number)

    with FakeOpenAI(in_turn("401")) as fake:
        with pytest.raises(InputError, match="refuses a call without a key"):
            list(Judge(JudgeOptions(model="second", base_url=fake.url)).judge(samples(), tmp_path / "j"))
        gone = fake.url
    with pytest.raises(InputError, match="cannot reach"):
        list(Judge(JudgeOptions(model="second", base_url=gone)).judge(samples(), tmp_path / "j2"))
    assert taken == []
    gc.collect()
    assert [str(w.message) for w in recwarn if "never awaited" in str(w.message)] == []


def test_nothing_is_asked_twice_and_samples_without_turns_cost_nothing(tmp_path: Path) -> None:
    samples = [*(sample(RIGHT, UNTOLD, number=i) for i in range(10)), sample(number=99)]
    with FakeOpenAI() as fake:
        first = judge(fake, tmp_path, *samples)
        calls = fake.calls
        again = judge(fake, tmp_path, *samples)
        assert fake.calls == calls
    assert sorted(s.qa.id for s in first) == sorted(s.qa.id for s in samples)
    assert {s.qa.id: s.verdicts for s in first} == {s.qa.id: s.verdicts for s in again}


def test_a_long_clip_is_shown_around_what_the_answer_rests_on(tmp_path: Path) -> None:
    turn = Turn("What then?", "x", (), (100, 300))
    with FakeOpenAI() as fake:
        judge(fake, tmp_path, sample(turn, sentences=400), sentences=10)
        told = max((body["messages"][1]["content"] for body in fake.bodies), key=len)
    numbers = [int(line.split(".")[0]) for line in told.splitlines() if "] C " in line]
    assert numbers == [99, 100, 101, 102, 103, 299, 300, 301, 302, 303]


def test_nearest_by_plain_counting() -> None:
    assert nearest_sentences(5, (2,), 9) == [0, 1, 2, 3, 4]
    assert nearest_sentences(10, (), 3) == [4, 5, 6]
    assert nearest_sentences(10, (0, 77), 3) == [0, 1, 2]


def test_options_that_are_not_allowed() -> None:
    with pytest.raises(InputError, match="a model must be named"):
        Judge(JudgeOptions())
    with pytest.raises(InputError, match="sentences must be 1 or more, got 0"):
        Judge(JudgeOptions(model="m", sentences=0))
