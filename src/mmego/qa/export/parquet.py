"""Conversations as Parquet: all fields of `qa.jsonl` in a typed, nested schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmego.errors import InputError, require_extra
from mmego.files import atomic_path
from mmego.records import QA

if TYPE_CHECKING:
    import pyarrow

ROWS_PER_GROUP = 2000
"""Conversations held in memory at once and written as one row group: a few megabytes."""


def qa_schema() -> pyarrow.Schema:
    """Return the columns of `QA.to_json`. Spans are lists of two numbers, which every reader of Parquet knows."""
    require_extra("pyarrow", "data")
    import pyarrow as pa

    span = pa.list_(pa.float64())
    turn = pa.struct(
        [
            ("question", pa.string()),
            ("answer", pa.string()),
            ("key_spans", pa.list_(span)),
            ("narrations", pa.list_(pa.int64())),
            ("category", pa.string()),
        ]
    )
    source = pa.struct(
        [
            ("dataset", pa.string()),
            ("generator", pa.string()),
            ("model", pa.string()),
            ("seed", pa.int64()),
            ("prompt", pa.string()),
            ("prompt_tokens", pa.int64()),
            ("completion_tokens", pa.int64()),
            ("split", pa.string()),
        ]
    )
    return pa.schema(
        [("id", pa.string()), ("video", pa.string()), ("clip", span), ("turns", pa.list_(turn)), ("source", source)]
    )


def write_parquet(path: Path, samples: Iterable[QA]) -> int:
    """Write `samples` as one Parquet file, whole or not at all.

    Returns:
        Size of the rows in memory in bytes (Arrow's count, uncompressed), for the data set card.

    Raises:
        InputError: a sample has a value of another type than the schema's.
    """
    columns = qa_schema()
    import pyarrow as pa
    from pyarrow import parquet

    size = 0
    with atomic_path(path) as temporary, parquet.ParquetWriter(temporary, columns, compression="zstd") as writer:
        for group in _groups(samples):
            table = _table(group, columns, pa)
            writer.write_table(table)
            size += table.nbytes
    return size


def _groups(samples: Iterable[QA]) -> Iterator[tuple[QA, ...]]:
    left = iter(samples)
    while group := tuple(islice(left, ROWS_PER_GROUP)):
        yield group


def _table(group: tuple[QA, ...], columns: pyarrow.Schema, pa: Any) -> pyarrow.Table:
    try:
        return pa.Table.from_pylist([sample.to_json() for sample in group], schema=columns)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"among the samples {group[0].id} .. {group[-1].id}: {error}") from error


def schema_features() -> list[dict[str, Any]]:
    """Return the schema in the form of a data set card (``dataset_info.features``)."""
    return _fields(qa_schema())


def _fields(fields: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"name": field.name, **_type(field.type)} for field in fields]


def _type(kind: Any) -> dict[str, Any]:
    from pyarrow import types

    if types.is_list(kind):
        inner = _type(kind.value_type)
        return {"list": inner.get("dtype") or inner.get("struct") or inner}
    if types.is_struct(kind):
        return {"struct": _fields(kind)}
    return {"dtype": "float64" if types.is_float64(kind) else str(kind)}
