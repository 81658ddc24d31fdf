"""Which questions a benchmark takes: quotas by length class, a cap per video, even over categories and time. Pure."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mmego.errors import InputError
from mmego.records import MCQ, Span
from mmego.records.length_classes import LENGTH_CLASSES

QUESTIONS = (500, 498, 987, 997, 1715, 1792, 537)
"""Questions of EgoMemoria in each length class (arXiv 2410.07177)."""
VIDEOS = (100, 100, 100, 100, 100, 100, 29)
"""Videos of EgoMemoria in each length class (arXiv 2410.07177)."""
PER_VIDEO = 20
PLACES = 5
"""Equal parts of a clip's time over which questions are spread."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """The questions and the most videos of each length class, and the most questions on one video over all classes.

    The defaults are the paper's. Its longest class has 18.5 questions a video, which gives `per_video`.
    """

    questions: tuple[int, ...] = QUESTIONS
    videos: tuple[int, ...] = VIDEOS
    per_video: int = PER_VIDEO

    def __post_init__(self) -> None:
        for name, values in (("questions", self.questions), ("videos", self.videos)):
            if len(values) != len(LENGTH_CLASSES) or min(values) < 0:
                raise InputError(f"{name} should be {len(LENGTH_CLASSES)} numbers from 0, one a class, got {values}")
        if self.per_video < 1:
            raise InputError(f"per_video must be at least 1, got {self.per_video}")

    @classmethod
    def of(cls, questions: Sequence[int], videos: Sequence[int], per_video: int) -> Quotas:
        """Return quotas; one number stands for all seven classes."""
        return cls(_seven("questions", questions), _seven("videos", videos), per_video)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be chosen.

    `place` is where in the clip its answer lies, 0 (start) to 1 (end). `wording` is the question with its answer: the
    same wording on another clip of the video is the same question again. Empty: unlike all others.
    """

    id: str
    video: str
    length_class: str
    category: str
    place: float
    wording: str = ""

    @classmethod
    def of(cls, question: MCQ) -> Candidate:
        """Return the candidate of a finished question."""
        place = place_of(question.clip, question.key_spans)
        wording = wording_of(question.question, question.options[question.answer])
        return cls(question.id, question.video, question.length_class, question.category, place, wording)


@dataclass(frozen=True, slots=True)
class Filled:
    """How far one length class was filled.

    `candidates` counts all questions of the class. Of those not taken, `at_cap` are in a video that gave the most
    questions allowed, the `others` elsewhere: if the class is short, in videos beyond the most videos of the class.
    """

    length_class: str
    asked: int
    taken: int
    videos: int
    candidates: int
    at_cap: int
    others: int

    @property
    def short(self) -> int:
        """The number of missing questions."""
        return self.asked - self.taken

    @property
    def why(self) -> str:
        """The cause of a shortfall; "" without one."""
        if not self.short:
            return ""
        if not self.candidates:
            return "there are no questions of this length"
        reasons = [
            *([f"{self.at_cap:,} more in videos that gave --per-video"] if self.at_cap else []),
            *([f"{self.others:,} more in videos beyond --videos-per-class"] if self.others else []),
        ]
        return "; ".join(reasons) or f"there are only {self.candidates:,}"


def place_of(clip: Span | None, key_spans: Sequence[Span]) -> float:
    """Return where the middle of the last key span lies in the clip, 0 to 1; 0.5 if that is not known.

    The last one, because "what did I do after ..." is answered by what comes after.
    """
    if clip is None or not clip.length or not key_spans:
        return 0.5
    last = max(key_spans, key=lambda span: span.end)
    return min(1.0, max(0.0, ((last.start + last.end) / 2 - clip.start) / clip.length))


def wording_of(question: str, answer: str) -> str:
    """Return the `Candidate.wording` of a question and its right answer."""
    return f"{question}\n{answer}".lower()


