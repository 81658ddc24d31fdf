"""Questions and answers from narrations by rules, without a language model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from mmego.language.parser import COMMON_WORDS
from mmego.language.timeline import Timeline, TimelineEntry
from mmego.narrations.clean import to_spans
from mmego.qa.rules.facts import Draft, Fact
from mmego.qa.rules.narrated.selection import NARRATED_CATEGORIES, narrated_drafts
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
"""Most facts of a crowded category: at least this many. Every take and put gives facts in these categories."""
PAIRS_PER_SUBJECT = 3
"""Most yes/no pairs on the states, and on the order, of doors and switches in one video."""


Narrator = Literal["simulator", "people"]


def narrator_of(dataset: str) -> Narrator:
    """Return who narrated a data set: the simulator narrates only its own."""
    return "simulator" if dataset == "mmego-sim" else "people"


def make_turns(
    narrations: Sequence[Narration],
    duration: float | None,
    seed: int,
    limit: int | None = None,
    narrator: Narrator = "simulator",
) -> list[Turn]:
    """Return question-answer pairs with sure and unique answers by the narrations, in an order drawn by `seed`.

    Args:
        narrations: those of one video or clip, in any order. `Turn.narrations` are indices into this list.
        duration: the end of the video or clip in seconds. Key spans end there. None if unknown.
        seed: draws wordings, yes/no pairs and order. The same narrations and seed give the same turns.
        limit: most turns. They are taken from each category in turn, to keep the rare ones.
        narrator: the simulator narrates every action and gives every thing its own name. People do neither, so their
            narrations give other questions, with more care (see `narrated`). See `narrator_of`.

    Returns:
        Turns with a key span for each narration that proves the answer. "Yes" and "no" are equally frequent, with the
        same wordings.
    """
    video = narrations[0].video if narrations else ""
    rng = random.Random(f"{seed} {video}")
    drafts = narrated_drafts(narrations, rng) if narrator == "people" else _drafts(Timeline(narrations), rng)
    drafts = [draft for draft in drafts if not any(_gives_itself_away(fact) for fact, _ in draft)]
    rng.shuffle(drafts)
    drafts = _without_clashes(drafts)
    if limit is not None:
        drafts = _spread(drafts, limit, CATEGORIES if narrator == "simulator" else NARRATED_CATEGORIES)
    spans = to_spans(narrations, duration)
    return [
        Turn(question, fact.answer, tuple(spans[i] for i in fact.narrations), fact.narrations, fact.category)
        for draft in drafts
        for fact, question in draft
    ]


def _drafts(timeline: Timeline, rng: random.Random) -> list[Draft]:
    """Return the questions about a simulated video."""
    facts = _thin([fact for make in MAKERS for fact in make(timeline)], rng)
    drafts = [[(fact, rng.choice(fact.wordings))] for fact in facts if not _gives_itself_away(fact)]
    return drafts + _state_pairs(timeline, rng) + _order_pairs(timeline, rng)


def _thin(facts: list[Fact], rng: random.Random) -> list[Fact]:
    """Draw each fact with its share, and of each crowded category no more facts than of "where did I put"."""
    drawn = [fact for fact in facts if rng.random() < fact.share]
    most = max(FEWEST_OF_CROWDED, sum(fact.category == "where_put" for fact in drawn))
    for category in CROWDED:
        of_it = [fact for fact in drawn if fact.category == category]
        out = set(map(id, rng.sample(of_it, max(0, len(of_it) - most))))
        drawn = [fact for fact in drawn if id(fact) not in out]
    return drawn


def _gives_itself_away(fact: Fact) -> bool:
    """Return whether a wording has all content words of the answer ("Where did I put the pot lid?" "on the pot")."""
    words = set(fact.answer.split()) - COMMON_WORDS
    return bool(words) and fact.kind != "count" and any(words <= set(w.rstrip("?").split()) for w in fact.wordings)


def _state_pairs(timeline: Timeline, rng: random.Random) -> list[Draft]:
    """Return pairs on an open and a closed door (lamp on, lamp off), in the same words: one yes, one no."""
    drafts: list[Draft] = []
    for category, kinds, wordings in (
        ("closed", ("open", "close"), ("Did I close {x}?", "Did I leave {x} open?")),
        ("switched", ("switch on", "switch off"), ("Did I switch off {x}?", "Did I leave {x} on?")),
    ):
        final = [entry for entry in timeline.final_states((kinds[0], kinds[1])).values() if entry.action.wearer]
        # Of a door that was closed once and is open at the end, "Did I close it?" has two answers.
        ever_ended = {entry.object_name for entry in timeline.by_wearer(kinds[1])}
        begun = [entry for entry in final if entry.action.kind == kinds[0] and entry.object_name not in ever_ended]
        ended = [entry for entry in final if entry.action.kind == kinds[1]]
        rng.shuffle(begun)
        rng.shuffle(ended)
        for left, done in list(zip(begun, ended, strict=False))[:PAIRS_PER_SUBJECT]:
            which = rng.randrange(2)
            answers = ("no", "yes") if which == 0 else ("yes", "no")
            drafts.append(
                [
                    _yes_no(category, answer, wordings[which].format(x=entry.thing.definite), entry)
                    for entry, answer in zip((left, done), answers, strict=True)
                ]
            )
    return drafts


def _order_pairs(timeline: Timeline, rng: random.Random) -> list[Draft]:
    """Return pairs on one unique action, before one take and after another: one yes, one no in the same words."""
    takes = [entries[0] for entries in timeline.takes_of.values() if len(entries) == 1]
    drafts: list[Draft] = []
    for category, kinds in (("closed", ("open", "close")), ("switched", ("switch on", "switch off"))):
        actions = [entry for kind in kinds for entry in _done_once(timeline, kind)]
        rng.shuffle(actions)
        for entry in actions[:PAIRS_PER_SUBJECT]:
            earlier = [take for take in takes if take.order < entry.order and take.index != entry.index]
            later = [take for take in takes if take.order > entry.order and take.index != entry.index]
            if not earlier or not later:
                continue
            word = rng.choice(("before", "after"))
            anchors = {"before": rng.choice(earlier), "after": rng.choice(later)}
            draft: Draft = []
            for side, anchor in anchors.items():
                # The action comes after an earlier take: for this take "after" is true and "before" is false.
                answer = "yes" if (side == "before") == (word == "after") else "no"
                asked = f"Did I {entry.action.kind} {entry.thing.definite} {word} I picked up {anchor.thing.definite}?"
                draft.append(_yes_no(category, answer, asked, entry, anchor))
            drafts.append(draft)
    return drafts


def _done_once(timeline: Timeline, kind: str) -> list[TimelineEntry]:
    entries = timeline.by_wearer(kind)
    names = [entry.object_name for entry in entries]
    if None in names:
        return []
    return [entry for entry in entries if timeline.askable(entry.object_name) and names.count(entry.object_name) == 1]


def _yes_no(category: str, answer: str, question: str, *entries: TimelineEntry) -> tuple[Fact, str]:
    indices = tuple(entry.index for entry in sorted(entries, key=lambda entry: entry.order))
    return Fact(category, "yes_no", answer, indices, (question,)), question


def _without_clashes(drafts: list[Draft]) -> list[Draft]:
    """Drop drafts that repeat a question, and every draft with a question that has two answers."""
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
    """Keep at most `limit` turns: one draft of each category, then a second one of each, and so on."""
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
