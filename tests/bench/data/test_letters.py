"""Letters come up evenly, over any stretch of a benchmark."""

from __future__ import annotations

from dataclasses import replace

from mmego.bench.data.letters import deal_letters, letter_balance
from mmego.records import MCQ, Source

BASE = MCQ("q", "v", None, "What?", ("right", "w1", "w2", "w3"), 0, "", (), "other", Source("t", "hand"))


def test_dealt_anew_the_letters_differ_by_one_at_most() -> None:
    questions = [replace(BASE, id=f"q{i}") for i in range(1001)]
    assert max(letter_balance(questions).counts.values()) == 1001
    dealt = deal_letters(questions, 7)
    counts = letter_balance(dealt).counts
    assert list(counts) == ["A", "B", "C", "D"]
    assert max(counts.values()) - min(counts.values()) <= 1
    assert all(q.options[q.answer] == "right" and sorted(q.options) == sorted(BASE.options) for q in dealt)
    assert [q.id for q in dealt] == [q.id for q in questions]
    assert deal_letters(questions, 7) == dealt
    assert deal_letters(questions, 8) != dealt
    wrong_orders = {tuple(o for o in q.options if o != "right") for q in dealt}
    assert len(wrong_orders) == 6, "the wrong options are in any order"


def test_questions_with_other_numbers_of_options_have_decks_of_their_own() -> None:
    five = replace(BASE, options=(*BASE.options, "w4"))
    dealt = deal_letters([replace(q, id=f"q{i}") for i in range(100) for q in (BASE, five)], 0)
    fives = [q for q in dealt if len(q.options) == 5]
    assert set(letter_balance(fives).counts.values()) == {20}
    assert str(letter_balance(fives[:5])).startswith("A 1 (20.0%)")
    assert letter_balance([]).counts == {}
