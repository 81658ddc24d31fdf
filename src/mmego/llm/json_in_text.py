"""Finding JSON in a model's answer: the whole answer, between other words, or cut off. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# The beginning of an object or a list; "{{{{" and "[can]" are skipped.
_OPENING = re.compile(r"\{(?=\s*+[\"}])|\[(?=\s*+[\[{\"\]\d-])")
_TIMES = 20
"""How many times a text may be read. A cut-off list is read once for each level of its brackets: pairs of questions are
three levels deep. Without a limit, a model's endless loop of brackets would be read once for each bracket."""


def find_json(text: str) -> Iterator[Any]:
    """Yield the outermost complete objects and lists of a text, in order. Reads the text at most `_TIMES` times."""
    decoder = json.JSONDecoder(strict=False)  # Models write line breaks into strings.
    start, left = 0, _TIMES * len(text)
    while left >= 0 and (found := _OPENING.search(text, start)) is not None:
        opening = found.start()
        try:
            value, start = decoder.raw_decode(text, opening)
        except RecursionError:
            return  # Thousands of brackets.
        except json.JSONDecodeError as error:
            # Broken or cut off, but the objects inside may be complete. A string without an end is read to the end of
            # the text. The error counts the lines before it, which costs a little.
            left -= (len(text) if error.msg.startswith("Unterminated") else error.pos) - opening + opening // 64
            start = opening + 1
        except ValueError:  # A number of thousands of digits.
            left -= len(text) - opening
            start = opening + 1
        else:
            yield value
