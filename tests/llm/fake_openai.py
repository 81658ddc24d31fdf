"""A FAKE of an OpenAI-compatible server on loopback: it answers well, badly, late, or not at all, as it is told.

It is no language model: its questions are made by a pattern from the numbered sentences in the prompt. Used by tests
and benchmarks, in this process (``with FakeOpenAI() as fake: fake.url``) or in one of its own:

    python -m tests.llm.fake_openai --port 0

prints its address on the first line. ``GET /counts`` gives what it saw.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import html
import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from mmego.language.lexicon import base_form, past_form

Plan = Callable[[int, dict[str, Any]], str]
"""Which behaviour the n-th call (from 0) with this body meets; see `BEHAVIOURS`."""

BEHAVIOURS = (
    *("good", "fenced", "plain", "invalid_json", "bad_index", "twelve", "refusal", "soft_refusal", "truncated"),
    *(
        "empty",
        "none",
        "half_body",
        "429",
        "429_date",
        "429_ms",
        "quota",
        "500",
        "503",
        "408",
        "401",
        "401_echo",
        "403",
    ),
    *("404", "400", "400_schema", "400_silent_schema", "400_temperature", "400_tokens", "400_long", "drop", "hang"),
    *("not_json", "filtered", "surrogate", "400_echo", "500_echo", "chatty", "two_letters"),
    # Retry-After that asks for no wait; errors and other bodies with status 200; thoughts; a key sent back everywhere.
    *("429_zero", "200_402", "200_429", "200_503", "200_400", "no_choices", "null_choices", "half_json", "empty_body"),
    *("gzip", "stream", "text_type", "charset", "500_charset", "500_odd"),
    *("thought", "closed_thought", "open_thought", "only_thought", "parts"),
    *("echo", "echo_refusal", "400_param", "200_echo", "429_echo", "spaces"),
)
THOUGHTS = ("thought", "closed_thought", "parts")
"""Good answers with a thought before them; the thought holds drafts."""
_SENTENCE = re.compile(r"^(\d+)\. \[\d+:\d\d\] (.+)$", re.MULTILINE)
_DEED = re.compile(
    r"^C (\w+)(?: (up|down|on|off|out))? (?:an?|the|his|her|some) ([\w -]+?)"
    r"(?: (on|in|into|onto|from|under) (?:an?|the|his|her) ([\w -]+))?$"
)


def pairs_of(prompt: str) -> list[dict[str, Any]]:
    """Question-answer pairs by a pattern from the numbered sentences of a prompt, in order."""
    pairs = []
    for number, text in _SENTENCE.findall(prompt):
        match = _DEED.match(text)
        if not match:
            continue
        verb, particle, thing, preposition, place = match.groups()
        tail = f" {particle}" if particle else ""
        if place:
            question = f"Where was I when I {past_form(base_form(verb))}{tail} the {thing}?"
            if preposition == "from":
                question = f"Where did I {base_form(verb)}{tail} the {thing} from?"
            elif base_form(verb) in ("put", "place", "drop", "keep"):
                question = f"Where did I {base_form(verb)}{tail} the {thing}?"
            pair = {"question": question, "answer": f"{preposition} the {place}", "kind": "place"}
        else:
            pair = {"question": f"What did I {base_form(verb)}{tail}?", "answer": f"the {thing}", "kind": "object"}
        pairs.append({**pair, "sentences": [int(number)]})
    return pairs


def by_weights(weights: dict[str, float], seed: int = 0) -> Plan:
    """Return a plan that draws behaviours by weight; the n-th call always gets the same one."""
    names = list(weights)

    def plan(number: int, _: dict[str, Any]) -> str:
        return random.Random(f"{seed} {number}").choices(names, list(weights.values()))[0]

    return plan


def in_turn(*names: str) -> Plan:
    """Return a plan that goes through `names` and stays with the last."""
    return lambda number, _: names[min(number, len(names) - 1)]


def always_good(_: int, __: dict[str, Any]) -> str:
    """Return the plan of a server without errors."""
    return "good"


class FakeOpenAI:
    """The server, in a thread of its own.

    Args:
        plan: which behaviour each call meets.
        latency: seconds before an answer.
        jitter: the latency varies by up to this share of it, as that of real servers does.
        key: the key that calls must carry (401 otherwise); None takes any.
        honour: a call whose Idempotency-Key was answered before gets the same answer and is not billed again.
        schema: False: a request with ``response_format`` is refused with 400.
        port: 0 for a free one.

    `calls` requests were read, `billed` counts answers given in full by Idempotency-Key, `replayed` those given again,
    `peak` the most calls in flight, `busy` call-seconds in flight, `bodies` the last requests.
    """

    def __init__(
        self,
        plan: Plan = always_good,
        *,
        latency: float = 0.0,
        jitter: float = 0.0,
        key: str | None = None,
        honour: bool = True,
        schema: bool = True,
        port: int = 0,
    ) -> None:
        self.plan, self.latency, self.key, self.honour, self.schema = plan, latency, key, honour, schema
        self.jitter, self._rng = jitter, random.Random(0)
        self.calls = self.replayed = self.peak = self.now = 0
        self.busy = 0.0
        self.billed: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._answers: dict[str, asyncio.Future[bytes]] = {}
        self._port = port
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def url(self) -> str:
        """What a client takes as its base_url."""
        return f"http://127.0.0.1:{self._port}/v1"

    def counts(self) -> dict[str, Any]:
        """Return what the server saw, for another process."""
        return {
            "calls": self.calls,
            "answered": sum(self.billed.values()),
            "keys": len(self.billed),
            "twice": sum(count - 1 for count in self.billed.values()),
            "replayed": self.replayed,
            "peak": self.peak,
            "busy": self.busy,
        }

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self._port, backlog=1024))
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive for many calls."""
        try:
            while (request := await _read_request(reader)) is not None:
                path, headers, body = request
                if path == "/counts":
                    writer.write(_http(200, json.dumps(self.counts()).encode()))
                elif not await self._call(headers, json.loads(body), writer):
                    break
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _call(self, headers: dict[str, str], body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        """Answer one call; False if the connection is to be cut."""
        number, self.calls = self.calls, self.calls + 1
        self.bodies = [*self.bodies[-99:], body]
        self.headers = [*self.headers[-99:], headers]
        key = headers.get("idempotency-key", f"none-{number}")
        self.seen[key] += 1
        self.now += 1
        self.peak = max(self.peak, self.now)
        started = self._loop.time()
        try:
            refusal = self._refuses(headers, body)
            if refusal is not None:
                writer.write(refusal)
                return True
            if self.honour and key in self._answers:
                self.replayed += 1
                writer.write(await asyncio.shield(self._answers[key]))
                return True
            return await self._behave(self.plan(number, body), key, body, writer)
        finally:
            self.now -= 1
            self.busy += self._loop.time() - started

    def _refuses(self, headers: dict[str, str], body: dict[str, Any]) -> bytes | None:
        if self.key is not None and headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Incorrect API key provided", "invalid_api_key")
        if not self.schema and "response_format" in body:
            return _error(400, "response_format of this type is not supported", param="response_format")
        return None

    async def _behave(self, how: str, key: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        assert how in BEHAVIOURS, how
        if how in ("hang", "drop"):
            await asyncio.sleep(3600 if how == "hang" else 0)
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"id":')
            return False
        if how in ODD_BODIES:
            writer.write(ODD_BODIES[how](self.headers[-1]))
            return True
        status = 429 if how == "quota" else int(how[:3]) if how[0].isdigit() else 200
        if status != 200 and not _accepts(how, body):
            writer.write(_failure(how, status, self.headers[-1]))
            return True
        if how == "not_json":
            writer.write(_http(200, b"<html>the proxy's page</html>"))
            return True
        answer: asyncio.Future[bytes] = self._loop.create_future()
        self._answers[key] = answer
        if self.latency:
            await asyncio.sleep(self.latency * self._rng.uniform(1 - self.jitter, 1 + self.jitter))
        response = _completion(how, body, self.headers[-1])
        # From here on it is paid for, whether or not anybody is still there to read it.
        self.billed[key] += 1
        answer.set_result(response)
        writer.write(response)
        return True


def _accepts(how: str, body: dict[str, Any]) -> bool:
    """Return True if the body no longer has what this behaviour refuses."""
    objection = {
        "400_schema": "response_format",
        "400_silent_schema": "response_format",
        "400_temperature": "temperature",
        "400_tokens": "max_tokens",
    }.get(how)
    return objection is not None and objection not in body


def _failure(how: str, status: int, headers: dict[str, str]) -> bytes:
    """Return the response of a refused call."""
    extra = {
        "429": {"Retry-After": "1"},
        "429_ms": {"retry-after-ms": "50", "Retry-After": "9"},
        "429_zero": {"retry-after-ms": "0", "Retry-After": "0"},
        "429_echo": {"Retry-After": "0", "X-Key": headers.get("authorization", "")},
    }.get(how, {})
    if how == "429_date":
        extra = {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)}
    message, code, param = {
        "quota": ("You exceeded your current quota", "insufficient_quota", None),
        "401_echo": (f"Incorrect key: {headers.get('authorization')}", "invalid_api_key", None),
        "400_echo": (f"Bad header: {headers.get('authorization')}", None, None),
        "400_param": ("Bad parameter", None, headers.get("authorization")),
        "429_echo": (" ".join(echoes(headers)), None, headers.get("authorization")),
        "500_echo": (f"Failed on: {headers.get('authorization')}", None, None),
        "404": ("The model does not exist", "model_not_found", None),
        "400": ("the prompt is not allowed here", None, None),
        "400_long": ("This model's maximum context length is 10 tokens; max_tokens is too large", None, None),
        "400_schema": ("Invalid parameter: response_format", None, "response_format"),
        "400_silent_schema": ("Bad Request", None, None),
        "400_temperature": ("Unsupported value: 'temperature' does not support 0.7", None, "temperature"),
        "400_tokens": ("Unsupported parameter: use 'max_completion_tokens' instead", None, "max_tokens"),
    }.get(how, ("the server said no", None, None))
    return _error(status, message, code, param, extra)


def echoes(headers: dict[str, str]) -> list[str]:
    """Return the key of a request in the forms in which servers send it back."""
    key = headers.get("authorization", "").removeprefix("Bearer ")
    coded = [base64.b64encode(text.encode()).decode() for text in (key, f"Bearer {key}", f"user:{key}")]
    forms = [key, quote(key, safe=""), json.dumps(key), html.escape(key), key.upper(), *coded, key.encode().hex()]
    return [*forms, key[:12], key[-8:], f"{key[:8]}{'*' * 9}{key[-4:]}", f"{key[:6]}...{key[-4:]}"]


def _error_in_200(code: object, message: str) -> Callable[[dict[str, str]], bytes]:
    return lambda _: _http(200, json.dumps({"error": {"code": code, "message": message}}).encode())


def _echo_in_200(headers: dict[str, str]) -> bytes:
    error = {"code": 503, "message": " ".join(echoes(headers)), "param": headers.get("authorization")}
    return _http(200, json.dumps({"error": error}).encode(), {"X-Key": headers.get("authorization", "")})


CHARSET = "application/json; charset=rot13"
"""An encoding that Python knows, but not for texts."""
ODD_BODIES: dict[str, Callable[[dict[str, str]], bytes]] = {
    "200_402": _error_in_200(402, "Insufficient credits"),
    "200_429": _error_in_200("429", "Slow down"),
    "200_503": _error_in_200(503, "No provider is free"),
    "200_400": _error_in_200("invalid_request_error", "the prompt is not allowed here"),
    "200_echo": _echo_in_200,
    "no_choices": lambda _: _http(200, b'{"id": "x", "choices": []}'),
    "null_choices": lambda _: _http(200, b'{"id": "x", "choices": null, "error": null}'),
    "half_json": lambda _: _http(200, b'{"id": "x", "choices": [{"mess'),
    "empty_body": lambda _: _http(200, b""),
    "500_odd": lambda _: _http(500, b'{"error": {"code": {"a": [1]}, "message": [{}], "param": {"b": null}}}'),
    "500_charset": lambda _: _http(500, b'{"error": {"message": "no"}}', kind=CHARSET),
    "gzip": lambda _: _http(200, b"no gzip at all", {"Content-Encoding": "gzip"}),
}
"""Responses that are no answer, and are not paid for, by the headers of the request."""


def _completion(how: str, body: dict[str, Any], headers: dict[str, str]) -> bytes:
    """Return a chat completion with status 200, good or bad."""
    content, reason, refusal = _content(how, body)
    extra: dict[str, Any] = {}
    parts: Any = content
    thought = "The first may be A. A draft: " + json.dumps(
        {"question": "DRAFT?", "answer": "a draft", "sentences": [1]}
    )
    if how in ("thought", "closed_thought"):
        parts = f"{'<think>' if how == 'thought' else ''}{thought}</think>\n\n{content}"
    elif how == "open_thought":
        parts, reason = f"<think>\n{thought}", "length"
    elif how == "only_thought":
        parts, extra = None, {"reasoning_content": thought, "reasoning": thought}
    elif how == "parts":
        inner = [{"type": "text", "text": thought}]
        parts = [{"type": "thinking", "thinking": inner}, {"type": "text", "text": content}]
    elif how == "echo":
        parts = f"{content} {' '.join(echoes(headers))}"
    elif how == "echo_refusal":
        parts, refusal = None, " ".join(echoes(headers))
    elif how == "spaces":
        parts, reason = "Q" + " " * 100_000, "length"
    words = sum(len(text_of(message).split()) for message in body["messages"])
    value = {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": reason,
                "message": {"role": "assistant", "content": parts, "refusal": refusal, **extra},
            }
        ],
        "usage": {"prompt_tokens": words, "completion_tokens": len((content or "").split()), "total_tokens": words},
    }
    if how == "stream":
        events = [{"choices": [{"delta": {"content": word}}]} for word in re.split(r"(?<= )", content or "")]
        events.append({"choices": [{"delta": {}, "finish_reason": reason}]})
        lines = [f"data: {json.dumps(event)}\n\n" for event in (*events, {"choices": [], "usage": value["usage"]})]
        return _http(200, "".join((*lines, "data: [DONE]\n\n")).encode(), kind="text/event-stream")
    kind = {"text_type": "text/html", "charset": CHARSET}.get(how, "application/json")
    return _http(200, json.dumps(value).encode(), kind=kind)


