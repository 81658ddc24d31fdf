"""EgoMemoria-Sim: which test houses it shows, for how long, and the questions about them.

Everything follows from the constants below: `plan()` lists the videos, `questions()` asks about them by rules. The
questions, and a hash of every video's bytes, ship with the package (`load_shipped`); `videos.py` makes the videos
where they are needed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from mmego.bench.data.folder import Benchmark, load_benchmark
from mmego.bench.distractors.checks import find_problems
from mmego.bench.distractors.simulator import CHOICES, turns_to_mcq
from mmego.errors import InputError
from mmego.files import read_object
from mmego.qa.rules.turns import CATEGORIES, make_turns
from mmego.records import MCQ, QA, Narration, Source, Span
from mmego.records.length_classes import LENGTH_CLASSES, class_range
from mmego.sim.record import uid
from mmego.sim.story import tell_story

NAME = "egomemoria-sim"
MINI = f"{NAME}-mini"
SEED = 0
"""Draws the questions; the houses have their own seeds."""
FIRST_SEED = 9_100_000
"""The first house; those of the second length class begin 1,000 later, and so on."""
TICKS = 10
"""Simulation steps a second: as many as in the houses that models are trained on."""
FPS = 1
"""Pictures a second, each of the middle of its second: what models sample at most."""
SIZE = 256
"""Width and height of the pictures in pixels."""
SHAPE = {
    "0.5-1": (30, 5),
    "1-2": (30, 5),
    "2-4": (20, 10),
    "4-10": (20, 10),
    "10-20": (10, 24),
    "20-40": (8, 30),
    "40-60": (8, 30),
}
"""Videos of each length class, and most questions on one of them: EgoMemoria's shape, smaller."""
MINI_SHAPE = {"0.5-1": 3, "1-2": 2, "2-4": 1, "4-10": 1}
"""The mini slice takes this many of the shortest videos of each length class."""
COUNTS_PER_VIDEO = 1
""" "How often" is the easiest to guess: few counts are above three."""
SHIPPED = Path(str(files("mmego"))) / "assets" / NAME
VIDEOS = "videos.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class SimVideo:
    """One video: the first `seconds` of life in house `seed`."""

    video: str
    seed: int
    seconds: int
    length_class: str


