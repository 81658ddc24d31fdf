"""The entries of a file: a JSON array or dictionary, JSON Lines or Parquet, each with its fault, if it has one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from mmego.bench.importers.parquet import parquet_rows
from mmego.bench.importers.rows import Row, shown
from mmego.errors import InputError
from mmego.files import unreadable
from mmego.narrations.readers.rows import encoding_of


class Doubled(dict[str, Any]):
    """A JSON object with a key that comes twice: `json.loads` keeps the last one silently.

    `pairs` are all of its members, `twice` is the first repeated key.
    """

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs
        seen: set[str] = set()
        self.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]


def read_rows(path: Path, columns: Collection[str] | None = None) -> list[Row]:
    """Return the entries of a JSON array, a JSON Lines file or a Parquet table, named ``row 1`` and so on.

    An entry that is not an object or not JSON is a row with a fault: `Imported.take` leaves it out.

    Args:
        path: the file.
        columns: of a Parquet table, the ones to read; None for all.

    Raises:
        InputError: no such file, not of these kinds, too large (Parquet), or empty.
        MissingExtraError: a Parquet file, and pyarrow is not installed.
    """
    path = Path(path)
    if path.suffix == ".jsonl":
        rows = list(_lines(path))
    else:
        values = parquet_rows(path, columns) if path.suffix == ".parquet" else json_file(path)
        if not isinstance(values, list):
            raise InputError(f"{path}: must hold a list of questions, got {shown(values)}")
        rows = [entry(path, f"row {n}", value) for n, value in enumerate(values, 1)]
    if not rows:
        raise InputError(f"{path} holds no question")
    return rows


def entry(path: Path, name: str, value: Any) -> Row:
    """Return one entry of a file as a row; what is not an object has no values and a fault."""
    if not isinstance(value, Mapping):
        return Row(path, name, {}, f"must be an object with keys, got {shown(value)}")
    twice = _twice(value)
    return Row(path, name, value, f"{twice!r} comes twice" if twice is not None else "")


def members(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members of an object read from a file, including both of a repeated key."""
    yield from value.pairs if isinstance(value, Doubled) else value.items()


def json_file(path: Path) -> Any:
    """Return the content of a JSON file; an object with a repeated key is a `Doubled`.

    Raises:
        InputError: no such file, not text in UTF-8 (or UTF-16 with its mark), or not JSON.
    """
    path = Path(path)
    data = _bytes(path)
    try:
        text = data.decode(encoding_of(data[:4]))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8: {error.reason} at byte {error.start}") from error
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:  # such as a number of 5,000 digits or ten thousand brackets
        raise InputError(f"{path}: not JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(pairs)


def _twice(value: Any) -> str | None:
    """Return the first repeated key anywhere in an entry."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Doubled):
            return one.twice
        if isinstance(one, (dict, list)):
            waiting += one.values() if isinstance(one, dict) else one
    return None


def _lines(path: Path) -> Iterator[Row]:
    """Yield a row for each line that is not empty; its number counts these, like `row 1` of an array."""
    data = _bytes(path)
    if encoding_of(data[:4]) == "utf-16":
        data = data.decode("utf-16", "surrogatepass").encode("utf-8", "surrogatepass")
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    for number, line in enumerate(lines, 1):
        try:
            value = json.loads(line.decode("utf-8"), object_pairs_hook=_object)
        except UnicodeDecodeError as error:
            yield Row(path, f"row {number}", {}, f"not text in UTF-8: {error.reason}")
        except (ValueError, RecursionError) as error:
            yield Row(path, f"row {number}", {}, f"not JSON: {error}")
        else:
            yield entry(path, f"row {number}", value)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # a name may contain a null character
        raise unreadable(path, error) from error
