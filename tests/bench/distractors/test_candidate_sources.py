"""Wrong choices look like the answer and come from similar questions."""

from __future__ import annotations

from dataclasses import replace

from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import write_choices
from mmego.narrations.clean import Drops
from mmego.records import QA, Source, Turn
from tests.bench.distractors.kitchens import CLIP, kitchens


def test_a_language_models_answers_get_options_of_the_same_form() -> None:
    samples, clips = kitchens()
    asked = (
        Turn("Where did I put the plate at the end?", "In the cupboard.", (), (3,), "place"),
        Turn("What was I holding?", "A fork", (), (3,), "object"),
        Turn("How often did I stir the soup?", "Twice", (), (3,), "count"),
        Turn("What colour was the towel?", "dark blue", (), (3,), "colour"),
    )
    mine = replace(samples[0], turns=asked, source=replace(samples[0].source, generator="llm"))
    found = list(write_choices([mine, *samples[1:]], clips, RulesWriter(), 0, Drops()))
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
    found = list(write_choices(samples, lambda _: None, RulesWriter(), 0, Drops()))
    assert [set(q.options) for q in found] == [set(answers)] * 4
    assert all(q.options[q.answer] == a for q, a in zip(found, answers, strict=True))
