"""From conversations to multiple choice by rules: every turn is a fair question or a counted drop."""

from __future__ import annotations

from mmego.bench.data.letters import letter_balance
from mmego.bench.distractors.checks import ClipTruth, find_problems
from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import write_choices
from mmego.narrations.clean import Drops
from mmego.records import QA, Source, Turn
from tests.bench.distractors.kitchens import CLIP, kitchens, written


def test_every_turn_is_a_question_or_a_counted_drop() -> None:
    samples, clips = kitchens()
    found, drops, checks = written()
    turns = {f"{s.id}-{i}": t for s in samples for i, t in enumerate(s.turns)}
    assert len(found) + sum(drops.counts.values()) == len(turns)
    assert len(found) > 0.5 * len(turns)
    assert checks.not_made == checks.with_problems == 0
    for question in found:
        turn = turns[question.id]
        assert question.options[question.answer] == turn.answer
        assert (question.key_spans, question.category) == (turn.key_spans, turn.category)
        clip = clips(question.id.rsplit("-", 1)[0])
        assert clip is not None
        assert find_problems(question, ClipTruth(clip.narrations), turn.narrations) == []
    counts = letter_balance(found).counts.values()
    assert max(counts) - min(counts) <= 1


def test_yes_no_and_hands_are_dropped_with_their_reason() -> None:
    turns = (
        Turn("Did I open the fridge before I washed the plate?", "yes", (), (0, 1), "order"),
        Turn("Which hand did I use to wash the plate?", "my left hand", (), (1,), "hand"),
    )
    drops = Drops()
    sample = QA("a", "v", CLIP, turns, Source("ego4d", "rules"))
    assert list(write_choices([sample], lambda _: None, RulesWriter(), 0, drops)) == []
    assert sorted(drops.counts) == [
        "left, right or both hands: there are no four options",
        "yes or no: there are no four options",
    ]


def test_only_the_wanted_are_written_from_all_that_there_is() -> None:
    samples, clips = kitchens()
    drops = Drops()
    names = {f"{samples[2].id}-{n}" for n in range(6)}
    some = list(write_choices(samples, clips, RulesWriter(), 0, drops, wanted=names.__contains__))
    assert 0 < len(some) <= 6
    assert len(some) + sum(drops.counts.values()) == 6
    assert {q.id for q in some} <= names
