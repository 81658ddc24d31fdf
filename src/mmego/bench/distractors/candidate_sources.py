"""The sources of wrong choices by rules: for one question, lists of candidates with the most believable first."""

from __future__ import annotations

import math
import re
from collections import Counter

from mmego.bench.distractors.answer_form import (
    AnswerForm,
    bare_name,
    leading_words,
    predicate,
    subject,
    with_leading_words,
    written_like,
)
from mmego.bench.distractors.candidates import Candidates, role_of_free_answer, roles_asked
from mmego.bench.distractors.checks import WRONG
from mmego.bench.distractors.equivalence import stated_action
from mmego.bench.distractors.writer import QuestionToFill
from mmego.language.content_words import content_set, numbers
from mmego.language.lexicon import CLOSABLE, COLOURS, number_word, word_set
from mmego.language.nouns import head_noun, singular
from mmego.language.question_parser import read_question
from mmego.records import Turn

_USUAL_COLOURS = COLOURS[:11]
# Actions that fit nearly any thing, for things of which the corpus has no narrated action.
_ANYTHING = word_set("put placed washed rinsed cleaned wiped dried")
_FIXED = CLOSABLE | word_set("door tap sink hob cooker counter table worktop floor light kettle")
_ACTIONS_ON_FIXED = word_set("opened closed cleaned wiped")
# These are hardly ever false of a thing that somebody handled.
_VAGUE_VERBS = frozenset(("move", "turn", "look", "use", "tidy"))
_ENOUGH = 5  # with so many repeated names in a role, a name that was narrated once is passed over
_LEAST_SHARE = 0.002  # of the names in a role
_COMMONEST = 25


class CandidateSources:
    """Candidates for a question: names in the answer's role from its own video, then from other videos."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    def of(self, item: QuestionToFill, form: AnswerForm) -> list[Counter[str]]:
        """Return lists of candidates, written like the answer, with the most believable lists first."""
        turn = item.turn
        if form == "count":
            return [Counter(_counts(turn.answer))]
        if form == "colour":
            return [Counter(_colours(turn.answer))]
        if form == "free":
            return self._free_answers(turn)
        if form == "action":
            names = self._actions(item)
        else:
            names = [_all_with_leading_words(source, turn.answer) for source in self._names(item, form)]
            if leading_words(turn.answer)[1] == "my":
                # Few things are "mine": one of them beside the answer is enough, the others are "the".
                names += [
                    Counter({f"the {bare_name(o)}": n for o, n in source.items()})
                    for source in self._names_with_the(item)
                ]
        return [Counter({written_like(name, turn.answer): n for name, n in source.items()}) for source in names]

    def _names(self, item: QuestionToFill, form: AnswerForm) -> list[Counter[str]]:
        """Return bare names in the answer's role, from this video and then from all; then in each wider role."""
        turn, video, all_ = item.turn, self._candidates.video(item.qa.video), self._candidates.all
        sources: list[Counter[str]] = []
        for role in roles_asked(turn, form):
            names = all_.of(*role)
            # From the widest roles ("put in something") take only frequent names: a rare one may be a misread sentence.
            frequent = _frequent(names) if role[-1] else Counter(dict(names.most_common(_COMMONEST)))
            sources += [Counter({name: n for name, n in video.of(*role).items() if name in frequent}), frequent]
        if any(sources):
            return sources
        return [video.of("answer", form, turn.category), all_.of("answer", form, turn.category)]

    def _names_with_the(self, item: QuestionToFill) -> list[Counter[str]]:
        """Return other people's things in the same role, for an answer such as "my hands"."""
        video, all_ = self._candidates.video(item.qa.video), self._candidates.all
        roles = [(*role[:-1], "the") for role in roles_asked(item.turn, "object") if role[-1] == "my"]
        return [names for role in roles for names in (video.of(*role), _frequent(all_.of(*role)))]

    def frequency(self, item: QuestionToFill, form: AnswerForm) -> Counter[str]:
        """Return how often each name is narrated in the answer's role, over all videos; an action is a whole phrase."""
        if form == "action":
            return self._candidates.all.of("did")
        roles = roles_asked(item.turn, form)
        return self._candidates.all.of(*roles[0]) if roles else Counter()

    def _actions(self, item: QuestionToFill) -> list[Counter[str]]:
        """Return whole actions; if question and answer share one thing, actions on that thing."""
        turn, video, all_ = item.turn, self._candidates.video(item.qa.video), self._candidates.all
        who = subject(turn.answer)
        sentence, mine = predicate(turn.answer), stated_action(turn.answer)
        shared = content_set(turn.question) & content_set(turn.answer)
        thing = _phrase(sentence, mine.object) if mine is not None and mine.object else ""
        sources = [video.of("did"), all_.of("did")]
        if who != "I":
            role = ("said", who.lower())
            sources = [video.of(*role), all_.of(*role)]
        elif thing and mine is not None and content_set(mine.object) & shared:
            role = ("with", singular(head_noun(mine.object)))
            verbs = _ACTIONS_ON_FIXED if role[1] in _FIXED else _ANYTHING
            anything = Counter({text: n for text, n in all_.of("with", "").items() if text.split()[0] in verbs})
            sources = [
                Counter(
                    {t.replace("{}", thing): n for t, n in source.items() if _can_be_false(t, sentence, turn.question)}
                )
                for source in (video.of(*role), all_.of(*role), _frequent(anything))
            ]
        elif thing and shared and mine is not None and mine.place:
            # "I put the pizza in the container" after "I opened the container": other things went there too.
            names = all_.of("put", singular(head_noun(mine.place)))
            sources.insert(1, Counter({sentence.replace(thing, f"the {name}"): n for name, n in names.items()}))
        if not any(sources):  # without narrations: the other answers
            sources = [video.of("said", who.lower()), all_.of("said", who.lower())]
        return [Counter({f"{who} {text}".strip(): n for text, n in source.items()}) for source in sources]

    def _free_answers(self, turn: Turn) -> list[Counter[str]]:
        """Return answers that begin alike, those to the most similar questions first."""
        free = self._candidates.free.get(role_of_free_answer(turn))
        asked = content_set(turn.question)
        sources: dict[int, Counter[str]] = {}
        for words, answer in free.kept if free is not None else ():
            sources.setdefault(-len(words & asked), Counter())[written_like(answer, turn.answer)] += 1
        return [sources[similarity] for similarity in sorted(sources)]


