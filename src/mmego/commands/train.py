"""``mmego train nano``: train the small model that ships with this package, from scratch."""

from __future__ import annotations

from collections.abc import Sequence

from mmego.commands.common import parse, wrong_usage


def run(arguments: Sequence[str]) -> int:
    """Train; return the exit code."""
    if list(arguments[:1]) in (["-h"], ["--help"]):
        print("usage: mmego train nano [flags]\n\n  nano  the small model that ships with this package, from scratch")
        return 0
    if not arguments or arguments[0] != "nano":
        return wrong_usage("train", f"what to train must be 'nano', got {arguments[0] if arguments else 'nothing'!r}")
    from mmego.train.nano.recipe import NanoRecipe, train_nano

    train_nano(parse(NanoRecipe, "train nano", arguments[1:]))
    return 0
