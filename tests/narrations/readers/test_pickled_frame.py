"""Pickled frames are read, and nothing that a pickle names is ever run."""

from __future__ import annotations

import builtins
import copyreg
import functools
import io
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from mmego.errors import InputError
from mmego.narrations.readers import pickled_frame
from mmego.narrations.readers.pickled_frame import read_frame

pd = pytest.importorskip("pandas", reason="pandas (extra 'data') writes the frames of these tests")

ROWS = [
    {"id": "a-1", "start": 1.5, "n": 3, "words": ["open", "hold"], "pairs": [("open", "door")], "ok": True, "no": None},
    {"id": "a-2", "start": -0.25, "n": 2**40, "words": [], "pairs": [], "ok": False, "no": "é"},
    {"id": "b-1", "start": float("inf"), "n": -7, "words": ["x"], "pairs": [("a", "b"), ("c", 4)], "ok": True, "no": 2},
]
PLAIN = [{**row, "pairs": [list(pair) for pair in row["pairs"]]} for row in ROWS]  # type: ignore[attr-defined]


def table() -> Any:
    """Make a frame of plain columns, as pandas before 3 does by default."""
    made = pd.DataFrame(ROWS, dtype=object).astype({"start": float, "n": np.int64, "ok": bool})
    made.columns = made.columns.astype(object)
    return made


def save(folder: Path, value: Any, protocol: int = 4) -> Path:
    path = folder / "table.pkl"
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol(tmp_path: Path, protocol: int) -> None:
    assert read_frame(save(tmp_path, table(), protocol)) == PLAIN


def test_other_shapes_of_frames(tmp_path: Path) -> None:
    assert read_frame(save(tmp_path, table()[["n", "id"]])) == [{"n": r["n"], "id": r["id"]} for r in ROWS]
    assert read_frame(save(tmp_path, table()[1:])) == PLAIN[1:]
    assert read_frame(save(tmp_path, table().sort_values("n"))) == [PLAIN[2], PLAIN[0], PLAIN[1]]
    assert read_frame(save(tmp_path, table()[:0])) == []
    indexed = read_frame(save(tmp_path, table().set_index("id")))
    assert indexed == [{k: v for k, v in row.items() if k != "id"} for row in PLAIN]


def test_numbers_of_numpy_in_cells(tmp_path: Path) -> None:
    made = table()
    made["words"] = [np.array([1, 2]), [np.int64(3), np.float32(0.5)], np.array(["a", "b"], dtype=object)]
    assert [row["words"] for row in read_frame(save(tmp_path, made))] == [[1, 2], [3, 0.5], ["a", "b"]]


def old_form(rows: int) -> bytes:
    """Pickle a frame as pandas 0.25 did: names of old modules, the manager's state of 0.14.1."""
    axes = [pd.Index(["a", "b"], dtype=object), pd.RangeIndex(rows)]
    values = np.array([["x"] * rows, ["y"] * rows], dtype=object)
    state = (
        axes,
        [values],
        [axes[0]],
        {"0.14.1": {"axes": axes, "blocks": [{"values": values, "mgr_locs": slice(2)}]}},
    )

    class Manager:
        def __reduce__(self) -> Any:
            return copyreg.__newobj__, (Manager,), state  # type: ignore[attr-defined]

    class Frame:
        def __reduce__(self) -> Any:
            return copyreg.__newobj__, (Frame,), {"_data": Manager(), "_typ": "dataframe"}  # type: ignore[attr-defined]

    Manager.__module__, Manager.__qualname__ = "pandas.core.internals.managers", "BlockManager"
    Frame.__module__, Frame.__qualname__ = "pandas.core.frame", "DataFrame"

    class Writer(pickle._Pickler):  # type: ignore[name-defined,misc]
        def save_global(self, obj: Any, name: str | None = None) -> None:
            # Names as they are written: the classes above are not those of pandas.
            if obj in (Manager, Frame):
                self.write(pickle.GLOBAL + f"{obj.__module__}\n{obj.__qualname__}\n".encode())
                self.memoize(obj)
            else:
                super().save_global(obj, name)

        dispatch: ClassVar[dict[Any, Any]] = {**pickle._Pickler.dispatch, type: save_global}  # type: ignore[attr-defined]

    file = io.BytesIO()
    Writer(file, 2).dump(Frame())
    return file.getvalue()


