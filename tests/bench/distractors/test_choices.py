"""From conversations to multiple choice by rules: every turn is a fair question or a counted drop."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from mmego.bench.data.letters import letter_balance
from mmego.bench.distractors.answer_form import bare, kind_of
from mmego.bench.distractors.checks import Checks, faults
from mmego.bench.distractors.choices import write_options
from mmego.bench.distractors.rules import RulesOptions
from mmego.bench.distractors.simulator import turns_to_mcq
from mmego.bench.distractors.truth import Truth
from mmego.narrations.clean import Drops
from mmego.qa.rules.make_turns import make_turns
from mmego.records import MCQ, QA, NarratedClip, Source, Span, Turn
from tests.bench.distractors.kitchens import CLIP, kitchens
from tests.qa.narrate import HOUSE, tell

PINNED = "09e55ac7c6d745bc"


def made(seed: int = 0, number: int = 6) -> tuple[list[MCQ], Drops, Checks]:
    samples, clips = kitchens(number)
    drops, checks = Drops(), Checks()
    found = list(write_options(iter(samples), clips, RulesOptions(seed), seed, drops, checks))
    return found, drops, checks


def test_every_turn_is_a_question_or_a_counted_drop() -> None:
    samples, clips = kitchens()
    found, drops, checks = made()
    turns = {f"{s.id}-{i}": t for s in samples for i, t in enumerate(s.turns)}
    assert len(found) + sum(drops.counts.values()) == len(turns)
    assert len(found) > 0.5 * len(turns)
    assert checks.not_made == checks.faulty == 0
    for question in found:
        turn = turns[question.id]
        assert question.options[question.answer] == turn.answer
        assert (question.key_spans, question.category) == (turn.key_spans, turn.category)
        clip = clips(question.id.rsplit("-", 1)[0])
        assert clip is not None
        assert faults(question, Truth(clip.narrations), turn.narrations) == []
    counts = letter_balance(found).counts.values()
    assert max(counts) - min(counts) <= 1


def test_yes_no_and_hands_are_dropped_with_their_reason() -> None:
    turns = (
        Turn("Did I open the fridge before I washed the plate?", "yes", (), (0, 1), "order"),
        Turn("Which hand did I use to wash the plate?", "my left hand", (), (1,), "hand"),
    )
    drops = Drops()
    sample = QA("a", "v", CLIP, turns, Source("ego4d", "rules"))
    assert list(write_options([sample], lambda _: None, RulesOptions(), 0, drops)) == []
    assert sorted(drops.counts) == [
        "left, right or both hands: there are no four options",
        "yes or no: there are no four options",
    ]


def test_same_seed_same_bytes_and_another_seed_other_options() -> None:
    first, again, other = made(3)[0], made(3)[0], made(4)[0]
    assert [q.to_json() for q in first] == [q.to_json() for q in again]
    assert [q.to_json() for q in first] != [q.to_json() for q in other]


def test_neither_length_nor_frequency_nor_the_odd_one_tells() -> None:
    found = made(number=12)[0]
    assert len(found) > 200

    def hits(score: dict[str, float] | None, sign: int) -> float:
        total = 0.0
        for q in found:
            values = [sign * (len(o) if score is None else score.get(o, 0.0)) for o in q.options]
            best = [i for i, value in enumerate(values) if value == max(values)]
            total += (q.answer in best) / len(best)
        return total / len(found)

    assert hits(None, 1) == pytest.approx(0.25, abs=0.06)
    assert hits(None, -1) == pytest.approx(0.25, abs=0.06)


def test_only_the_wanted_are_written_from_all_that_there_is() -> None:
    samples, clips = kitchens()
    drops = Drops()
    names = {f"{samples[2].id}-{n}" for n in range(6)}
    some = list(write_options(samples, clips, RulesOptions(), 0, drops, wanted=names.__contains__))
    assert 0 < len(some) <= 6
    assert len(some) + sum(drops.counts.values()) == 6
    assert {q.id for q in some} <= names


def test_without_narrations_the_check_on_truth_counts_as_not_made() -> None:
    samples, _ = kitchens()
    drops, checks = Drops(), Checks()
    found = list(write_options(samples, lambda _: None, RulesOptions(), 0, drops, checks))
    assert found
    assert checks.not_made == checks.questions == len(found)


def test_a_language_models_answers_get_options_of_the_same_form() -> None:
    samples, clips = kitchens()
    asked = (
        Turn("Where did I put the plate at the end?", "In the cupboard.", (), (3,), "place"),
        Turn("What was I holding?", "A fork", (), (3,), "object"),
        Turn("How often did I stir the soup?", "Twice", (), (3,), "count"),
        Turn("What colour was the towel?", "dark blue", (), (3,), "colour"),
    )
    mine = replace(samples[0], turns=asked, source=replace(samples[0].source, generator="llm"))
    found = list(write_options([mine, *samples[1:]], clips, RulesOptions(), 0, Drops()))
    mine_found = {q.question: q for q in found if q.id.startswith("v0")}
    place = mine_found["Where did I put the plate at the end?"]
    assert all(o.startswith("In the ") and o.endswith(".") for o in place.options)
    count = mine_found["How often did I stir the soup?"]
    assert set(count.options) == {"Once", "Twice", "Three times", "Four times"}
    colour = mine_found["What colour was the towel?"]
    assert all(o.startswith("dark ") for o in colour.options)


def test_free_sentences_stand_beside_answers_to_like_questions() -> None:
    answers = (
        "because the pan was hot",
        "because I was so hungry",
        "because the lid was lost",
        "because he called me",
    )
    samples = [
        QA(f"q{i}", f"v{i}", CLIP, (Turn("Why did I leave the kitchen?", a, (), (), "other"),), Source("x", "llm"))
        for i, a in enumerate(answers)
    ]
    found = list(write_options(samples, lambda _: None, RulesOptions(), 0, Drops()))
    assert [set(q.options) for q in found] == [set(answers)] * 4
    assert all(q.options[q.answer] == a for q, a in zip(found, answers, strict=True))


def test_houses_of_the_simulator_keep_the_rules_made_for_them() -> None:
    told = tell(*HOUSE)
    turns = tuple(make_turns(told, 400.0, 0))
    sample = QA("s", "v", Span(0.0, 400.0), turns, Source("mmego-sim", "rules"))
    clip = NarratedClip("s", "v", Span(0.0, 400.0), tuple(told), "mmego-sim")
    found = list(write_options([sample], lambda _: clip, RulesOptions(), 0, Drops()))
    assert len(found) > 10
    for question in found:
        if question.category == "where_taken":
            assert all(o.startswith("from the ") for o in question.options)


def test_the_simulators_own_choices_are_pinned() -> None:
    """`turns_to_mcq` trains and measures the shipped model; tests/qa/rules/test_pinned.py pins whole houses (slow)."""
    told = tell(*HOUSE)
    rows = []
    for seed in range(5):
        turns = tuple(make_turns(told, 400.0, seed))
        qa = QA(f"q{seed}", "v", Span(0.0, 400.0), turns, Source("test", "rules", None, seed))
        rows += [question.to_json() for question in turns_to_mcq(qa, seed, told)]
    assert hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16] == PINNED


@pytest.mark.parametrize(
    ("question", "answer", "category", "kind"),
    [
        ("Did I open it?", "Yes, I did.", "state", "yes_no"),
        ("Where did I pour the soup?", "into the bowl", "where_put", "place"),
        ("Where did I take it from?", "from the bin", "where_taken", "source"),
        ("What did I do next?", "I washed it", "after", "deed"),
        ("What did the man do?", "sat on the sofa", "other_person", "deed"),
        ("Which hand did I use?", "both hands", "hand", "hand"),
        ("How many eggs did I crack?", "3 eggs", "count", "count"),
        ("How many times did I stir?", "twice", "count", "count"),
        ("What colour was it?", "light blue", "colour", "colour"),
        ("What did I wash?", "my hands", "deed", "object"),
        ("What did I take?", "Red mug", "object", "object"),
        ("Why did I stop?", "because the phone rang", "other", "free"),
    ],
)
def test_kinds_of_answers(question: str, answer: str, category: str, kind: str) -> None:
    assert kind_of(question, answer, category) == kind
    assert bare("On the kitchen table.") == "kitchen table"
