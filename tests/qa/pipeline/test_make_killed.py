"""kill -9 of the command itself in the middle of its calls, and equal calls of tasks that run side by side."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from mmego.files import read_json, read_jsonl
from mmego.qa.data.clip_qa import ClipQA
from tests.llm.fake_openai import FakeOpenAI
from tests.qa.llm_make import end, start
from tests.qa.narrated import write_source
from tests.qa.runs import assert_each_clip_once, group_is_gone, wait_for

TASKS, IN_FLIGHT = 4, 2
LIMITS = ("--tasks", TASKS, "--concurrency", IN_FLIGHT, "--judge.concurrency", IN_FLIGHT)


@pytest.mark.parametrize(
    ("workers", "honour", "kills"),
    [
        (2, True, (14,)),
        *(pytest.param(*case, (8, 15), marks=pytest.mark.slow) for case in ((1, True), (1, False), (2, False))),
    ],
)
def test_killed_every_clip_is_there_once_and_no_call_is_paid_twice(
    tmp_path: Path, workers: int, honour: bool, kills: tuple[int, ...]
) -> None:
    source, out = write_source(tmp_path / "source", [0.6, 1.5, 3, 5]), tmp_path / "out"
    words = (*LIMITS, "--workers", workers)
    with (
        FakeOpenAI(latency=0.1, honour=honour) as writer,
        FakeOpenAI(latency=0.02, honour=honour) as judge,
    ):
        for answers in kills:
            with start(source, out, writer, judge, *words) as process:
                wait_for(lambda answers=answers: sum(writer.billed.values()) >= answers)  # type: ignore[misc]
                assert not (out / "stats.json").exists()
                process.send_signal(signal.SIGKILL)  # the command's own process; its workers must not outlive it
                assert process.wait(30) == -signal.SIGKILL
                wait_for(lambda pid=process.pid: group_is_gone(pid), 20)  # type: ignore[misc]
        paid = writer.calls
        code, _, error = end(start(source, out, writer, judge, *words))
        assert code == 0, error
        asked, judged = writer.counts(), judge.counts()
    assert_each_clip_once(out)
    clips = read_json(out / "stats.json")["clips"]
    assert kills[-1] <= paid < clips
    assert asked["keys"] == clips  # a call for each clip, all of them answered
    # Twice: what was in flight at one of the two kills; with Idempotency-Key not even that.
    assert asked["twice"] <= (0 if honour else len(kills) * workers * IN_FLIGHT)
    if honour:
        assert judged["twice"] == 0
        return
    # The judge's first short call, which tries the server, is made by each task that is begun (and begun again).
    assert judged["twice"] <= len(kills) * workers * (IN_FLIGHT + 1) + TASKS - 1


def blind_questions(judge: FakeOpenAI) -> Counter[str]:
    """How often each question was asked without sentences (the servers of this file keep the last hundred bodies)."""
    texts = [body["messages"][-1]["content"] for body in judge.bodies]
    return Counter(text for text in texts if "1. [" not in text)


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_judge_calls_of_different_tasks_are_paid_once(tmp_path: Path, workers: int) -> None:
    # The same sentences in several videos: the rules ask the same of them, in tasks of their own.
    source, out = tmp_path / "own.csv", tmp_path / "out"
    things = ("mug", "plate", "book", "spoon", "pan", "towel")
    rows = [
        f"v{video},{6 * i},{6 * i + 4},pick up the {thing} from the {place}"
        for video in range(4)
        for i, (thing, place) in enumerate(zip(things, ("table", "shelf", "sofa", "desk", "bed", "floor"), strict=True))
    ]
    source.write_text("video,start,end,text\n" + "\n".join(rows) + "\n")
    words = ("--tasks", 4, "--workers", workers, "--clips-per-class", 1, "--turns", 4)
    words += ("--without", "unanswerable")  # the fake does not know what the rules ask
    with FakeOpenAI(latency=0.3, honour=False) as judge:
        code, _, error = end(start(source, out, None, judge, *words))
        assert code == 0, error
        seen, trials = blind_questions(judge), 4
        assert judge.calls < 100
    samples = [ClipQA.from_json(row) for path in (out / "written").glob("*.jsonl") for row in read_jsonl(path)]
    asked = Counter(turn.question for sample in samples for turn in sample.qa.turns)
    assert len(samples) == 4
    assert max(asked.values()) > 1, "no question was asked of two videos: this test shows nothing"
    assert all(verdict.blind is not None for sample in samples for verdict in sample.verdicts)
    trial = seen.most_common(1)[0]
    assert trial[1] == trials
    assert set(seen.values()) == {1, trials}
    assert len(seen) == len(asked) + 1


def test_interrupted_it_says_that_the_answers_are_kept(tmp_path: Path) -> None:
    source, out = write_source(tmp_path / "source", [0.6, 1.5, 3, 5]), tmp_path / "out"
    with FakeOpenAI(lambda number, _: "good" if number < 3 else "hang") as writer:
        process = start(source, out, writer, None, "--concurrency", 2)
        wait_for(lambda: writer.calls >= 5)
        process.send_signal(signal.SIGINT)
        code, _, error = end(process, 60)
    assert code == 130
    last = error.splitlines()[-1]
    assert last.startswith("mmego qa make: stopped; 0 of ")
    assert f"every answer that came is kept in {out / 'journal'} and not paid again" in last
    assert last.endswith("The same command goes on from here")
    assert len((out / "journal" / "00000.jsonl").read_text().splitlines()) >= 3
