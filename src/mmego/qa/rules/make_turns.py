"""Questions and answers from narrations by rules, without any language model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from mmego.language.parser import COMMON_WORDS
from mmego.language.timeline import Scene, Step
from mmego.narrations.clean import to_spans
from mmego.qa.rules.facts import Draft, Fact
from mmego.qa.rules.narrated.select import TOLD_CATEGORIES, told_drafts
from mmego.qa.rules.simulator_order import first_and_last, neighbours
from mmego.qa.rules.simulator_people import others
from mmego.qa.rules.simulator_states import closed, counts, switched
from mmego.qa.rules.simulator_things import colours, put_on, where_put, where_taken
from mmego.records import Narration, Turn

CATEGORIES = (
    "where_put",
    "where_taken",
    "put_on",
    "first",
    "last",
    "after",
    "before",
    "closed",
    "switched",
    "count",
    "other_person",
    "colour",
)
MAKERS = (where_put, where_taken, put_on, first_and_last, neighbours, closed, switched, counts, others, colours)
CROWDED = ("colour", "after", "before")
FEWEST_OF_CROWDED = 3
"""Every take and every put can be asked about in these: they would be half of all questions."""
PAIRS_PER_SUBJECT = 3
"""At most this many yes/no pairs from the states, and from the order, of doors and switches in one video."""


Narrator = Literal["simulator", "people"]


def narrator_of(dataset: str) -> Narrator:
    """Who narrated a data set: the simulator only its own."""
    return "simulator" if dataset == "mmego-sim" else "people"


def make_turns(
    narrations: Sequence[Narration],
    duration: float | None,
    seed: int,
    limit: int | None = None,
    narrator: Narrator = "simulator",
) -> list[Turn]:
    """Question-answer pairs whose answers are sure and unique by the narrations, in an order drawn by `seed`.

    Args:
        narrations: one video's (or clip's), in any order; `Turn.narrations` are indices into this list.
        duration: where the video or clip ends, in seconds; key spans end there. None if unknown.
        seed: draws wordings, yes/no pairs and order. Same narrations, same seed: same turns.
        limit: at most so many turns, taken from the categories in turn so that the rare ones are kept.
        narrator: the simulator tells all that happens and calls every thing by a name of its own; people do neither, so
            of their narrations other things are asked, with more care (`told.py`), see `narrator_of`.

    Returns:
        Turns with key spans for every narration they rest on. As many "yes" as "no", of the same wording.
    """
    video = narrations[0].video if narrations else ""
    rng = random.Random(f"{seed} {video}")
    drafts = told_drafts(narrations, rng) if narrator == "people" else _drafts(Scene(narrations), rng)
    drafts = [draft for draft in drafts if not any(_gives_itself_away(fact) for fact, _ in draft)]
    rng.shuffle(drafts)
    drafts = _without_clashes(drafts)
    if limit is not None:
        drafts = _spread(drafts, limit, CATEGORIES if narrator == "simulator" else TOLD_CATEGORIES)
    spans = to_spans(narrations, duration)
    return [
        Turn(question, fact.answer, tuple(spans[i] for i in fact.narrations), fact.narrations, fact.category)
        for draft in drafts
        for fact, question in draft
    ]


def _drafts(scene: Scene, rng: random.Random) -> list[Draft]:
    """What can be asked of a simulated video."""
    facts = _thin([fact for make in MAKERS for fact in make(scene)], rng)
    drafts = [[(fact, rng.choice(fact.wordings))] for fact in facts if not _gives_itself_away(fact)]
    return drafts + _state_pairs(scene, rng) + _order_pairs(scene, rng)


def _thin(facts: list[Fact], rng: random.Random) -> list[Fact]:
    """Draw each fact with its share, and of the crowded categories no more than there are "where did I put" facts."""
    drawn = [fact for fact in facts if rng.random() < fact.share]
    most = max(FEWEST_OF_CROWDED, sum(fact.category == "where_put" for fact in drawn))
    for category in CROWDED:
        of_it = [fact for fact in drawn if fact.category == category]
        out = set(map(id, rng.sample(of_it, max(0, len(of_it) - most))))
        drawn = [fact for fact in drawn if id(fact) not in out]
    return drawn


def _gives_itself_away(fact: Fact) -> bool:
    """True if all the answer's content words stand in a wording ("Where did I put the pot lid?" "on the pot")."""
    words = set(fact.answer.split()) - COMMON_WORDS
    return bool(words) and fact.kind != "count" and any(words <= set(w.rstrip("?").split()) for w in fact.wordings)


