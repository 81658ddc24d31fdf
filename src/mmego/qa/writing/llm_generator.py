"""Questions by a language model behind any OpenAI-compatible server.

This follows the "Narration to Egocentric QA" data engine of arXiv 2410.07177 with our own prompts
(docs/how-to/use-a-language-model.md).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mmego.errors import InputError
from mmego.llm.client import Caller, Tally
from mmego.llm.concurrency import map_concurrently
from mmego.llm.failure import Failure
from mmego.llm.options import CallOptions
from mmego.llm.prompts import Message, read_prompt
from mmego.llm.reply import Reply
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import ChatRequest
from mmego.narrations.clean import to_spans
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.writing.pairs import KINDS, PAIRS_SCHEMA, Pair, check_pairs, parse_pairs
from mmego.qa.writing.windows import Window, cut_windows, number_sentences
from mmego.records import QA, NarratedClip, Source, Span, Turn

ASK, ASK_PLAIN = "ask@1", "ask_plain@1"
OVERVIEW, OVERVIEW_PLAIN = "overview@1", "overview_plain@1"
REPAIR, REPAIR_PLAIN = "repair@1", "repair_plain@1"


@dataclass(frozen=True)
class GeneratorOptions(CallOptions):
    """Which language model writes questions, and how many sentences it sees at once."""

    window: int = 80
    """Sentences in one call. A clip with more is cut into windows."""
    overlap: int = 20
    """Sentences that a window shares with the one before."""
    overview: int = 120
    """Sentences in the extra call about moments minutes apart, for a clip of several windows. 0: no extra call."""

    def check(self) -> None:
        """Raise InputError for a value that is not allowed."""
        super().check()
        if self.window < 2 or not 0 <= self.overlap < self.window:
            raise InputError(f"window must be 2 or more and overlap less than it, got {self.window} and {self.overlap}")
        if self.overview < 0:
            raise InputError(f"overview must be 0 or more sentences, got {self.overview}")


@dataclass(frozen=True, slots=True)
class _Written:
    """The result of one window: pairs that cite shown sentences, failures, and the replies of all its calls."""

    pairs: tuple[Pair, ...]
    failures: tuple[Failure, ...]
    replies: tuple[Reply, ...]


class LlmGenerator:
    """A `qa.data.clip_qa.Generator`. `tally` counts all calls of `write`."""

    def __init__(self, options: GeneratorOptions, seed: int = 0) -> None:
        options.check()
        self.options, self.seed = options, seed
        self.tally = Tally()

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        """Yield each clip exactly once, as it is finished (`qa.data.clip_qa.Generator`)."""
        with Journal(journal) as book:
            caller = Caller(self.options, self.seed, book, self.tally)
            yield from map_concurrently(
                clips, lambda clip: self._clip(caller, clip), self.options.concurrency, caller.close
            )

    async def _clip(self, caller: Caller, clip: NarratedClip) -> ClipQA:
        windows = cut_windows(clip, self.options.window, self.options.overlap, self.options.overview)
        written = await asyncio.gather(*(self._window(caller, clip, number, w) for number, w in enumerate(windows)))
        return self._joined(clip, written)

    async def _window(self, caller: Caller, clip: NarratedClip, number: int, window: Window) -> _Written:
        """Ask about one window. Ask once more if the answer cannot be read."""
        request = self._request(clip, number, window)
        shown = {index + 1 for index in window.indices}
        reply = await caller.ask(request)
        pairs, failures, readable = _read(reply, shown)
        if readable:
            return self._counted(pairs, failures, (reply,))
        again = await caller.ask(_repair(request, reply))
        pairs, failures, readable = _read(again, shown)
        if not readable:
            no_answer = again.no_answer() if again.thought else None
            seen = " ".join(again.text.split())[:120] or "an empty answer"
            failures = [*failures, no_answer or Failure("invalid_json", seen)]
        return self._counted(pairs, failures, (reply, again))

    def _counted(self, pairs: list[Pair], failures: list[Failure], replies: tuple[Reply, ...]) -> _Written:
        for failure in failures:
            if failure not in [reply.failure for reply in replies]:  # The caller has counted those.
                self.tally.fail(failure)
        return _Written(tuple(pairs), tuple(failures), replies)

    def _request(self, clip: NarratedClip, number: int, window: Window) -> ChatRequest:
        """Return the request of one window, in both forms, with its own seed."""
        fields = {"kinds": ", ".join(KINDS), "sentences": number_sentences(clip, window.indices)}
        digest = hashlib.sha256(f"{self.seed} {clip.id} {number}".encode()).digest()
        names = (OVERVIEW, OVERVIEW_PLAIN) if window.kind == "overview" else (ASK, ASK_PLAIN)
        both = [_messages(name, clip, window, fields) for name in names]
        return ChatRequest(both[0], int.from_bytes(digest[:4]) >> 1, both[1], PAIRS_SCHEMA)

    def _joined(self, clip: NarratedClip, written: list[_Written]) -> ClipQA:
        """Return one conversation with the pairs of all windows, in the order in which they were asked."""
        spans = narration_spans(clip)
        turns = tuple(_turn(pair, spans) for part in written for pair in part.pairs)
        failures = tuple(failure for part in written for failure in part.failures)
        replies = [reply for part in written for reply in part.replies]
        source = Source(
            clip.dataset,
            "llm",
            self.options.model,
            self.seed,
            ASK_PLAIN if any(reply.plain for reply in replies) else ASK,
            sum(reply.prompt_tokens for reply in replies),
            sum(reply.completion_tokens for reply in replies),
            clip.split,
        )
        return ClipQA(clip, QA(clip.id, clip.video, clip.clip, turns, source), failures)


def narration_spans(clip: NarratedClip) -> list[Span]:
    """Return the span of each narration of a clip (`to_spans`), cut to the clip."""
    low, high = clip.clip.start, clip.clip.end
    spans = to_spans(clip.narrations, high)
    return [Span(min(max(s.start, low), high), min(max(s.end, low), high)) for s in spans]


def _messages(name: str, clip: NarratedClip, window: Window, fields: dict[str, str]) -> list[Message]:
    """Return the messages of one window by the prompt `name`."""
    prompt = read_prompt(name)
    if window.kind == "overview":
        return prompt.messages(**fields, topics=", ".join(window.topics))
    first, last = window.indices[0] + 1, window.indices[-1] + 1
    scope = prompt.section(window.kind, first=first, last=last, total=len(clip.narrations))
    return prompt.messages(**fields, scope=scope)


def _repair(request: ChatRequest, reply: Reply) -> ChatRequest:
    """Return the same request with the unreadable answer and the instruction to keep the form."""
    previous = [{"role": "assistant", "content": reply.text}] if reply.text.strip() else []
    plain = [*(request.plain_messages or request.messages), *previous, *read_prompt(REPAIR_PLAIN).messages()]
    return replace(
        request, messages=[*request.messages, *previous, *read_prompt(REPAIR).messages()], plain_messages=plain
    )


def _read(reply: Reply, shown: set[int]) -> tuple[list[Pair], list[Failure], bool]:
    """Return the pairs and failures of a reply, and whether it could be read (a failed call needs no repair)."""
    if reply.failure is not None:
        return [], [reply.failure], True
    cut_off = reply.finish_reason == "length"
    parsed = parse_pairs(reply.text, cut_off)
    pairs, failures = check_pairs(parsed.pairs, shown)
    if parsed.broken:
        failures.append(Failure("invalid_json", f"{parsed.broken} pairs without a question or an answer"))
    if cut_off:
        # Readable or not: a second answer would be cut off by the same limit.
        return pairs, [*failures, Failure("truncated", f"{len(pairs)} complete pairs kept")], True
    if not parsed.pairs and (parsed.refused or reply.refusal or reply.finish_reason == "content_filter"):
        refusal = " ".join((reply.refusal or reply.text or reply.finish_reason).split())
        return [], [*failures, Failure("refused", refusal[:120])], True
    return pairs, failures, parsed.readable


def _turn(pair: Pair, spans: list[Span]) -> Turn:
    """Return a turn from a checked pair, with its sentences in time order."""
    indices = tuple(sorted(number - 1 for number in pair.sentences))
    return Turn(pair.question, pair.answer, tuple(spans[i] for i in indices), indices, pair.kind)