def choose(
    candidates: Iterable[Candidate], quotas: Quotas, seed: int, keep: Collection[str] = ()
) -> tuple[list[str], list[Filled]]:
    """Return the ids to take, by length class and then in the given order, and how far each class was filled.

    Classes share videos and so the cap per video: the class furthest from its quota takes the next question. As far as
    possible, a class gets videos that no scarcer class has. It takes one question from each video in turn: one whose
    wording is not taken on that video (clips overlap), of the category with the fewest so far, and among these in the
    part of the clip with the fewest.

    Args:
        candidates: all there are; ids are different.
        quotas: how many of what.
        seed: draws videos and questions.
        keep: ids taken in an earlier round, which stay (chosen under the same quotas).
    """
    kept = frozenset(keep)
    pools: dict[str, dict[str, list[Candidate]]] = {name: {} for name in LENGTH_CLASSES}
    order: dict[str, int] = {}
    used = Counter[str]()
    wordings = Counter[tuple[str, str]]()
    for number, one in enumerate(candidates):
        order[one.id] = number
        pools[one.length_class].setdefault(one.video, []).append(one)
        if one.id in kept:
            used[one.video] += 1
            wordings[one.video, one.wording] += bool(one.wording)
    claims = Counter[str]()
    classes = [
        _Class(name, pools[name], quotas.questions[place], quotas.videos[place], kept)
        for place, name in enumerate(LENGTH_CLASSES)
    ]
    for one_class in sorted(classes, key=lambda c: len(c) / max(1, c.asked)):
        one_class.claim(claims, quotas.per_video, seed)
    waiting = [c for c in classes if len(c.taken) < c.asked]
    while waiting:
        furthest = min(waiting, key=lambda c: len(c.taken) / c.asked)
        if not furthest.take(used, wordings, quotas.per_video) or len(furthest.taken) == furthest.asked:
            waiting.remove(furthest)
    ids = [one.id for c in classes for one in sorted(c.taken, key=lambda one: order[one.id])]
    return ids, [c.report(used, quotas.per_video) for c in classes]


class _Class:
    """One length class while it is filled."""

    def __init__(
        self, name: str, pool: Mapping[str, Sequence[Candidate]], asked: int, most: int, keep: frozenset[str]
    ) -> None:
        self.name, self.asked, self._most = name, asked, most
        self.taken = [one for found in pool.values() for one in found if one.id in keep]
        self._left = {video: [one for one in found if one.id not in keep] for video, found in pool.items()}
        self._given = Counter(one.video for one in self.taken)
        self._categories = Counter(one.category for one in self.taken)
        self._parts = Counter(_part(one) for one in self.taken)
        self._luck: dict[str, float] = {}
        self._turns: list[tuple[int, int, str]] = []

    def __len__(self) -> int:
        return len(self.taken) + sum(map(len, self._left.values()))

    def claim(self, claims: Counter[str], cap: int, seed: int) -> None:
        """Draw the class's videos, and exchange as many for fuller ones as the quota needs."""

        def room(video: str) -> int:
            # Scarcer classes have claimed their share of what one video may give.
            return min(len(self._left[video]), -(-cap // (1 + claims[video])))

        shuffled = random.Random(f"{seed} {self.name}").sample(sorted(self._left), len(self._left))
        ranked = sorted(shuffled, key=lambda video: (self._given[video] == 0, claims[video]))
        most = max(self._most, len(self._given))
        chosen, others = ranked[:most], sorted(ranked[most:], key=room)
        rooms = [room(video) for video in chosen]
        for place in sorted(range(len(chosen)), key=rooms.__getitem__):
            if sum(rooms) >= self.asked - len(self.taken) or not others or room(others[-1]) <= rooms[place]:
                break
            if not self._given[chosen[place]]:
                chosen[place] = others.pop()
                rooms[place] = room(chosen[place])
        claims.update(chosen)
        self._turns = [(self._given[video], rank, video) for rank, video in enumerate(chosen)]
        heapq.heapify(self._turns)
        self._luck = {one.id: random.Random(f"{seed} {one.id}").random() for v in chosen for one in self._left[v]}

    def take(self, used: Counter[str], wordings: Counter[tuple[str, str]], cap: int) -> bool:
        """Take one more question, from the video that gave fewest; return False if there is none."""
        while self._turns:
            given, rank, video = heapq.heappop(self._turns)
            left = self._left[video]
            if not left or used[video] >= cap:
                continue
            best = min(left, key=lambda one: (wordings[one.video, one.wording], *self._rank(one)))
            left.remove(best)
            self.taken.append(best)
            self._categories[best.category] += 1
            self._parts[_part(best)] += 1
            self._given[video] += 1
            wordings[video, best.wording] += bool(best.wording)
            used[video] += 1
            heapq.heappush(self._turns, (given + 1, rank, video))
            return True
        return False

    def _rank(self, one: Candidate) -> tuple[int, int, float]:
        return self._categories[one.category], self._parts[_part(one)], self._luck[one.id]

    def report(self, used: Mapping[str, int], cap: int) -> Filled:
        """Return how far the class was filled, and where the rest lies."""
        at_cap = sum(len(left) for video, left in self._left.items() if used[video] >= cap)
        others = sum(map(len, self._left.values())) - at_cap
        videos = sum(count > 0 for count in self._given.values())
        return Filled(self.name, self.asked, len(self.taken), videos, len(self), at_cap, others)


def _part(one: Candidate) -> int:
    return min(PLACES - 1, int(one.place * PLACES))


def _seven(name: str, values: Sequence[int]) -> tuple[int, ...]:
    if len(values) not in (1, len(LENGTH_CLASSES)):
        raise InputError(f"{name}: give one number, or one for each of {', '.join(LENGTH_CLASSES)}; got {len(values)}")
    return tuple(values) * (len(LENGTH_CLASSES) if len(values) == 1 else 1)
