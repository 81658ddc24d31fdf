"""Calls to an OpenAI-compatible server: journaled, retried, rate-limited, counted. No key ever leaves this file."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mmego.errors import InputError, require_extra
from mmego.llm.bodies import ServerError, read_body
from mmego.llm.common_answers import CommonAnswers
from mmego.llm.failure import Failure
from mmego.llm.options import CallOptions, key_of
from mmego.llm.response_cache import Journal
from mmego.llm.responses import Reply, failure_row, reply_of
from mmego.llm.retry import WITHOUT_USE, WITHOUT_USE_CODES, back_off, reason_of, retry_after, stop_line
from mmego.llm.secrets import Scrubber
from mmego.llm.server_parameters import Ask, Dialect, adapted

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_ATTEMPTS = 4
"""Attempts to connect before anything was answered; then the address is taken for wrong, or the server for down."""
CHAT = "/chat/completions"
POOL, MOST_POOLS = 16, 8
"""Connections of one client, about: its pool looks at all of them for every call, so that few pools of a few are faster
than one of many."""


@dataclass(slots=True)
class Tally:
    """What has been called so far. Written by one thread; any thread may read it.

    `calls` were answered by the server in this run and `cached` by the journal; the tokens are those of `calls` (what
    this run costs). `retries` are attempts beyond a call's first; `failures` are counted by reason.
    """

    calls: int = 0
    cached: int = 0
    retries: int = 0
    in_flight: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def fail(self, failure: Failure) -> None:
        """Count one failure."""
        self.failures[failure.reason] += 1


class _BadRequestError(Exception):
    """The server does not take the request as it is (400, 413, 422): `said` is its message."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class _Trouble:
    """An attempt that failed and may be repeated."""

    reason: str
    detail: str
    wait: float | None = None
    lost: bool = False  # no connection, or it broke


