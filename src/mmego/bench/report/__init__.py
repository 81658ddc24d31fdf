"""Reports of runs, and the card of a benchmark.

- `folder`: `write_report` writes ``report.md`` with its plots, and ``index.html``
- `page`, `page_data`: the page and the data of its question browser
- `plots`, `thumbnails`: plots of the scores; key frames as small pictures
- `heading`: title and facts of a report
- `card`, `card_plots`: a benchmark's ``README.md`` with its plots
"""
