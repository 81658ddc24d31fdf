"""The records and files of a data set.

- `clip_qa`: a written clip with its questions, failures and verdicts (`ClipQA`, `Verdict`, `Generator`).
- `folder`: the folder of a data set, its plan, locks and problems (`DatasetFolder`, `Plan`, `TaskProblem`).
- `samples`: reads the conversations of a folder (`read_samples`).
- `review`: people judge turns in a sheet (`export_review`, `import_review`).
"""

from mmego.qa.data.clip_qa import ClipQA, Generator, Verdict
from mmego.qa.data.folder import DatasetFolder, Plan, TaskProblem
from mmego.qa.data.review import export_review, import_review
from mmego.qa.data.samples import read_samples, read_stats, samples_file

__all__ = [
    "ClipQA",
    "DatasetFolder",
    "Generator",
    "Plan",
    "TaskProblem",
    "Verdict",
    "export_review",
    "import_review",
    "read_samples",
    "read_stats",
    "samples_file",
]
