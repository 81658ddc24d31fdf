"""``mmego bench VERB``: the benchmark, each verb in its own module."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from mmego.commands.common import wrong_usage

VERBS = {
    "build": "make a benchmark of multiple-choice questions from question-answer pairs",
    "review": "have people judge a benchmark's questions, and read their verdicts back",
    "import": "read another benchmark's files",
    "simulate": "make the videos of the benchmark that ships with this package",
    "run": "ask a model every question; go on where a run stopped",
    "score": "print accuracy, MDA, recall and their intervals for finished runs",
    "report": "write the tables, plots and a page to browse the questions",
}


def help_text() -> str:
    """What ``mmego bench --help`` prints."""
    verbs = "\n".join(f"  {verb:<10}{line}" for verb, line in VERBS.items())
    return (
        "usage: mmego bench VERB [flags]\n\nA memory benchmark whose score is corrected for questions that need no "
        f"video.\n\nverbs:\n{verbs}\n\n  mmego bench VERB --help   the verb's flags"
    )


def run(arguments: Sequence[str]) -> int:
    """Hand the rest of the words to the verb; returns the exit code."""
    words = list(arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(help_text())
        return 0
    if not words or words[0] not in VERBS:
        said = f"there is no verb {words[0]!r}" if words else "a verb is needed"
        return wrong_usage("bench", f"{said}; choose from {', '.join(VERBS)}")
    code: int = importlib.import_module(f"mmego.commands.bench_{words[0]}").run(words[1:])
    return code
