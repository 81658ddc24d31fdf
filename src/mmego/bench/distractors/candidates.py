"""Candidates for wrong choices: what the narrations of a corpus name, counted by semantic role.

A role is, for example, things that were opened, places where a pan was put, or actions on an onion. Each role counts
its names, over all videos and in each video. Memory is bounded: where there is no room, rare names are dropped.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mmego.bench.distractors.answer_form import (
    AnswerForm,
    bare_name,
    form_of,
    leading_words,
    predicate,
    preposition_class,
    subject,
)
from mmego.bench.distractors.equivalence import StatedAction, stated_action
from mmego.language.content_words import content_set
from mmego.language.lexicon import KIND_OF
from mmego.language.nouns import VAGUE_NOUNS, head_noun, noun_phrase, singular
from mmego.language.phrases import Thing
from mmego.language.question_parser import read_question
from mmego.language.verbs import FAMILIES
from mmego.qa.corpus.turn_features import hash64
from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.narrated_action import NarratedAction, nameable, place_nameable
from mmego.qa.rules.narrated.wording import past_phrase, place_phrase
from mmego.records import QA, Narration, Turn

SemanticRole = tuple[str, ...]
NAMES_KEPT = 400  # in one role, over all videos
NAMES_KEPT_OF_VIDEO = 60
VIDEOS_KEPT = 20_000
SENTENCES_KEPT = 2000  # answers in free form of one category and beginning
_SEEN_KEPT = 1_000_000


@dataclass(slots=True)
class NameCounts:
    """How often each name occurs in each role; of every role about the `kept` most frequent names stay."""

    kept: int
    roles: dict[SemanticRole, Counter[str]] = field(default_factory=dict)

    def add(self, role: SemanticRole, name: str) -> None:
        """Count a name in a role."""
        counts = self.roles.setdefault(role, Counter())
        counts[name] += 1
        if len(counts) > 2 * self.kept:
            self.roles[role] = Counter(dict(counts.most_common(self.kept)))

    def of(self, *role: str) -> Counter[str]:
        """Return the names in a role with their counts."""
        return self.roles.get(role, Counter())


@dataclass(slots=True)
class FreeAnswers:
    """A fair sample of the answers in free form, each with the word stems of its question."""

    rng: random.Random
    seen: int = 0
    kept: list[tuple[frozenset[str], str]] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        """Keep the answer or not: every answer has the same chance (reservoir sampling)."""
        self.seen += 1
        place = len(self.kept) if len(self.kept) < SENTENCES_KEPT else self.rng.randrange(self.seen)
        if place < SENTENCES_KEPT:
            self.kept[place : place + 1] = [(content_set(turn.question), turn.answer)]


class Candidates:
    """The names in all clips and answers of a corpus, by role."""

    def __init__(self, seed: int = 0) -> None:
        self.all = NameCounts(NAMES_KEPT)
        self.videos: dict[str, NameCounts] = {}
        self.free: dict[SemanticRole, FreeAnswers] = {}
        self._seed = seed
        self._seen: set[int] = set()

    def add(self, qa: QA, narrations: Sequence[Narration]) -> None:
        """Count the names in a clip and in the answers to its questions."""
        actions = ClipActions(narrations)
        for narrated in actions.actions:
            # A video's clips overlap; a sentence counts once.
            mark = hash64(f"{qa.video} {narrated.start:.3f} {narrated.verb} {narrated.name}")
            if mark not in self._seen:
                if len(self._seen) >= _SEEN_KEPT:
                    self._seen.clear()
                self._seen.add(mark)
                for role, name in roles_filled_by(narrated):
                    self._count(qa.video, role, name)
        for turn in qa.turns:
            self._answer(qa.video, turn)

    def video(self, name: str) -> NameCounts:
        """Return the names of one video; empty if it was never added or there was no room for it."""
        return self.videos.get(name) or NameCounts(NAMES_KEPT_OF_VIDEO)

    def _answer(self, video: str, turn: Turn) -> None:
        """Count an answer: names go beside those of the narrations, free sentences are kept only here."""
        form = form_of(turn.question, turn.answer, turn.category)
        if form in ("object", "place", "source"):
            self._count(video, ("answer", form, turn.category), bare_name(turn.answer))
        elif form == "action":
            self._count(video, ("said", subject(turn.answer).lower()), predicate(turn.answer))
        elif form == "free":
            self.free.setdefault(role_of_free_answer(turn), self._reservoir(turn)).add(turn)

    def _reservoir(self, turn: Turn) -> FreeAnswers:
        return FreeAnswers(random.Random(f"{self._seed} {role_of_free_answer(turn)}"))

    def _count(self, video: str, role: SemanticRole, name: str) -> None:
        self.all.add(role, name)
        if video in self.videos or len(self.videos) < VIDEOS_KEPT:
            self.videos.setdefault(video, NameCounts(NAMES_KEPT_OF_VIDEO)).add(role, name)


def role_of_free_answer(turn: Turn) -> SemanticRole:
    """Return what free answers must share to stand side by side: category, question word and first word."""
    words, sentence = turn.question.lower().split(), turn.answer.lower().split()
    return ("free", turn.category, words[0] if words else "", sentence[0] if sentence else "")


def roles_filled_by(narrated: NarratedAction) -> Iterator[tuple[SemanticRole, str]]:
    """Yield the roles that an action's thing, place, source and tool fill, and those of the whole action."""
    action, name = narrated.parsed, narrated.name
    if name is not None and narrated.can_be_named and " and " not in name:
        thing = action.object
        assert thing is not None
        article, last = leading_words(noun_phrase(thing))[1], singular(head_noun(name))
        if last not in VAGUE_NOUNS:
            yield ("object", action.kind, article), name
            for family in narrated.families:
                yield ("family", family, article), name
            if action.place is not None and place_nameable(action.place):
                yield ("put", _head(action.place.thing), action.kind), name
                yield ("place", preposition_class(action.place.preposition), last), action.place.thing.name
            if action.source is not None and place_nameable(action.source):
                yield ("taken", _head(action.source.thing)), name
                yield ("source", "", last), action.source.thing.name
    if action.place is not None and place_nameable(action.place) and narrated.families & {"put", "add", "pour", "move"}:
        yield (
            ("place", preposition_class(place_phrase(narrated.verb, action.place).split()[0]), ""),
            action.place.thing.name,
        )
    if action.source is not None and place_nameable(action.source):
        yield ("source", "", ""), action.source.thing.name
    if action.tool is not None and nameable(action.tool):
        yield ("tool", action.kind), action.tool.name
        yield ("tool", ""), action.tool.name
    text = past_phrase(narrated)
    if text is not None:
        yield ("did",), text
        if name is not None:
            sentence = noun_phrase(narrated.thing)
            if text.count(sentence) == 1:
                yield ("with", singular(head_noun(name))), text.replace(sentence, "{}")
                yield ("with", ""), text.replace(sentence, "{}")


