"""What kind of thing an answer names."""

from __future__ import annotations

import pytest

from mmego.bench.distractors.answer_form import bare_name, form_of


@pytest.mark.parametrize(
    ("question", "answer", "category", "form"),
    [
        ("Did I open it?", "Yes, I did.", "state", "yes_no"),
        ("Where did I pour the soup?", "into the bowl", "where_put", "place"),
        ("Where did I take it from?", "from the bin", "where_taken", "source"),
        ("What did I do next?", "I washed it", "after", "action"),
        ("What did the man do?", "sat on the sofa", "other_person", "action"),
        ("Which hand did I use?", "both hands", "hand", "hand"),
        ("How many eggs did I crack?", "3 eggs", "count", "count"),
        ("How many times did I stir?", "twice", "count", "count"),
        ("What colour was it?", "light blue", "colour", "colour"),
        ("What did I wash?", "my hands", "action", "object"),
        ("What did I take?", "Red mug", "object", "object"),
        ("Why did I stop?", "because the phone rang", "other", "free"),
    ],
)
def test_forms_of_answers(question: str, answer: str, category: str, form: str) -> None:
    assert form_of(question, answer, category) == form
    assert bare_name("On the kitchen table.") == "kitchen table"
