"""Exporting a data set to files that others read.

- `formats`: the export itself, by format (`export`, `Export`, `format_of`).
- `llava`: training JSON of the LLaVA family.
- `parquet`: Parquet files.
- `card`: the data set card.
- `plots`: the pictures of the card.
- `survey`: statistics of a data set (`Survey`).
- `text_classes`: rough classes of questions and answers, for the statistics.
- `filter_steps`: what each filter dropped, from stats.json.

`formats` loads numpy, so import the modules where you need them.
"""
