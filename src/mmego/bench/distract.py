"""Wrong options by rules: of the answer's kind, from this video and from videos where the like was done.

For houses of the simulator they are those of `bench.mcq`; for what people narrated, and for answers that a language
model wrote, they come from a `Pool`. Every one is checked (`bench.check`) before it is taken.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from mmego.bench.check import GENERAL, lengths_go_together, option_faults, set_faults
from mmego.bench.forms import Kind, bare, dressed, features, kind_of, lead, predicate, sort_of, subject, with_lead
from mmego.bench.items import NO_OPTIONS, TOO_FEW, Clips, Item, Written
from mmego.bench.mcq import Candidates, answer_type, distractors, pool_of
from mmego.bench.mcq import Pool as SimulatorPool
from mmego.bench.meaning import Done, done, general, may_be_one, same_meaning
from mmego.bench.pool import Pool, Role, free_role
from mmego.bench.tilt import Aim, Tilt, drawn_aim
from mmego.bench.truth import Truth
from mmego.qa.asking import read_question
from mmego.qa.grounding import content_set, numbers
from mmego.qa.nouns import head, singular
from mmego.qa.scene import Scene
from mmego.qa.verbs import FAMILIES
from mmego.qa.words import CLOSABLE, COLOURS, KIND_OF, number_word, word_set
from mmego.records import QA, Turn

WRONG = 3
SIMULATOR = "mmego-sim"
_TRIES = 6
_MOST_LOOKED_AT = 150  # candidates of one draw
_USED_TO = re.compile(r"^what did i (?:use to ([a-z]+)|([a-z]+) .*\bwith\?)", re.IGNORECASE)
_ANCHORED = re.compile(r"\s(?:(?:right|just|immediately)\s)?(?:after|before|while|when)\s", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:what|where|which [a-z]+) (?:did i|was the (?:[a-z]+ )?thing i) (.+?)(?: from)?$", re.IGNORECASE
)
_ORDER = re.compile(r"\b(?:first|last|next)\b", re.IGNORECASE)
_USUAL_COLOURS = COLOURS[:11]
# What is done to nearly anything: where nothing is known of a thing's like.
_ANYTHING = word_set("put placed washed rinsed cleaned wiped dried")
_FIXED = CLOSABLE | word_set("door tap sink hob cooker counter table worktop floor light kettle")
_FIXED_DEEDS = word_set("opened closed cleaned wiped")
# Said of a thing that was handled in any way, these are hardly false.
_VAGUE_DEEDS = frozenset(("move", "turn", "look", "use", "tidy"))
_COOKS = re.compile(r"\bI (?:stir|mix|cook|fr[yi]|boil|heat|whisk)", re.IGNORECASE)
_VESSELS = word_set("pan pot saucepan wok cooker bowl")
_ENOUGH = 5  # names told again and again in a role: then one told once is passed over
_LEAST_SHARE = 0.002  # of what was told in a role
_COMMONEST = 25
_SHARP = 3.0


@dataclass(slots=True)
class RulesOptions:
    """The writer that needs no model. `prepare` is called before `write`."""

    seed: int = 0
    pool: Pool = field(default_factory=Pool)
    simulated: SimulatorPool = field(default_factory=SimulatorPool)
    tilts: dict[Kind, Tilt] = field(default_factory=dict)

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
            kind = kind_of(item.turn.question, item.turn.answer, item.turn.category)
            tilt = self.tilts.setdefault(kind, Tilt())
            written = self.one(item, tilt.aim())
            if written.wrong is not None:
                usual = self._usual(item, kind)
                tilt.add(item.turn.answer, written.wrong, partial(_told, usual))
            yield written

    def one(self, item: Item, aim: Aim | None = None) -> Written:
        """The wrong options of one turn, by an aim that is drawn if none is given."""
        turn = item.turn
        kind = kind_of(turn.question, turn.answer, turn.category)
        if kind in NO_OPTIONS:
            return Written(item, dropped=NO_OPTIONS[kind])
        if kind == "object" and general(turn.answer):
            return Written(item, dropped=GENERAL)
        # Clips overlap: asked again in another one, a question should have the same wrong options, or its answer
        # would be the one that is always there.
        rng = random.Random(f"{self.seed} {item.qa.video} {turn.question} {turn.answer}")
        if _simulated(item.qa) and answer_type(turn) != "other":
            wrong, fault = self._of_the_simulator(item, kind, rng)
        else:
            draw = Draw(turn, kind, item.truth, rng, aim or drawn_aim(rng))
            wrong, fault = draw.three(self.tiers(item, kind), self._usual(item, kind))
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
            names = [_with_leads(tier, turn.answer) for tier in self._names(item, kind)]
            if lead(turn.answer)[1] == "my":
                # Few things are "mine": one such beside the answer will do, the others are "the".
                names += [Counter({f"the {bare(o)}": n for o, n in tier.items()}) for tier in self._the_names(item)]
        return [Counter({dressed(name, turn.answer): n for name, n in tier.items()}) for tier in names]

    def _names(self, item: Item, kind: Kind) -> list[Counter[str]]:
        """Bare names: told in the answer's role in this video, then in others; then in the next wider role."""
        turn, video, all_ = item.turn, self.pool.video(item.qa.video), self.pool.all
        tiers: list[Counter[str]] = []
        for role in _roles(turn, kind):
            names = all_.of(*role)
            # Of the widest roles ("put in something") only what is told most: the rest may be a misread sentence.
            usual = _often(names) if role[-1] else Counter(dict(names.most_common(_COMMONEST)))
            tiers += [Counter({name: n for name, n in video.of(*role).items() if name in usual}), usual]
        if any(tiers):
            return tiers
        return [video.of("answer", kind, turn.category), all_.of("answer", kind, turn.category)]

    def _the_names(self, item: Item) -> list[Counter[str]]:
        """For an answer that is "my hands": other people's things in the same role."""
        video, all_ = self.pool.video(item.qa.video), self.pool.all
        roles = [(*role[:-1], "the") for role in _roles(item.turn, "object") if role[-1] == "my"]
        return [names for role in roles for names in (video.of(*role), _often(all_.of(*role)))]

    def _usual(self, item: Item, kind: Kind) -> Counter[str]:
        """How often things were told in the answer's role, in all videos; by their names, deeds in full."""
        if kind == "deed":
            return self.pool.all.of("did")
        roles = _roles(item.turn, kind)
        return self.pool.all.of(*roles[0]) if roles else Counter()

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
        free = self.pool.free.get(free_role(turn))
        asked = content_set(turn.question)
        tiers: dict[int, Counter[str]] = {}
        for words, answer in free.kept if free is not None else ():
            tiers.setdefault(-len(words & asked), Counter())[dressed(answer, turn.answer)] += 1
        return [tiers[likeness] for likeness in sorted(tiers)]