def _head(thing: Thing) -> str:
    return singular(thing.head)


# ---- The roles that a question asks for

_USED_TO = re.compile(r"^what did i (?:use to ([a-z]+)|([a-z]+) .*\bwith\?)", re.IGNORECASE)
_ANCHORED = re.compile(r"\s(?:(?:right|just|immediately)\s)?(?:after|before|while|when)\s", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:what|where|which [a-z]+) (?:did i|was the (?:[a-z]+ )?thing i) (.+?)(?: from)?$", re.IGNORECASE
)
_ORDER = re.compile(r"\b(?:first|last|next)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _asked(question: str) -> StatedAction | None:
    """Return the action that the question is about, with its names ("What did I put in the pan first?")."""
    text = _ANCHORED.split(question.rstrip("?. "), maxsplit=1)[0]
    match = _CLAUSE.match(text)
    return stated_action(f"I {_ORDER.sub('', match[1]).strip()}") if match else None


@lru_cache(maxsize=4096)
def anchor(question: str) -> StatedAction | None:
    """Return the action that fixes the moment in question ("... right after I opened the fridge?")."""
    parts = _ANCHORED.split(question.rstrip("?. "), maxsplit=1)
    return stated_action(parts[1]) if len(parts) > 1 else None


def roles_asked(turn: Turn, form: AnswerForm) -> list[SemanticRole]:
    """Return the roles that the answer fills, the narrowest first."""
    if turn.category == "tool":
        match = _USED_TO.match(turn.question)
        verb = (match[1] or match[2]).lower() if match else ""
        return [("tool", KIND_OF.get(verb, verb)), ("tool", "")]
    asked = _asked(turn.question)
    thing = singular(head_noun(asked.object)) if asked is not None and asked.object else ""
    if form == "source":
        return [("source", "", thing), ("source", "", "")]
    if form == "place":
        preposition = preposition_class(leading_words(turn.answer)[0])
        return (
            [("place", preposition, thing), ("place", preposition, "")]
            if preposition in ("in", "on")
            else [("place", preposition, ""), ("place", "on", "")]
        )
    if asked is None:
        return []
    narrated = read_question(turn.question).action
    if asked.place:
        action_kind = narrated.kind if narrated is not None else "put"
        return [("put", singular(head_noun(asked.place)), action_kind), ("object", action_kind, "the")]
    if asked.source:
        return [("taken", singular(head_noun(asked.source))), ("object", "take", "the")]
    article = "my" if leading_words(turn.answer)[1] == "my" else "the"
    if narrated is None:
        return []
    families = sorted(FAMILIES.get(narrated.kind, frozenset()))
    return [("object", narrated.kind, article), *(("family", family, article) for family in families)]
