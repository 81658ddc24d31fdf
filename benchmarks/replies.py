"""How often a reply's choice is read right, wrong or not at all, beside lmms-eval's extractor where that is at hand.

    python benchmarks/replies.py [FOLDER]

reads the replies of tests/bench/replies_*.jsonl (written by hand; `right` is the 0-based choice, null for a reply that
names none). FOLDER holds an installed or unpacked lmms-eval (``pip download lmms-eval==0.7.3 --no-deps``, then unzip):
its `extract_mcq_answer` reads the same replies, given the letters that the question has; `Video-MME` is what that task
calls it with, the letters A to D. Both get the reply without its reasoning, which lmms-eval takes out elsewhere.

A wrong pick is a choice that the reply does not name: it would be counted as the model's. An unread reply names one and
is counted as an error.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import string
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mmego.bench.run.choice_parser import read_choice
from mmego.llm.reasoning import without_reasoning

LISTS = Path(__file__).parents[1] / "tests" / "bench"
EXTRACTOR = "lmms_eval/tasks/_task_utils/mcq_extract.py"
Reader = Callable[[str, Sequence[str]], int | None]


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a list."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def counts(rows: Sequence[dict[str, Any]], read: Reader) -> Counter[str]:
    """How many were read right, wrong (another choice, or one where there is none) or not at all."""
    found: Counter[str] = Counter()
    for row in rows:
        choice, right = read(row["reply"], row["choices"]), row["right"]
        found["right" if choice == right else "unread" if choice is None else "wrong"] += 1
    return found


def lmms_readers(folder: Path) -> dict[str, Reader]:
    """lmms-eval's extractor with the question's own letters, and as its Video-MME task calls it."""
    spec = importlib.util.spec_from_file_location("mcq_extract", folder / EXTRACTOR)
    if spec is None or spec.loader is None or not (folder / EXTRACTOR).exists():
        raise SystemExit(f"{folder} holds no {EXTRACTOR}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def reader(most: int | None) -> Reader:
        def read(reply: str, choices: Sequence[str]) -> int | None:
            letters = list(string.ascii_uppercase[: most or len(choices)])
            letter = module.extract_mcq_answer(without_reasoning(reply).text, choices=letters)
            return string.ascii_uppercase.index(letter) if letter else None

        return read

    return {"lmms-eval": reader(None), "lmms-eval, Video-MME": reader(4)}


def main() -> None:
    """Print the counts of each list and reader."""
    parser = argparse.ArgumentParser(description="how replies are read")
    parser.add_argument("lmms", nargs="?", type=Path, help="folder that holds lmms_eval")
    folder = parser.parse_args().lmms
    readers: dict[str, Reader] = {"mmego": read_choice, **(lmms_readers(folder) if folder is not None else {})}
    for path in sorted(LISTS.glob("replies_*.jsonl")):
        rows = rows_of(path)
        named = sum(row["right"] is not None for row in rows)
        print(f"{path.name}: {len(rows)} replies, {named} of them name a choice")
        for name, read in readers.items():
            found = counts(rows, read)
            shares = f"right {found['right']:3}  wrong picks {found['wrong']:3}  unread {found['unread']:3}"
            print(f"  {name:22} {shares} ({found['unread'] / named:.1%})")


if __name__ == "__main__":
    main()
