"""From question-answer pairs on simulated houses to four-way multiple choice by rules, and to yes-or-no questions.

A distractor (a wrong choice) has the answer's type and comes from the same video first, drawn as often as it occurs
there in the answer's role: a choice that is rare in that role would give the answer away without looking.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from mmego.language.lexicon import CLOSABLE, COLOURS, NUMBERS, number_word
from mmego.language.phrases import PUT_PREPOSITIONS, Thing, preposition_for, short_names
from mmego.language.timeline import Timeline, TimelineEntry
from mmego.qa.rules.facts import put_place, take_source, times_phrase
from mmego.qa.rules.simulator_people import short_past_phrase
from mmego.records import MCQ, QA, Narration, Turn
from mmego.records.length_classes import length_class

AnswerType = Literal["place", "source", "object", "fixture", "switch", "colour", "count", "action", "yes_no", "other"]
CHOICES = 4
_LEAD = re.compile(rf"^(?:(?:{'|'.join(sorted(PUT_PREPOSITIONS, key=len, reverse=True))}|from) )?(?:the|my) ")
_ORDERED = re.compile(r"\b(first|last|next|before|after)\b")
_STILL_THERE = re.compile(r"^What is .* that I put there\b")


@dataclass(slots=True)
class AnswerCounts:
    """Answers by type with their counts, over a corpus: distractors for a video that itself has too few."""

    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, turn: Turn) -> None:
        """Count a turn's answer."""
        self.answers.setdefault(answer_type(turn), Counter())[turn.answer] += 1


def count_answers(samples: Iterable[QA]) -> AnswerCounts:
    """Return the counts of all answers of `samples`."""
    corpus = AnswerCounts()
    for sample in samples:
        for turn in sample.turns:
            corpus.add(turn)
    return corpus


def answer_type(turn: Turn) -> AnswerType:
    """Return what kind of thing answers a turn, by its category and the answer's form."""
    answer = turn.answer
    first = answer.split(" ", 1)[0]
    if answer in ("yes", "no"):
        return "yes_no"
    if turn.category in ("colour", "count"):
        return "colour" if turn.category == "colour" else "count"
    if first == "from":
        return "source"
    if any(answer.startswith(preposition + " ") for preposition in PUT_PREPOSITIONS):
        return "place"
    if first not in ("the", "my"):
        return "action" if turn.category == "other_person" else "other"
    if turn.category == "closed" or re.search(r"\bopen(?:ed)? (?:first|last)|thing I opened", turn.question):
        return "fixture"
    return "switch" if turn.category == "switched" else "object"


def turns_to_mcq(
    qa: QA, seed: int, narrations: Sequence[Narration] = (), corpus: AnswerCounts | None = None
) -> list[MCQ]:
    """Return four-way multiple-choice questions from one sample's turns; those without three distractors are left out.

    Yes/no questions do not have four choices, see `turns_to_yes_no`. The right letters are dealt so that each comes up
    equally often within a sample and, over many, everywhere.

    Args:
        qa: a sample; `clip` gives the length class.
        seed: draws distractors and letters.
        narrations: the list that `Turn.narrations` index: gives more distractors, and rules out those that the
            narrations make true. Without it distractors come from the other turns' answers.
        corpus: distractors for a video that has too few, see `count_answers`.
    """
    rng = random.Random(f"{seed} {qa.id}")
    candidates = SampleCandidates(qa, Timeline(narrations), corpus or AnswerCounts())
    deck: list[int] = []
    questions: list[MCQ] = []
    for number, turn in enumerate(qa.turns):
        wrong = distractors(turn, candidates, rng)
        if wrong is None:
            continue
        if not deck:
            deck = rng.sample(range(CHOICES), CHOICES)
        place = deck.pop()
        questions.append(_question(qa, number, (*wrong[:place], turn.answer, *wrong[place:]), place))
    return questions


