"""The versioned prompt files (`prompts/NAME@VERSION.txt`) and the messages made from them.

A file has sections, each with a line ``=== TITLE`` before it. `system` and `user` become the messages. The code puts
other sections into them. A changed text gets a new version and a new file, so that a sample's `Source.prompt` always
names the exact text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Any

from mmego.errors import InputError

Message = dict[str, Any]
"""`role` and `content`: a text, or a list of texts and pictures."""
_TITLE = re.compile(r"^=== ([a-z]+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: `name` with its version (``ask@1``), the whole `text`, and its `sections` by title."""

    name: str
    text: str
    sections: dict[str, str]

    def section(self, title: str, **fields: object) -> str:
        """Return a section with its ``$fields`` filled in. Raises KeyError for a field that is missing."""
        # A value is not searched for fields, so a "$" in a narration stays a "$".
        return Template(self.sections[title]).substitute({name: str(value) for name, value in fields.items()})

    def messages(self, **fields: object) -> list[Message]:
        """Return the sections `system` and `user`, if they exist, as chat messages."""
        roles = [role for role in ("system", "user") if role in self.sections]
        return [{"role": role, "content": self.section(role, **fields)} for role in roles]


def prompt_names() -> list[str]:
    """Return the names of all prompts with their versions, sorted by name and version."""
    names = [item.name.removesuffix(".txt") for item in _folder().iterdir() if item.name.endswith(".txt")]
    return sorted(names, key=_sort_key)


@cache
def read_prompt(name: str) -> Prompt:
    """Return the prompt ``NAME@VERSION``, or the newest version of ``NAME``. Raises InputError for an unknown name."""
    names = prompt_names()
    found = [known for known in names if name in (known, known.partition("@")[0])]
    if not found:
        raise InputError(f"there is no prompt {name!r}; choose from {', '.join(names)}")
    text = _folder().joinpath(f"{found[-1]}.txt").read_text(encoding="utf-8")
    pieces = _TITLE.split(text)[1:]
    sections = {title: body.strip() for title, body in zip(pieces[::2], pieces[1::2], strict=True)}
    return Prompt(found[-1], text, sections)


def _folder() -> Traversable:
    return files(__name__)


def _sort_key(name: str) -> tuple[str, int]:
    stem, _, version = name.partition("@")
    return stem, int(version)
