"""The filter `length`: question and answer are neither too short nor too long, in words."""

from __future__ import annotations

from mmego.qa.filters.turn_case import TurnCase


def check_length(case: TurnCase) -> str | None:
    """Return which text is too short or too long, or None."""
    options = case.options
    question_words, answer_words = len(case.question.split()), len(case.answer.split())
    if question_words < options.min_question_words:
        return "question too short"
    if question_words > options.max_question_words:
        return "question too long"
    if answer_words < options.min_answer_words:
        return "answer too short"
    return "answer too long" if answer_words > options.max_answer_words else None