def _state_pairs(scene: Scene, rng: random.Random) -> list[Draft]:
    """Pairs of one door left open and one closed (lamp on, lamp off), asked in the same words: one yes, one no."""
    drafts: list[Draft] = []
    for category, kinds, wordings in (
        ("closed", ("open", "close"), ("Did I close {x}?", "Did I leave {x} open?")),
        ("switched", ("switch on", "switch off"), ("Did I switch off {x}?", "Did I leave {x} on?")),
    ):
        final = [step for step in scene.final_states((kinds[0], kinds[1])).values() if step.action.wearer]
        # Closed once and open again at the end: "Did I close it?" has two answers.
        ever_ended = {step.object_name for step in scene.mine(kinds[1])}
        begun = [step for step in final if step.action.kind == kinds[0] and step.object_name not in ever_ended]
        ended = [step for step in final if step.action.kind == kinds[1]]
        rng.shuffle(begun)
        rng.shuffle(ended)
        for left, done in list(zip(begun, ended, strict=False))[:PAIRS_PER_SUBJECT]:
            which = rng.randrange(2)
            answers = ("no", "yes") if which == 0 else ("yes", "no")
            drafts.append(
                [
                    _yes_no(category, answer, wordings[which].format(x=step.thing.definite), step)
                    for step, answer in zip((left, done), answers, strict=True)
                ]
            )
    return drafts


def _order_pairs(scene: Scene, rng: random.Random) -> list[Draft]:
    """Pairs on one deed done once, before one take and after another: one yes, one no in the same words."""
    takes = [steps[0] for steps in scene.takes_of.values() if len(steps) == 1]
    drafts: list[Draft] = []
    for category, kinds in (("closed", ("open", "close")), ("switched", ("switch on", "switch off"))):
        deeds = [step for kind in kinds for step in _done_once(scene, kind)]
        rng.shuffle(deeds)
        for step in deeds[:PAIRS_PER_SUBJECT]:
            earlier = [take for take in takes if take.order < step.order and take.index != step.index]
            later = [take for take in takes if take.order > step.order and take.index != step.index]
            if not earlier or not later:
                continue
            word = rng.choice(("before", "after"))
            anchors = {"before": rng.choice(earlier), "after": rng.choice(later)}
            draft: Draft = []
            for side, anchor in anchors.items():
                # The deed comes after an earlier take: "after" is true of it, "before" is not.
                answer = "yes" if (side == "before") == (word == "after") else "no"
                asked = f"Did I {step.action.kind} {step.thing.definite} {word} I picked up {anchor.thing.definite}?"
                draft.append(_yes_no(category, answer, asked, step, anchor))
            drafts.append(draft)
    return drafts


def _done_once(scene: Scene, kind: str) -> list[Step]:
    steps = scene.mine(kind)
    names = [step.object_name for step in steps]
    if None in names:
        return []
    return [step for step in steps if scene.askable(step.object_name) and names.count(step.object_name) == 1]


def _yes_no(category: str, answer: str, question: str, *steps: Step) -> tuple[Fact, str]:
    indices = tuple(step.index for step in sorted(steps, key=lambda step: step.order))
    return Fact(category, "yes_no", answer, indices, (question,)), question


def _without_clashes(drafts: list[Draft]) -> list[Draft]:
    """Drop drafts with a question already asked; one asked with two answers is dropped altogether."""
    answers: dict[str, set[str]] = {}
    for draft in drafts:
        for fact, question in draft:
            answers.setdefault(question, set()).add(fact.answer)
    kept: list[Draft] = []
    asked: set[str] = set()
    for draft in drafts:
        questions = [question for _, question in draft]
        if any(len(answers[question]) > 1 or question in asked for question in questions):
            continue
        asked.update(questions)
        kept.append(draft)
    return kept


def _spread(drafts: list[Draft], limit: int, categories: Sequence[str]) -> list[Draft]:
    """At most `limit` turns: one draft of each category, then a second one of each, and so on."""
    queues = {c: [i for i, draft in enumerate(drafts) if draft[0][0].category == c] for c in categories}
    kept: set[int] = set()
    room = limit
    while any(queues.values()):
        for queue in queues.values():
            if queue and len(drafts[queue[0]]) <= room:
                room -= len(drafts[queue[0]])
                kept.add(queue[0])
            del queue[:1]
    return [draft for i, draft in enumerate(drafts) if i in kept]
