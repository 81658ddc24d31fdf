"""``mmego demo``: the shipped video's questions, with the truth beside the answers."""

from __future__ import annotations

from collections.abc import Sequence

from mmego.commands.common import parse, quiet_transformers


def run(arguments: Sequence[str]) -> int:
    """Ask the shipped video its questions and compare with the truth file. Returns the exit code."""
    from mmego.demo import DemoOptions, run_demo

    options = parse(DemoOptions, "demo", arguments)
    quiet_transformers()
    run_demo(options)
    return 0