def _phrase(sentence: str, name: str) -> str:
    """Return a thing as the sentence names it ("the tablecloth"), or "" if it does not."""
    match = re.search(rf"\b(?:(?:the|my|an?|another|some|one)\s+)?{re.escape(name)}\b", sentence)
    return match[0] if match else ""


def _families(text: str) -> frozenset[str]:
    found = stated_action(f"I {text.replace('{}', 'the thing')}")
    return found.families if found is not None else frozenset()


def _frequent(names: Counter[str]) -> Counter[str]:
    """Return the names that occur more than once, if there are enough: a name that occurs once may be misread."""
    least = max(2, math.ceil(_LEAST_SHARE * names.total()))
    frequent = Counter({name: n for name, n in names.items() if n >= least})
    return frequent if len(frequent) >= _ENOUGH else names


def _all_with_leading_words(names: Counter[str], answer: str) -> Counter[str]:
    return Counter({choice: n for name, n in names.items() if (choice := with_leading_words(name, answer)) is not None})


def _can_be_false(text: str, answer: str, question: str) -> bool:
    """Return False for what is true of every action: a handled thing was taken before and put somewhere after."""
    mine, its = _families(answer), _families(text)
    asked = read_question(question)
    if its & _VAGUE_VERBS and not its & mine and len(text.split()) <= 2:
        return False
    if asked.form != "done_with" and "with" not in question.split():
        return True
    if asked.order != "last" and (its - mine) & {"take", "remove"}:
        return False
    return asked.order == "first" or "put" not in its - mine


def _counts(answer: str) -> list[str]:
    """Return three other numbers in the answer's own words, so that the four are consecutive; [] without a number."""
    given = numbers(answer)
    number = int(next(iter(given))) if len(given) == 1 and next(iter(given)).isdigit() else 0
    if number < 1:
        return []
    low = (number - 1) // (WRONG + 1) * (WRONG + 1) + 1  # the right number in the middle would give itself away
    others = [n for n in range(low, low + WRONG + 1) if n != number]
    text = answer.strip().rstrip(".").lower()
    first, _, unit = text.partition(" ")
    if first in ("once", "twice", "thrice"):
        texts = [{1: "once", 2: "twice"}.get(n, f"{number_word(n)} times") for n in others]
    else:
        one, several = ("time", "times") if unit in ("time", "times") else (singular(unit), unit if number > 1 else "")
        several = several or (f"{one}s" if one else "")
        texts = [f"{n if first[:1].isdigit() else number_word(n)} {one if n == 1 else several}".strip() for n in others]
    return [written_like(text, answer) for text in texts]


def _colours(answer: str) -> list[str]:
    """Return the answer with its colour changed; [] if it names two."""
    named = [word for word in re.findall(r"[a-z]+", answer.lower()) if word in COLOURS]
    if len(named) != 1:
        return []
    pattern = re.compile(rf"\b{named[0]}\b", re.IGNORECASE)
    return [written_like(pattern.sub(colour, answer), answer) for colour in _USUAL_COLOURS if colour != named[0]]
