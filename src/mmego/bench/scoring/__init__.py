"""Scores of runs as tables. Pure: a benchmark and its runs in, numbers out.

- `scores`: `Scores` computes every `Estimate`, a value with its interval
- `intervals`: bootstrap over videos, tests between two models
- `metrics`: accuracy, MDA, key-frame recall
- `table`: `ScoreTable`, as Markdown and JSON
- `tables`: all tables of a report; `summary`, `key_frames` and `series` make some of them
"""
