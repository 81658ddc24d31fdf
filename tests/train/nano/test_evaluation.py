"""Frames shown and figures, against hand-made cases."""

import torch

from mmego.records import MCQ, Source, Span
from mmego.train.nano.evaluation import AnswerRow, choose_frames, span_recall, summary_rows

SPANS = (Span(3, 6), Span(15, 16))
QUESTION = MCQ("q", "v", Span(0, 20), "?", ("a", "b", "c", "d"), 1, "0.5-1", SPANS, "after", Source("x", "rules"))


def test_recall_is_the_share_of_key_spans_that_were_shown():
    assert span_recall(QUESTION, [4, 9]) == 0.5
    assert span_recall(QUESTION, [5, 15]) == 1.0
    assert span_recall(QUESTION, [2, 6]) == 0.0  # 2.5 s and 6.5 s lie outside [3, 6]


def test_frames_of_each_selection():
    scores = torch.full((20,), 0.01)
    scores[[7, 8, 9]] = torch.tensor([0.2, 0.5, 0.1])
    assert choose_frames("pointer", scores, QUESTION, 2, 0.0, 0) == [7, 8]
    assert choose_frames("pointer", scores, QUESTION, 2, 0.0, 1)[0] != 7
    assert choose_frames("uniform", scores, QUESTION, 2, 0.0, 0) == [5, 15]
    assert choose_frames("blind", scores, QUESTION, 2, 0.0, 0) == []
    keys = choose_frames("key_frames", scores, QUESTION, 8, 0.0, 0)
    assert {3, 4, 5, 15} <= set(keys)
    assert len(keys) == 8


def test_the_table_counts_by_selection_and_category():
    rows = [
        AnswerRow("1", "v", "first", "pointer", 4, 0, 0, 1.0, (1,)),
        AnswerRow("2", "v", "last", "pointer", 4, 2, 1, 0.5, (1,)),
        AnswerRow("1", "v", "first", "blind", 0, 0, 0, 0.0, ()),
    ]
    lines = {(x["select"], x["category"]): x for x in summary_rows(rows)}
    assert lines["pointer", "all"]["accuracy"] == 0.5
    assert lines["pointer", "all"]["recall"] == 0.75
    assert lines["pointer", "last"]["accuracy"] == 0.0
    assert lines["blind", "all"]["questions"] == 1
