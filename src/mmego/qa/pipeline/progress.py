"""Progress of a run over all its workers. Each worker writes its counters into the folder."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tqdm import tqdm

from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.data.folder import DatasetFolder, Plan

POLL_SECONDS = 0.5
LINE_SECONDS = 60.0
"""Seconds between two lines where there is no terminal for a bar."""


@dataclass(slots=True)
class Counts:
    """What a task has written so far. Tokens are those of its samples, also from an earlier start.

    The judge's tokens are counted separately: its model may have another price.
    """

    clips: int = 0
    turns: int = 0
    failures: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    judge_prompt_tokens: int = 0
    judge_completion_tokens: int = 0

    def add(self, sample: ClipQA) -> None:
        """Count one written clip."""
        self.clips += 1
        self.turns += len(sample.qa.turns)
        self.failures += len(sample.failures)
        self.prompt_tokens += sample.qa.source.prompt_tokens
        self.completion_tokens += sample.qa.source.completion_tokens
        self.judge_prompt_tokens += sample.judge_tokens[0]
        self.judge_completion_tokens += sample.judge_tokens[1]

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.clips + other.clips,
            self.turns + other.turns,
            self.failures + other.failures,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.judge_prompt_tokens + other.judge_prompt_tokens,
            self.judge_completion_tokens + other.judge_completion_tokens,
        )


@dataclass(frozen=True)
class Prices:
    """Dollars per million tokens of prompts and answers. Without prices for the judge, they are the same."""

    prompt: float = 0.0
    completion: float = 0.0
    judge_prompt: float | None = None
    judge_completion: float | None = None

    @property
    def given(self) -> bool:
        """True if any price is known."""
        return any((self.prompt, self.completion, self.judge_prompt, self.judge_completion))

    def cost(self, counts: Counts) -> float:
        """Return the dollars for some counts."""
        judge_prompt = self.prompt if self.judge_prompt is None else self.judge_prompt
        judge_completion = self.completion if self.judge_completion is None else self.judge_completion
        written = counts.prompt_tokens * self.prompt + counts.completion_tokens * self.completion
        judged = counts.judge_prompt_tokens * judge_prompt + counts.judge_completion_tokens * judge_completion
        return (written + judged) / 1e6


def describe_counts(counts: Counts, prices: Prices) -> str:
    """Return "1,234 questions, 5 failed calls, 0.12 M tokens, $0.53", without parts that are 0 or unknown."""
    parts = [f"{counts.turns:,} questions"]
    if counts.failures:
        parts.append(f"{counts.failures:,} failed calls")
    tokens = counts.prompt_tokens + counts.completion_tokens
    tokens += counts.judge_prompt_tokens + counts.judge_completion_tokens
    if tokens:
        parts.append(f"{tokens / 1e6:.2f} M tokens")
    if tokens and prices.given:
        parts.append(f"${prices.cost(counts):.2f}")
    return ", ".join(parts)


class Progress:
    """A progress bar over the clips of all tasks (lines if there is no terminal).

    A background thread reads the tasks' counters.
    """

    def __init__(self, folder: DatasetFolder, plan: Plan, prices: Prices) -> None:
        self.folder, self.plan, self.prices = folder, plan, prices
        self.finished: dict[int, Counts] = {}
        self.over = threading.Event()
        self.begun, self.before = time.monotonic(), self.total().clips
        # The present stream: while a task runs in this process, stderr goes to the logs.
        self.terminal = sys.stderr.isatty()
        self.stream = sys.stderr
        self.bar = tqdm(
            total=plan.clips,
            initial=self.before,
            unit=" clips",
            desc="write",
            file=self.stream,
            disable=not self.terminal,
            dynamic_ncols=True,
        )
        self.thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.thread.join()
        self._show()
        self.bar.close()

    def total(self) -> Counts:
        """Return what all tasks have written. Finished tasks are read once."""
        running: list[Counts] = []
        for task, clips in enumerate(self.plan.tasks):
            if task in self.finished:
                continue
            finished = self.folder.written(task).exists()
            counts = self._read(task)
            if finished:
                counts.clips = clips
                self.finished[task] = counts
            else:
                running.append(counts)
        return _sum([*self.finished.values(), *running])

    def _read(self, task: int) -> Counts:
        try:
            return Counts(**json.loads(self.folder.counter(task).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Counts()

    def _poll(self) -> None:
        waited = 0.0
        while not self.over.wait(POLL_SECONDS):
            waited += POLL_SECONDS
            if self.terminal:
                self._show()
            elif waited >= LINE_SECONDS:
                waited = 0.0
                print(self.line(time.monotonic() - self.begun), file=self.stream, flush=True)

    def line(self, seconds: float) -> str:
        """Return the line that replaces the bar, `seconds` after this run began: clips, rate, time left, counts."""
        counts, whole = self.total(), self.plan.clips
        parts = [f"write: {counts.clips:,} of {whole:,} clips", describe_counts(counts, self.prices)]
        done = counts.clips - self.before  # Clips of an earlier run do not count for the rate.
        if done > 0 and seconds > 0:
            rate = done / seconds
            shown = f"{rate:.1f} clips/s" if rate >= 1 else f"{60 * rate:.1f} clips/min"
            left = tqdm.format_interval((whole - counts.clips) / rate)
            parts[1:1] = [shown, f"{left} left"]
        return ", ".join(parts)

    def _show(self) -> None:
        counts = self.total()
        self.bar.set_postfix_str(describe_counts(counts, self.prices), refresh=False)
        # A task that is started again counts from 0.
        self.bar.update(counts.clips - self.bar.n)
        self.bar.refresh()


def _sum(parts: Iterable[Counts]) -> Counts:
    total = Counts()
    for part in parts:
        total = total + part
    return total
