"""The command ``mmego``: it imports the verb's module in `commands` and runs it with the remaining words."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mmego import __version__
from mmego.commands.guard import WRONG_USAGE, Guard

VERBS = {
    "ask": "ask a video questions; get answers and the moments that prove them",
    "bench": "build a memory benchmark, run models on it, score and report them",
    "demo": "ask the shipped demo video its questions and compare with the truth",
    "lmms-eval-tasks": "write a benchmark as tasks of lmms-eval, print the folder",
    "qa": "make questions and answers for training from narrations",
    "simulate": "make first-person videos of simulated households, with narrations and truth",
    "train": "train the small model that ships with this package",
}


DEBUG = "--debug"


def run_command(verb: str, arguments: Sequence[str]) -> int:
    """Run the verb's module, ``commands/VERB.py`` or a folder of verbs, with the remaining words; return its code."""
    module = importlib.import_module(f"mmego.commands.{verb.replace('-', '_')}")
    if hasattr(module, "VERBS"):
        from mmego.commands.common import run_verb  # loads tyro, which `mmego --help` does not need

        return run_verb(verb, module.ABOUT, module.VERBS, arguments)
    code: int = module.run(arguments)
    return code


def help_text() -> str:
    """Return what ``mmego --help`` prints."""
    verbs = "\n".join(f"  {verb:<17}{line}" for verb, line in VERBS.items())
    return (
        "usage: mmego VERB [flags]\n\nAsk questions about hours of first-person video; get the answer with the "
        f"moments that prove it.\n\nverbs:\n{verbs}\n\n  mmego VERB --help   the verb's flags\n"
        f"  mmego VERB {DEBUG}  where a failure comes from (or MMEGO_DEBUG=1)\n"
        "  mmego --version     the version\n\nstart here: mmego demo"
    )


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Print each warning as one line on stderr, except those for developers of other libraries."""
    with warnings.catch_warnings():
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)

        def show(message: Warning | str, *_: object, **__: object) -> None:
            print(f"mmego: warning: {message}", file=sys.stderr)

        warnings.showwarning = show
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit code.

    0: done, 1: failed (one line on stderr), 2: wrong usage, 130: stopped by Ctrl-C, 143: ended by SIGTERM.
    """
    with Guard(whole_process=arguments is None) as guard:
        words = list(sys.argv[1:] if arguments is None else arguments)
        words, wanted = without_debug(words)
        guard.debug = wanted or bool(os.environ.get("MMEGO_DEBUG", "").strip(" 0"))
        return guard.run(words[0] if words else "", lambda: dispatch(words))


def without_debug(words: list[str]) -> tuple[list[str], bool]:
    """Return the words without ``--debug``, which every verb takes, and whether it was there (before a ``--``)."""
    end = words.index("--") if "--" in words else len(words)
    left = [word for word in words[:end] if word != DEBUG]
    return left + words[end:], len(left) < end


def dispatch(words: Sequence[str]) -> int:
    """Print help or the version, or run the verb."""
    if list(words[:1]) in (["-h"], ["--help"]):
        print(help_text())
        return 0
    if list(words[:1]) == ["--version"]:
        print(f"mmego {__version__}")
        return 0
    if not words or words[0] not in VERBS:
        fault = f"there is no verb {words[0]!r}" if words else "a verb is needed"
        print(f"mmego: {fault}; choose from {', '.join(VERBS)} (see: mmego --help)", file=sys.stderr)
        return WRONG_USAGE
    with plain_warnings():
        return run_command(words[0], words[1:])
