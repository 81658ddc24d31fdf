"""``mmego qa prompt``: list the prompts that language models are given, or print one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro

from mmego.commands.common import parse
from mmego.llm.prompts import prompt_names, read_prompt


@dataclass(frozen=True)
class PromptOptions:
    """Print a prompt that language models are given, or the names of all of them."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="[NAME]", help_behavior_hint="")] = ""
    """A prompt with its version (ask@1), or without (the newest). None: list them."""


def run(arguments: Sequence[str]) -> int:
    """Print to stdout; returns the exit code."""
    options = parse(PromptOptions, "qa prompt", arguments)
    print(read_prompt(options.name).text.rstrip() if options.name else "\n".join(prompt_names()))
    return 0