def turns_to_yes_no(qa: QA, seed: int) -> list[MCQ]:
    """Return one sample's yes/no turns, which `turns_to_mcq` leaves out, as questions with the choices "yes" and "no".

    Guessing is right in half of them, so do not average their accuracy with that of four choices. Of every two in a
    row, one has its right choice first and one last, in an order drawn by `seed`. A pair by the rules, one yes and one
    no, therefore has its choices in the same order.
    """
    rng = random.Random(f"{seed} {qa.id} yes/no")
    deck: list[int] = []
    questions: list[MCQ] = []
    for number, turn in enumerate(qa.turns):
        if answer_type(turn) != "yes_no":
            continue
        deck = deck or rng.sample(range(2), 2)
        place = deck.pop()
        choices = ("yes", "no") if (turn.answer == "yes") == (place == 0) else ("no", "yes")
        questions.append(_question(qa, number, choices, place))
    return questions


def _question(qa: QA, number: int, choices: tuple[str, ...], place: int) -> MCQ:
    """Return the sample's turn `number` with these choices; the one at `place` is right."""
    turn = qa.turns[number]
    return MCQ(
        id=f"{qa.id}-{number}",
        video=qa.video,
        clip=qa.clip,
        question=turn.question,
        options=choices,
        answer=place,
        length_class=length_class(qa.clip.length),
        key_spans=turn.key_spans,
        category=turn.category,
        source=qa.source,
    )


class SampleCandidates:
    """Wrong choices for the questions of one sample, by answer type; the weight is how often each occurs."""

    def __init__(self, qa: QA, timeline: Timeline, corpus: AnswerCounts) -> None:
        self.timeline = timeline
        self._corpus = corpus
        self._own: dict[AnswerType, Counter[str]] = {}
        self._foreign: dict[AnswerType, Counter[str]] = {}
        self._asked: dict[tuple[AnswerType, str], Counter[str]] = {}
        self._my_actions: Counter[str] = Counter()
        for turn in qa.turns:
            for category in (turn.category, ""):
                self._asked.setdefault((answer_type(turn), category), Counter())[turn.answer] += 1
        for entry in timeline.entries:
            self._count(entry)

    def sources(self, turn: Turn) -> list[Counter[str]]:
        """Return the sources of wrong choices, best first.

        In order: the video in the answer's own role, the sample's other answers, the video in other roles, the corpus.
        """
        kind = answer_type(turn)
        own = self._own.get(kind) or self._asked.get((kind, turn.category), Counter())
        sources = [own, self._asked.get((kind, ""), Counter()), self._foreign.get(kind, Counter())]
        if kind == "action":
            sources.append(self._my_actions)  # true of me and not of them: hard to rule out without knowing who
        sources.append(self._corpus.answers.get(kind, Counter()))
        if kind == "colour":
            sources.append(Counter(COLOURS[:10]))
        if turn.category == "other_person" and kind in ("place", "source"):
            # Others are seldom seen opening things: "in the drawer" among "on"s is ruled out without looking.
            shut = _may_be_shut(turn.answer)
            alike = [Counter({o: n for o, n in source.items() if _may_be_shut(o) == shut}) for source in sources]
            sources = alike + sources
        return sources

    def _count(self, entry: TimelineEntry) -> None:
        """Count the names in one action."""
        action = entry.action
        if action.kind == "put" and (place := put_place(entry)) is not None:
            self._add(self._own, "place", place.text)
            self._add(self._foreign, "source", f"from {place.thing.definite}")
        if action.kind == "take" and (source := take_source(entry)) is not None:
            self._add(self._own, "source", source.text)
            self._add(self._foreign, "place", f"{preposition_for(source.thing)} {source.thing.definite}")
        if (text := short_past_phrase(entry)) is not None:
            if action.wearer:
                self._my_actions[text] += 1
            else:
                self._add(self._own, "action", text)
        thing = action.object
        if thing is None or not self.timeline.askable(thing.name):
            return
        if action.kind in ("take", "put"):
            self._add(self._own, "object", thing.definite)
            if thing.colour is not None:
                self._add(self._own, "colour", thing.colour)
        elif action.kind in ("open", "close"):
            self._add(self._own, "fixture", thing.definite)
        elif action.kind in ("switch on", "switch off"):
            self._add(self._own, "switch", thing.definite)

    @staticmethod
    def _add(counts: dict[AnswerType, Counter[str]], kind: AnswerType, choice: str) -> None:
        counts.setdefault(kind, Counter())[choice] += 1