def test_the_form_of_old_pandas(tmp_path: Path) -> None:
    path = tmp_path / "old.pkl"
    path.write_bytes(old_form(2).replace(b"numpy._core.", b"numpy.core."))
    assert read_frame(path) == [{"a": "x", "b": "y"}] * 2


class Evil:
    """Pickles as a call of `function` with `arguments`."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


EVIL = {
    "os.system": lambda mark: Evil(os.system, f"touch {mark}"),
    "eval": lambda mark: Evil(builtins.eval, f"open({str(mark)!r}, 'w')"),
    "exec": lambda mark: Evil(builtins.exec, f"open({str(mark)!r}, 'w')"),
    "open": lambda mark: Evil(open, str(mark), "w"),
    "getattr": lambda mark: Evil(getattr, "x", "upper"),
    "import": lambda mark: Evil(__import__, "antigravity"),
    "partial": lambda mark: Evil(functools.partial, os.system, f"touch {mark}"),
    "popen": lambda mark: Evil(subprocess.Popen, ["touch", str(mark)]),
    "read_pickle": lambda mark: Evil(pd.read_pickle, str(mark)),
    "pandas.eval": lambda mark: Evil(pd.eval, f"@open('{mark}', 'w')"),
    "DataFrame.eval": lambda mark: Evil(pd.DataFrame.eval, pd.DataFrame(), "1"),
    "numpy.load": lambda mark: Evil(np.load, str(mark)),
    "numpy.save": lambda mark: Evil(np.save, str(mark), 1),
    "our own": lambda mark: Evil(pickled_frame.read_frame, str(mark)),
}


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("hidden", [False, True], ids=["bare", "in a cell"])
def test_a_malicious_pickle_runs_nothing(tmp_path: Path, name: str, hidden: bool) -> None:
    mark = tmp_path / "ran"
    evil: Any = EVIL[name](mark)
    if hidden:
        made = table()
        made["no"] = [evil, 1, 2]
        evil = made
    with pytest.raises(InputError, match=r"it names [\w.]+, which a plain table does not need"):
        read_frame(save(tmp_path, evil))
    assert not mark.exists()


def test_that_the_pickles_of_this_test_are_malicious(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    pickle.loads(pickle.dumps(EVIL["os.system"](mark)))
    assert mark.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"cos\nsystem\n(S'touch x'\ntR.",  # protocol 0
        b"(S'touch x'\nios\nsystem\n.",  # INST
        b"\x80\x02cpandas.core.frame\nDataFrame.eval\n.",
        b"\x80\x04\x8c\x12pandas.core.frame\x8c\x0eDataFrame.eval\x93.",
        b"\x80\x04\x8c\x08builtins\x8c\x0fslice.__class__\x93.",
        b"\x80\x02Pos.system\n.",  # a persistent id
        b"\x80\x02\x82\x01.",  # an extension
        b"\x80\x02cpandas.core.frame\nDataFrame\n}(X\x01\x00\x00\x00aX\x01\x00\x00\x00bub.",  # state set on a class
        b"\x80\x02cpandas.core.frame\nDataFrame\n)\x81.",  # a frame without state
        b"\x80\x02]q\x00h\x00a.",  # a list that holds itself
        b"\x80\x02K\x01.",
        b"\x80\x02",
        b"",
        b"PK\x03\x04",
        b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\x7f",  # a frame of 2^63 bytes
    ],
)
def test_anything_else_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.pkl"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"bad\.pkl is not a pickled table"):
        read_frame(path)


def test_one_pickle_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    path = tmp_path / "bad.pkl"
    # Sets an attribute on the class that it was given.
    path.write_bytes(b"\x80\x02cpandas.core.frame\nDataFrame\nN}X\x05\x00\x00\x00stateK\x01s\x86b.")
    with pytest.raises(InputError):
        read_frame(path)
    assert "state" not in vars(pickled_frame._Frame)
    assert read_frame(save(tmp_path, table())) == PLAIN


def test_text_in_types_of_pandas_own_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"names (pandas|pyarrow)[\w.]+, which a plain table does not need"):
        read_frame(save(tmp_path, pd.DataFrame({"a": pd.array(["x"], dtype="string")})))
