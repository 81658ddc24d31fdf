"""People judge a sample of questions.

- `verdicts`: draws the sample, and sums up the verdicts with confidence intervals.

`qa.data.review` and `bench.build.review` write and read the sheets, by `reporting.spreadsheet`.
"""

from mmego.review.verdicts import Rate, draw_evenly, group_rank, rates_json, wilson

__all__ = ["Rate", "draw_evenly", "group_rank", "rates_json", "wilson"]
