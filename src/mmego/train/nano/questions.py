"""Questions on simulated episodes, made of narrations by the rules of the data engine.

A clip is a part of an episode with the questions that its own narrations answer ("last" and "first" depend on the
part). Training clips come from the data engine (engine_clips.py); validation and test clips are whole videos.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mmego.bench.distractors.simulator import turns_to_mcq
from mmego.errors import InputError
from mmego.narrations.readers.ego4d import read_ego4d
from mmego.qa.rules.turns import make_turns
from mmego.records import MCQ, QA, Narration, Source, Span, Turn
from mmego.train.nano.episodes import EncodedEpisode


@dataclass(frozen=True)
class ClipQuestion:
    """One question on a clip; `key_frames` are indices into the clip's frames, `span_frames` those of each key span.

    Neither is ever empty.
    """

    turn: Turn
    key_frames: tuple[int, ...]
    span_frames: tuple[tuple[int, ...], ...]

    @classmethod
    def about(cls, turn: Turn, times: npt.NDArray[np.float64]) -> ClipQuestion:
        """Connect a turn to frames at `times` (seconds)."""
        return cls(turn, key_frames(turn.key_spans, times), tuple(key_frames((s,), times) for s in turn.key_spans))


@dataclass(frozen=True)
class Clip:
    """Frames `first` .. `first + count - 1` of episode `episode` and the questions they answer.

    `event_frames` are the key frames of all its questions: the hard negatives of stage 3.
    """

    episode: int
    video: str
    first: int
    count: int
    narrations: tuple[Narration, ...]
    questions: tuple[ClipQuestion, ...]
    event_frames: tuple[int, ...]


def read_narrations(folder: Path, episodes: list[EncodedEpisode]) -> list[list[Narration]]:
    """Read the cleaned narrations of each episode, in the episodes' order; raise InputError if one is missing."""
    folder = Path(folder)
    by_video = {
        meta.video: narrations for meta, narrations in read_ego4d(folder / "narrations.json", folder / "ego4d.json")
    }
    missing = [e.video for e in episodes if e.video not in by_video]
    if missing:
        raise InputError(f"{folder}/narrations.json lacks {len(missing)} of its videos, first {missing[0]}")
    return [by_video[e.video] for e in episodes]


def key_frames(spans: tuple[Span, ...], times: npt.NDArray[np.float64]) -> tuple[int, ...]:
    """Return the indices of the frames inside the key spans; a span between two frames takes the nearest one."""
    chosen: set[int] = set()
    for span in spans:
        inside = np.flatnonzero((times >= span.start) & (times <= span.end))
        if not len(inside):
            inside = np.array([np.abs(times - (span.start + span.end) / 2).argmin()])
        chosen.update(int(i) for i in inside)
    return tuple(sorted(chosen))


def cut(narrations: list[Narration], start: float, end: float) -> list[Narration]:
    """Return the narrations in [start, end], with times counted from `start`."""
    return [
        Narration(n.video, Span(n.span.start - start, n.span.end - start), n.text, n.actor, n.verb, n.nouns)
        for n in narrations
        if n.span.start >= start and n.span.end <= end
    ]


def make_clip(episode: int, video: str, narrations: list[Narration], first: int, count: int, seed: int) -> Clip:
    """Make the clip of `count` seconds from frame `first` on, one frame a second."""
    times = np.arange(count, dtype=np.float64) + np.float64(0.5)
    narrated = cut(narrations, first, first + count)
    turns = make_turns(narrated, float(count), seed)
    questions = tuple(ClipQuestion.about(t, times) for t in turns)
    events = sorted({i for a in questions for i in a.key_frames})
    return Clip(episode, video, first, count, tuple(narrated), questions, tuple(events))


def choice_questions(clips: list[Clip], seed: int) -> list[list[MCQ]]:
    """Make the multiple-choice questions of each clip, by rules; times count from the clip's start."""
    found = []
    for clip in clips:
        turns = tuple(a.turn for a in clip.questions)
        qa = QA(clip.video, clip.video, Span(0.0, float(clip.count)), turns, Source("mmego-sim", "rules", None, seed))
        found.append(turns_to_mcq(qa, seed, clip.narrations))
    return found
