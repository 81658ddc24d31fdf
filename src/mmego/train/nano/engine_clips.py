"""Training clips from the data engine: simulated narrations are treated like any narrations (``mmego qa make``).

The engine cuts each video into clips of the length classes that fit, asks by rules, and filters; this module joins its
conversations to the frames. It skips the steps over the corpus (shares, near duplicates): training draws clips at
random, and the same question on a longer clip teaches the pointer something else.
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
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.data.folder import DatasetFolder
from mmego.qa.filters import FILTERS, FilterOptions
from mmego.qa.pipeline.cutting import ClipOptions
from mmego.qa.pipeline.finish import FinishOptions
from mmego.qa.pipeline.options import RunOptions
from mmego.qa.pipeline.run import Recipe, make_dataset
from mmego.qa.writing.factories import WriteByRules
from mmego.records import QA, Narration, Span, VideoMeta
from mmego.train.nano.episodes import EncodedEpisode
from mmego.train.nano.questions import Clip, ClipQuestion, cut

TURNS = 1000
"""Most questions of a clip: more than the rules can make."""


def make_conversations(data: Path, out: Path, per_class: int, seed: int, workers: int) -> Path:
    """Run the data engine over a simulated data set, or continue a run; returns its qa.jsonl.

    Args:
        data: what ``mmego simulate`` wrote.
        out: the engine's folder (docs/reference/data-folders.md).
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
    folder = DatasetFolder(out)
    make_dataset(folder, recipe, RunOptions(workers=workers))
    return folder.qa


def engine_clips(conversations: Path, episodes: list[EncodedEpisode], narrations: list[list[Narration]]) -> list[Clip]:
    """Return the engine's conversations about `episodes` as clips, in the file's order, without other videos."""
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
    """Return a sample's clip: its frames (one a second, at the middle of it) and turns, with times from its start."""
    first = max(0, math.ceil(sample.clip.start - 0.5))
    count = min(frames, math.floor(sample.clip.end - 0.5) + 1) - first
    times = np.arange(count, dtype=np.float64) + np.float64(0.5)
    questions = []
    for turn in sample.turns:
        spans = tuple(Span(span.start - first, span.end - first) for span in turn.key_spans)
        questions.append(ClipQuestion.about(replace(turn, key_spans=spans), times))
    narrated = tuple(cut(narrations, first, first + count))
    events = tuple(sorted({frame for one in questions for frame in one.key_frames}))
    return Clip(episode, sample.video, first, count, narrated, tuple(questions), events)
