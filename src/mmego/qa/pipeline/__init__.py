"""A run of the data engine.

- `run`: cut, write, filter; safe to kill and to start again (`make_dataset`, `filter_again`, `Recipe`).
- `options`: where and how fast to run (`RunOptions`, `ClusterOptions`).
- `cutting`: cuts narrated videos into clips (`cut_clips`, `ClipOptions`).
- `steps`: datatrove's steps: read clips, write questions, judge, save.
- `local`, `clusters`: runs the steps on this machine, on Slurm, or on Ray.
- `progress`: progress and cost over all workers.
- `finish`: the last stage: filter and balance into qa.jsonl and stats.json.
"""

from mmego.qa.pipeline.cutting import ClipOptions, cut_clips
from mmego.qa.pipeline.finish import FinishOptions
from mmego.qa.pipeline.options import ClusterOptions, RunOptions
from mmego.qa.pipeline.run import Recipe, filter_again, make_dataset

__all__ = [
    "ClipOptions",
    "ClusterOptions",
    "FinishOptions",
    "Recipe",
    "RunOptions",
    "cut_clips",
    "filter_again",
    "make_dataset",
]
