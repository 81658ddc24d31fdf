from __future__ import annotations

import pytest

from mmego.llm.server_parameters import ChatRequest, Dialect, adapt_dialect

ASK = ChatRequest([{"role": "user", "content": "json"}], 5, [{"role": "user", "content": "plain"}], {"type": "object"})


def test_the_whole_body() -> None:
    body = Dialect().body(ASK, "m", 0.5, 90)
    assert body["messages"] == ASK.messages
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert (body["model"], body["seed"], body["temperature"], body["max_tokens"]) == ("m", 5, 0.5, 90)


def test_what_a_server_does_without() -> None:
    body = Dialect(frozenset({"schema", "seed", "temperature", "max_tokens"})).body(ASK, "m", 0.5, 90)
    assert body == {"model": "m", "messages": ASK.plain_messages, "max_completion_tokens": 90}


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("Invalid parameter: 'response_format' of type 'json_schema' is not supported", "schema"),
        ("Unsupported value: 'temperature' does not support 0.7 with this model. temperature", "temperature"),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead. max_tokens", "max_tokens"),
        ("Unrecognized request argument supplied: seed", "seed"),
    ],
)
def test_a_refusal_names_what_to_leave_out(said: str, part: str) -> None:
    narrower = adapt_dialect(Dialect(), ASK, said)
    assert narrower == Dialect(frozenset({part}))
    assert narrower is not None
    assert adapt_dialect(narrower, ASK, said) is None  # it was left out already


@pytest.mark.parametrize(
    "said",
    [
        "This model's maximum context length is 4096 tokens, however you requested 5000 (max_tokens 1500)",
        "max_tokens is too large: 1500",
        "the prompt is not allowed",
        "",
    ],
)
def test_other_refusals_are_no_matter_of_dialect(said: str) -> None:
    assert adapt_dialect(Dialect(), ASK, said) is None


def test_a_question_without_a_schema_has_none_to_leave_out() -> None:
    assert adapt_dialect(Dialect(), ChatRequest(ASK.messages, 0), "response_format is not supported") is None
