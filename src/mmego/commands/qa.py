"""``mmego qa VERB``: the data engine, each verb in its own module."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from mmego.commands.common import wrong_usage

VERBS = {
    "inspect": "read narrations; print what there is, what would be dropped and why",
    "make": "cut clips, write questions, filter and balance them; go on where a run stopped",
    "filter": "filter and balance a data set again, without asking anybody",
    "prompt": "print the prompts that language models are given",
    "export": "write a data set in another format",
    "review": "have people judge a sample, and read their verdicts back",
}


def help_text() -> str:
    """What ``mmego qa --help`` prints."""
    verbs = "\n".join(f"  {verb:<10}{line}" for verb, line in VERBS.items())
    return (
        "usage: mmego qa VERB [flags]\n\nFrom human narrations of first-person video to question-answer pairs with "
        f"the moments that prove them.\n\nverbs:\n{verbs}\n\n  mmego qa VERB --help   the verb's flags"
    )


def run(arguments: Sequence[str]) -> int:
    """Hand the rest of the words to the verb; returns the exit code."""
    words = list(arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(help_text())
        return 0
    if not words or words[0] not in VERBS:
        said = f"there is no verb {words[0]!r}" if words else "a verb is needed"
        return wrong_usage("qa", f"{said}; choose from {', '.join(VERBS)}")
    code: int = importlib.import_module(f"mmego.commands.qa_{words[0]}").run(words[1:])
    return code
