"""Filters of single turns.

To add one, write a file like `length.py` and add its function to `FILTERS` in `registry.py`.

One file for each filter:

- `schema`: texts are texts, the question asks, key spans lie in the clip.
- `length`: number of words.
- `index`: each cited sentence exists.
- `leak`: no word that betrays the narrations.
- `unsure`: the answer does not hedge.
- `answer_in_question`: the question does not contain its answer.
- `ungrounded`: the cited sentences support the answer.
- `ambiguous`: no other sentence gives another answer.
- `common_sense`: the judge could not answer without the narrations.
- `unanswerable`: the judge could answer with the narrations.

What they share:

- `registry`: the list of the filters, and the functions that run them.
- `turn_case`: what a filter looks at, and the limits of the filters.
- `clip_index`: the sentences and actions of a clip, found by the words of a question.
"""

from mmego.qa.filters.registry import FILTERS, DropReason, check_names, filter_rows, filter_sample, find_drop_reasons
from mmego.qa.filters.turn_case import FilterOptions, TurnCase

__all__ = [
    "FILTERS",
    "DropReason",
    "FilterOptions",
    "TurnCase",
    "check_names",
    "filter_rows",
    "filter_sample",
    "find_drop_reasons",
]
