"""The caller against a fake server: what is retried, what is remembered, what stops at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.llm import retry
from tests.llm.calls import ask_all, one, question
from tests.llm.fake_openai import FakeOpenAI, in_turn


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 0.05)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return


def test_an_answer_with_its_tokens(tmp_path: Path) -> None:
    reply, tally, fake = one(in_turn("good"), tmp_path)
    assert json.loads(reply.text)["pairs"][0]["answer"] == "the mug"
    assert (reply.prompt_tokens, reply.failure, reply.plain) == (7, None, False)
    assert (tally.calls, tally.prompt_tokens, tally.completion_tokens) == (1, 7, reply.completion_tokens)
    assert "authorization" in fake.headers[0]  # "none": some servers without keys want the header to be there
    assert len(fake.headers[0]["idempotency-key"]) == 64


@pytest.mark.parametrize(
    "trouble",
    [
        *("500", "503", "408", "429", "429_ms", "429_zero", "drop", "not_json", "200_429", "200_503", "no_choices"),
        *("null_choices", "half_json", "empty_body", "gzip", "500_charset", "500_odd"),
    ],
)
def test_what_passes_by_itself_is_asked_again(tmp_path: Path, trouble: str) -> None:
    reply, tally, fake = one(in_turn(trouble, trouble, "good"), tmp_path)
    assert reply.failure is None
    assert (tally.calls, tally.retries, fake.calls) == (1, 2, 3)
    assert len(fake.billed) == len(fake.seen) == 1  # one key for all attempts


def test_a_server_that_hangs_is_left_after_the_timeout(tmp_path: Path) -> None:
    reply, tally, _ = one(in_turn("hang", "good"), tmp_path, timeout=0.3)
    assert (reply.failure, tally.retries) == (None, 1)


@pytest.mark.parametrize("how", ["429", "429_date"])
def test_retry_after_is_waited_for_by_everybody(tmp_path: Path, how: str) -> None:
    arrivals: list[float] = []

    def plan(number: int, _: dict[str, Any]) -> str:
        arrivals.append(time.monotonic())
        return how if number == 0 else "good"

    with FakeOpenAI(plan) as fake:
        replies, _ = ask_all(fake, tmp_path, [question(i) for i in range(6)], concurrency=1)
    assert not [r for r in replies if r.failure]
    # An HTTP date has whole seconds: "two seconds from now" may be little more than one.
    assert arrivals[1] - arrivals[0] >= 0.95
    assert len(arrivals) == 7


def test_a_retry_after_of_no_time_is_no_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.2)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 10.0)
    arrivals: list[float] = []

    def plan(number: int, _: dict[str, Any]) -> str:
        arrivals.append(time.monotonic())
        return "429_zero" if number < 3 else "good"

    reply, tally, _ = one(plan, tmp_path, attempts=4)
    assert (reply.failure, tally.retries) == (None, 3)
    waits = [after - before for before, after in pairwise(arrivals)]
    # 0.2, 0.4, 0.8 s, each less a jitter of at most half.
    assert all(wait >= least for wait, least in zip(waits, (0.1, 0.2, 0.4), strict=True))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("200_503", "server_error, 200 with error 503: No provider is free"),
        ("200_429", "rate_limited, 200 with error 429: Slow down"),
        ("200_400", "bad_request, the prompt is not allowed here"),
        ("no_choices", "server_error, 200 with something that is no chat completion"),
        ("not_json", "server_error, 200 with something that is no chat completion"),
        ("empty_body", "server_error, 200 with an empty body"),
        ("gzip", "server_error, an answer that cannot be unpacked"),
    ],
)
def test_what_came_instead_of_an_answer_is_named(tmp_path: Path, how: str, words: str) -> None:
    with FakeOpenAI(in_turn("good", how)) as fake:
        _, (reply,) = (ask_all(fake, tmp_path, [question(i)], attempts=2)[0] for i in range(2))
    assert reply.failure is not None
    assert f"{reply.failure.reason}, {reply.failure.detail}".startswith(words)


def test_an_empty_account_in_a_body_with_status_200_stops_at_once(tmp_path: Path) -> None:
    with FakeOpenAI(in_turn("200_402")) as fake:
        with pytest.raises(InputError, match=r"no credit left \(402\)") as error:
            ask_all(fake, tmp_path, [question(i) for i in range(20)], concurrency=2)
        assert fake.calls <= 4
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("how", ["stream", "text_type", "charset", "thought", "closed_thought", "parts"])
def test_an_answer_in_another_form_is_the_same_answer(tmp_path: Path, how: str) -> None:
    plain, _, _ = one(in_turn("good"), tmp_path / "plain")
    reply, tally, fake = one(in_turn(how), tmp_path / how)
    assert reply == replace(plain, thought="thought" in how or how == "parts")
    assert (fake.calls, tally.calls) == (1, 1)
    again, tally, _ = one(in_turn("500"), tmp_path / how)  # from the journal
    assert (again, tally.cached) == (reply, 1)


@pytest.mark.parametrize(("how", "reason"), [("open_thought", "truncated"), ("only_thought", "no_answer")])
def test_only_a_thought_is_no_answer(tmp_path: Path, how: str, reason: str) -> None:
    reply, _, _ = one(in_turn(how), tmp_path)
    fault = reply.no_answer()
    assert fault is not None
    assert (reply.text, fault.reason) == ("", reason)
    assert "only a thought" in fault.detail


def test_a_longer_retry_after_than_allowed_gives_the_call_up(tmp_path: Path) -> None:
    reply, tally, fake = one(in_turn("429"), tmp_path, max_wait=0.5)
    assert reply.failure is not None
    assert (reply.failure.reason, fake.calls, tally.failures) == ("rate_limited", 1, {"rate_limited": 1})


@pytest.mark.parametrize(
    ("trouble", "reason"), [("500", "server_error"), ("hang", "timeout"), ("429_ms", "rate_limited")]
)
def test_after_the_last_attempt_it_is_a_failure_that_is_asked_again_next_time(
    tmp_path: Path, trouble: str, reason: str
) -> None:
    reply, tally, fake = one(in_turn(trouble), tmp_path, attempts=3, timeout=0.3)
    assert reply.failure is not None
    assert (reply.failure.reason, reply.text, fake.calls, tally.retries) == (reason, "", 3, 2)
    reply, _, _ = one(in_turn("good"), tmp_path)
    assert reply.failure is None


def test_a_failure_may_be_accepted(tmp_path: Path) -> None:
    one(in_turn("500"), tmp_path, attempts=2, accept_failures=True)
    reply, tally, fake = one(in_turn("good"), tmp_path)
    assert reply.failure is not None
    assert (reply.failure.reason, fake.calls, tally.cached, tally.failures) == (
        "server_error",
        0,
        1,
        {"server_error": 1},
    )


def test_what_was_answered_is_never_asked_again(tmp_path: Path) -> None:
    asks = [question(i) for i in range(20)]
    with FakeOpenAI() as fake:
        first, _ = ask_all(fake, tmp_path, asks)
        again, tally = ask_all(fake, tmp_path, asks)
        assert (fake.calls, tally.calls, tally.cached, tally.prompt_tokens) == (20, 0, 20, 0)
    assert again == first


def test_other_parameters_are_another_question(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        ask_all(fake, tmp_path, [question()])
        ask_all(fake, tmp_path, [question()], temperature=0.1)
        ask_all(fake, tmp_path, [replace(question(), seed=9)])
        ask_all(fake, tmp_path, [question()], model="other")
        ask_all(fake, tmp_path, [question()], timeout=5, concurrency=2, attempts=3)
        assert len(fake.billed) == 4


def test_equal_questions_at_once_are_one_call(tmp_path: Path) -> None:
    with FakeOpenAI(latency=0.1) as fake:
        replies, _ = ask_all(fake, tmp_path, [question()] * 5)
        assert fake.calls == 1
    assert len(set(replies)) == 1


def test_no_more_calls_than_allowed_and_that_many(tmp_path: Path) -> None:
    with FakeOpenAI(latency=0.2) as fake:
        ask_all(fake, tmp_path, [question(i) for i in range(30)], concurrency=8)
        assert fake.peak == 8


@pytest.mark.parametrize("how", ["401", "401_echo", "403", "404", "quota"])
def test_what_no_retry_mends_stops_at_once(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-0123456789")
    words = {"404": "has no model 'm'", "quota": "no credit"}.get(how, "refuses the key in OPENAI_API_KEY")
    with FakeOpenAI(in_turn(how)) as fake:
        with pytest.raises(InputError, match=words) as error:
            ask_all(fake, tmp_path, [question(i) for i in range(50)], concurrency=4)
        assert fake.calls <= 8
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_wrong_key_is_named_by_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "right")
    with FakeOpenAI(key="right") as fake:
        (reply,), _ = ask_all(fake, tmp_path, [question()], key_variable="MY_KEY")
        assert reply.failure is None
        with pytest.raises(InputError, match=r"refuses a call without a key \(OPENAI_API_KEY\)"):
            ask_all(fake, tmp_path, [question(1)])


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        pass
    with pytest.raises(InputError, match=r"cannot reach http://127.0.0.1:\d+/v1 .* is the server running"):
        ask_all(fake, tmp_path, [question()])


def test_a_server_that_is_gone_for_good_stops_the_run(tmp_path: Path) -> None:
    with FakeOpenAI(in_turn("good", "500")) as fake:
        with pytest.raises(InputError, match="3 calls in a row were given up, the last for server_error"):
            ask_all(fake, tmp_path, [question(i) for i in range(9)], attempts=1, stop_after=3, concurrency=1)
        assert fake.calls <= 5  # the next one may have been on its way


@pytest.mark.parametrize(
    ("how", "missing"),
    [
        ("400_schema", "response_format"),
        ("400_silent_schema", "response_format"),
        ("400_temperature", "temperature"),
        ("400_tokens", "max_tokens"),
    ],
)
def test_what_a_server_does_not_know_is_left_out_for_the_whole_run(tmp_path: Path, how: str, missing: str) -> None:
    with FakeOpenAI(in_turn(how)) as fake:
        replies, _ = ask_all(fake, tmp_path, [question(i) for i in range(10)], concurrency=1)
        assert not [r for r in replies if r.failure]
        # All ten were on their way before the first came back; only the order of arrival is one at a time.
        refused = fake.calls - 10
        more, _ = ask_all(fake, tmp_path, [question(i) for i in range(20, 25)])
        # ... and for the next run, which reads it in the journal.
        assert fake.calls == 10 + refused + 5
        assert missing not in fake.bodies[-1]
    assert all(r.plain == (missing == "response_format") for r in [*replies, *more])
    assert [r.text.startswith("Q:") for r in more] == [r.plain for r in more]


def test_a_refusal_of_one_request_says_nothing_on_the_others(tmp_path: Path) -> None:
    def plan(_: int, body: dict[str, Any]) -> str:
        return "400" if "3. [" in body["messages"][-1]["content"] else "good"

    with FakeOpenAI(plan) as fake:
        replies, tally = ask_all(fake, tmp_path, [question(i) for i in range(5)], concurrency=1)
        reasons = [r.failure and r.failure.reason for r in replies]
        assert reasons == [None, None, "bad_request", None, None]
        assert tally.failures == {"bad_request": 1}
        calls = fake.calls
        again, _ = ask_all(fake, tmp_path, [question(2)])
        assert again[0].failure == replies[2].failure
        assert fake.calls <= calls + 1
        assert not [r for r in replies if r.plain and r.failure is None]


def test_a_prompt_that_is_too_long_is_one_failure(tmp_path: Path) -> None:
    reply, _, fake = one(in_turn("400_long"), tmp_path)
    assert reply.failure is not None
    assert reply.failure.reason == "bad_request"
    assert "maximum context length" in reply.failure.detail
    assert fake.calls <= 2
