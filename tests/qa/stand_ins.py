"""Stand-ins for modules that are written elsewhere at the same time; one that exists is left alone."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.ego4d import read_ego4d
from mmego.qa.sample import ClipQA
from mmego.records import QA, Narration, VideoMeta


@dataclass(frozen=True)
class Source:
    folder: Path
    dataset: str = "mmego-sim"

    def read(self, drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        return read_ego4d(self.folder / "narrations.json", self.folder / "ego4d.json", drops)


def open_source(
    paths: Sequence[Path], format: str = "auto", videos: Any = None, dataset: Any = None, trust_pickle: bool = False
) -> Source:
    if not (Path(paths[0]) / "narrations.json").exists():
        raise InputError(f"no such file: {paths[0]}")
    return Source(Path(paths[0]))


def choose(videos: Any, drops: Drops, split: str | None = None, exclude: frozenset[str] = frozenset()) -> Any:
    for meta, told in videos:
        if (split is not None and meta.split != split) or meta.video in exclude:
            drops.add("not chosen", meta.video)
            continue
        yield meta, told


@dataclass(frozen=True)
class CallOptions:
    model: str = ""
    base_url: str = "http://localhost/v1"

    def check(self) -> None:
        if not self.model:
            raise InputError("a model must be named")

    def shape(self) -> dict[str, Any]:
        return {"model": self.model, "base_url": self.base_url}


@dataclass(frozen=True)
class LlmOptions(CallOptions):
    pass


@dataclass(frozen=True)
class JudgeOptions(CallOptions):
    pass


@dataclass(frozen=True)
class FilterOptions:
    max_answer_words: int = 40


@dataclass(frozen=True)
class Fault:
    filter: str
    reason: str


def check_names(names: Sequence[str], allowed: Sequence[str]) -> None:
    for name in names:
        if name not in allowed:
            raise InputError(f"no filter {name!r}; there are {', '.join(allowed)}")


def filter_sample(
    sample: ClipQA,
    names: Sequence[str],
    options: FilterOptions,
    drops: Drops,
    dropped: Callable[[QA, int, Fault], None] | None = None,
) -> QA:
    kept = []
    for index, turn in enumerate(sample.qa.turns):
        if "length" in names and len(turn.answer.split()) > options.max_answer_words:
            drops.add("length: answer too long", turn.answer)
            if dropped is not None:
                dropped(sample.qa, index, Fault("length", "answer too long"))
        else:
            kept.append(turn)
    return replace(sample.qa, turns=tuple(kept))


def filter_rows(names: Sequence[str], seen: int, drops: Drops) -> list[dict[str, Any]]:
    rows = []
    for name in names:
        reasons = {k.split(": ")[1]: n for k, n in drops.counts.items() if k.startswith(f"{name}: ")}
        rows.append({"name": name, "seen": seen, "dropped": sum(reasons.values()), "reasons": reasons, "examples": {}})
        seen -= sum(reasons.values())
    return rows


@dataclass(frozen=True)
class CorpusOptions:
    steps: tuple[str, ...] = ("repeated",)
    most_repeats: int = 100


def filter_corpus(
    read: Callable[[], Iterator[QA]],
    options: CorpusOptions,
    drops: Drops,
    report: Any = None,
    dropped: Callable[[QA, int, Fault], None] | None = None,
) -> Iterator[QA]:
    seen: Counter[tuple[str, str]] = Counter()
    for qa in read():
        kept = []
        for index, turn in enumerate(qa.turns):
            seen[turn.question, turn.answer] += 1
            if "repeated" in options.steps and seen[turn.question, turn.answer] > options.most_repeats:
                drops.add("repeated: too often")
                if dropped is not None:
                    dropped(qa, index, Fault("repeated", "too often"))
            else:
                kept.append(turn)
        if kept:
            yield replace(qa, turns=tuple(kept))


MODULES: dict[str, dict[str, Any]] = {
    "mmego.narrations.sources": {"open_source": open_source},
    "mmego.narrations.choose": {"choose": choose, "read_exclusions": lambda path: frozenset(path.read_text().split())},
    "mmego.qa.llm": {"LlmOptions": LlmOptions},
    "mmego.qa.judge": {"JudgeOptions": JudgeOptions},
    "mmego.qa.filters": {
        "FILTERS": {"length": None},
        "Fault": Fault,
        "FilterOptions": FilterOptions,
        "check_names": check_names,
        "filter_rows": filter_rows,
        "filter_sample": filter_sample,
    },
    "mmego.qa.corpus": {"CORPUS_STEPS": ("repeated",), "CorpusOptions": CorpusOptions, "filter_corpus": filter_corpus},
}


def install() -> None:
    """Put the stand-ins of missing modules in their places."""
    for name, members in MODULES.items():
        if name not in sys.modules and importlib.util.find_spec(name) is None:
            module = ModuleType(name)
            vars(module).update(members)
            sys.modules[name] = module
