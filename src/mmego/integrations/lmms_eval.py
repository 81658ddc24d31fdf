"""The plugin that lmms-eval finds by entry point (group ``lmms_eval.models``): ``--model mmego``.

lmms-eval itself is imported only when it asks: it belongs to an environment of its own (extra ``[eval]``).
"""

from __future__ import annotations

import re
from typing import Any

from mmego.errors import require_extra

# "A. on the bed", "(A) on the bed", "A) on the bed", "A: on the bed", as tasks write them.
_OPTION = re.compile(r"^\s*\(?([A-Z])[.):]\s+(\S.*?)\s*$")


def manifests() -> Any:
    """What lmms-eval registers: one ``ModelManifest``."""
    require_extra("lmms_eval", "eval")
    from lmms_eval.models.registry_v2 import ModelManifest

    return ModelManifest(model_id="mmego", simple_class_path="mmego.integrations.lmms_eval_model.MmEgo")


def split_options(context: str) -> tuple[str, tuple[str, ...]]:
    """A task's prompt as ``(question, options)``: lettered lines in a row from A on are the options.

    What follows them ("Answer with the letter...") asks for a form of answer and is left out. A prompt without two
    such lines has no options and comes back whole. If several blocks begin with A, the last one counts: a question may
    itself hold a list.
    """
    lines = context.splitlines()
    found = [_OPTION.match(line) for line in lines]
    starts = [number for number, match in enumerate(found) if match is not None and match[1] == "A"]
    for start in reversed(starts):
        options: list[str] = []
        for match in found[start:]:
            if match is None or match[1] != chr(ord("A") + len(options)):
                break
            options.append(match[2])
        if len(options) > 1:
            return "\n".join(lines[:start]).strip(), tuple(options)
    return context.strip(), ()


def letter(choice: int) -> str:
    """0 is A."""
    return chr(ord("A") + choice)
