"""Where wrong options come from: what the narrations of all clips tell of, by the role in which it is told.

Each role (things that were opened, places where a pan was put, what is done with an onion...) counts what fills it,
over all videos and in each one. Memory is bounded: the rare are forgotten where there is no room.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mmego.bench.distractors.answer_form import bare, kind_of, lead, predicate, sort_of, subject
from mmego.language.content_words import content_set
from mmego.language.nouns import VAGUE, head, say, singular
from mmego.language.phrases import Thing
from mmego.qa.corpus.turn_features import hash64
from mmego.qa.rules.narrated.events import Told
from mmego.qa.rules.narrated.narrated_action import Deed, nameable, place_nameable
from mmego.qa.rules.narrated.wording import did, where
from mmego.records import QA, Narration, Turn

Role = tuple[str, ...]
NAMES_KEPT = 400  # of one role over all videos
NAMES_KEPT_OF_VIDEO = 60
VIDEOS_KEPT = 20_000
SENTENCES_KEPT = 2000  # answers in free form of one category and beginning
_SEEN_KEPT = 1_000_000


@dataclass(slots=True)
class Names:
    """Names by role with how often each was told; the commonest `kept` of a role, about."""

    kept: int
    roles: dict[Role, Counter[str]] = field(default_factory=dict)

    def add(self, role: Role, name: str) -> None:
        """Count a name in a role."""
        counts = self.roles.setdefault(role, Counter())
        counts[name] += 1
        if len(counts) > 2 * self.kept:
            self.roles[role] = Counter(dict(counts.most_common(self.kept)))

    def of(self, *role: str) -> Counter[str]:
        """What was told in a role."""
        return self.roles.get(role, Counter())


@dataclass(slots=True)
class Free:
    """Answers in free form: a sample of them without favour, each with the stems of its question."""

    rng: random.Random
    seen: int = 0
    kept: list[tuple[frozenset[str], str]] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        """Keep the answer, or not: each has the same chance (reservoir sampling)."""
        self.seen += 1
        place = len(self.kept) if len(self.kept) < SENTENCES_KEPT else self.rng.randrange(self.seen)
        if place < SENTENCES_KEPT:
            self.kept[place : place + 1] = [(content_set(turn.question), turn.answer)]


class Pool:
    """What all clips and answers of a corpus hold, by role; see the module's docstring."""

    def __init__(self, seed: int = 0) -> None:
        self.all = Names(NAMES_KEPT)
        self.videos: dict[str, Names] = {}
        self.free: dict[Role, Free] = {}
        self._seed = seed
        self._seen: set[int] = set()

    def add(self, qa: QA, narrations: Sequence[Narration]) -> None:
        """Count what a clip tells and what its questions are answered with."""
        told = Told(narrations)
        for deed in told.deeds:
            # A video's clips overlap; a sentence counts once.
            mark = hash64(f"{qa.video} {deed.start:.3f} {deed.verb} {deed.name}")
            if mark not in self._seen:
                if len(self._seen) >= _SEEN_KEPT:
                    self._seen.clear()
                self._seen.add(mark)
                for role, name in roles_of(deed):
                    self._count(qa.video, role, name)
        for turn in qa.turns:
            self._answer(qa.video, turn)

    def video(self, name: str) -> Names:
        """The names of one video; none for one that was never added, or for which there was no room."""
        return self.videos.get(name) or Names(NAMES_KEPT_OF_VIDEO)

    def _answer(self, video: str, turn: Turn) -> None:
        """Count an answer: names beside those of the narrations, sentences in free form only here."""
        kind = kind_of(turn.question, turn.answer, turn.category)
        if kind in ("object", "place", "source"):
            self._count(video, ("answer", kind, turn.category), bare(turn.answer))
        elif kind == "deed":
            self._count(video, ("said", subject(turn.answer).lower()), predicate(turn.answer))
        elif kind == "free":
            self.free.setdefault(free_role(turn), self._reservoir(turn)).add(turn)

    def _reservoir(self, turn: Turn) -> Free:
        return Free(random.Random(f"{self._seed} {free_role(turn)}"))

    def _count(self, video: str, role: Role, name: str) -> None:
        self.all.add(role, name)
        if video in self.videos or len(self.videos) < VIDEOS_KEPT:
            self.videos.setdefault(video, Names(NAMES_KEPT_OF_VIDEO)).add(role, name)


def free_role(turn: Turn) -> Role:
    """What answers in free form must share to stand beside each other: question word, category, first word."""
    asked, said = turn.question.lower().split(), turn.answer.lower().split()
    return ("free", turn.category, asked[0] if asked else "", said[0] if said else "")


def roles_of(deed: Deed) -> Iterator[tuple[Role, str]]:
    """The roles that a deed's thing, place, source and tool fill, and the deed as a whole."""
    action, name = deed.action, deed.name
    if name is not None and deed.can_be_named and " and " not in name:
        thing = action.object
        assert thing is not None
        article, last = lead(say(thing))[1], singular(head(name))
        if last not in VAGUE:
            yield ("object", action.kind, article), name
            for family in deed.families:
                yield ("family", family, article), name
            if action.place is not None and place_nameable(action.place):
                yield ("put", _head(action.place.thing), action.kind), name
                yield ("place", sort_of(action.place.preposition), last), action.place.thing.name
            if action.source is not None and place_nameable(action.source):
                yield ("taken", _head(action.source.thing)), name
                yield ("source", "", last), action.source.thing.name
    if action.place is not None and place_nameable(action.place) and deed.families & {"put", "add", "pour", "move"}:
        yield ("place", sort_of(where(deed.verb, action.place).split()[0]), ""), action.place.thing.name
    if action.source is not None and place_nameable(action.source):
        yield ("source", "", ""), action.source.thing.name
    if action.tool is not None and nameable(action.tool):
        yield ("tool", action.kind), action.tool.name
        yield ("tool", ""), action.tool.name
    text = did(deed)
    if text is not None:
        yield ("did",), text
        if name is not None:
            said = say(deed.thing)
            if text.count(said) == 1:
                yield ("with", singular(head(name))), text.replace(said, "{}")
                yield ("with", ""), text.replace(said, "{}")


def _head(thing: Thing) -> str:
    return singular(thing.head)
