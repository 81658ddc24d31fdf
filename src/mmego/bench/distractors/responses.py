"""Reading a model's wrong options out of its answer, in JSON or in plain text. Pure functions.

Linear in the answer's length, as `qa.writing.parse` is and by the same means.
"""

from __future__ import annotations

import re
from typing import Any

from mmego.llm.found_json import found_json
from mmego.qa.writing.parse import tidy

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"options": {"type": "array", "items": {"type": "string"}}},
    "required": ["options"],
    "additionalProperties": False,
}
_LINE = re.compile(r"[\s>*_-]*+(?:W|wrong(?: answer)?)\s*+\d*+[*_]*+\s*+[:.)][*_]*+\s*+(.+)", re.IGNORECASE)
_LISTED = re.compile(r"\s*+(?:[-*•]|\(?[A-Ha-h1-9][.)])\s++(.+)")
_MARK = re.compile(r"\s*+(?:[-*•]|\(?[A-Ha-h1-9][.)])\s++")
_MOST = 20
MOST_LENGTH = 500
"""Characters of an option; a longer one is none, and counts as one that the model did not give."""


def parse_options(text: str) -> list[str]:
    """The options in the order of the answer, without their numbers or marks, each once; none if it has none."""
    found = _from_json(text) or _from_lines(text)
    clean = (tidy(_unmarked(option)).strip(" *_\"'") for option in found)
    return list(dict.fromkeys(option for option in clean if 0 < len(option) <= MOST_LENGTH))[:_MOST]


def _unmarked(option: str) -> str:
    mark = _MARK.match(option)
    return option[mark.end() :] if mark else option


def _from_json(text: str) -> list[str]:
    """The first list of texts in the JSON of an answer, wherever it stands."""
    for value in found_json(text):
        if isinstance(value, dict):
            value = next((v for v in value.values() if isinstance(v, list)), None)
        if isinstance(value, list):
            options = [v if isinstance(v, str) else v.get("option", v.get("text", "")) for v in value if _is_option(v)]
            if options:
                return [option for option in options if isinstance(option, str)]
    return []


def _is_option(value: Any) -> bool:
    return isinstance(value, str | dict)


def _from_lines(text: str) -> list[str]:
    """Lines that begin with "W:"; where there are none, the lines of a list."""
    lines = text.splitlines()
    for pattern in (_LINE, _LISTED):
        found = [match[1] for line in lines if (match := pattern.match(line))]
        if found:
            return found
    return []
