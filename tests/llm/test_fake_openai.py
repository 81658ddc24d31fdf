"""The fake is what it says: a server that counts, honours keys and runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.llm.fake_openai import FakeOpenAI, by_weights, pairs_of

ROOT = Path(__file__).parents[2]


def post(url: str, key: str, text: str = "1. [00:01] C picks up the mug") -> dict[str, object]:
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
        found: dict[str, object] = json.load(response)
    return found


def test_questions_come_from_the_sentences() -> None:
    text = "2. [00:01] C puts the red mug on the table\n7. [01:00] C picks up a knife\n8. [01:00] the man sits"
    assert pairs_of(text) == [
        {"question": "Where did I put the red mug?", "answer": "on the table", "kind": "place", "sentences": [2]},
        {"question": "What did I pick up?", "answer": "the knife", "kind": "object", "sentences": [7]},
    ]


def test_an_idempotency_key_is_billed_once_where_it_is_honoured() -> None:
    for honour, billed in ((True, 1), (False, 2)):
        with FakeOpenAI(honour=honour) as fake:
            assert post(fake.url, "k") == post(fake.url, "k")
            assert fake.counts() | {"busy": 0} == {
                **{"calls": 2, "answered": billed, "keys": 1, "twice": billed - 1},
                **{"replayed": 2 - billed, "peak": 1, "busy": 0},
            }


def test_a_plan_by_weights_is_the_same_every_time() -> None:
    plan = by_weights({"good": 3, "500": 1}, seed=2)
    drawn = [plan(i, {}) for i in range(400)]
    assert drawn == [plan(i, {}) for i in range(400)]
    assert 70 < drawn.count("500") < 130


def test_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.llm.fake_openai", "--port", "0", "--behave", "good=2", "twelve=0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert "choices" in post(url, "k")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            url.removesuffix("/v1") + "/counts", timeout=10
        ) as response:
            assert json.load(response)["answered"] == 1
    finally:
        process.kill()
        process.wait()
