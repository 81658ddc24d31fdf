"""A small data set folder, made by the rules from narrated days, for tests of what comes after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from mmego.files import write_json, write_jsonl
from mmego.narrations.clean import in_order
from mmego.qa.rules.turns import make_turns
from mmego.records import QA, NarratedClip, Source, Span
from tests.qa.narrate import HOUSE, tell

SPLITS = ("train", "train", "val", "test", None)


def clips(number: int = 5) -> list[NarratedClip]:
    """Clips of one narrated day, each at another speed: their lengths lie in several classes."""
    made = []
    for i in range(number):
        every = (2.0, 8.0, 12.0, 40.0, 80.0)[i % 5]
        narrations = tuple(in_order(tell(*HOUSE, every=every, video=f"day{i}")))
        clip = Span(0.0 if i else 1.5, narrations[-1].span.end + every)
        made.append(NarratedClip(f"day{i}_0", f"day{i}", clip, narrations, "mmego-sim", SPLITS[i % 5]))
    return made


def conversations(number: int = 5) -> list[QA]:
    """Return the questions of the rules about `clips`."""
    return [
        QA(c.id, c.video, c.clip, tuple(make_turns(c.narrations, c.clip.end, seed=i)), _source(c))
        for i, c in enumerate(clips(number))
    ]


def _source(clip: NarratedClip) -> Source:
    return Source(clip.dataset, "rules", split=clip.split)


def with_model(sample: QA) -> QA:
    """Return the sample as if a language model had written it."""
    source = replace(sample.source, generator="llm", model="m-1", prompt="write/1", prompt_tokens=900)
    return replace(sample, source=replace(source, completion_tokens=150))


def stats(samples: list[QA]) -> dict[str, Any]:
    """``stats.json`` of `samples`, of which two filters dropped some."""
    kept = sum(len(sample.turns) for sample in samples)
    return {
        "dataset": "mmego-sim",
        "generator": "rules",
        "seed": 0,
        "clips": len(samples),
        "videos": len(samples),
        "turns": {"written": kept + 30, "kept": kept},
        "narrations": {"kept": 80, "dropped": {"past the end": 3}},
        "filters": [
            {"name": "schema", "seen": kept + 30, "dropped": 0, "reasons": {}, "examples": {}},
            {"name": "leak", "seen": kept + 30, "dropped": 30, "reasons": {"names the source": 30}, "examples": {}},
        ],
        "length_classes": {"before": {"0.5-1": 9, "2-4": 4}, "after": {"0.5-1": 1}},
        "failures": {},
        "tokens": {"prompt": 0, "completion": 0},
    }


def write_set(folder: Path, samples: list[QA] | None = None, with_stats: bool = True) -> list[QA]:
    """Write the data set into `folder`; returns its conversations."""
    samples = conversations() if samples is None else samples
    write_jsonl(folder / "qa.jsonl", (sample.to_json() for sample in samples))
    write_jsonl(folder / "clips" / "00000.jsonl", (clip.to_json() for clip in clips()))
    if with_stats:
        write_json(folder / "stats.json", stats(samples))
    return samples
