"""Where the wrong options by rules come from: lists of candidates, the likeliest to be believed first."""

from __future__ import annotations

import math
import re
from collections import Counter

from mmego.bench.distractors.answer_form import Kind, bare, dressed, lead, predicate, subject, with_lead
from mmego.bench.distractors.candidates import Pool, free_role
from mmego.bench.distractors.draw import WRONG
from mmego.bench.distractors.equivalence import done
from mmego.bench.distractors.roles import roles_asked
from mmego.bench.distractors.writer import Item
from mmego.language.content_words import content_set, numbers
from mmego.language.lexicon import CLOSABLE, COLOURS, number_word, word_set
from mmego.language.nouns import head, singular
from mmego.language.question_parser import read_question
from mmego.records import Turn

_USUAL_COLOURS = COLOURS[:11]
# What is done to nearly anything: where nothing is known of a thing's like.
_ANYTHING = word_set("put placed washed rinsed cleaned wiped dried")
_FIXED = CLOSABLE | word_set("door tap sink hob cooker counter table worktop floor light kettle")
_FIXED_DEEDS = word_set("opened closed cleaned wiped")
# Said of a thing that was handled in any way, these are hardly false.
_VAGUE_DEEDS = frozenset(("move", "turn", "look", "use", "tidy"))
_ENOUGH = 5  # names told again and again in a role: then one told once is passed over
_LEAST_SHARE = 0.002  # of what was told in a role
_COMMONEST = 25


class Tiers:
    """Candidates for a turn from a pool: told in the answer's role in its video, then in other videos."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def of(self, item: Item, kind: Kind) -> list[Counter[str]]:
        """Candidates for a turn, as they would be written; the first lists are the likeliest to be believed."""
        turn = item.turn
        if kind == "count":
            return [Counter(_counts(turn.answer))]
        if kind == "colour":
            return [Counter(_colours(turn.answer))]
        if kind == "free":
            return self._free(turn)
        if kind == "deed":
            names = self._deeds(item)
        else:
            names = [_with_leads(tier, turn.answer) for tier in self._names(item, kind)]
            if lead(turn.answer)[1] == "my":
                # Few things are "mine": one such beside the answer will do, the others are "the".
                names += [Counter({f"the {bare(o)}": n for o, n in tier.items()}) for tier in self._the_names(item)]
        return [Counter({dressed(name, turn.answer): n for name, n in tier.items()}) for tier in names]

    def _names(self, item: Item, kind: Kind) -> list[Counter[str]]:
        """Bare names: told in the answer's role in this video, then in others; then in the next wider role."""
        turn, video, all_ = item.turn, self._pool.video(item.qa.video), self._pool.all
        tiers: list[Counter[str]] = []
        for role in roles_asked(turn, kind):
            names = all_.of(*role)
            # Of the widest roles ("put in something") only what is told most: the rest may be a misread sentence.
            usual = _often(names) if role[-1] else Counter(dict(names.most_common(_COMMONEST)))
            tiers += [Counter({name: n for name, n in video.of(*role).items() if name in usual}), usual]
        if any(tiers):
            return tiers
        return [video.of("answer", kind, turn.category), all_.of("answer", kind, turn.category)]

    def _the_names(self, item: Item) -> list[Counter[str]]:
        """For an answer that is "my hands": other people's things in the same role."""
        video, all_ = self._pool.video(item.qa.video), self._pool.all
        roles = [(*role[:-1], "the") for role in roles_asked(item.turn, "object") if role[-1] == "my"]
        return [names for role in roles for names in (video.of(*role), _often(all_.of(*role)))]

    def usual(self, item: Item, kind: Kind) -> Counter[str]:
        """How often things were told in the answer's role, in all videos; by their names, deeds in full."""
        if kind == "deed":
            return self._pool.all.of("did")
        roles = roles_asked(item.turn, kind)
        return self._pool.all.of(*roles[0]) if roles else Counter()

    def _deeds(self, item: Item) -> list[Counter[str]]:
        """Whole deeds; about what the question and the answer are both about, if they are about one thing."""
        turn, video, all_ = item.turn, self._pool.video(item.qa.video), self._pool.all
        who = subject(turn.answer)
        said, mine = predicate(turn.answer), done(turn.answer)
        shared = content_set(turn.question) & content_set(turn.answer)
        thing = _phrase(said, mine.object) if mine is not None and mine.object else ""
        tiers = [video.of("did"), all_.of("did")]
        if who != "I":
            role = ("said", who.lower())
            tiers = [video.of(*role), all_.of(*role)]
        elif thing and mine is not None and content_set(mine.object) & shared:
            role = ("with", singular(head(mine.object)))
            usual = _FIXED_DEEDS if role[1] in _FIXED else _ANYTHING
            anything = Counter({text: n for text, n in all_.of("with", "").items() if text.split()[0] in usual})
            tiers = [
                Counter({t.replace("{}", thing): n for t, n in tier.items() if _may_do(t, said, turn.question)})
                for tier in (video.of(*role), all_.of(*role), _often(anything))
            ]
        elif thing and shared and mine is not None and mine.place:
            # "I put the pizza in the container" after "I opened the container": other things went there too.
            names = all_.of("put", singular(head(mine.place)))
            tiers.insert(1, Counter({said.replace(thing, f"the {name}"): n for name, n in names.items()}))
        if not any(tiers):  # no narrations at hand: what else was answered
            tiers = [video.of("said", who.lower()), all_.of("said", who.lower())]
        return [Counter({f"{who} {text}".strip(): n for text, n in tier.items()}) for tier in tiers]

    def _free(self, turn: Turn) -> list[Counter[str]]:
        """Answers of the same beginning to the questions that are most like this one."""
        free = self._pool.free.get(free_role(turn))
        asked = content_set(turn.question)
        tiers: dict[int, Counter[str]] = {}
        for words, answer in free.kept if free is not None else ():
            tiers.setdefault(-len(words & asked), Counter())[dressed(answer, turn.answer)] += 1
        return [tiers[likeness] for likeness in sorted(tiers)]


