"""The versioned prompt files (`prompts/NAME@VERSION.txt`) and the messages made of them.

A file holds sections, each begun by a line ``=== TITLE``. `system` and `user` become the messages; others are pieces
that the code puts into them. A changed text gets a new version and a new file, so that a sample's `Source.prompt`
always names the words that made it.
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
"""`role` and `content`: a text, or parts of text and pictures."""
_TITLE = re.compile(r"^=== ([a-z]+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: `name` with its version (``ask@1``), the `text` as it is, its `sections` by title."""

    name: str
    text: str
    sections: dict[str, str]

    def section(self, title: str, **fields: object) -> str:
        """A section with its ``$fields`` filled in. Raises KeyError for a field that was not given."""
        # What is filled in is not read again, so a "$" in a narration stays a "$".
        return Template(self.sections[title]).substitute({name: str(value) for name, value in fields.items()})

    def messages(self, **fields: object) -> list[Message]:
        """The sections `system` and `user` (those there are) as chat messages."""
        roles = [role for role in ("system", "user") if role in self.sections]
        return [{"role": role, "content": self.section(role, **fields)} for role in roles]


def prompt_names() -> list[str]:
    """The names of all prompts with their versions, sorted by name and version."""
    names = [item.name.removesuffix(".txt") for item in _folder().iterdir() if item.name.endswith(".txt")]
    return sorted(names, key=_sort_key)


@cache
def read_prompt(name: str) -> Prompt:
    """The prompt ``NAME@VERSION``, or the newest version of ``NAME``. Raises InputError for one that there is not."""
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
