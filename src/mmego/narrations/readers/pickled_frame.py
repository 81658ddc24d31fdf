"""Reader of the table in a pickled pandas frame that runs nothing the pickle names.

A pickle is a program: ``pickle.load`` runs everything that its author wrote into it. Here each class or function that
it names must be on a short list of those that a plain frame needs, and even these are not the real ones but stand-ins
that only keep their arguments. The pickle cannot run code of pandas or numpy, and pandas need not be installed.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mmego.errors import InputError
from mmego.files import unreadable

_NUMBERS = frozenset(("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"))


class _Kept:
    """A stand-in: an object that keeps its arguments and its state, and does nothing."""

    def __init__(self, *arguments: Any, **_: Any) -> None:
        self.arguments = arguments
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Frame(_Kept):
    """pandas.DataFrame"""


class _Manager(_Kept):
    """pandas' BlockManager: the columns, in blocks of one type."""


class _Block(_Kept):
    """Values of some columns: (values, which columns, number of axes)."""


class _Index(_Kept):
    """Names of columns or rows."""


class _Dtype(_Kept):
    """numpy.dtype"""


class _Array(_Kept):
    """numpy.ndarray"""


class _Buffer(_Kept):
    """An array whose bytes come first: (bytes, dtype, shape, order)."""


class _Scalar(_Kept):
    """One number of numpy's: (dtype, bytes)."""


class _Slice(_Kept):
    """slice(start, stop, step)"""


class _Encoded(_Kept):
    """_codecs.encode(text, "latin1"): old pickles store bytes as text."""

    def __new__(cls, text: str, coding: str = "latin1") -> bytes:  # type: ignore[misc]
        if coding != "latin1":
            raise pickle.UnpicklingError(f"it holds bytes in {coding!r}")
        return text.encode("latin1")


class _Bytes(_Kept):
    """bytearray(), bytearray(b"..."), bytearray("...", "latin-1")"""

    def __new__(cls, text: str | bytes = b"", coding: str = "latin-1") -> bytes:  # type: ignore[misc]
        return text if isinstance(text, bytes) else text.encode("latin1")


class _NewIndex(_Kept):
    """pandas' _new_Index(class, state)"""

    def __new__(cls, _: Any, state: Any) -> _Index:  # type: ignore[misc]
        return _Index(state)


_ALLOWED: dict[tuple[str, str], type[_Kept]] = {
    ("pandas.core.frame", "DataFrame"): _Frame,
    ("pandas", "DataFrame"): _Frame,
    ("pandas.core.internals.managers", "BlockManager"): _Manager,
    ("pandas.core.internals", "BlockManager"): _Manager,
    ("pandas._libs.internals", "_unpickle_block"): _Block,
    ("pandas.core.indexes.base", "_new_Index"): _NewIndex,
    ("pandas.core.indexes.base", "Index"): _Index,
    ("pandas.core.indexes.numeric", "Int64Index"): _Index,
    ("pandas.core.indexes.range", "RangeIndex"): _Index,
    ("pandas", "Index"): _Index,
    ("pandas", "RangeIndex"): _Index,
    ("numpy", "dtype"): _Dtype,
    ("numpy", "ndarray"): _Array,
    ("_codecs", "encode"): _Encoded,
    ("builtins", "slice"): _Slice,
    ("__builtin__", "slice"): _Slice,
    ("builtins", "bytearray"): _Bytes,
    ("__builtin__", "bytearray"): _Bytes,
    **{
        (f"numpy.{core}.{module}", name): kept
        for core in ("core", "_core")
        for module, name, kept in (
            ("multiarray", "_reconstruct", _Array),
            ("multiarray", "scalar", _Scalar),
            ("numeric", "_frombuffer", _Buffer),
        )
    },
}


