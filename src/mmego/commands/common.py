"""What every verb of the command shares."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Sequence
from typing import Any, TypeVar

import tyro

T = TypeVar("T")
FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
"""What a shell reports for a program that Ctrl-C ended."""


def parse(options: type[T], verb: str, arguments: Sequence[str]) -> T:
    """Read a verb's flags into its dataclass; prints help or what is wrong and exits (0 or 2) as argparse does."""
    return tyro.cli(options, prog=f"mmego {verb}", args=list(arguments), config=(tyro.conf.FlagCreatePairsOff,))


def whole_help(options: type[Any], verb: str) -> str:
    """The help of a verb's flags as plain text: sections with a title and a line under it."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
        parse(options, verb, ["--help"])
    return "\n".join(line.rstrip() for line in text.getvalue().rstrip().splitlines())


def panel(options: type[Any], verb: str, title: str) -> str:
    """The sections of a help text without its head; the first bears `title`, and nobody is told of --help again."""
    lines = whole_help(options, verb).splitlines()
    lines = [line for line in lines[lines.index(" options") :] if "show this help message" not in line]
    lines = [line for line in lines if line != "  -h, --help"]
    return "\n".join([f" {title}", *lines[1:]])


def wrong_usage(verb: str, message: str) -> int:
    """Say what is wrong with the flags on stderr; returns the exit code."""
    print(f"mmego {verb}: {message} (see: mmego {verb} --help)", file=sys.stderr)
    return WRONG_USAGE


def quiet_transformers() -> None:
    """Keep the library's progress bars and advice off the terminal; errors still come through."""
    from huggingface_hub.utils import logging as hub_logging
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils import logging

    hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    disable_progress_bars()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
