"""Ask questions about hours of first-person video; get the answer with the moments that prove it.

The names below load on first use, so that ``import mmego`` and the command's ``--help`` never wait for torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mmego import threads as threads  # before torch: it says how torch's threads wait

if TYPE_CHECKING:
    from mmego.engine.answer_step import Question
    from mmego.engine.engine import Engine
    from mmego.engine.report import write_report
    from mmego.memory.store import Memory
    from mmego.records import Answer, Evidence
    from mmego.records.finding import Finding

__version__ = "0.1.0"

__all__ = ["Answer", "Engine", "Evidence", "Finding", "Memory", "Question", "__version__", "write_report"]

_HOMES = {
    "Answer": "mmego.records",
    "Engine": "mmego.engine.engine",
    "Evidence": "mmego.records",
    "Finding": "mmego.records.finding",
    "Memory": "mmego.memory.store",
    "Question": "mmego.engine.answer_step",
    "write_report": "mmego.engine.report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mmego' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