@dataclass(frozen=True, slots=True)
class ShippedVideo(SimVideo):
    """A video and its expected result: `story` and `sha256` are hashes of its narrations and its bytes.

    Where `sha256` is None (never recorded), only the story is checked.
    """

    frames: int
    bytes: int | None
    sha256: str | None
    story: str

    def to_json(self) -> dict[str, Any]:
        """Return a row of ``videos.json``."""
        return {**asdict(self), "minutes": round(self.seconds / 60, 3)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> ShippedVideo:
        """Read what `to_json` wrote."""
        return cls(**{name: value for name, value in row.items() if name != "minutes"})


@dataclass(frozen=True, slots=True)
class Shipped:
    """The benchmark in the package; `made_with` has the versions that the hashes were made with."""

    benchmark: Benchmark
    videos: tuple[ShippedVideo, ...]
    made_with: dict[str, str]

    def mini(self) -> Shipped:
        """Return the slice for a quick test: a few short videos and their questions."""
        kept = [v for name, count in MINI_SHAPE.items() for v in self._shortest(name, count)]
        names = {v.video for v in kept}
        asked = tuple(q for q in self.benchmark.questions if q.video in names)
        return Shipped(replace(self.benchmark, name=MINI, questions=asked), tuple(kept), self.made_with)

    def _shortest(self, length_class: str, count: int) -> list[ShippedVideo]:
        of_class = [v for v in self.videos if v.length_class == length_class]
        return sorted(of_class, key=lambda v: (v.seconds, v.seed))[:count]


def load_shipped(folder: Path = SHIPPED) -> Shipped:
    """Read the benchmark that ships with the package.

    Raises:
        InputError: a file is missing or of a later schema, or a question names a video that is not listed.
    """
    benchmark = load_benchmark(folder)
    about = read_object(folder / VIDEOS)
    if about["schema"] != SCHEMA:
        raise InputError(f"{folder / VIDEOS} has schema {about['schema']!r}; this version reads {SCHEMA}")
    videos = tuple(ShippedVideo.from_json(row) for row in about["videos"])
    unknown = sorted(set(benchmark.videos) - {v.video for v in videos})
    if unknown:
        raise InputError(f"{folder / VIDEOS} does not list {', '.join(unknown)}, of which questions are asked")
    return Shipped(benchmark, videos, about["made_with"])


def plan() -> tuple[SimVideo, ...]:
    """Return every video, shortest first; in each length class lengths rise by equal steps, up to one hour at the end.

    No two are of one house: what one video shows says nothing about another.
    """
    videos = []
    for number, name in enumerate(LENGTH_CLASSES):
        shortest, longest = class_range(name)
        count = SHAPE[name][0]
        # A boundary belongs to the longer class, so only the last class may reach its end.
        steps = count - 1 if name == LENGTH_CLASSES[-1] else count
        for k in range(count):
            seed = FIRST_SEED + 1000 * number + k
            videos.append(SimVideo(uid(seed), seed, round(shortest + (longest - shortest) * k / steps), name))
    return tuple(videos)


def story_of(video: SimVideo) -> list[Narration]:
    """Return what happens in a video, simulated without drawing it: a second or two for an hour."""
    return tell_story(video.seed, video.seconds, TICKS)


def questions(
    videos: Iterable[SimVideo], seed: int = SEED, story: Callable[[SimVideo], Sequence[Narration]] = story_of
) -> Iterator[MCQ]:
    """Yield every question on `videos`, in their order: narrate each video, ask by rules, choose.

    Args:
        videos: all of `plan()`, for the questions that ship. The choice in one video depends on those before it in its
            length class, so that every category comes up about equally often.
        seed: draws wordings, wrong choices, the questions taken and the right letters.
        story: gives a video's narrations, if you have them already.
    """
    taken: dict[str, Counter[str]] = {}
    rng = random.Random(f"{seed} {NAME}")
    deck: list[int] = []
    for video in videos:
        found = candidates(video, story(video), seed)
        chosen = choose(found, SHAPE[video.length_class][1], taken.setdefault(video.length_class, Counter()), seed)
        for question in chosen:
            if not deck:
                deck = rng.sample(range(CHOICES), CHOICES)
            yield _with_letter(question, deck.pop())


def candidates(video: SimVideo, narrations: Sequence[Narration], seed: int) -> list[MCQ]:
    """Return the questions by rules about a whole video whose four choices have no problem (`checks.find_problems`).

    Whether a wrong choice is true is left to `simulator`, which makes the choices from the narrations and knows all
    names.
    """
    clip = Span(0.0, float(video.seconds))
    turns = tuple(make_turns(narrations, clip.end, seed))
    sample = QA(video.video, video.video, clip, turns, Source("mmego-sim", "rules", None, seed))
    return [question for question in turns_to_mcq(sample, seed, narrations) if not find_problems(question)]


def choose(found: Sequence[MCQ], most: int, taken: Counter[str], seed: int) -> list[MCQ]:
    """Return at most `most` of one video's questions, each from the category taken least so far.

    Args:
        found: the video's questions.
        most: how many to take.
        taken: questions taken of each category in earlier videos; updated.
        seed: draws within a category.
    """
    if not found:
        return []
    rng = random.Random(f"{seed} {found[0].video} choose")
    queues = {name: [q for q in found if q.category == name] for name in CATEGORIES}
    for name, queue in queues.items():
        rng.shuffle(queue)
        del queue[COUNTS_PER_VIDEO if name == "count" else len(queue) :]
    chosen: list[MCQ] = []
    while len(chosen) < most and any(queues.values()):
        name = min((name for name, queue in queues.items() if queue), key=lambda name: taken[name])
        chosen.append(queues[name].pop())
        taken[name] += 1
    rng.shuffle(chosen)  # else the rare categories would always come first
    return chosen


def _with_letter(question: MCQ, place: int) -> MCQ:
    """Return the same question with its right choice at `place`."""
    wrong = [choice for number, choice in enumerate(question.options) if number != question.answer]
    right = question.options[question.answer]
    return replace(question, options=(*wrong[:place], right, *wrong[place:]), answer=place)
