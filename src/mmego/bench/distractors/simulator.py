"""From question-answer pairs to four-way multiple choice, with distractors by rules, and to a choice of yes or no.

A distractor is of the answer's type and comes from the same video first, drawn as often as it occurs in the answer's
role there: an option that is rare in that role would give the answer away without looking.
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
from mmego.language.phrases import PUT_PREPOSITIONS, Thing, preposition_for, shortened
from mmego.language.timeline import Scene, Step
from mmego.qa.rules.facts import put_place, take_source, times
from mmego.qa.rules.simulator_people import deed
from mmego.records import MCQ, QA, Narration, Turn
from mmego.records.length_classes import length_class

AnswerType = Literal["place", "source", "object", "fixture", "switch", "colour", "count", "deed", "yes_no", "other"]
OPTIONS = 4
_LEAD = re.compile(rf"^(?:(?:{'|'.join(sorted(PUT_PREPOSITIONS, key=len, reverse=True))}|from) )?(?:the|my) ")
_ORDERED = re.compile(r"\b(first|last|next|before|after)\b")
_STILL_THERE = re.compile(r"^What is .* that I put there\b")


@dataclass(slots=True)
class Pool:
    """Answers by type and how often they occur: where distractors come from when the video itself has too few."""

    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, turn: Turn) -> None:
        """Count a turn's answer."""
        self.answers.setdefault(answer_type(turn), Counter())[turn.answer] += 1


def pool_of(samples: Iterable[QA]) -> Pool:
    """The pool of all answers of `samples`."""
    pool = Pool()
    for sample in samples:
        for turn in sample.turns:
            pool.add(turn)
    return pool


def answer_type(turn: Turn) -> AnswerType:
    """What kind of thing answers a turn, by its category and the answer's form."""
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
        return "deed" if turn.category == "other_person" else "other"
    if turn.category == "closed" or re.search(r"\bopen(?:ed)? (?:first|last)|thing I opened", turn.question):
        return "fixture"
    return "switch" if turn.category == "switched" else "object"


def turns_to_mcq(qa: QA, seed: int, narrations: Sequence[Narration] = (), pool: Pool | None = None) -> list[MCQ]:
    """Four-way multiple-choice questions from the turns of one sample; those without three distractors are left out.

    Yes/no questions have no four options and are left out, see `turns_to_yes_no`. The right letters are dealt so that
    each comes up equally often within a sample and, over many, everywhere.

    Args:
        qa: a sample; `clip` gives the length class.
        seed: draws distractors and letters.
        narrations: the list that `Turn.narrations` index: gives more distractors, and rules out those that the
            narrations make true. Without it distractors come from the other turns' answers.
        pool: distractors for when the video has too few, see `pool_of`.
    """
    rng = random.Random(f"{seed} {qa.id}")
    candidates = Candidates(qa, Scene(narrations), pool or Pool())
    deck: list[int] = []
    questions: list[MCQ] = []
    for number, turn in enumerate(qa.turns):
        wrong = distractors(turn, candidates, rng)
        if wrong is None:
            continue
        if not deck:
            deck = rng.sample(range(OPTIONS), OPTIONS)
        place = deck.pop()
        questions.append(_question(qa, number, (*wrong[:place], turn.answer, *wrong[place:]), place))
    return questions


def turns_to_yes_no(qa: QA, seed: int) -> list[MCQ]:
    """The yes/no turns of one sample as questions with the two options "yes" and "no": those `turns_to_mcq` leaves out.

    Guessing is right in half of them, so their accuracy goes into no mean with that of four options. Of every two in
    turn one has its right option first and one last; the two of a pair by the rules, one yes and one no, so have their
    options in the same order. Which order is drawn by `seed`.
    """
    rng = random.Random(f"{seed} {qa.id} yes/no")
    deck: list[int] = []
    questions: list[MCQ] = []
    for number, turn in enumerate(qa.turns):
        if answer_type(turn) != "yes_no":
            continue
        deck = deck or rng.sample(range(2), 2)
        place = deck.pop()
        options = ("yes", "no") if (turn.answer == "yes") == (place == 0) else ("no", "yes")
        questions.append(_question(qa, number, options, place))
    return questions


