"""The key is in no file, no log, no error and no record, whether calls succeed or fail."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import traceback
from pathlib import Path

import pytest

from mmego import cli
from mmego.errors import InputError
from mmego.llm import retry
from mmego.qa.writing.judge import Judge, JudgeOptions
from mmego.qa.writing.llm_generator import GeneratorOptions, LlmGenerator
from tests.llm.fake_openai import FakeOpenAI, in_turn
from tests.qa.narrated_clips import clip

KEY = "sk-proj-Zq8vTn3kLw0e5RxYhU2mBd"
PIECES = [KEY[i : i + 8] for i in range(len(KEY) - 7)]
FAULTS = (
    *("good", "400", "400_echo", "500_echo", "drop", "429_ms", "hang", "not_json", "invalid_json", "refusal"),
    *("401_echo", "403", "404", "echo", "echo_refusal", "400_param", "200_echo", "429_echo"),
)


@pytest.mark.parametrize("how", FAULTS)
def test_the_key_is_nowhere(
    tmp_path: Path,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    caplog.set_level(logging.DEBUG)  # the loggers of every library at their most talkative
    said = ""
    with FakeOpenAI(in_turn(how)) as fake:
        options = {"model": "m", "base_url": fake.url, "attempts": 2, "timeout": 0.5}
        generator = LlmGenerator(GeneratorOptions(**options))  # type: ignore[arg-type]
        judge = Judge(JudgeOptions(**options))  # type: ignore[arg-type]
        try:
            written = list(generator.write([clip(i) for i in range(3)], tmp_path / "journal" / "0.jsonl"))
            judged = list(judge.judge(written, tmp_path / "journal" / "0.judge.jsonl"))
            said += json.dumps([sample.to_json() for sample in judged])
        except InputError as error:
            said += "".join(traceback.format_exception(error))
        assert fake.headers[0]["authorization"] == f"Bearer {KEY}"
    # The HTTP library's own debug log shows a server's headers as they came; that is for who turns it on.
    said += "\n".join(line for line in caplog.text.splitlines() if "X-Key" not in line) + "".join(capfd.readouterr())
    said += repr((generator.options, judge.options, generator.tally, judge.tally))
    assert any(tmp_path.rglob("*.jsonl"))
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    pickled = pickle.dumps((generator, judge))
    nowhere(said.encode() + files + pickled)


def nowhere(found: bytes) -> None:
    """No eight characters of the key in a row, in no form, and no end of it beside a mask."""
    low = found.lower()
    for piece in PIECES:
        assert piece.lower().encode() not in low
        assert piece.encode().hex().encode() not in low
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + KEY.encode()).decode()[4:-4]
        for i in range(len(coded) - 7):
            assert coded[i : i + 8].encode() not in found
    assert f"...{KEY[-4:]}".encode() not in found
    assert f"*{KEY[-4:]}".encode() not in found


@pytest.mark.parametrize("how", ["echo", "echo_refusal", "400_param", "200_echo", "429_echo", "500_echo"])
def test_a_run_and_a_benchmark_keep_no_key_that_a_server_sends_back(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    source = tmp_path / "k.csv"
    actions = ("take the red mug", "put the red mug in the drawer", "open the fridge", "take the milk", "cut the bread")
    lines = [f"w,{6 * i + 2},{6 * i + 5},{actions[i % 5]}" for i in range(14)]
    source.write_text("\n".join(("video,start,end,text", *lines)) + "\n")
    questions = tmp_path / "q.jsonl"
    row = {"video": "v", "options": ["on the sofa", "in the drawer"], "answer": 1}
    questions.write_text(
        "".join(json.dumps({**row, "question": f"Where did I put mug {i}?", "id": f"q{i}"}) + "\n" for i in range(2))
    )
    with FakeOpenAI(in_turn(how)) as fake:
        flags = ["--base-url", fake.url, "--attempts", "2"]
        cli.main(
            ["qa", "make", str(source), "-o", str(tmp_path / "made"), "--generator", "llm", "--model", "m", *flags]
        )
        cli.main(["bench", "import", "plain", str(questions), "-o", str(tmp_path / "b"), "--name", "t"])
        run = ["bench", "run", str(tmp_path / "b"), "--model", "openai:m", "--blind", "-o", str(tmp_path / "runs")]
        assert cli.main([*run, *flags]) == 0
        assert fake.calls >= 3
    assert (tmp_path / "runs" / "calls.jsonl").exists()
    assert (tmp_path / "runs" / "blind" / "predictions.jsonl").exists()
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    nowhere(files + "".join(capfd.readouterr()).encode())


@pytest.mark.parametrize("given", [KEY, "gsk_Zq8vTn3kLw0e5RxYhU2mBd", "Zq8vTn3kLw0e5RxYhU2mBd"])
@pytest.mark.parametrize("verb", ["make", "cluster", "run"])
def test_a_key_given_for_its_variable_is_refused_and_not_repeated(
    tmp_path: Path, given: str, verb: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "k.csv"
    source.write_text("video,start,end,text\nw,2,5,take the red mug\n")
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"video": "v", "question": "Where?", "options": ["a", "b"], "answer": 1, "id": "q"}\n')
    flags = ["--base-url", "http://127.0.0.1:9/v1", "--key-variable", given]
    make = ["qa", "make", str(source), "-o", str(tmp_path / "made"), "--generator", "llm", "--model", "m", *flags]
    words = {
        "make": make,
        "cluster": [*make, "--executor", "slurm", "--cluster.partition", "p"],
        "run": [
            "bench",
            "run",
            str(tmp_path / "b"),
            "--model",
            "openai:m",
            "--blind",
            "-o",
            str(tmp_path / "runs"),
            *flags,
        ],
    }[verb]
    assert cli.main(["bench", "import", "plain", str(questions), "-o", str(tmp_path / "b"), "--name", "t"]) == 0
    assert cli.main(words) == 1
    said = "".join(capfd.readouterr())
    assert "must be the name of an environment variable" in said
    assert given not in said
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert given.encode() not in files
