"""What all verbs share: reading flags, help texts and usage errors."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import keyword
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import tyro

from mmego.commands.guard import FAILED as FAILED
from mmego.commands.guard import INTERRUPTED as INTERRUPTED
from mmego.commands.guard import WRONG_USAGE
from mmego.errors import InputError

T = TypeVar("T")
Run = Callable[[Sequence[str]], int]
LEAST_SECRET = 8
"""Least length of an environment variable's value that counts as a secret."""


def parse(options: type[T], verb: str, arguments: Sequence[str]) -> T:
    """Read a verb's flags into its dataclass; print help or what is wrong and exit (0 or 2), as argparse does."""
    return tyro.cli(options, prog=f"mmego {verb}", args=list(arguments), config=(tyro.conf.FlagCreatePairsOff,))


def whole_help(options: type[Any], verb: str) -> str:
    """Return the help of a verb's flags as plain text: sections with a title and a line under it."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
        parse(options, verb, ["--help"])
    return "\n".join(line.rstrip() for line in text.getvalue().rstrip().splitlines())


def topic_help(options: type[Any], verb: str, title: str) -> str:
    """Return the sections of a help text without its head and --help; the first one gets `title`."""
    lines = whole_help(options, verb).splitlines()
    lines = [line for line in lines[lines.index(" options") :] if "show this help message" not in line]
    lines = [line for line in lines if line != "  -h, --help"]
    return "\n".join([f" {title}", *lines[1:]])


def verbs_help(group: str, about: str, verbs: Mapping[str, str]) -> str:
    """Return what ``mmego GROUP --help`` prints."""
    lines = "\n".join(f"  {verb:<10}{line}" for verb, line in verbs.items())
    head, tail = f"usage: mmego {group} VERB [flags]\n\n{about}", f"  mmego {group} VERB --help   the verb's flags"
    return f"{head}\n\nverbs:\n{lines}\n\n{tail}"


def run_verb(group: str, about: str, verbs: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run the verb's module, ``commands/GROUP/VERB.py``, with the remaining words; return the exit code."""
    words = list(arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(verbs_help(group, about, verbs))
        return 0
    if not words or words[0] not in verbs:
        fault = f"there is no verb {words[0]!r}" if words else "a verb is needed"
        return wrong_usage(group, f"{fault}; choose from {', '.join(verbs)}")
    # "import" is a Python keyword: its module is import_.
    name = f"{words[0]}_" if keyword.iskeyword(words[0]) else words[0]
    code: int = importlib.import_module(f"mmego.commands.{group}.{name}").run(words[1:])
    return code


def export_or_import(verb: str, help_text: str, ways: Mapping[str, Run], arguments: Sequence[str]) -> int:
    """Run one of `ways` with the remaining words, or print the help; return the exit code."""
    if list(arguments[:1]) in (["-h"], ["--help"]):
        print(help_text)
        return 0
    if not arguments or arguments[0] not in ways:
        given = repr(arguments[0]) if arguments else "nothing"
        return wrong_usage(verb, f"give {' or '.join(ways)}, got {given}")
    return ways[arguments[0]](arguments[1:])


def refuse_secrets(options: Sequence[dict[str, Any]]) -> None:
    """Raise InputError if a flag holds a secret of the environment, since flags are written to files."""
    written = json.dumps(options)
    for name, value in os.environ.items():
        secret = re.search(r"KEY|TOKEN|SECRET|PASSWORD", name, re.IGNORECASE) and len(value) >= LEAST_SECRET
        if secret and json.dumps(value)[1:-1] in written:
            raise InputError(f"a flag holds the value of {name}: flags are written to files, and keys must not be")


def wrong_usage(verb: str, message: str) -> int:
    """Print what is wrong with the flags on stderr; return the exit code."""
    print(f"mmego {verb}: {message} (see: mmego {verb} --help)", file=sys.stderr)
    return WRONG_USAGE


def quiet_transformers() -> None:
    """Keep the library's progress bars and advice off the terminal; errors are still printed."""
    from huggingface_hub.utils import logging as hub_logging
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils import logging

    hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    disable_progress_bars()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
