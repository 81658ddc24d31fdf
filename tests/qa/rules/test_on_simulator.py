"""The rules on narrations of the simulator, compared with its events (not its sentences)."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from mmego.language.lexicon import NUMBERS
from mmego.language.timeline import Timeline
from mmego.narrations.clean import clean_sentence
from mmego.qa.rules.simulator_things import put_on
from mmego.qa.rules.turns import make_turns
from mmego.records import Narration, Span, Turn
from mmego.sim.actors.episode import run_episode
from mmego.sim.actors.state import Event
from mmego.sim.house.generator import make_house as make_any_house
from tests.sim.hand_made_house import Recorder, make_house
from tests.sim.lying import lying_by_me, place

SECONDS = 240.0


def narrations_of(events: list[Event]) -> list[Narration]:
    found = []
    for event in events:
        if event.narration is not None:
            sentence = clean_sentence(event.narration)
            assert sentence.dropped is None
            found.append(Narration("sim", Span(event.time, event.time), sentence.text, sentence.actor))
    return found


def expected(turn: Turn, mine: dict[str, list[Event]]) -> str | None:
    """Return the name that the answer must have by the events, None for a question that this test does not know."""
    question = turn.question
    if match := re.fullmatch(
        r"Where did I (?:last |first )?(?:put down|put|place|leave) the (.*?)(?: last| first)?\?", question
    ):
        put = [e for e in mine["puts"] if e.item == match[1]]
        return place(put[0] if "first" in question else put[-1])
    if match := re.fullmatch(r"Where did I (?:last |first )?(?:take|pick up|get) the (.*) from\?", question):
        taken = [e for e in mine["picks up"] if e.item == match[1]]
        return place(taken[0] if "first" in question else taken[-1])
    if match := re.search(r"did I (?:pick up|take) (first|last)\?$|the (first|last) thing I picked up\?$", question):
        return mine["picks up"][0 if "first" in match.groups() else -1].item
    if match := re.search(r"after I (picked up|put) the (.*?)(?: (?:on|in) the (.*))?\?$", question):
        verb = "puts" if match[1] == "put" else "picks up"
        [anchor] = [e for e in mine[verb] if e.item == match[2] and match[3] in (None, place(e))]
        return next(e.item for e in mine["picks up"] if e.time > anchor.time)
    if match := re.fullmatch(r"How many times did I pick up the (.*)\?", question):
        number = sum(e.item == match[1] for e in mine["picks up"])
        return "one time" if number == 1 else f"{NUMBERS[number]} times"
    return None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_answers_agree_with_the_events(seed: int) -> None:
    events = run_episode(make_house("man X"), seed, SECONDS, Recorder())
    mine: dict[str, list[Event]] = {}
    for event in events:
        if event.actor == "C":
            mine.setdefault(event.verb, []).append(event)
    narrations = narrations_of(events)
    checked: Counter[str] = Counter()
    for number in range(5):
        for turn in make_turns(narrations, SECONDS, number):
            name = None if turn.answer in ("yes", "no") else expected(turn, mine)
            if name is not None:
                assert turn.answer.split(" the ")[-1].removeprefix("the ") == name, turn
                checked[turn.category] += 1
            assert all(0 <= span.start <= span.end <= SECONDS for span in turn.key_spans)
    assert {"where_put", "where_taken", "first", "last", "after"} <= set(checked)


def still_there(seed: int, seconds: float) -> tuple[bool, bool, list[bool]]:
    """Return whether another person is there, whether one is mentioned, and which answers are right at the end."""
    house = make_any_house(seed)
    events = run_episode(house, seed, seconds, Recorder())
    lying, right = lying_by_me(events), []
    narrations = narrations_of(events)
    for fact in put_on(Timeline(narrations)):
        matches = [re.fullmatch(r"What is (?:still )?(on|in) the (.*) that I put there\?", w) for w in fact.wordings]
        for place_asked in {match.groups() for match in matches if match is not None}:
            right.append(lying.get(place_asked) == {fact.answer.removeprefix("the ")})
    return house.person is not None, any(n.actor != "C" for n in narrations), right


def test_what_should_still_be_there_lies_there_at_the_end() -> None:
    alone, unseen, with_others = [], [], 0
    for seed in range(40, 70):
        other, seen, right = still_there(seed, 75.0)
        if seen:
            assert right == []
            with_others += 1
        else:
            (unseen if other else alone).extend(right)
    assert all(alone)
    assert len(alone) >= 40
    assert with_others >= 5
    # Somebody who is about and never mentioned may take things: no rule that reads narrations alone can know.
    assert len(unseen) >= 5
    assert sum(alone + unseen) >= 0.95 * len(alone + unseen)