def _question(qa: QA, number: int, options: tuple[str, ...], place: int) -> MCQ:
    """The sample's turn `number` with these options, of which the one at `place` is right."""
    turn = qa.turns[number]
    return MCQ(
        id=f"{qa.id}-{number}",
        video=qa.video,
        clip=qa.clip,
        question=turn.question,
        options=options,
        answer=place,
        length_class=length_class(qa.clip.length),
        key_spans=turn.key_spans,
        category=turn.category,
        source=qa.source,
    )


class Candidates:
    """Wrong options for the questions of one sample, by answer type, with how often each occurs as weight."""

    def __init__(self, qa: QA, scene: Scene, pool: Pool) -> None:
        self.scene = scene
        self._pool = pool
        self._own: dict[AnswerType, Counter[str]] = {}
        self._foreign: dict[AnswerType, Counter[str]] = {}
        self._asked: dict[tuple[AnswerType, str], Counter[str]] = {}
        self._my_deeds: Counter[str] = Counter()
        for turn in qa.turns:
            for category in (turn.category, ""):
                self._asked.setdefault((answer_type(turn), category), Counter())[turn.answer] += 1
        for step in scene.steps:
            self._tell(step)

    def tiers(self, turn: Turn) -> list[Counter[str]]:
        """Best first: the video in the answer's own role, the sample's other answers, the video at all, the pool."""
        kind = answer_type(turn)
        own = self._own.get(kind) or self._asked.get((kind, turn.category), Counter())
        tiers = [own, self._asked.get((kind, ""), Counter()), self._foreign.get(kind, Counter())]
        if kind == "deed":
            tiers.append(self._my_deeds)  # true of me and not of them: hard to tell without knowing who
        tiers.append(self._pool.answers.get(kind, Counter()))
        if kind == "colour":
            tiers.append(Counter(COLOURS[:10]))
        if turn.category == "other_person" and kind in ("place", "source"):
            # Others are seldom seen opening things: "in the drawer" among "on"s would be ruled out unseen.
            shut = _may_be_shut(turn.answer)
            alike = [Counter({o: n for o, n in tier.items() if _may_be_shut(o) == shut}) for tier in tiers]
            tiers = alike + tiers
        return tiers

    def _tell(self, step: Step) -> None:
        """Count what one action gives."""
        action = step.action
        if action.kind == "put" and (place := put_place(step)) is not None:
            self._add(self._own, "place", place.text)
            self._add(self._foreign, "source", f"from {place.thing.definite}")
        if action.kind == "take" and (source := take_source(step)) is not None:
            self._add(self._own, "source", source.text)
            self._add(self._foreign, "place", f"{preposition_for(source.thing)} {source.thing.definite}")
        if (text := deed(step)) is not None:
            if action.wearer:
                self._my_deeds[text] += 1
            else:
                self._add(self._own, "deed", text)
        thing = action.object
        if thing is None or not self.scene.askable(thing.name):
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
    def _add(counts: dict[AnswerType, Counter[str]], kind: AnswerType, option: str) -> None:
        counts.setdefault(kind, Counter())[option] += 1


def distractors(turn: Turn, candidates: Candidates, rng: random.Random) -> list[str] | None:
    """Three wrong options for a turn in random order, or None if there are not so many."""
    kind = answer_type(turn)
    if kind in ("yes_no", "other"):
        return None
    if kind == "count":
        return _other_counts(turn.answer, rng)
    true = _also_true(turn, kind, candidates.scene)
    drawn: list[str] = []
    for tier in candidates.tiers(turn):
        left = {option: weight for option, weight in tier.items() if option not in true}
        while left and len(drawn) < OPTIONS - 1:
            option = rng.choices(list(left), weights=list(left.values()))[0]
            del left[option]
            if _fits(option, turn, kind, drawn):
                drawn.append(option)
    rng.shuffle(drawn)
    return drawn if len(drawn) == OPTIONS - 1 else None


