"""A stream of the members of a large JSON file: a gigabyte of narrations needs a few megabytes of memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from mmego.errors import InputError
from mmego.files import unreadable
from mmego.narrations.readers.rows import encoding_of

CHUNK = 1 << 20  # characters read at a time; doubled while one member is longer than that
_SPACE = " \t\r\n"


class _Window:
    """The part of a text file that is read and not yet parsed."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self.file, self.path = file, path
        self.text, self.at = "", 0
        self.decoder = json.JSONDecoder()

    def fault(self, what: str) -> InputError:
        """Return an error that names the file and what was found there."""
        found = self.text[self.at : self.at + 40]
        return InputError(f"{self.path}: {what}, found {found!r}")

    def more(self) -> bool:
        """Read more text; False at the end of the file."""
        wanted = max(CHUNK, len(self.text) - self.at)
        try:
            chunk = self.file.read(wanted)
        except UnicodeError as error:
            raise InputError(f"{self.path}: not UTF-8 text ({error})") from error
        self.text, self.at = self.text[self.at :] + chunk, 0
        return bool(chunk)

    def peek(self) -> str:
        """Return the next character that is not white space, or "" at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, allowed: str) -> str:
        """Skip the next character, which must be one of `allowed`, and return it."""
        character = self.peek()
        if not character or character not in allowed:
            raise self.fault(f"expected one of {' '.join(allowed)}")
        self.at += 1
        return character

    def value(self) -> Any:
        """Parse the next complete value."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self.more():
                    continue
                raise self.fault(f"not JSON ({error.msg})") from error
            except (ValueError, RecursionError) as error:  # a number of 5,000 digits, ten thousand brackets
                raise self.fault(f"not JSON ({error})") from error
            length = end - self.at
            # A number at the end of the chunk may continue in the next one.
            if end < len(self.text) or not self.more():
                self.at += length
                return value


def stream_videos(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield videos by name, each an object, one at a time: under "videos" of a JSON file, or of the file itself.

    Other members beside "videos" (a version, a date) are skipped. Raises InputError for a video that is not an object.
    """
    odd: tuple[str, Any] | None = None
    with _open(path) as file:
        window = _Window(file, path)
        window.expect("{")
        if window.peek() == "}":
            return
        while True:
            name = window.value()
            if not isinstance(name, str):
                raise window.fault(f"expected a name in quotes, got {name!r}")
            window.expect(":")
            if name == "videos" and window.peek() == "{":
                odd = None
                for video, entry in _members(window):
                    if not isinstance(entry, dict):
                        raise _no_object(path, video, entry)
                    yield video, entry
                return
            entry = window.value()
            if isinstance(entry, dict):
                yield name, entry
            else:
                odd = odd or (name, entry)
            if window.expect(",}") == "}":
                break
    if odd is not None:
        raise _no_object(path, *odd)


def _no_object(path: Path, video: str, entry: Any) -> InputError:
    return InputError(f"{path}: video {video!r} should be an object, got {type(entry).__name__}")


def stream_array(path: Path, key: str) -> Iterator[Any]:
    """Yield the elements of the array under `key` of the object in a JSON file, one at a time.

    Members before it are parsed and skipped; nothing after it is read. Raises InputError if the array is missing.
    """
    with _open(path) as file:
        window = _Window(file, path)
        window.expect("{")
        while window.peek() == '"':
            name = window.value()
            window.expect(":")
            if name == key:
                yield from _elements(window)
                return
            window.value()
            if window.expect(",}") == "}":
                break
    raise InputError(f"{path}: has no array {key!r}")


def _open(path: Path) -> TextIO:
    try:
        with Path(path).open("rb") as file:
            encoding = encoding_of(file.read(4))
        return Path(path).open(encoding=encoding)
    except OSError as error:
        raise unreadable(path, error) from error


def _members(window: _Window) -> Iterator[tuple[str, Any]]:
    window.expect("{")
    if window.peek() == "}":
        return
    while True:
        name = window.value()
        if not isinstance(name, str):
            raise window.fault(f"expected a name in quotes, got {name!r}")
        window.expect(":")
        yield name, window.value()
        if window.expect(",}") == "}":
            return


def _elements(window: _Window) -> Iterator[Any]:
    window.expect("[")
    if window.peek() == "]":
        return
    while True:
        yield window.value()
        if window.expect(",]") == "]":
            return
