"""JSON Lines files of questions for tests of importers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def row(number: int, **change: Any) -> dict[str, Any]:
    base = {"id": f"q{number}", "video": "v", "question": "Where?", "options": ["a", "b"], "answer": 0}
    return {**base, **change}


def lines(folder: Path, *entries: Any) -> Path:
    """Write a JSON Lines file; texts go in as they are."""
    path = folder / "q.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in entries), encoding="utf-8")
    return path