def _content(how: str, body: dict[str, Any]) -> tuple[str | None, str, str | None]:
    """Content, finish_reason and refusal of a completion."""
    prompt = "\n".join(text_of(message) for message in body["messages"] if message["role"] == "user")
    if how == "refusal":
        return None, "stop", "I can't help with that."
    if how == "filtered":
        return "", "content_filter", None
    if how == "soft_refusal":
        return "I'm sorry, but I can't help with that request.", "stop", None
    if how == "empty":
        return "", "stop", None
    if "Right answer: " in prompt and how in ("good", "fenced", "plain", *THOUGHTS):
        return _wrong_options(how, body), "stop", None
    if prompt.rstrip().endswith("Answer with the letter of the right option alone."):
        return _letter(how, prompt, len(pictures_of(body))), "stop", None
    question = re.search(r"^Question: (.+)\Z", prompt.rstrip(), re.MULTILINE)
    if question:
        return _answer(question.group(1), prompt), "stop", None
    pairs = pairs_of(prompt)
    if how == "none":
        pairs = []
    if how == "surrogate":
        pairs = [{**pair, "question": pair["question"] + " \ud800"} for pair in pairs]
    if how == "bad_index" and pairs:
        pairs = [{**pairs[0], "sentences": [99999]}, *pairs[1:3]]
    text = json.dumps({"pairs": pairs[: 12 if how == "twelve" else 5]})
    if how == "plain" or "Q: the question" in body["messages"][0]["content"]:
        text = "\n\n".join(
            f"Q: {p['question']}\nA: {p['answer']}\nK: {p['kind']}\nS: {p['sentences'][0]}" for p in pairs[:5]
        )
        text = text + "\n" if text else "NONE"
    if how == "fenced":
        text = f"Sure! Here are the pairs:\n```json\n{text}\n```\nLet me know if you need more."
    if how == "invalid_json":
        return "pairs = question, answer and so on", "stop", None
    if how in ("truncated", "half_body"):
        return text[: int(len(text) * 0.7)], "length" if how == "truncated" else "stop", None
    return text, "stop", None