class _Reader(pickle.Unpickler):
    """An unpickler that knows the names of `_ALLOWED` and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        found = _ALLOWED.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which a plain table does not need")
        # A new class each time: what a pickle sets on it disappears with it.
        return type(found.__name__, (found,), {})

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to objects outside the file")


def read_frame(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a pickled pandas frame as plain dicts (numbers, texts, lists); the whole table is in memory.

    It reads frames whose columns are numbers or plain objects, as pandas 0.25 to 3 write them; not compressed pickles,
    and not text in pandas' own extension types (``StringDtype``, Arrow).

    Raises:
        InputError: the file names something outside the list (nothing of it has run), or holds no such frame.
    """
    try:
        with Path(path).open("rb") as file:
            frame = _Reader(file).load()
        columns = dict(_columns(frame))
    except OSError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # a broken pickle can raise anything
        raise InputError(f"{path} is not a pickled table that mmego reads: {error or type(error).__name__}") from error
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        raise InputError(f"{path} is not a pickled table that mmego reads: its columns have {sorted(lengths)} rows")
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _columns(frame: Any) -> Iterator[tuple[str, list[Any]]]:
    """Name and values of each column."""
    _expect(isinstance(frame, _Frame) and isinstance(frame.state, dict), "no frame in it")
    manager = frame.state.get("_mgr", frame.state.get("_data"))
    _expect(isinstance(manager, _Manager), "a frame without columns")
    if isinstance(manager.state, tuple):  # pandas before 1.3: the form of 0.14.1, the newest part of four
        form = manager.state[3]["0.14.1"]
        axes, blocks = form["axes"], [(block["values"], block["mgr_locs"]) for block in form["blocks"]]
    else:
        held, axes = manager.arguments[:2]
        blocks = [block.arguments[:2] for block in held]
    names = [str(name) for name in _values(axes[0].arguments[0]["data"])]
    for values, places in blocks:
        numbers = range(*_ints(places)) if isinstance(places, _Slice) else _values(places)
        for number, column in zip(numbers, _values(values), strict=True):
            yield names[number], column


def _ints(places: _Slice) -> tuple[int, ...]:
    start, stop, step = (*places.arguments, None)[:3]
    return start or 0, stop, step or 1


def _values(array: Any) -> list[Any]:
    """Convert a stand-in for an array to (nested) lists."""
    _expect(isinstance(array, (_Array, _Buffer)), f"values of the type {type(array).__name__.strip('_')}")
    if isinstance(array, _Buffer):
        data, dtype, shape = array.arguments[:3]
        fortran = len(array.arguments) > 3 and array.arguments[3] == "F"
    else:
        _, shape, dtype, fortran, data = array.state
    if _code(dtype) == "O":
        _expect(isinstance(data, list), "objects that are not a list")
        flat = np.empty(len(data), dtype=object)
        flat[:] = [_plain(value) for value in data]
    else:
        flat = np.frombuffer(data, dtype=_numpy_dtype(dtype))
    values: list[Any] = flat.reshape(shape, order="F" if fortran else "C").tolist()
    return values


def _code(dtype: Any) -> str:
    _expect(isinstance(dtype, _Dtype), "an array without a type")
    code = str(dtype.arguments[0])
    return "O" if code.startswith("O") else code


def _numpy_dtype(dtype: Any) -> np.dtype[Any]:
    """Return the real numpy type of numbers; others raise."""
    code = _code(dtype)
    _expect(code in _NUMBERS, f"numbers of the type {code!r}")
    order = dtype.state[1] if isinstance(dtype.state, tuple) else "<"
    return np.dtype(code).newbyteorder(">" if order == ">" else "<")


def _plain(value: Any) -> Any:
    """Convert a cell to plain values."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (_Array, _Buffer)):
        return _values(value)
    if isinstance(value, _Scalar):
        return np.frombuffer(value.arguments[1], dtype=_numpy_dtype(value.arguments[0]))[0].item()
    _expect(value is None or isinstance(value, (str, bytes, int, float)), f"a cell of the type {type(value).__name__}")
    return value


def _expect(held: bool, otherwise: str) -> None:
    if not held:
        raise pickle.UnpicklingError(f"it has {otherwise}")
