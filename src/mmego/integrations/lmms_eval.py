"""The plugin that lmms-eval finds by entry point (group ``lmms_eval.models``): ``--model mmego``.

lmms-eval is imported only when it asks: it needs its own environment (extra ``[eval]``).
"""

from __future__ import annotations

import re
from typing import Any

from mmego.errors import require_extra

# "A. on the bed", "(A) on the bed", "A) on the bed", "A: on the bed", as tasks write them.
_OPTION = re.compile(r"^\s*\(?([A-Z])[.):]\s+(\S.*?)\s*$")


def manifests() -> Any:
    """Return what lmms-eval registers: one ``ModelManifest``."""
    require_extra("lmms_eval", "eval")
    from lmms_eval.models.registry_v2 import ModelManifest

    return ModelManifest(model_id="mmego", simple_class_path="mmego.integrations.lmms_eval_model.MmEgo")


def split_options(context: str) -> tuple[str, tuple[str, ...]]:
    """Split a task's prompt into ``(question, choices)``: consecutive lettered lines from A on are the choices.

    The text after them ("Answer with the letter...") is left out. A prompt without two lettered lines has no choices
    and is returned whole. If several blocks begin with A, the last one counts, since a question may hold a list.
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
    """Return the letter of a choice; 0 is A."""
    return chr(ord("A") + choice)