class Caller:
    """Asks one model on behalf of one task. Used within one event loop."""

    def __init__(
        self, options: CallOptions, seed: int, journal: Journal, tally: Tally, common: CommonAnswers | None = None
    ) -> None:
        options.check()
        require_extra("openai", "data")
        import openai

        self.options, self.tally = options, tally
        self._journal = journal
        self._common = common
        self._claimed: set[str] = set()
        self._seed = seed
        self._key = key_of(options)
        self._scrubber = Scrubber(self._key)
        self._pools = [
            openai.AsyncOpenAI(
                api_key=self._key or "none", base_url=options.base_url, max_retries=0, timeout=options.timeout
            )
            for _ in range(min(MOST_POOLS, -(-options.concurrency // POOL)))
        ]
        self._clients = itertools.cycle(self._pools)
        self._slots = asyncio.Semaphore(options.concurrency)
        self._running: dict[str, asyncio.Task[Reply]] = {}
        self._not_before = 0.0
        self._answered = self._schema_worked = False
        self._given_up = 0
        server = json.dumps(["dialect", options.base_url, options.model])
        self._dialect_key = hashlib.sha256(server.encode()).hexdigest()
        self._dialect = Dialect(frozenset(journal.get(self._dialect_key) or ()))

    async def close(self) -> None:
        """Close the connections (the journal is its opener's)."""
        await asyncio.gather(*(client.close() for client in self._pools))

    async def ask(self, ask: Ask) -> Reply:
        """The answer, from the journal if it was paid for before. A call that failed is a Reply with `failure`.

        Raises:
            InputError: what no retry mends: wrong key, unknown model, no credit, a server that is not there.
        """
        dialect = self._dialect
        while True:
            body = dialect.body(ask, self.options.model, self.options.temperature, self.options.max_tokens)
            plain = dialect.plain(ask)
            try:
                reply = await self._shared(body, plain, ask.common)
            except _BadRequestError as refused:
                narrower = self._narrower(dialect, ask, refused.said)
                if narrower is None:
                    return self._final(_hash(body), Failure("bad_request", refused.said), plain)
                dialect = narrower
                continue
            if reply.failure is None:
                self._schema_worked |= ask.schema is not None and not plain
                self._remember(dialect)
            return reply

    def _narrower(self, dialect: Dialect, ask: Ask, said: str) -> Dialect | None:
        """What to try after a refusal, if anything."""
        found = adapted(dialect, ask, said)
        if found is None and dialect.sends("schema", ask) and not self._schema_worked:
            # Some servers refuse a response_format without naming it. It is remembered only if the plain form works.
            return dialect.leaving_out("schema")
        return found

    def _remember(self, dialect: Dialect) -> None:
        if not dialect.without <= self._dialect.without:
            self._dialect = self._dialect.leaving_out(*dialect.without)
            self._journal.put(self._dialect_key, sorted(self._dialect.without))

    async def _shared(self, body: dict[str, Any], plain: bool, common: bool) -> Reply:
        """The reply to a request; two equal requests at once are one call, `common` ones of other tasks too."""
        key = _hash(body)
        row = self._journal.get(key)
        if row is not None:
            self.tally.cached += 1
            reply = reply_of(row, plain)
            if reply.failure is not None:
                self.tally.fail(reply.failure)
            return reply
        task = self._running.get(key)
        if task is None:
            pay = self._once_a_run if common and self._common is not None else self._paid
            task = asyncio.ensure_future(pay(key, body, plain))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await task

    async def _once_a_run(self, key: str, body: dict[str, Any], plain: bool) -> Reply:
        """What another task was answered, or will be in a moment; else the answer that this one pays for."""
        assert self._common is not None
        async with self._common.claim(key) as row:
            if row is None:
                self._claimed.add(key)
                return await self._paid(key, body, plain)
        self._journal.put(key, row)
        self.tally.cached += 1
        return reply_of(row, plain)

    async def _paid(self, key: str, body: dict[str, Any], plain: bool) -> Reply:
        """Ask the server until it answers or is given up; the answer is in the journal before it is returned."""
        rng = random.Random(f"{self._seed} {key}")
        async with self._slots:
            for attempt in range(1, self.options.attempts + 1):
                await self._gate(rng)
                self.tally.in_flight += 1
                try:
                    outcome = await self._attempt(key, body)
                finally:
                    self.tally.in_flight -= 1
                if isinstance(outcome, dict):
                    return self._take(key, outcome, plain)
                trouble = outcome
                wait = outcome.wait if outcome.wait is not None else back_off(attempt, rng)
                if attempt >= self._patience(outcome) or wait > self.options.max_wait:
                    break
                self.tally.retries += 1
                if outcome.reason == "rate_limited" and outcome.wait is not None:
                    # The limit is the key's, not the call's: everybody waits.
                    self._not_before = max(self._not_before, time.monotonic() + wait)
                else:
                    await asyncio.sleep(wait)
        return self._give_up(key, trouble, plain)

    def _patience(self, trouble: _Trouble) -> int:
        """How often to try: a server that was never there is missed sooner than one that went away."""
        attempts = self.options.attempts
        return min(attempts, FIRST_ATTEMPTS) if trouble.lost and not self._answered else attempts

    async def _gate(self, rng: random.Random) -> None:
        """Wait until the server takes calls again; not all at the same moment."""
        while (wait := self._not_before - time.monotonic()) > 0:
            await asyncio.sleep(wait * (1 + 0.1 * rng.random()))

    async def _attempt(self, key: str, body: dict[str, Any]) -> dict[str, Any] | _Trouble:
        """One request: the row for the journal, or what went wrong. Raises InputError and _BadRequestError."""
        import openai

        try:
            async with asyncio.timeout(self.options.timeout):
                # The generic call: `chat.completions.create` walks through the messages and builds models of the
                # answer, a third of all the processor time of a call.
                client = next(self._clients)
                kind, headers = openai.HttpxBinaryResponseContent, {"Idempotency-Key": key}
                response = await client.post(CHAT, cast_to=kind, body=body, options={"headers": headers})
                found = read_body(response.content)
        except (TimeoutError, openai.APITimeoutError):
            return _Trouble("timeout", f"no answer within {self.options.timeout:g} s")
        except openai.APIConnectionError as error:
            return self._lost(error.__cause__ or error)
        except (LookupError, TypeError, ValueError):
            # The library decodes an error's body as its header says: "charset=rot13" is no encoding of texts.
            return _Trouble("server_error", "an error in an unknown encoding")
        except openai.APIStatusError as error:
            code = error.code if isinstance(error.code, str) else None  # the library passes on what is no text
            stated = ServerError(error.status_code, str(error.message), code, error.param)
            return self._status_trouble(stated, error.response.headers)
        if isinstance(found, ServerError):
            return self._status_trouble(found, response.response.headers, "200 with error " if found.stated else "")
        return {name: self._scrubber.text(value) if isinstance(value, str) else value for name, value in found.items()}

    def _lost(self, error: BaseException) -> _Trouble:
        """No connection, a broken one, or bytes that are not in the encoding that their header names."""
        packed = type(error).__name__ == "DecodingError"
        what = "an answer that cannot be unpacked" if packed else "no connection"
        return _Trouble("server_error", self._scrubber.line(f"{what}: {error}"), lost=not packed)

    def _status_trouble(self, error: ServerError, headers: Mapping[str, str], where: str = "") -> _Trouble:
        """What a status of 400 and above means, also one that a gateway put into a body with status 200.

        Raises InputError for what no retry mends, and _BadRequestError.
        """
        if error.status in WITHOUT_USE or error.code in WITHOUT_USE_CODES:
            raise InputError(stop_line(self.options, self._key is not None, error.status, error.code)) from None
        reason = reason_of(error.status)
        if reason is None:
            raise _BadRequestError(self._scrubber.line(f"{error.said} {error.param or ''}")) from None
        said = self._scrubber.line(f"{where}{error.status}: {error.said}" if error.stated else error.said)
        return _Trouble(reason, said, retry_after(headers))

    def _take(self, key: str, row: dict[str, Any], plain: bool) -> Reply:
        if self._common is not None and key in self._claimed:
            # First: killed between the two, this task finds it there, and no other pays again.
            self._common.put(key, row)
        self._journal.put(key, row)
        self._answered, self._given_up = True, 0
        self.tally.calls += 1
        self.tally.prompt_tokens += row["tokens"][0]
        self.tally.completion_tokens += row["tokens"][1]
        return reply_of(row, plain)

    def _give_up(self, key: str, trouble: _Trouble, plain: bool) -> Reply:
        """A call that passed all its attempts. Raises InputError if the server seems to be gone altogether."""
        self._given_up += 1
        if trouble.lost and not self._answered:
            raise InputError(f"cannot reach {self.options.base_url} ({trouble.detail}); is the server running?")
        if self.options.stop_after and self._given_up >= self.options.stop_after:
            raise InputError(
                f"{self._given_up} calls in a row were given up, the last for {trouble.reason} ({trouble.detail}); "
                "start again to go on when the server answers"
            )
        failure = Failure(trouble.reason, trouble.detail)
        if self.options.accept_failures:
            return self._final(key, failure, plain)
        self.tally.fail(failure)
        return Reply(failure=failure, plain=plain)

    def _final(self, key: str, failure: Failure, plain: bool) -> Reply:
        """A failure that is not asked again."""
        self._journal.put(key, failure_row(failure))
        self.tally.fail(failure)
        return Reply(failure=failure, plain=plain)


def _hash(body: dict[str, Any]) -> str:
    """What tells one request from another: model, messages, parameters and seed, however they are ordered."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
