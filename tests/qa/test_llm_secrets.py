"""The key is in no file, no log, no error and no record, whether calls succeed or fail."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.qa import retry
from mmego.qa.judge import Judge, JudgeOptions
from mmego.qa.llm import LlmGenerator, LlmOptions
from tests.qa.fake_openai import FakeOpenAI, in_turn
from tests.qa.told import clip

KEY = "sk-proj-Zq8vTn3kLw0e5RxYhU2mBd"
FAULTS = (
    *("good", "400", "400_echo", "500_echo", "drop", "429_ms", "hang", "not_json", "invalid_json", "refusal"),
    *("401_echo", "403", "404"),
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
        generator = LlmGenerator(LlmOptions(**options))  # type: ignore[arg-type]
        judge = Judge(JudgeOptions(**options))  # type: ignore[arg-type]
        try:
            written = list(generator.write([clip(i) for i in range(3)], tmp_path / "journal" / "0.jsonl"))
            judged = list(judge.judge(written, tmp_path / "journal" / "0.judge.jsonl"))
            said += json.dumps([sample.to_json() for sample in judged])
        except InputError as error:
            said += "".join(traceback.format_exception(error))
        assert fake.headers[0]["authorization"] == f"Bearer {KEY}"
    said += caplog.text + "".join(capfd.readouterr())
    said += repr((generator.options, judge.options, generator.tally, judge.tally))
    assert any(tmp_path.rglob("*.jsonl"))
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    pickled = pickle.dumps((generator, judge))
    # Not whole, not its tail (servers echo keys masked in part).
    for secret in (KEY, KEY[8:], KEY[-8:]):
        assert secret not in said
        assert secret.encode() not in files + pickled
