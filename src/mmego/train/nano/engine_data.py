"""Training clips from the data engine: simulated narrations go the way of anybody's narrations (``mmego qa make``).

The engine cuts each video into clips of the length classes that fit into it, asks by rules and filters; here its
conversations meet the frames. Shares and near duplicates over the corpus are left as they are: training draws clips
at random, and the same question on a longer clip is another lesson for the pointer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from mmego.files import read_records
from mmego.narrations.clean import Drops
from mmego.narrations.sources import open_source
from mmego.qa.corpus.filters import CorpusOptions
from mmego.qa.data.folder import Folder
from mmego.qa.filters.registry import FILTERS, FilterOptions
from mmego.qa.pipeline.clips import ClipOptions
from mmego.qa.pipeline.finish import FinishOptions
from mmego.qa.pipeline.options import RunOptions
from mmego.qa.pipeline.run import Recipe, make_dataset
from mmego.qa.writing.generators import WriteByRules
from mmego.records import QA, Narration, Span, VideoMeta
from mmego.train.nano.episodes import Episode
from mmego.train.nano.questions import Asked, Clip, cut

TURNS = 1000
"""Most questions of a clip: all that the rules have."""


def make_conversations(data: Path, out: Path, per_class: int, seed: int, workers: int) -> Path:
    """Run the data engine over a simulated data set, or go on with it; returns its qa.jsonl.

    Args:
        data: what ``mmego simulate`` wrote.
        out: the engine's folder (docs/data-engine.md).
        per_class: most clips of each length class from one video.
        seed: draws clips and wordings.
        workers: processes.

    Raises:
        InputError: `out` was begun with other options.
        MissingExtraError: datatrove is not installed.
    """
    source = open_source([data], "mmego-sim")

    def read(drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        return source.read(drops)

    finish = FinishOptions(tuple(FILTERS), FilterOptions(), CorpusOptions(steps=()))
    shape = {"source": data.name, "per_class": per_class, "seed": seed, "turns": TURNS}
    recipe = Recipe(
        source.dataset, read, ClipOptions(per_class, seed=seed), WriteByRules(seed, TURNS), None, finish, shape
    )
    folder = Folder(out)
    make_dataset(folder, recipe, RunOptions(workers=workers))
    return folder.qa


def engine_clips(conversations: Path, episodes: list[Episode], narrations: list[list[Narration]]) -> list[Clip]:
    """The conversations of the engine about `episodes` on their frames, in the file's order; others are left out."""
    numbers = {episode.video: number for number, episode in enumerate(episodes)}
    clips = []
    for row in read_records(conversations):
        sample = QA.from_json(row)
        number = numbers.get(sample.video)
        if number is None:
            continue
        clips.append(_clip(sample, number, len(episodes[number].frames), narrations[number]))
    return clips


def _clip(sample: QA, episode: int, frames: int, narrations: list[Narration]) -> Clip:
    """The frames (one a second, at the middle of it) inside a sample's clip, and its turns on the clip's own clock."""
    first = max(0, math.ceil(sample.clip.start - 0.5))
    count = min(frames, math.floor(sample.clip.end - 0.5) + 1) - first
    times = np.arange(count, dtype=np.float64) + np.float64(0.5)
    asked = []
    for turn in sample.turns:
        spans = tuple(Span(span.start - first, span.end - first) for span in turn.key_spans)
        asked.append(Asked.about(replace(turn, key_spans=spans), times))
    told = tuple(cut(narrations, first, first + count))
    events = tuple(sorted({frame for one in asked for frame in one.key_frames}))
    return Clip(episode, sample.video, first, count, told, tuple(asked), events)