def distractors(turn: Turn, candidates: SampleCandidates, rng: random.Random) -> list[str] | None:
    """Return three wrong choices for a turn in random order, or None if there are fewer."""
    kind = answer_type(turn)
    if kind in ("yes_no", "other"):
        return None
    if kind == "count":
        return _other_counts(turn.answer, rng)
    true = _also_true(turn, kind, candidates.timeline)
    drawn: list[str] = []
    for source in candidates.sources(turn):
        left = {choice: weight for choice, weight in source.items() if choice not in true}
        while left and len(drawn) < CHOICES - 1:
            choice = rng.choices(list(left), weights=list(left.values()))[0]
            del left[choice]
            if _fits(choice, turn, kind, drawn):
                drawn.append(choice)
    rng.shuffle(drawn)
    return drawn if len(drawn) == CHOICES - 1 else None


def _fits(choice: str, turn: Turn, kind: AnswerType, drawn: Sequence[str]) -> bool:
    """Return True if `choice` differs in substance from the answer and those drawn, and is not in the question."""
    name = _name(choice)
    if any(_same_thing(name, _name(other)) for other in (turn.answer, *drawn)):
        return False
    # A thing in the question is ruled out at once ("What did I take after I put down the mug?" "the mug").
    return kind in ("colour", "action") or not _names(turn.question, name)


def _may_be_shut(choice: str) -> bool:
    """Return True for a place with a door or lid ("in the fridge")."""
    return Thing(_name(choice)).head in CLOSABLE


@lru_cache(maxsize=65536)
def _name(choice: str) -> str:
    """Return a choice without preposition and article: "on the sofa" and "from the sofa" both name the sofa."""
    return _LEAD.sub("", choice)


def _same_thing(one: str, two: str) -> bool:
    """Return True if one name may mean the other: equal, or shortened ("mug" for "red mug")."""
    return one == two or one in short_names(two) or two in short_names(one)


def _also_true(turn: Turn, kind: AnswerType, timeline: Timeline) -> frozenset[str]:
    """Return choices that the narrations make true of what the question names.

    The rules ask only what has one answer; another generator may not. A question that names its moment ("last",
    "after...") makes the others wrong, and good distractors. So is what was put there and taken away again for
    "What is on the bed that I put there?": only somebody who followed it knows.
    """
    if _ORDERED.search(turn.question):
        return frozenset()
    if _STILL_THERE.search(turn.question):
        left = [steps[-1] for name, steps in timeline.puts_of.items() if not timeline.taken_after(name, steps[-1])]
        there = [put for put in left if (place := put_place(put)) and f" {place.text} " in turn.question]
        return frozenset(put.thing.definite for put in there) - {turn.answer}
    mine = re.search(r"\bI\b", turn.question) is not None
    true: set[str] = set()
    for entry in timeline.entries:
        action = entry.action
        if action.wearer != mine or not _is_about(turn.question, entry):
            continue
        places = [place for place in (action.place, action.source) if place is not None]
        if kind in ("place", "source") and (action.kind == "put") == (kind == "place"):
            true.update(place.text for place in places)
        elif kind == "object" and action.object is not None:
            true.add(action.object.definite)
        elif kind == "action" and (text := short_past_phrase(entry)) is not None:
            true.add(text)
    return frozenset(true - {turn.answer})


def _is_about(question: str, entry: TimelineEntry) -> bool:
    """Return True if the question names the step's object or place, or is about other people's actions in general."""
    action = entry.action
    things: list[Thing | None] = [
        action.object,
        *(p.thing for p in (action.place, action.source) if p is not None),
    ]
    named = any(thing is not None and _names(question, thing.name) for thing in things)
    return named or not action.wearer


def _names(question: str, name: str) -> bool:
    """Return True if the question contains the words of `name`."""
    return f" {name} " in f" {question.rstrip('?')} "


def _other_counts(answer: str, rng: random.Random) -> list[str] | None:
    """Return three other numbers so that the four are consecutive; None if the answer is not a number in words."""
    word, _, unit = answer.partition(" ")
    if word not in NUMBERS[1:]:
        return None
    number = NUMBERS.index(word)
    # One to four, five to eight: the right number in the middle would give itself away.
    low = (number - 1) // CHOICES * CHOICES + 1
    others = [n for n in range(low, low + CHOICES) if n != number]
    rng.shuffle(others)
    if unit in ("time", "times"):
        return [times_phrase(n) for n in others]
    return [f"{number_word(n)} {unit.rstrip('s') + ('' if n == 1 else 's')}".strip() for n in others]
