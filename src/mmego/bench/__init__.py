"""Benchmarks of multiple-choice questions on video: make or import one, run models on it, score and report the runs.

- `data`: a benchmark and its finished runs on disk
- `importers`: other people's benchmarks as ours, one file each
- `build`: from conversations to a benchmark; blind screening; review by people
- `distractors`: wrong choices, by rules or by a language model, and the checks on them
- `run`: ask a model every question; baselines that never see the video; reading the choice out of a reply
- `scoring`: accuracy and MDA with intervals, as tables
- `report`: tables and plots as Markdown and as a page; the card of a benchmark
- `egomemoria_sim`: the benchmark that ships with this package
"""
