"""A body with status 200: an answer, or an error all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mmego.llm import response_body
from mmego.llm.response_body import MOST_CHARACTERS, ServerError, read_body
from tests.llm.completions import completion, reply


def error(body: str) -> ServerError:
    found = read_body(body.encode())
    assert isinstance(found, ServerError), found
    return found


def test_a_refusal_part_is_a_refusal() -> None:
    assert reply(completion([{"type": "refusal", "refusal": "No."}])).refusal == "No."


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"error": {"code": 402, "message": "Insufficient credits"}}, 402),
        ({"error": {"code": "402", "message": "Insufficient credits"}}, 402),
        ({"error": {"code": 429, "message": "slow down"}, "choices": None}, 429),
        ({"error": {"code": "rate_limit_exceeded", "message": "slow down"}}, 429),
        ({"error": {"type": "insufficient_quota", "message": "pay"}}, 402),
        ({"error": {"status": "UNAUTHENTICATED", "message": "key"}}, 401),
        ({"error": {"code": "model_not_found", "message": "no"}}, 404),
        ({"error": {"code": 503, "message": "busy"}}, 503),
        ({"error": {"code": "strange", "message": "hm"}}, 500),
        ({"error": {"code": 200, "message": "hm"}}, 500),
        ({"error": "model is loading"}, 500),
        ({"object": "error", "message": "too long", "code": 400}, 400),
        ({"choices": [{"error": {"code": 502, "message": "upstream"}, "message": {"content": "The ans"}}]}, 502),
        ({"choices": [{"finish_reason": "error", "message": {"content": "The ans"}}]}, 502),
    ],
)
def test_an_error_in_a_body_is_its_status(value: dict[str, Any], status: int) -> None:
    assert error(json.dumps(value)).status == status


@pytest.mark.parametrize(
    "body",
    [
        *("", " \n", "<html>the proxy's page</html>", '{"id": "x", "choi', "[]", "null", "3", "[" * 100_000),
        *('{"choices": []}', '{"choices": null}', '{"choices": [null]}', '{"choices": {"a": 1}}', '{"choices": [{}]}'),
        *('{"choices": [{"message": null}]}', '{"choices": [{"message": "B"}]}', '{"choices": "B"}', "\x00\x1f\x8b"),
        *('data: {"choices": [{"delta": {"content": "B"}}]}\n\n', "data: {\n\n", "data: 3\n\ndata: [DONE]\n"),
    ],
)
def test_what_is_no_completion_may_pass_by_itself(body: str) -> None:
    found = error(body)
    assert (found.status, found.stated) == (500, False)
    assert found.message.startswith("200 with")


def test_a_stream_that_nobody_asked_for_is_put_together() -> None:
    chunks: list[dict[str, Any]] = [
        {"choices": [{"delta": {"role": "assistant", "reasoning_content": "A?"}}]},
        {"choices": [{"delta": {"content": "B. in "}}]},
        {"choices": [{"delta": {"content": "the drawer"}, "finish_reason": "length"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    ]
    body = ": keep-alive\n\n" + "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    found = reply(body)
    assert (found.text, found.finish_reason, found.prompt_tokens, found.thought) == (
        "B. in the drawer",
        "length",
        3,
        True,
    )
    broken = body.replace("data: [DONE]", 'data: {"error": {"code": 503, "message": "upstream"}}')
    assert error(broken).status == 503


@pytest.mark.parametrize(
    "usage", [None, [], {"prompt_tokens": "many"}, {"prompt_tokens": -1}, {"prompt_tokens": 1e400}, 7]
)
def test_nonsense_about_tokens_costs_no_answer(usage: Any) -> None:
    body = json.dumps({"choices": [{"message": {"content": "B"}}], "usage": usage})
    assert (reply(body).text, reply(body).prompt_tokens) == ("B", 0)


def test_a_runaway_answer_is_cut_and_counts_as_cut_off() -> None:
    found = reply(completion("x" * (MOST_CHARACTERS + 1)))
    assert (len(found.text), found.finish_reason) == (MOST_CHARACTERS, "length")


def test_a_body_beyond_all_measure_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_body, "MOST_BYTES", 1000)
    assert error(completion("x" * 1000)).message.startswith("200 with a body of 1,")


def test_half_characters_and_a_byte_order_mark_do_no_harm() -> None:
    assert reply("\ufeff\n\n" + completion("B\ud800")).text == "B?"