def _wrong_options(how: str, body: dict[str, Any]) -> str:
    """To a call for wrong options: the answer's form with other names, one of them the answer itself."""
    prompt = body["messages"][1]["content"]
    answer = re.search(r"^Right answer: (.+)$", prompt, re.MULTILINE)
    assert answer is not None
    names = ("pebble", "walnut", "ribbon", "candle", "feather") if len(body["messages"]) == 2 else ("marble", "acorn")
    begin = answer[1].rsplit(" ", 1)[0]
    options = [answer[1], *(f"{begin} {name}" for name in names)]
    if how == "plain" or 'begins with "W: "' in body["messages"][0]["content"]:
        return "\n".join(f"W: {option}" for option in options)
    text = json.dumps({"options": options})
    return f"Here you are:\n```json\n{text}\n```" if how == "fenced" else text


def text_of(message: dict[str, Any]) -> str:
    """Return the text of a message, also of one with parts of text and pictures."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def pictures_of(body: dict[str, Any]) -> list[bytes]:
    """Return the pictures of a request, decoded from their data: addresses."""
    parts = [p for m in body["messages"] if not isinstance(m["content"], str) for p in m["content"]]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    return [base64.b64decode(url.removeprefix("data:image/jpeg;base64,"), validate=True) for url in urls]


def _letter(how: str, prompt: str, pictures: int) -> str:
    """To a multiple-choice question: the option whose place is the number of pictures, counted round."""
    options = re.findall(r"^([A-Z])\. (.+)$", prompt, re.MULTILINE)
    letter, text = options[pictures % len(options)]
    said = {"chatty": f"The answer is {letter}, {text}.", "two_letters": "A or B", "invalid_json": "I have no idea"}
    return said.get(how, letter)


def _answer(question: str, prompt: str) -> str:
    """To a judge's call: what the sentences say, or that it does not know."""
    known = {pair["question"]: pair["answer"] for pair in pairs_of(prompt)}
    return str(known.get(question, "I do not know"))


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes] | None:
    """Path, headers (lower case) and body; None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return first.split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0)))


def _http(
    status: int, body: bytes, extra: dict[str, str] | None = None, kind: str = "application/json; charset=utf-8"
) -> bytes:
    head = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in (extra or {}).items()]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def _error(
    status: int, message: str, code: str | None = None, param: str | None = None, extra: dict[str, str] | None = None
) -> bytes:
    error = {"message": message, "type": "error", "code": code, "param": param}
    return _http(status, json.dumps({"error": error}).encode(), extra)


def _weights(words: Sequence[str]) -> Iterator[tuple[str, float]]:
    for word in words:
        name, _, weight = word.partition("=")
        yield name, float(weight or 1)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="a fake OpenAI-compatible server on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before an answer")
    parser.add_argument("--jitter", type=float, default=0.0, help="share by which the latency varies")
    parser.add_argument("--behave", nargs="+", default=["good"], metavar="NAME[=WEIGHT]", help=", ".join(BEHAVIOURS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-honour", action="store_true", help="bill an Idempotency-Key again and again")
    options = parser.parse_args()
    plan = by_weights(dict(_weights(options.behave)), options.seed)
    with FakeOpenAI(
        plan, latency=options.latency, jitter=options.jitter, honour=not options.no_honour, port=options.port
    ) as fake:
        print(fake.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
