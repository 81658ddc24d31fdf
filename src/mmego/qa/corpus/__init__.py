"""Filters of a whole corpus: near duplicates, too frequent questions and answers, uneven length classes.

- `passes`: runs the filters in two passes over a corpus (`filter_corpus`).
- `filters`: the filters, one function each, in the list `CORPUS_FILTERS`.
- `options`: their names, reasons and limits (`CORPUS_STEPS`, `CorpusOptions`).
- `near_duplicates`: near duplicates on one moment of a video.
- `repeated_questions`: similar questions with the same answer that are too frequent.
- `quotas`: how many of each group to keep.
- `turn_features`, `turn_columns`: turns as numbers in flat arrays.

This package imports numpy, so import its modules where you need them.
"""
