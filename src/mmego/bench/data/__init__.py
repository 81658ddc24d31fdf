"""A benchmark and its runs on disk.

- `folder`: `Benchmark`, its questions in a folder
- `runs`: `Run`, a model's predictions for one benchmark under one setting
- `letters`: deals the right letters evenly
- `videos`: how questions show videos: lengths, frames shared among several, times in a question's text
"""

from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.data.runs import Run, RunSettings, load_run

__all__ = ["Benchmark", "Run", "RunSettings", "load_benchmark", "load_run", "save_benchmark"]