def _fits(option: str, turn: Turn, kind: AnswerType, drawn: Sequence[str]) -> bool:
    """True if `option` differs in substance from the answer and the options drawn, and is not named in the question."""
    name = _name(option)
    if any(_same_thing(name, _name(other)) for other in (turn.answer, *drawn)):
        return False
    # Named in the question it would be ruled out at once ("What did I take after I put down the mug?" "the mug").
    return kind in ("colour", "deed") or not _names(turn.question, name)


def _may_be_shut(option: str) -> bool:
    """True for a place with a door or lid ("in the fridge")."""
    return Thing(_name(option)).head in CLOSABLE


@lru_cache(maxsize=65536)
def _name(option: str) -> str:
    """An option without preposition and article: "on the sofa" and "from the sofa" both name the sofa."""
    return _LEAD.sub("", option)


def _same_thing(one: str, two: str) -> bool:
    """True if one name may mean the other: equal, or shortened ("mug" for "red mug", "drawer" for "drawer of ...")."""
    return one == two or one in shortened(two) or two in shortened(one)


def _also_true(turn: Turn, kind: AnswerType, scene: Scene) -> frozenset[str]:
    """Options that the narrations make true of what the question names.

    The rules ask only what has one answer; another generator may not. A question that says which one it means
    ("last", "after...") makes the others wrong, and good distractors. So is what was put there and taken away again for
    "What is on the bed that I put there?": only who followed it knows better.
    """
    if _ORDERED.search(turn.question):
        return frozenset()
    if _STILL_THERE.search(turn.question):
        left = [steps[-1] for name, steps in scene.puts_of.items() if not scene.taken_after(name, steps[-1])]
        there = [put for put in left if (place := put_place(put)) and f" {place.text} " in turn.question]
        return frozenset(put.thing.definite for put in there) - {turn.answer}
    mine = re.search(r"\bI\b", turn.question) is not None
    true: set[str] = set()
    for step in scene.steps:
        action = step.action
        if action.wearer != mine or not _mentions(turn.question, step):
            continue
        places = [place for place in (action.place, action.source) if place is not None]
        if kind in ("place", "source") and (action.kind == "put") == (kind == "place"):
            true.update(place.text for place in places)
        elif kind == "object" and action.object is not None:
            true.add(action.object.definite)
        elif kind == "deed" and (text := deed(step)) is not None:
            true.add(text)
    return frozenset(true - {turn.answer})


def _mentions(question: str, step: Step) -> bool:
    """True if the question names the step's object or place, or is about somebody else's doings at large."""
    action = step.action
    things: list[Thing | None] = [
        action.object,
        *(p.thing for p in (action.place, action.source) if p is not None),
    ]
    named = any(thing is not None and _names(question, thing.name) for thing in things)
    return named or not action.wearer


def _names(question: str, name: str) -> bool:
    """True if the words of `name` stand in the question."""
    return f" {name} " in f" {question.rstrip('?')} "


def _other_counts(answer: str, rng: random.Random) -> list[str] | None:
    """Three other numbers such that the four are consecutive; None if the answer is not a number in words."""
    word, _, unit = answer.partition(" ")
    if word not in NUMBERS[1:]:
        return None
    number = NUMBERS.index(word)
    # One to four, five to eight: numbers around the right one would tell of it.
    low = (number - 1) // OPTIONS * OPTIONS + 1
    others = [n for n in range(low, low + OPTIONS) if n != number]
    rng.shuffle(others)
    if unit in ("time", "times"):
        return [times(n) for n in others]
    return [f"{number_word(n)} {unit.rstrip('s') + ('' if n == 1 else 's')}".strip() for n in others]