def _phrase(said: str, name: str) -> str:
    """The thing of this name as a sentence says it ("the tablecloth"); "" if it does not."""
    match = re.search(rf"\b(?:(?:the|my|an?|another|some|one)\s+)?{re.escape(name)}\b", said)
    return match[0] if match else ""


def _families(text: str) -> frozenset[str]:
    found = done(f"I {text.replace('{}', 'the thing')}")
    return found.families if found is not None else frozenset()


def _often(names: Counter[str]) -> Counter[str]:
    """Those that were told more than once, where there are enough of them: a name told once may be misread."""
    least = max(2, math.ceil(_LEAST_SHARE * names.total()))
    often = Counter({name: n for name, n in names.items() if n >= least})
    return often if len(often) >= _ENOUGH else names


def _with_leads(names: Counter[str], answer: str) -> Counter[str]:
    return Counter({option: n for name, n in names.items() if (option := with_lead(name, answer)) is not None})


def _may_do(text: str, answer: str, question: str) -> bool:
    """False for deeds that are true of everything: whatever is handled was taken before and put somewhere after."""
    mine, its = _families(answer), _families(text)
    asked = read_question(question)
    if its & _VAGUE_DEEDS and not its & mine and len(text.split()) <= 2:
        return False
    if asked.form != "done_with" and "with" not in question.split():
        return True
    if asked.order != "last" and (its - mine) & {"take", "remove"}:
        return False
    return asked.order == "first" or "put" not in its - mine


def _counts(answer: str) -> list[str]:
    """Three other numbers in the answer's own words, such that the four are consecutive; none if it has no number."""
    given = numbers(answer)
    number = int(next(iter(given))) if len(given) == 1 and next(iter(given)).isdigit() else 0
    if number < 1:
        return []
    low = (number - 1) // (WRONG + 1) * (WRONG + 1) + 1  # numbers around the right one would tell of it
    others = [n for n in range(low, low + WRONG + 1) if n != number]
    text = answer.strip().rstrip(".").lower()
    first, _, unit = text.partition(" ")
    if first in ("once", "twice", "thrice"):
        said = [{1: "once", 2: "twice"}.get(n, f"{number_word(n)} times") for n in others]
    else:
        one, several = ("time", "times") if unit in ("time", "times") else (singular(unit), unit if number > 1 else "")
        several = several or (f"{one}s" if one else "")
        said = [f"{n if first[:1].isdigit() else number_word(n)} {one if n == 1 else several}".strip() for n in others]
    return [dressed(text, answer) for text in said]


def _colours(answer: str) -> list[str]:
    """The answer with its colour changed; none if it has two."""
    named = [word for word in re.findall(r"[a-z]+", answer.lower()) if word in COLOURS]
    if len(named) != 1:
        return []
    pattern = re.compile(rf"\b{named[0]}\b", re.IGNORECASE)
    return [dressed(pattern.sub(colour, answer), answer) for colour in _USUAL_COLOURS if colour != named[0]]
