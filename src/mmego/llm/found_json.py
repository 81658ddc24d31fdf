"""JSON wherever it stands in a model's answer: whole, with words around it, or cut off. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# What can begin an object or a list, so that "{{{{" and "[can]" are passed over.
_OPENING = re.compile(r"\{(?=\s*+[\"}])|\[(?=\s*+[\[{\"\]\d-])")
_TIMES = 20
"""Times that the length of a text may be read again. Half of a list is read once for each level of its brackets: pairs
of questions lie three deep. A model that hangs in a loop of brackets would be read as often as there are brackets."""


def found_json(text: str) -> Iterator[Any]:
    """The objects and lists of a text in order, the outermost that are whole; at most `_TIMES` readings of the text."""
    decoder = json.JSONDecoder(strict=False)  # models write line breaks into strings
    start, left = 0, _TIMES * len(text)
    while left >= 0 and (found := _OPENING.search(text, start)) is not None:
        opening = found.start()
        try:
            value, start = decoder.raw_decode(text, opening)
        except RecursionError:
            return  # thousands of brackets
        except json.JSONDecodeError as error:
            # Broken or cut off: the objects inside it may be whole. A string without an end was read to the text's.
            # An error counts the lines before it: a little for those.
            left -= (len(text) if error.msg.startswith("Unterminated") else error.pos) - opening + opening // 64
            start = opening + 1
        except ValueError:  # a number of thousands of digits
            left -= len(text) - opening
            start = opening + 1
        else:
            yield value
