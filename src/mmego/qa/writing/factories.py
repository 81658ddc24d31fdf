"""How a worker process makes its generator and its judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mmego.qa.data.clip_qa import ClipQA, Generator
from mmego.qa.writing.rules_generator import TURNS, RulesGenerator

if TYPE_CHECKING:
    from mmego.qa.writing.judge import JudgeOptions
    from mmego.qa.writing.llm_generator import GeneratorOptions


class Writing(Protocol):
    """Makes a worker's generator. It is a small value that is written to files with the run, so it has no secret."""

    def __call__(self) -> Generator: ...


class Judging(Protocol):
    """Judges what a worker has written. `journal` is a file for this task only, as in `Generator.write`."""

    def __call__(self, samples: Iterable[ClipQA], journal: Path) -> Iterator[ClipQA]: ...


@dataclass(frozen=True)
class WriteByRules:
    """Makes a generator that writes questions by rules, without a language model (a `Writing`)."""

    seed: int
    turns: int = TURNS

    def __call__(self) -> Generator:
        """Return the generator."""
        return RulesGenerator(self.seed, self.turns)


@dataclass(frozen=True)
class WriteByModel:
    """Makes a generator that asks a language model (a `Writing`). It reads the key from the worker's environment."""

    options: GeneratorOptions
    seed: int

    def __call__(self) -> Generator:
        """Return the generator. Raises InputError if it cannot work (no key, no endpoint)."""
        from mmego.qa.writing.llm_generator import LlmGenerator

        generator: Generator = LlmGenerator(self.options, self.seed)
        return generator


@dataclass(frozen=True)
class JudgeByModel:
    """Judges what was written with a second language model (a `Judging`)."""

    options: JudgeOptions
    seed: int

    def __call__(self, samples: Iterable[ClipQA], journal: Path) -> Iterator[ClipQA]:
        """Yield the samples with their verdicts."""
        from mmego.qa.writing.judge import Judge

        judged: Iterator[ClipQA] = Judge(self.options, self.seed).judge(samples, journal)
        return judged
