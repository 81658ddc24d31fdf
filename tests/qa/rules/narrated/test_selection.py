"""Turns from people's narrations: categories, limits, seeds, key spans; and all of EPIC-KITCHENS-100's validation."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.qa_rules import Asked, ask, read

from mmego.qa.rules.narrated.selection import MOST_OF_A_CATEGORY, MOST_ON_ONE_NARRATION, NARRATED_CATEGORIES
from mmego.qa.rules.turns import make_turns, narrator_of
from mmego.records import Narration, Span, Turn
from tests.qa.narrate import tell
from tests.qa.rules.narrated.examples import bare

KITCHEN = (
    *("open fridge", "take milk from fridge", "close fridge", "open milk", "pour milk into bowl", "put milk in fridge"),
    *("turn on tap", "wash peach", "turn off tap", "take knife from drawer", "cut peach with knife"),
    *("put knife in sink", "grate carrot"),
    *("open fridge", "take eggs from fridge", "close fridge", "crack eggs", "stir eggs with fork", "open bin"),
    *("throw shells in bin", "close bin", "wash hands", "dry hands with towel", "put plate on table", "still eating"),
)  # fmt: skip
PLACES = [p / "shared/data/epic_kitchens" for p in (Path(".."), Path("../.."))]
EPIC = next((place for place in PLACES if place.is_dir()), None)


def people(narrations: list[Narration], seed: int = 0, limit: int | None = None) -> list[Turn]:
    return make_turns(narrations, 400.0, seed, limit, narrator="people")


def test_every_category_comes_up() -> None:
    lines = (*KITCHEN, "C picks the cup with his left hand")
    narrations = [*bare(*lines), *tell("#O man X opens the door", "#O man X sits down")]
    seen = {turn.category for seed in range(40) for turn in people(narrations, seed)}
    assert seen == set(NARRATED_CATEGORIES)


def test_same_seed_same_turns_and_other_seeds_other_words() -> None:
    narrations = bare(*KITCHEN)
    assert people(narrations, 3) == people(narrations, 3)
    assert people(narrations, 3) != people(narrations, 4)


def test_the_order_of_the_list_changes_nothing_but_the_indices() -> None:
    narrations = bare(*KITCHEN)
    ahead = [(t.question, t.answer, t.key_spans) for t in people(narrations)]
    assert [(t.question, t.answer, t.key_spans) for t in people(narrations[::-1])] == ahead


def test_key_spans_are_those_of_the_narrations() -> None:
    narrations = bare(*KITCHEN)
    for turn in people(narrations):
        assert turn.narrations
        for span, index in zip(turn.key_spans, turn.narrations, strict=True):
            assert span.start == narrations[index].span.start
            assert narrations[index].span.end <= span.end <= narrations[index].span.end + 2.0


def test_limit_keeps_the_rare_categories() -> None:
    narrations = bare(*KITCHEN)
    turns = people(narrations, limit=10)
    assert len(turns) == 10
    assert len({turn.category for turn in turns}) >= 8


def test_caps() -> None:
    lines = [f"{verb} {noun}" for noun in ("peach", "leek", "carrot", "onion", "pan", "plate", "towel") for verb in
             ("take", "wash", "dry", "cut", "stir", "put down")]  # fmt: skip
    turns = people(bare(*lines))
    counted = Counter(turn.category for turn in turns if turn.category != "order")
    assert max(counted.values()) == MOST_OF_A_CATEGORY
    cited = Counter(i for turn in turns if turn.category != "order" for i in turn.narrations)
    assert max(cited.values()) <= MOST_ON_ONE_NARRATION


def test_as_many_yes_as_no() -> None:
    for seed in range(10):
        answers = Counter(turn.answer for turn in people(bare(*KITCHEN), seed))
        assert answers["yes"] == answers["no"] > 0


def test_simulated_and_peoples_narrations_are_different() -> None:
    assert (narrator_of("mmego-sim"), narrator_of("ego4d"), narrator_of("my-own")) == ("simulator", "people", "people")
    narrations = bare(*KITCHEN)
    assert make_turns(narrations, 400.0, 0) == make_turns(narrations, 400.0, 0, narrator="simulator")
    assert make_turns(narrations, 400.0, 0) != people(narrations)


@pytest.mark.parametrize("lines", [(), ("12",), ("rinse",), ("open fridge",), ("#", "open", "it", "take it and it")])
def test_little_or_odd_input(lines: tuple[str, ...]) -> None:
    for turn in people(bare(*lines)):
        assert turn.answer in ("the fridge", "one time")


@pytest.mark.skipif(EPIC is None, reason="EPIC-KITCHENS-100's annotations are not here")
def test_real_narrations_give_plain_questions_in_every_video() -> None:
    assert EPIC is not None
    videos = read(EPIC)
    asked: list[Asked] = []
    for video, (duration, lines) in videos.items():
        asked += ask(video, Span(0.0, duration), lines, 0)
    assert len(videos) == 138
    assert len({one.video for one in asked}) >= 130
    assert len(asked) > 4000
    for one in asked:
        turn = one.turn
        assert re.fullmatch(r"(What|Where|Which|How many|Did)[ a-zA-Z0-9'-]+\?", turn.question), turn
        assert not re.search(r"\b(something|it|them|C|X)\b", f"{turn.question} {turn.answer}"), turn
        assert not re.search(r"\b(the the|a the|the my|the some|the another)\b", f"{turn.question} {turn.answer}"), turn
        assert max(span.end for span in turn.key_spans) <= videos[one.video][0]
    assert {one.turn.category for one in asked} == set(NARRATED_CATEGORIES) - {"other_person", "hand"}, (
        "no other person there"
    )
