"""Questions written by a language model behind any OpenAI-compatible server.

After the "Narration to Egocentric QA" data engine of arXiv 2410.07177; the prompts are our own (docs/llm.md).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mmego.errors import InputError
from mmego.llm.client import Caller, Tally
from mmego.llm.concurrency import in_flight
from mmego.llm.failure import Failure
from mmego.llm.options import CallOptions
from mmego.llm.prompts import Message, read_prompt
from mmego.llm.response_cache import Journal
from mmego.llm.responses import Reply
from mmego.llm.server_parameters import Ask
from mmego.narrations.clean import to_spans
from mmego.qa.data.clip import ClipQA
from mmego.qa.writing.parse import KINDS, PAIRS_SCHEMA, Pair, checked, parse_pairs
from mmego.qa.writing.windows import Window, cut_windows, numbered
from mmego.records import QA, NarratedClip, Source, Span, Turn

ASK, ASK_PLAIN = "ask@1", "ask_plain@1"
OVERVIEW, OVERVIEW_PLAIN = "overview@1", "overview_plain@1"
REPAIR, REPAIR_PLAIN = "repair@1", "repair_plain@1"


@dataclass(frozen=True)
class LlmOptions(CallOptions):
    """How a language model writes questions: which one, and how much it is shown at once."""

    window: int = 80
    """Sentences a call is shown; a clip with more is cut into windows."""
    overlap: int = 20
    """Sentences that a window shares with the one before."""
    overview: int = 120
    """Sentences in the extra call that joins moments minutes apart in a clip of several windows. 0: no such call."""

    def check(self) -> None:
        """Raise InputError for a value that is not allowed."""
        super().check()
        if self.window < 2 or not 0 <= self.overlap < self.window:
            raise InputError(f"window must be 2 or more and overlap less than it, got {self.window} and {self.overlap}")
        if self.overview < 0:
            raise InputError(f"overview must be 0 or more sentences, got {self.overview}")


@dataclass(frozen=True, slots=True)
class _Written:
    """What one window gave: pairs whose sentences were shown, what went wrong, and the replies it took."""

    pairs: tuple[Pair, ...]
    failures: tuple[Failure, ...]
    replies: tuple[Reply, ...]


class LlmGenerator:
    """Implements `qa.data.clip.Generator`. `tally` counts over all calls of `write`."""

    def __init__(self, options: LlmOptions, seed: int = 0) -> None:
        options.check()
        self.options, self.seed = options, seed
        self.tally = Tally()

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        """Each clip exactly once, as it is finished (`qa.data.clip.Generator`)."""
        with Journal(journal) as book:
            caller = Caller(self.options, self.seed, book, self.tally)
            yield from in_flight(clips, lambda clip: self._clip(caller, clip), self.options.concurrency, caller.close)

    async def _clip(self, caller: Caller, clip: NarratedClip) -> ClipQA:
        windows = cut_windows(clip, self.options.window, self.options.overlap, self.options.overview)
        written = await asyncio.gather(*(self._window(caller, clip, number, w) for number, w in enumerate(windows)))
        return self._joined(clip, written)

    async def _window(self, caller: Caller, clip: NarratedClip, number: int, window: Window) -> _Written:
        """Ask about one window; ask once more if the answer cannot be read."""
        ask = self._ask_of(clip, number, window)
        shown = {index + 1 for index in window.indices}
        reply = await caller.ask(ask)
        pairs, failures, readable = _read(reply, shown)
        if readable:
            return self._counted(pairs, failures, (reply,))
        again = await caller.ask(_repair(ask, reply))
        pairs, failures, readable = _read(again, shown)
        if not readable:
            nothing = again.fault() if again.thought else None
            seen = " ".join(again.text.split())[:120] or "an empty answer"
            failures = [*failures, nothing or Failure("invalid_json", seen)]
        return self._counted(pairs, failures, (reply, again))

    def _counted(self, pairs: list[Pair], failures: list[Failure], replies: tuple[Reply, ...]) -> _Written:
        for failure in failures:
            if failure not in [reply.failure for reply in replies]:  # those the caller has counted
                self.tally.fail(failure)
        return _Written(tuple(pairs), tuple(failures), replies)

    def _ask_of(self, clip: NarratedClip, number: int, window: Window) -> Ask:
        """The request of one window, in both forms, with a seed of its own."""
        fields = {"kinds": ", ".join(KINDS), "sentences": numbered(clip, window.indices)}
        digest = hashlib.sha256(f"{self.seed} {clip.id} {number}".encode()).digest()
        names = (OVERVIEW, OVERVIEW_PLAIN) if window.kind == "overview" else (ASK, ASK_PLAIN)
        both = [_messages(name, clip, window, fields) for name in names]
        return Ask(both[0], int.from_bytes(digest[:4]) >> 1, both[1], PAIRS_SCHEMA)

    def _joined(self, clip: NarratedClip, written: list[_Written]) -> ClipQA:
        """One conversation of all windows' pairs, in the order in which they are asked."""
        spans = key_spans(clip)
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


def key_spans(clip: NarratedClip) -> list[Span]:
    """The stretch that shows each narration of a clip (`to_spans`), cut to the clip."""
    low, high = clip.clip.start, clip.clip.end
    spans = to_spans(clip.narrations, high)
    return [Span(min(max(s.start, low), high), min(max(s.end, low), high)) for s in spans]


def _messages(name: str, clip: NarratedClip, window: Window, fields: dict[str, str]) -> list[Message]:
    """The messages of one window by the prompt `name`."""
    prompt = read_prompt(name)
    if window.kind == "overview":
        return prompt.messages(**fields, topics=", ".join(window.topics))
    first, last = window.indices[0] + 1, window.indices[-1] + 1
    scope = prompt.section(window.kind, first=first, last=last, total=len(clip.narrations))
    return prompt.messages(**fields, scope=scope)


def _repair(ask: Ask, reply: Reply) -> Ask:
    """The same request with the answer that could not be read and a plea for the form."""
    said = [{"role": "assistant", "content": reply.text}] if reply.text.strip() else []
    plain = [*(ask.plain_messages or ask.messages), *said, *read_prompt(REPAIR_PLAIN).messages()]
    return replace(ask, messages=[*ask.messages, *said, *read_prompt(REPAIR).messages()], plain_messages=plain)


def _read(reply: Reply, shown: set[int]) -> tuple[list[Pair], list[Failure], bool]:
    """Pairs and failures of a reply, and whether it could be read (a failed call needs no repair)."""
    if reply.failure is not None:
        return [], [reply.failure], True
    cut_off = reply.finish_reason == "length"
    parsed = parse_pairs(reply.text, cut_off)
    pairs, failures = checked(parsed.pairs, shown)
    if parsed.broken:
        failures.append(Failure("invalid_json", f"{parsed.broken} pairs without a question or an answer"))
    if cut_off:
        # To be read or not: asking again with the same limit would be cut off again.
        return pairs, [*failures, Failure("truncated", f"{len(pairs)} complete pairs kept")], True
    if not parsed.pairs and (parsed.refused or reply.refusal or reply.finish_reason == "content_filter"):
        said = " ".join((reply.refusal or reply.text or reply.finish_reason).split())
        return [], [*failures, Failure("refused", said[:120])], True
    return pairs, failures, parsed.readable


def _turn(pair: Pair, spans: list[Span]) -> Turn:
    """A turn from a checked pair; the sentences in time order."""
    indices = tuple(sorted(number - 1 for number in pair.sentences))
    return Turn(pair.question, pair.answer, tuple(spans[i] for i in indices), indices, pair.kind)
