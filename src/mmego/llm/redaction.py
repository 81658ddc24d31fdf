"""Removing a key from a server's words before they are stored or printed. Pure.

Removed, in capitals or not: `PIECE` or more characters of the key in a row, plain, URL-encoded, JSON- or HTML-escaped,
in base64 (also of "Bearer KEY" and "user:KEY") and in hexadecimal digits; and masked forms with `SHORT` or more of its
first or last characters ("sk-p...cdef"). Not removed: shorter pieces without a mask, and forms made by another rule
(reversed, one character per line, encrypted). Placeholders shorter than `PIECE` ("none", "EMPTY") are not secrets: they
are ordinary words of answers.
"""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

PIECE = 8
"""Number of characters of a key in a row that reveal it."""
SHORT = 3
"""Number of characters of a key beside a mask that reveal it."""
HIDDEN = "***"
LINE = 200
"""Length of a server's message that is kept, in characters."""
_HALF = PIECE // 2
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}  # `str.lower` may change the length of a text.
_MASK = re.compile(r"\*\*|\.\.\.|…|••|[xX]{4}")
_MASKED = re.compile(r"(?<![\w*.…•-])([\w-]{0,64})(?:\*{2,64}|\.{3,64}|…|•{2,64}|[xX]{4,64})([\w-]{0,64})")
# Words that look like a key. They are removed from errors only: in answers, "key" may be a thing on a table.
_LIKE_A_KEY = re.compile(r"\b(?:sk|key|Bearer)[-_ ][\w*.-]{6,}|\b(?:AIza|gsk_|hf_|xai-)[\w*.-]{6,}")


class Redactor:
    """Removes one key from texts. Without a key, or with a placeholder, `text` changes nothing."""

    def __init__(self, key: str | None) -> None:
        self._key = (key or "") if len(key or "") >= PIECE else ""
        forms = _forms(self._key)
        self._pieces = frozenset(form[i : i + PIECE] for form in forms for i in range(len(form) - PIECE + 1))
        self._halves = frozenset(piece[i : i + _HALF] for piece in self._pieces for i in range(PIECE - _HALF + 1))

    def text(self, text: str) -> str:
        """Return the text with `HIDDEN` in the place of what reveals the key, in linear time."""
        if not self._key or not text:
            return text
        text = self._without_pieces(text)
        return _MASKED.sub(self._unmasked, text) if _MASK.search(text) else text

    def line(self, text: str) -> str:
        """Return a message as one line of at most `LINE` characters, also without what looks like another key."""
        # Redact before the cut: half a key at the end would not be recognised.
        line = " ".join(self.text(text[: 50 * LINE]).split())
        return _LIKE_A_KEY.sub(HIDDEN, line)[:LINE]

    def _without_pieces(self, text: str) -> str:
        lowered, pieces = text.translate(_LOWER), self._pieces
        # Every piece has four characters that begin at a multiple of four. Almost all texts end here.
        if self._halves.isdisjoint(lowered[place : place + _HALF] for place in range(0, len(text), _HALF)):
            return text
        kept: list[str] = []
        start = place = 0
        while place <= len(text) - PIECE:
            if lowered[place : place + PIECE] not in pieces:
                place += 1
                continue
            kept += [text[start:place], HIDDEN]
            start = place + PIECE
            while place < start:  # Overlapping pieces are one.
                place += 1
                if lowered[place : place + PIECE] in pieces:
                    start = place + PIECE
        return "".join((*kept, text[start:]))

    def _unmasked(self, match: re.Match[str]) -> str:
        key, (left, right) = self._key.lower(), (part.lower() for part in match.groups())
        revealed = (len(left) >= SHORT and key.startswith(left)) or (len(right) >= SHORT and key.endswith(right))
        return HIDDEN if revealed else match[0]


def _forms(key: str) -> set[str]:
    """Return the key in the forms that servers write, in small letters."""
    forms = {key, quote(key, safe=""), quote_plus(key), json.dumps(key)[1:-1], html.escape(key), key.encode().hex()}
    for shift in range(3):
        # Base64 encodes groups of three bytes, so a prefix ("Bearer KEY", "x:KEY") shifts the key by 0, 1 or 2.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(b"\0" * shift + key.encode()).decode().rstrip("=")
            # The characters at both ends contain bits of their neighbours.
            forms.add(coded[-(-shift * 8 // 6) : (shift + len(key)) * 8 // 6])
    return {form.translate(_LOWER) for form in forms}
