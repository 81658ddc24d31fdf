"""Ask questions about hours of first-person video; get the answer with the moments that prove it.

The names in `__all__` load on first use, so that ``import mmego`` and the command's ``--help`` never wait for torch.

Packages, in the order in which they may import each other (docs/explanation/architecture.md):

- `records`, `errors`, `files`: what every stage passes on; error kinds; whole files or none.
- `video`, `language`, `narrations`, `sim`, `llm`: frames, English, narrations, simulated houses, language models.
- `reporting`, `review`: tables, plots and pages; samples for people to judge.
- `qa`, `bench`: the data engine; benchmarks.
- `selectors`, `model`, `memory`: choose frames; the memory pointer; what is kept of a video.
- `engine`, `train`: ask; train.
- `integrations`, `commands`, `cli`: lmms-eval; the verbs of the command; the command.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mmego import threads as threads  # before torch: it says how torch's threads wait

if TYPE_CHECKING:
    from mmego.engine.answer_step import Question
    from mmego.engine.engine import Engine
    from mmego.engine.report import write_report
    from mmego.memory.memory import Memory
    from mmego.records import Answer, Evidence
    from mmego.records.finding import Finding

__version__ = "0.1.0"

__all__ = ["Answer", "Engine", "Evidence", "Finding", "Memory", "Question", "__version__", "write_report"]

_HOMES = {
    "Answer": "mmego.records",
    "Engine": "mmego.engine.engine",
    "Evidence": "mmego.records",
    "Finding": "mmego.records.finding",
    "Memory": "mmego.memory.memory",
    "Question": "mmego.engine.answer_step",
    "write_report": "mmego.engine.report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mmego' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
