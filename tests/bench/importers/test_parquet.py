"""A Parquet file is read only if what it holds fits, by its own account and when written out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.parquet import parquet_rows
from mmego.errors import InputError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = [
    {"question": "Where?", "options": ["on the table", "in the sink"], "answer": 1, "more": {"a": "x"}},
    {"question": None, "options": ["on the table"], "answer": None, "more": {"a": None}},
]
# In the child: no more memory than what a reader of small files needs. A plain `read_table` of the bombs fails in it.
CHILD = """
import resource, sys
import pyarrow, pyarrow.parquet, pyarrow.compute
from pathlib import Path
from mmego.bench.importers.parquet import parquet_rows
from mmego.errors import InputError
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 600_000_000,) * 2)
try:
    pyarrow.parquet.read_table(sys.argv[1]).to_pylist()
    print("plain reading went well")
except (MemoryError, pyarrow.ArrowMemoryError):
    print("plain reading failed")
try:
    parquet_rows(Path(sys.argv[1]))
except InputError as error:
    print(error)
"""


def write(path: Path, rows: list[dict[str, Any]] | dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(rows) if isinstance(rows, dict) else pa.Table.from_pylist(rows), path, **options)
    return path


@pytest.mark.parametrize("options", [{}, {"use_dictionary": False}, {"row_group_size": 1}, {"compression": "zstd"}])
def test_rows_as_they_are(tmp_path: Path, options: dict[str, Any]) -> None:
    assert parquet_rows(write(tmp_path / "q.parquet", ROWS, **options)) == ROWS


def test_columns_that_nobody_wants_are_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "q.parquet", {"question": ["Where?"] * 2, "picture": ["A" * 3_000_000] * 2})
    assert parquet_rows(path, {"question", "answer"}, 1_000_000) == [{"question": "Where?"}] * 2
    with pytest.raises(InputError, match="its columns question, picture take 3 MB"):
        parquet_rows(path, None, 1_000_000)


def one_text_many_times(path: Path) -> Path:
    """2 GB in under a kilobyte that the file states as 1 MB: a dictionary of one text, named 2,000 times."""
    return write(path, {"question": pa.array(["A" * 1_000_000]).take(pa.array([0] * 2000))}, compression="zstd")


def inside_of_lists(path: Path) -> Path:
    column = pa.array([["A" * 1_000_000] * 20] * 100)
    return write(path, {"options": column}, compression="zstd")


def zeros(path: Path) -> Path:
    """Write a gigabyte of one number, which the file states as some kilobytes."""
    return write(path, {"answer": pa.array([0] * 1000).take(pa.array([0] * 120_000_000))}, compression="zstd")


def plain_pages(path: Path) -> Path:
    """2 GB of stated size: without a dictionary each text is written out, then compressed."""
    texts = pa.array(["A" * 1_000_000] * 100)
    with pq.ParquetWriter(path, pa.schema({"question": pa.string()}), compression="zstd", use_dictionary=False) as out:
        for _ in range(20):
            out.write_table(pa.table({"question": texts}))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("bomb", [one_text_many_times, inside_of_lists, zeros, plain_pages])
def test_bombs_are_refused_without_the_memory_that_they_want(tmp_path: Path, bomb: Any) -> None:
    path = bomb(tmp_path / "bomb.parquet")
    assert path.stat().st_size < 1_000_000
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True)
    plain, refused = done.stdout.splitlines()
    assert plain == "plain reading failed"
    assert "a table of questions is read up to 268 MB" in refused


def test_a_small_bomb(tmp_path: Path) -> None:
    path = write(tmp_path / "q.parquet", {"question": pa.array(["A" * 10_000]).take(pa.array([0] * 500))})
    assert path.stat().st_size < 20_000
    with pytest.raises(InputError, match="take 5 MB when read; a table of questions is read up to 1 MB"):
        parquet_rows(path, None, 1_000_000)
    assert len(parquet_rows(path)) == 500


def test_what_is_no_parquet(tmp_path: Path) -> None:
    (tmp_path / "q.parquet").write_bytes(b"PAR1 no PAR1")
    with pytest.raises(InputError, match="not a Parquet file"):
        parquet_rows(tmp_path / "q.parquet")
    with pytest.raises(InputError, match="no such file"):
        parquet_rows(tmp_path / "none.parquet")
