"""A model behind a server: what is sent, what is read, what goes wrong, what is paid for (against the fake server)."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmego import cli
from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.run.endpoint import EndpointModel
from mmego.bench.run.models import RunStoppedError
from mmego.bench.run.run import run_benchmark
from mmego.errors import InputError
from mmego.llm.options import CallOptions
from mmego.records import Span, VideoInput
from tests.bench.run.run_endpoint import CONCURRENCY
from tests.bench.small import question
from tests.engine.clips import write_clip
from tests.llm.fake_openai import FakeOpenAI, pictures_of, text_of

ROOT = Path(__file__).parents[3]
BOTH = [RunSettings(keep=5), RunSettings(blind=True)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    folder = tmp_path_factory.mktemp("bench")
    questions = [replace(question(n), clip=None, question=f"Question {n}?") for n in range(8)]
    questions[1] = replace(questions[1], clip=Span(2.0, 7.0))
    inputs = (VideoInput("video 1", "v3", Span(2.0, 4.0)), VideoInput("video 2", "v2"))
    questions[7] = replace(questions[7], clip=inputs[0].clip, inputs=inputs)
    for number in range(4):
        write_clip(folder / "videos" / f"v{number}.mp4")
    return save_benchmark(folder, "pictures", questions, {})


def model(fake: FakeOpenAI, out: Path, **changes: Any) -> EndpointModel:
    options = CallOptions(model="m", base_url=fake.url, concurrency=4, temperature=0.0, stop_after=3)
    return EndpointModel(replace(options, **changes), 64, out / "calls.jsonl")


def test_frames_go_as_pictures_with_their_times_and_blind_goes_as_text(bench: Benchmark, tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        sighted, blind = run_benchmark(bench, model(fake, tmp_path), BOTH, tmp_path)
        bodies = {text_of(body["messages"][-1]): pictures_of(body) for body in fake.bodies}
    assert str(sighted.settings) == "uniform-keep5"
    assert sighted.errors == blind.errors == {}
    run = load_run(sighted.folder, bench)
    # The fake names the option whose place is the number of pictures: 5 of 4 options is the second, none the first.
    assert {p.choice for p in run.predictions.values()} == {1}
    assert {p.choice for p in load_run(blind.folder, bench).predictions.values()} == {0}
    assert run.predictions["q0"].key_frames == pytest.approx([0.7, 2.1, 3.5, 4.9, 6.3])
    assert run.predictions["q1"].key_frames == pytest.approx([2.5, 3.5, 4.5, 5.5, 6.5])
    assert len(bodies) == 16
    (clip,) = (text for text, shown in bodies.items() if "Question 1?" in text and shown)
    assert "These are 5 frames, in order, of one video." in clip
    assert "\n00:00:02.5:\n00:00:03.5:\n" in clip
    assert "B. in the drawer" in clip
    for text, shown in bodies.items():
        assert ("not shown the video" in text) is (not shown)
        for jpeg in shown:
            assert Image.open(io.BytesIO(jpeg)).size == (64, 43)
    # Frames are what the file shows at that time: the clip's colour changes every second.
    first, second = (Image.open(io.BytesIO(jpeg)).convert("RGB") for jpeg in bodies[clip][:2])
    assert first.getpixel((60, 30)) != second.getpixel((60, 30))
    (two,) = (text for text, shown in bodies.items() if "Question 7?" in text and shown)
    assert "of 2 videos" in two
    assert "\nvideo 1, 00:00:02.5:\nvideo 1, 00:00:03.5:\nvideo 2, 00:00:01.2:\n" in two  # each on its own clock
    assert run.predictions["q7"].key_frames[:3] == pytest.approx([0.5, 1.5, 3.167])  # on the joined one


def test_what_a_server_may_do_is_a_row_each_and_none_is_a_guess(bench: Benchmark, tmp_path: Path) -> None:
    how = ("good", "chatty", "two_letters", "invalid_json", "refusal", "filtered", "400", "429_ms")

    def plan(number: int, body: dict[str, Any]) -> str:
        return how[int(text_of(body["messages"][-1]).split("Question ")[1][0])]

    with FakeOpenAI(plan) as fake:
        (outcome,) = run_benchmark(bench, model(fake, tmp_path, attempts=2), BOTH[1:], tmp_path)
        run = load_run(outcome.folder, bench)
        assert [p.choice for p in run.predictions.values()] == [0, 0] + [None] * 6
        assert outcome.errors == {"unparsable answer": 2, "refused": 2, "bad_request": 1, "rate_limited": 1}
        assert run.errors["q2"] == "unparsable answer: 'A or B'"
        assert run.predictions["q3"].text == "I have no idea"
        assert run.errors["q4"] == "refused: I can't help with that."
        calls = fake.calls
        again = model(fake, tmp_path, attempts=2)
        fake.plan = lambda *_: "good"
        (outcome,) = run_benchmark(bench, again, BOTH[1:], tmp_path, retry_failed=True)
        # Only the call that was given up is asked again; answers, even bad ones, are in the journal.
        assert fake.calls == calls + 1
        assert outcome.errors == {"unparsable answer": 2, "refused": 2, "bad_request": 1}


def test_a_thought_is_no_answer_and_what_follows_it_is(bench: Benchmark, tmp_path: Path) -> None:
    how = ("thought", "closed_thought", "parts", "open_thought", "only_thought", "empty", "stream", "truncated")

    def plan(number: int, body: dict[str, Any]) -> str:
        return how[int(text_of(body["messages"][-1]).split("Question ")[1][0])]

    with FakeOpenAI(plan) as fake:
        (outcome,) = run_benchmark(bench, model(fake, tmp_path), BOTH[1:], tmp_path)
    run = load_run(outcome.folder, bench)
    # The thought of the fake names other letters on its way.
    assert [p.choice for p in run.predictions.values()] == [0, 0, 0, None, None, None, 0, 0]
    assert run.errors == {
        "q3": "truncated answer: only a thought before --max-tokens",
        "q4": "no_answer: only a thought came, without an answer",
        "q5": "no_answer: an empty answer",
    }


@pytest.mark.parametrize(
    ("how", "said"),
    [("200_402", "no credit"), ("401_echo", "refuses"), ("404", "has no model"), ("quota", "no credit")],
)
def test_what_no_retry_mends_stops_the_run_with_one_line(
    bench: Benchmark,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    said: str,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-quite-secret-key")
    with FakeOpenAI(lambda number, _: "good" if number < 2 else how) as fake:
        words = [
            "--model",
            "openai:m",
            "--base-url",
            fake.url,
            "--keep",
            "2",
            "--concurrency",
            "1",
            "-o",
            str(tmp_path),
        ]
        assert cli.main(["bench", "run", str(bench.path), *words]) == 1
        assert fake.calls <= 4  # the next may have been on its way
        error = capsys.readouterr().err.splitlines()[-1]
        assert error.startswith("mmego: ")
        assert said in error
        fake.plan = lambda *_: "good"
        assert cli.main(["bench", "run", str(bench.path), *words]) == 0
        assert fake.counts()["twice"] == 0
        assert fake.counts()["answered"] == 8
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"quite-secret" not in written
    assert "quite-secret" not in error
    about = json.loads((tmp_path / "uniform-keep2" / "run.json").read_text())
    assert about["endpoint"]["frame_size"] == 512
    assert "127.0.0.1" not in json.dumps(about)


def test_a_server_that_is_gone_stops_the_run(bench: Benchmark, tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        url = fake.url
    gone = EndpointModel(CallOptions(model="m", base_url=url, attempts=1, concurrency=4), 64, tmp_path / "calls.jsonl")
    with pytest.raises(RunStoppedError, match="cannot reach"):
        run_benchmark(bench, gone, BOTH, tmp_path)


def test_settings_it_does_not_know_and_values_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        endpoint = model(fake, tmp_path)
        for settings in (RunSettings(select="pointer"), RunSettings(alpha=0.1), RunSettings(frames=60)):
            with pytest.raises(InputError, match=r"m (has no pointer|glimpses at nothing)"):
                endpoint.settle(settings)
        with pytest.raises(InputError, match="frame_size must be 16"):
            EndpointModel(CallOptions(model="m", base_url=fake.url), 8, tmp_path / "calls.jsonl")
        other = EndpointModel(endpoint.options, 128, tmp_path / "calls.jsonl")
    assert other.fingerprint != endpoint.fingerprint
    assert not (tmp_path / "calls.jsonl").exists()


def test_calls_of_several_videos_are_in_flight_at_once(bench: Benchmark, tmp_path: Path) -> None:
    with FakeOpenAI(latency=0.2) as fake:
        run_benchmark(bench, model(fake, tmp_path), BOTH[1:], tmp_path)
        assert 3 <= fake.counts()["peak"] <= 4


def test_killed_and_started_again_no_answer_is_paid_twice(bench: Benchmark, tmp_path: Path) -> None:
    with FakeOpenAI(latency=0.2, honour=False) as fake:
        command = [sys.executable, "-m", "tests.bench.run.run_endpoint", str(bench.path), str(tmp_path), fake.url]
        journal = tmp_path / "calls.jsonl"
        with subprocess.Popen(command, cwd=ROOT) as process:
            deadline = time.monotonic() + 60
            while not journal.exists() or journal.read_bytes().count(b"\n") < 6:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        held = journal.read_bytes().count(b"\n")
        assert held < 16
        assert subprocess.run(command, cwd=ROOT, check=True).returncode == 0
        counts = fake.counts()
    assert counts["keys"] == 16
    assert counts["twice"] <= CONCURRENCY  # what was in flight at the kill
    for settings in ("uniform-keep4", "blind"):
        assert load_run(tmp_path / settings, bench).errors == {}
