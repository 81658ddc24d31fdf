"""Wrong options by rules: of the answer's kind, from this video and from videos where the like was done.

For houses of the simulator they are those of `bench.mcq`; for what people narrated, and for answers that a language
model wrote, they come from a `Pool`. Every one is checked (`bench.check`) before it is taken.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mmego.bench.check import lengths_go_together, option_faults, set_faults
from mmego.bench.forms import Kind, dressed, features, kind_of, lead, predicate, sort_of, subject, with_lead
from mmego.bench.items import NO_OPTIONS, TOO_FEW, Clips, Item, Written
from mmego.bench.mcq import Candidates, answer_type, distractors, pool_of
from mmego.bench.mcq import Pool as SimulatorPool
from mmego.bench.meaning import Done, done, same_meaning
from mmego.bench.pool import Pool, Role, free_role
from mmego.bench.truth import Truth
from mmego.qa.asking import read_question
from mmego.qa.grounding import content_set, numbers
from mmego.qa.nouns import head, singular
from mmego.qa.scene import Scene
from mmego.qa.words import COLOURS, KIND_OF, number_word
from mmego.records import QA, Turn

WRONG = 3
SIMULATOR = "mmego-sim"
_TRIES = 8
_MOST_LOOKED_AT = 150  # candidates of one draw
_USED_TO = re.compile(r"^what did i (?:use to ([a-z]+)|([a-z]+) .*\bwith\?)", re.IGNORECASE)
_ANCHORED = re.compile(r"\s(?:(?:right|just|immediately)\s)?(?:after|before|while|when)\s", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:what|where|which [a-z]+) (?:did i|was the (?:[a-z]+ )?thing i) (.+?)(?: from)?$", re.IGNORECASE
)
_ORDER = re.compile(r"\b(?:first|last|next)\b", re.IGNORECASE)
_USUAL_COLOURS = COLOURS[:11]
# What is done to nearly anything: where nothing is known of a thing's like.
_ANYTHING = frozenset(("put", "move", "throw", "wash"))


@dataclass(slots=True)
class RulesOptions:
    """The writer that needs no model. `prepare` is called before `write`."""

    seed: int = 0
    pool: Pool = field(default_factory=Pool)
    simulated: SimulatorPool = field(default_factory=SimulatorPool)

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Read the corpus once, for what wrong options are made of."""
        self.pool = Pool(self.seed)
        self.simulated = pool_of(sample for sample in self._counted(samples, clips) if _simulated(sample))

    def _counted(self, samples: Iterable[QA], clips: Clips) -> Iterator[QA]:
        for sample in samples:
            if not _simulated(sample):
                clip = clips(sample.id)
                self.pool.add(sample, clip.narrations if clip is not None else ())
            yield sample

    def about(self) -> dict[str, Any]:
        """What shaped the options, for a record of how a benchmark was made."""
        return {"writer": "rules", "seed": self.seed}

    def write(self, items: Iterable[Item]) -> Iterator[Written]:
        """Three wrong options for each item, or the reason why there are none."""
        for item in items:
            yield self.one(item)

    def one(self, item: Item) -> Written:
        """The wrong options of one turn."""
        turn = item.turn
        kind = kind_of(turn.question, turn.answer, turn.category)
        if kind in NO_OPTIONS:
            return Written(item, dropped=NO_OPTIONS[kind])
        rng = random.Random(f"{self.seed} {item.qa.id} {item.number}")
        if _simulated(item.qa) and answer_type(turn) != "other":
            wrong, fault = self._of_the_simulator(item, kind, rng)
        else:
            wrong, fault = Draw(turn, kind, item.truth, rng).three(self.tiers(item, kind))
        if wrong is None:
            return Written(item, dropped=f"{TOO_FEW} ({kind})", detail=fault)
        return Written(item, tuple(wrong))

    def _of_the_simulator(self, item: Item, kind: Kind, rng: random.Random) -> tuple[list[str] | None, str]:
        candidates = Candidates(item.qa, Scene(item.narrations), self.simulated)
        fault = "too few in the video and in the others"
        for _ in range(_TRIES):
            wrong = distractors(item.turn, candidates, rng)
            if wrong is None:
                return None, fault
            found = [f for option in wrong for f in option_faults(option, item.turn, kind, item.truth)]
            found += set_faults(item.turn, kind, wrong)
            if not found:
                return wrong, ""
            fault = str(found[0])
        return None, fault

    # Where candidates come from, best first -----------------------------------------------------------------

    def tiers(self, item: Item, kind: Kind) -> list[Counter[str]]:
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
            names = [
                Counter({option: n for name, n in tier.items() if (option := with_lead(name, turn.answer)) is not None})
                for tier in self._names(item, kind)
            ]
        return [Counter({dressed(name, turn.answer): n for name, n in tier.items()}) for tier in names]

    def _names(self, item: Item, kind: Kind) -> list[Counter[str]]:
        """Bare names: told in the answer's role in this video, in others, told in this video at all, in others."""
        turn, video, all_ = item.turn, self.pool.video(item.qa.video), self.pool.all
        roles = _roles(turn, kind)
        narrow = [names for role in roles for names in (video.of(*role), all_.of(*role))]
        usual = sum((all_.of(*role) for role in roles), Counter())
        wide: list[Counter[str]] = []
        if kind == "object" and turn.category != "tool":
            article = lead(turn.answer)[1]
            here = video.of("object", "", "my" if article == "my" else "the")
            wide = [Counter({name: n for name, n in here.items() if name in usual}), here]
        return [*narrow, *wide, video.of("answer", kind, turn.category), all_.of("answer", kind, turn.category)]

    def _deeds(self, item: Item) -> list[Counter[str]]:
        """Whole deeds; about what the question and the answer are both about, if they are about one thing."""
        turn, video, all_ = item.turn, self.pool.video(item.qa.video), self.pool.all
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
            anything = Counter({text: n for text, n in all_.of("with", "").items() if _done_to_anything(text)})
            tiers = [
                Counter({t.replace("{}", thing): n for t, n in tier.items() if _may_do(t, said, turn.question)})
                for tier in (video.of(*role), all_.of(*role), anything)
            ]
        elif thing and shared and mine is not None and mine.place:
            # "I put the pizza in the container" after "I opened the container": other things went there too.
            names = all_.of("put", singular(head(mine.place)))
            tiers.insert(1, Counter({said.replace(thing, f"the {name}"): n for name, n in names.items()}))
        return [Counter({f"{who} {text}".strip(): n for text, n in tier.items()}) for tier in tiers]

    def _free(self, turn: Turn) -> list[Counter[str]]:
        """Answers of the same beginning to the questions that are most like this one."""
        free = self.pool.free.get(free_role(turn))
        asked = content_set(turn.question)
        tiers: dict[int, Counter[str]] = {}
        for words, answer in free.kept if free is not None else ():
            tiers.setdefault(-len(words & asked), Counter())[dressed(answer, turn.answer)] += 1
        return [tiers[likeness] for likeness in sorted(tiers)]


