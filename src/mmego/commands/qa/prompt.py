"""``mmego qa prompt``: list the prompts for language models, or print one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro

from mmego.commands.common import parse
from mmego.llm.prompts import prompt_names, read_prompt


@dataclass(frozen=True)
class PromptOptions:
    """Print a prompt for language models, or the names of all prompts."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="[NAME]", help_behavior_hint="")] = ""
    """A prompt with its version (ask@1), or without for the newest. Without NAME: list all."""


def run(arguments: Sequence[str]) -> int:
    """Print to stdout; return the exit code."""
    options = parse(PromptOptions, "qa prompt", arguments)
    print(read_prompt(options.name).text.rstrip() if options.name else "\n".join(prompt_names()))
    return 0
