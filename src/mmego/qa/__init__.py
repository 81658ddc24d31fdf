"""The data engine: question-answer pairs from narrations.

- `rules`: writes questions by rules.
- `writing`: writes questions by a language model, and lets a second model judge them.
- `filters`: filters of single turns.
- `corpus`: filters of a whole corpus.
- `pipeline`: a run: cut clips, write, judge, filter; on one machine, Slurm or Ray.
- `data`: the records and files of a data set, and its review by people.
- `export`: JSON Lines, Parquet, LLaVA JSON and a `datasets` folder with a card.
"""
