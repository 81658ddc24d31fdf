"""The rules: the same seed gives the same choices, with narrations or without, and simulated houses have their own."""

from __future__ import annotations

from mmego.bench.distractors.checks import CheckCounts
from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import write_choices
from mmego.narrations.clean import Drops
from mmego.qa.rules.turns import make_turns
from mmego.records import QA, NarratedClip, Source, Span
from tests.bench.distractors.kitchens import kitchens, written
from tests.qa.narrate import HOUSE, tell


def test_same_seed_same_bytes_and_another_seed_other_options() -> None:
    first, again, other = written(3)[0], written(3)[0], written(4)[0]
    assert [q.to_json() for q in first] == [q.to_json() for q in again]
    assert [q.to_json() for q in first] != [q.to_json() for q in other]


def test_without_narrations_the_check_on_truth_counts_as_not_made() -> None:
    samples, _ = kitchens()
    drops, checks = Drops(), CheckCounts()
    found = list(write_choices(samples, lambda _: None, RulesWriter(), 0, drops, checks))
    assert found
    assert checks.not_made == checks.questions == len(found)


def test_houses_of_the_simulator_keep_the_rules_made_for_them() -> None:
    narrations = tell(*HOUSE)
    turns = tuple(make_turns(narrations, 400.0, 0))
    sample = QA("s", "v", Span(0.0, 400.0), turns, Source("mmego-sim", "rules"))
    clip = NarratedClip("s", "v", Span(0.0, 400.0), tuple(narrations), "mmego-sim")
    found = list(write_choices([sample], lambda _: clip, RulesWriter(), 0, Drops()))
    assert len(found) > 10
    for question in found:
        if question.category == "where_taken":
            assert all(o.startswith("from the ") for o in question.options)
