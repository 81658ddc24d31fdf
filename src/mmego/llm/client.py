"""Calls to an OpenAI-compatible server, with journal, retries, rate limits and counts. No key ever leaves this file."""

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
from mmego.llm.failure import Failure
from mmego.llm.options import CallOptions, read_key
from mmego.llm.redaction import Redactor
from mmego.llm.reply import Reply, failure_row, reply_from_row
from mmego.llm.response_body import ServerError, read_body
from mmego.llm.response_cache import Journal
from mmego.llm.retry import FATAL_CODES, FATAL_STATUSES, backoff_seconds, fatal_message, retry_after, retry_reason
from mmego.llm.server_parameters import ChatRequest, Dialect, adapt_dialect
from mmego.llm.shared_answers import SharedAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_ATTEMPTS = 4
"""Attempts to connect before the first answer. After them the address counts as wrong, or the server as down."""
CHAT = "/chat/completions"
POOL, MOST_POOLS = 16, 8
"""Connections of one client, and most clients. A client looks at all its connections for every call, so several small
pools are faster than one large pool."""


@dataclass(slots=True)
class Tally:
    """Counts of the calls so far. One thread writes it; any thread may read it.

    `calls` were answered by the server in this run and `cached` by the journal. The tokens are those of `calls`: what
    this run costs. `retries` are attempts after the first of a call. `failures` are counted by reason.
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
    """The server refuses the request in this form (400, 413, 422); `message` is the server's."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class _FailedAttempt:
    """An attempt that failed and may be repeated. `lost`: there was no connection, or it broke."""

    reason: str
    detail: str
    wait: float | None = None
    lost: bool = False