class Draw:
    """Draws three wrong options for one turn, so that the answer is among them what the aim says, if it can be."""

    def __init__(self, turn: Turn, kind: Kind, truth: Truth | None, rng: random.Random, aim: Aim) -> None:
        self.turn, self.kind, self.truth, self.rng, self.aim = turn, kind, truth, rng, aim
        self._fine: dict[str, bool] = {}
        self._features = features(turn.answer)
        self._anchor = _anchor(turn.question)

    def three(self, tiers: Sequence[Counter[str]], usual: Counter[str]) -> tuple[list[str] | None, str]:
        """Three options in random order, or None and the last fault seen.

        Args:
            tiers: candidates with weights, best first.
            usual: how often each is told in the answer's role, by its plain name.
        """
        fault = "too few candidates"
        for count in range(min(2, len(tiers)), len(tiers) + 1):
            for attempt in range(_TRIES):
                wrong = self._once(self._ordered(tiers[:count], usual, alike=attempt >= _TRIES // 2))
                if len(wrong) < WRONG:
                    continue
                found = set_faults(self.turn, self.kind, wrong)
                if not found:
                    self.rng.shuffle(wrong)
                    return wrong, ""
                fault = str(found[0])
        return None, fault

    def _ordered(self, tiers: Sequence[Counter[str]], usual: Counter[str], alike: bool) -> list[str]:
        """Candidates in the order in which they are tried; `alike`: only what shows the same at a glance."""
        order: list[str] = []
        for tier in tiers:
            if len(order) < _MOST_LOOKED_AT:
                # Weighted without replacement (Efraimidis and Spirakis): often told, often drawn.
                sharp = _SHARP if self.aim.common else 1.0
                weights = {o: (max(usual[_plain(o)], 1) if self.aim.common else n) ** sharp for o, n in tier.items()}
                keys = {option: math.log(self.rng.random()) / weight for option, weight in weights.items()}
                order += sorted(tier, key=keys.__getitem__, reverse=True)
        same = (o for o in dict.fromkeys(order) if not alike or features(o) == self._features)
        return list(islice(same, _MOST_LOOKED_AT))

    def _once(self, order: Sequence[str]) -> list[str]:
        """The first that pass, those of the wanted lengths before others."""
        own = len(self.turn.answer)
        wrong: list[str] = []
        for number in range(WRONG):
            shorter = self.aim.length == "longest" or (self.aim.length == "between" and number == 0)
            rest = [o for o in order if o not in wrong]
            wanted = [o for o in rest if (len(o) < own if shorter else len(o) > own)]
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
        """Beside what is checked of every option: names no more of the question than the answer does, nor its deed."""
        if self._anchor is not None and self.kind == "deed":
            claimed = done(option)
            if claimed is not None and may_be_one(claimed, self._anchor):
                return False
        if _COOKS.search(self.turn.question) and self.kind == "object" and singular(head(bare(option))) in _VESSELS:
            return False  # who stirs the sauce stirs the pan
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


@lru_cache(maxsize=4096)
def _anchor(question: str) -> Done | None:
    """The deed that tells which moment is meant ("... right after I opened the fridge?")."""
    parts = _ANCHORED.split(question.rstrip("?. "), maxsplit=1)
    return done(parts[1]) if len(parts) > 1 else None


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
        return (
            [("place", sort, thing), ("place", sort, "")]
            if sort in ("in", "on")
            else [("place", sort, ""), ("place", "on", "")]
        )
    if asked is None:
        return []
    deed = read_question(turn.question).deed
    if asked.place:
        kind_of_deed = deed.kind if deed is not None else "put"
        return [("put", singular(head(asked.place)), kind_of_deed), ("object", kind_of_deed, "the")]
    if asked.source:
        return [("taken", singular(head(asked.source))), ("object", "take", "the")]
    article = "my" if lead(turn.answer)[1] == "my" else "the"
    if deed is None:
        return []
    families = sorted(FAMILIES.get(deed.kind, frozenset()))
    return [("object", deed.kind, article), *(("family", family, article) for family in families)]


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


def _told(usual: Counter[str], option: str) -> int:
    return usual[_plain(option)]


def _plain(option: str) -> str:
    """An option as the pool counts it: the bare name, or the deed without its subject."""
    return predicate(option) if subject(option) else bare(option)


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


def _simulated(sample: QA) -> bool:
    return sample.source.dataset == SIMULATOR and sample.source.generator == "rules"