class Draw:
    """Draws three wrong options for one turn. Longer and shorter ones than the answer are equally welcome."""

    def __init__(self, turn: Turn, kind: Kind, truth: Truth | None, rng: random.Random) -> None:
        self.turn, self.kind, self.truth, self.rng = turn, kind, truth, rng
        self._fine: dict[str, bool] = {}
        self._features = features(turn.answer)

    def three(self, tiers: Sequence[Counter[str]]) -> tuple[list[str] | None, str]:
        """Three options in random order, or None and the last fault seen."""
        fault = "too few candidates"
        for attempt in range(_TRIES):
            wrong = self._once(tiers, alike=attempt >= _TRIES // 2)
            if len(wrong) < WRONG:
                continue
            found = set_faults(self.turn, self.kind, wrong)
            if not found:
                self.rng.shuffle(wrong)
                return wrong, ""
            fault = str(found[0])
        return None, fault

    def _once(self, tiers: Sequence[Counter[str]], alike: bool) -> list[str]:
        """One draw; `alike`: only what shows the same at a glance as the answer does."""
        order: list[str] = []
        for tier in tiers:
            if len(order) < _MOST_LOOKED_AT:
                # Weighted without replacement (Efraimidis and Spirakis): often told, often drawn.
                keys = {option: self.rng.random() ** (1.0 / weight) for option, weight in tier.items()}
                order += sorted(tier, key=lambda option: -keys[option])
        order = [o for o in dict.fromkeys(order) if not alike or features(o) == self._features][:_MOST_LOOKED_AT]
        longer = self.rng.randrange(WRONG + 1)
        wrong: list[str] = []
        for number in range(WRONG):
            wanted = [o for o in order if (len(o) > len(self.turn.answer)) == (number < longer) and o not in wrong]
            rest = [o for o in order if o not in wrong]
            found = next((o for o in (*wanted, *rest) if self._is_fine(o) and self._goes_with(o, wrong)), None)
            if found is None:
                return wrong
            wrong.append(found)
        return wrong

    def _is_fine(self, option: str) -> bool:
        if option not in self._fine:
            self._fine[option] = self._fits(option) and not option_faults(option, self.turn, self.kind, self.truth)
        return self._fine[option]

    def _fits(self, option: str) -> bool:
        """Beside what is checked of every option: names no more of the question than the answer does."""
        asked = content_set(self.turn.question)
        return bool(content_set(option) & asked) == bool(content_set(self.turn.answer) & asked)

    def _goes_with(self, option: str, wrong: Sequence[str]) -> bool:
        return not any(same_meaning(self.kind, option, other) for other in wrong) and lengths_go_together(
            (self.turn.answer, option, *wrong)
        )


# What a question asks for -----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _asked(question: str) -> Done | None:
    """The deed that the question is about, with the names in it ("What did I put in the pan first?")."""
    text = _ANCHORED.split(question.rstrip("?. "), maxsplit=1)[0]
    match = _CLAUSE.match(text)
    return done(f"I {_ORDER.sub('', match[1]).strip()}") if match else None


def _roles(turn: Turn, kind: Kind) -> list[Role]:
    """The roles in the pool that the answer fills, the narrowest first."""
    if turn.category == "tool":
        match = _USED_TO.match(turn.question)
        verb = (match[1] or match[2]).lower() if match else ""
        return [("tool", KIND_OF.get(verb, verb)), ("tool", "")]
    asked = _asked(turn.question)
    thing = singular(head(asked.object)) if asked is not None and asked.object else ""
    if kind == "source":
        return [("source", "", thing), ("source", "", "")]
    if kind == "place":
        sort = sort_of(lead(turn.answer)[0])
        return [("place", sort, thing), ("place", sort, "")] if sort in ("in", "on") else [("place", "on", "")]
    if asked is None:
        return []
    if asked.place:
        return [("put", singular(head(asked.place)))]
    if asked.source:
        return [("taken", singular(head(asked.source)))]
    deed = read_question(turn.question).deed
    article = "my" if lead(turn.answer)[1] == "my" else "the"
    return [("object", deed.kind, article)] if deed is not None else []


def _phrase(said: str, name: str) -> str:
    """The thing of this name as a sentence says it ("the tablecloth"); "" if it does not."""
    match = re.search(rf"\b(?:(?:the|my|an?|another|some|one)\s+)?{re.escape(name)}\b", said)
    return match[0] if match else ""


def _families(text: str) -> frozenset[str]:
    found = done(f"I {text.replace('{}', 'the thing')}")
    return found.families if found is not None else frozenset()


def _done_to_anything(text: str) -> bool:
    return bool(_families(text) & _ANYTHING)


def _may_do(text: str, answer: str, question: str) -> bool:
    """False for deeds that are true of everything: whatever is handled was taken before and put somewhere after."""
    mine, its = _families(predicate(answer)), _families(text)
    asked = read_question(question)
    if asked.form != "done_with" and "with" not in question.split():
        return True
    if asked.order != "last" and "take" in its - mine:
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


def _simulated(sample: QA) -> bool:
    return sample.source.dataset == SIMULATOR and sample.source.generator == "rules"