class Caller:
    """A client that asks one model for one task. Use it within one event loop."""

    def __init__(
        self,
        options: CallOptions,
        seed: int,
        journal: Journal,
        tally: Tally,
        shared_answers: SharedAnswers | None = None,
    ) -> None:
        options.check()
        require_extra("openai", "data")
        import openai

        self.options, self.tally = options, tally
        self._journal = journal
        self._shared_answers = shared_answers
        self._claimed: set[str] = set()
        self._seed = seed
        self._key = read_key(options)
        self._redactor = Redactor(self._key)
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
        """Close the connections, not the journal."""
        await asyncio.gather(*(client.close() for client in self._pools))

    async def ask(self, request: ChatRequest) -> Reply:
        """Return the answer, from the journal if it is there. A call that failed is a Reply with `failure`.

        Raises:
            InputError: an error that a retry cannot fix: wrong key, unknown model, no credit, no server.
        """
        dialect = self._dialect
        while True:
            body = dialect.body(request, self.options.model, self.options.temperature, self.options.max_tokens)
            plain = dialect.plain(request)
            try:
                reply = await self._reply_to(body, plain, request.shared)
            except _BadRequestError as refused:
                narrower = self._narrower(dialect, request, refused.message)
                if narrower is None:
                    return self._final(_hash(body), Failure("bad_request", refused.message), plain)
                dialect = narrower
                continue
            if reply.failure is None:
                self._schema_worked |= request.schema is not None and not plain
                self._remember(dialect)
            return reply

    def _narrower(self, dialect: Dialect, request: ChatRequest, message: str) -> Dialect | None:
        """Return what to try after a refusal, or None."""
        found = adapt_dialect(dialect, request, message)
        if found is None and dialect.sends("schema", request) and not self._schema_worked:
            # Some servers refuse a response_format without naming it. This is remembered only if the plain form works.
            return dialect.leaving_out("schema")
        return found

    def _remember(self, dialect: Dialect) -> None:
        if not dialect.without <= self._dialect.without:
            self._dialect = self._dialect.leaving_out(*dialect.without)
            self._journal.put(self._dialect_key, sorted(self._dialect.without))

    async def _reply_to(self, body: dict[str, Any], plain: bool, shared: bool) -> Reply:
        """Return the reply to a request. Equal requests at the same time are one call, across tasks if `shared`."""
        key = _hash(body)
        row = self._journal.get(key)
        if row is not None:
            self.tally.cached += 1
            reply = reply_from_row(row, plain)
            if reply.failure is not None:
                self.tally.fail(reply.failure)
            return reply
        task = self._running.get(key)
        if task is None:
            pay = self._once_a_run if shared and self._shared_answers is not None else self._paid
            task = asyncio.ensure_future(pay(key, body, plain))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await task

    async def _once_a_run(self, key: str, body: dict[str, Any], plain: bool) -> Reply:
        """Return the answer that another task has or soon gets; else ask the server."""
        assert self._shared_answers is not None
        async with self._shared_answers.claim(key) as row:
            if row is None:
                self._claimed.add(key)
                return await self._paid(key, body, plain)
        self._journal.put(key, row)
        self.tally.cached += 1
        return reply_from_row(row, plain)

    async def _paid(self, key: str, body: dict[str, Any], plain: bool) -> Reply:
        """Ask the server until it answers or the call is given up. An answer goes to the journal first."""
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
                failed = outcome
                wait = outcome.wait if outcome.wait is not None else backoff_seconds(attempt, rng)
                if attempt >= self._most_attempts(outcome) or wait > self.options.max_wait:
                    break
                self.tally.retries += 1
                if outcome.reason == "rate_limited" and outcome.wait is not None:
                    # The limit is the key's, not the call's: all calls wait.
                    self._not_before = max(self._not_before, time.monotonic() + wait)
                else:
                    await asyncio.sleep(wait)
        return self._give_up(key, failed, plain)

    def _most_attempts(self, failed: _FailedAttempt) -> int:
        """Return how often to try: fewer times where the server never answered."""
        attempts = self.options.attempts
        return min(attempts, FIRST_ATTEMPTS) if failed.lost and not self._answered else attempts

    async def _gate(self, rng: random.Random) -> None:
        """Wait until the server takes calls again. Calls do not all start at the same moment."""
        while (wait := self._not_before - time.monotonic()) > 0:
            await asyncio.sleep(wait * (1 + 0.1 * rng.random()))

    async def _attempt(self, key: str, body: dict[str, Any]) -> dict[str, Any] | _FailedAttempt:
        """Send one request. Return the row for the journal, or what failed. Raises InputError and _BadRequestError."""
        import openai

        try:
            async with asyncio.timeout(self.options.timeout):
                # The generic call. `chat.completions.create` checks the messages and builds models of the answer: a
                # third of the processor time of a call.
                client = next(self._clients)
                kind, headers = openai.HttpxBinaryResponseContent, {"Idempotency-Key": key}
                response = await client.post(CHAT, cast_to=kind, body=body, options={"headers": headers})
                found = read_body(response.content)
        except (TimeoutError, openai.APITimeoutError):
            return _FailedAttempt("timeout", f"no answer within {self.options.timeout:g} s")
        except openai.APIConnectionError as error:
            return self._lost(error.__cause__ or error)
        except (LookupError, TypeError, ValueError):
            # The library decodes an error's body as the header says. "charset=rot13" is not a text encoding.
            return _FailedAttempt("server_error", "an error in an unknown encoding")
        except openai.APIStatusError as error:
            code = error.code if isinstance(error.code, str) else None  # The library may return other types.
            stated = ServerError(error.status_code, str(error.message), code, error.param)
            return self._refused(stated, error.response.headers)
        if isinstance(found, ServerError):
            return self._refused(found, response.response.headers, "200 with error " if found.stated else "")
        return {name: self._redactor.text(value) if isinstance(value, str) else value for name, value in found.items()}

    def _lost(self, error: BaseException) -> _FailedAttempt:
        """Return the failed attempt for a missing or broken connection, or for bytes in a wrong encoding."""
        packed = type(error).__name__ == "DecodingError"
        what = "an answer that cannot be unpacked" if packed else "no connection"
        return _FailedAttempt("server_error", self._redactor.line(f"{what}: {error}"), lost=not packed)

    def _refused(self, error: ServerError, headers: Mapping[str, str], where: str = "") -> _FailedAttempt:
        """Return the failed attempt for a status of 400 and above, also one in a body with status 200 (a gateway's).

        Raises InputError for what a retry cannot fix, and _BadRequestError.
        """
        if error.status in FATAL_STATUSES or error.code in FATAL_CODES:
            raise InputError(fatal_message(self.options, self._key is not None, error.status, error.code)) from None
        reason = retry_reason(error.status)
        if reason is None:
            raise _BadRequestError(self._redactor.line(f"{error.message} {error.param or ''}")) from None
        detail = self._redactor.line(f"{where}{error.status}: {error.message}" if error.stated else error.message)
        return _FailedAttempt(reason, detail, retry_after(headers))

    def _take(self, key: str, row: dict[str, Any], plain: bool) -> Reply:
        if self._shared_answers is not None and key in self._claimed:
            # This one first: if the process is killed between the two, the answer is there for this task and others.
            self._shared_answers.put(key, row)
        self._journal.put(key, row)
        self._answered, self._given_up = True, 0
        self.tally.calls += 1
        self.tally.prompt_tokens += row["tokens"][0]
        self.tally.completion_tokens += row["tokens"][1]
        return reply_from_row(row, plain)

    def _give_up(self, key: str, failed: _FailedAttempt, plain: bool) -> Reply:
        """Return the failure of a call after its last attempt. Raises InputError if the server seems to be gone."""
        self._given_up += 1
        if failed.lost and not self._answered:
            raise InputError(f"cannot reach {self.options.base_url} ({failed.detail}); is the server running?")
        if self.options.stop_after and self._given_up >= self.options.stop_after:
            raise InputError(
                f"{self._given_up} calls in a row were given up, the last for {failed.reason} ({failed.detail}); "
                "start again to go on when the server answers"
            )
        failure = Failure(failed.reason, failed.detail)
        if self.options.accept_failures:
            return self._final(key, failure, plain)
        self.tally.fail(failure)
        return Reply(failure=failure, plain=plain)

    def _final(self, key: str, failure: Failure, plain: bool) -> Reply:
        """Record a failure for good: the call is not asked again."""
        self._journal.put(key, failure_row(failure))
        self.tally.fail(failure)
        return Reply(failure=failure, plain=plain)


def _hash(body: dict[str, Any]) -> str:
    """Return the hash of a request: of model, messages, parameters and seed, in any order."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
