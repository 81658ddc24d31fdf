"""The rows of a Parquet file, with its sizes checked before anything is read.

720 bytes can expand to 2 GB: pages are compressed, and a column may store one long text once and refer to it a
thousand times. So the sizes that the file states are summed over the wanted columns and refused above a bound. Then
texts are read as a dictionary (each text once), and their size when written out has the same bound.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmego.errors import InputError, require_extra
from mmego.files import unreadable

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

MOST_BYTES = 256 * 1024 * 1024
"""Bound for a table of questions, as stated and as written out. Video-MME's whole table is under 2 MB."""
_INDEX = 8  # bytes that a value takes at least once it is read: its place in the dictionary, its offset


def parquet_rows(path: Path, columns: Collection[str] | None = None, most: int = MOST_BYTES) -> list[Any]:
    """Return the rows as dictionaries.

    Args:
        path: the file.
        columns: those wanted, as far as they exist; None for all. No other column is read.
        most: bytes that the wanted columns may take.

    Raises:
        InputError: no such file, not Parquet, or more than `most`.
        MissingExtraError: pyarrow is not installed.
    """
    require_extra("pyarrow", "data")
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise InputError(f"no such file: {path}")
    try:
        # Only the end of the file is read here.
        about = pq.read_metadata(path)
        wanted = [name for name in about.schema.to_arrow_schema().names if columns is None or name in columns]
        stated = _stated(about, wanted)
        if stated > most:
            raise _too_large(path, stated, wanted, most)
        texts = [place for place in _leaves(about) if place.split(".")[0] in wanted]
        rows: list[Any] = []
        written = 0
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            for number in range(about.num_row_groups):
                table = file.read_row_group(number, columns=wanted)
                written += sum(_written(chunk) for column in table.columns for chunk in column.chunks)
                if written > most:
                    raise _too_large(path, written, wanted, most)
                rows += table.to_pylist()
    except (pa.ArrowException, OSError) as error:
        if (
            isinstance(error, OSError) and error.errno is not None
        ):  # from the system; pyarrow's own errors have no number
            raise unreadable(path, error) from error
        raise InputError(f"{path}: not a Parquet file: {error}") from error
    return rows


def _stated(about: pyarrow.parquet.FileMetaData, wanted: Collection[str]) -> int:
    """Return the uncompressed bytes of the wanted columns in all row groups, as the file states them."""
    total = 0
    for group in range(about.num_row_groups):
        row_group = about.row_group(group)
        for number in range(row_group.num_columns):
            column = row_group.column(number)
            if column.path_in_schema.split(".")[0] in wanted:
                # A million equal values take no bytes in the file, and eight each once they are read.
                total += max(column.total_uncompressed_size, column.num_values * _INDEX)
    return total


def _leaves(about: pyarrow.parquet.FileMetaData) -> list[str]:
    """Return the paths of the text columns, including those inside lists."""
    columns = (about.schema.column(number) for number in range(about.num_columns))
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def _written(array: pyarrow.Array) -> int:
    """Return the bytes of an array when each text that it refers to is written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(array, pa.DictionaryArray):
        sizes = pc.take(pc.binary_length(array.dictionary), array.indices)
        return int(pc.sum(pc.cast(sizes, pa.int64())).as_py() or 0)
    if isinstance(array, pa.StructArray):
        return sum(_written(array.field(number)) for number in range(array.type.num_fields))
    if isinstance(array, (pa.ListArray, pa.LargeListArray, pa.FixedSizeListArray, pa.MapArray)):
        return _written(array.flatten())
    return int(array.nbytes)


def _too_large(path: Path, size: int, wanted: Collection[str], most: int) -> InputError:
    return InputError(
        f"{path}: its columns {', '.join(wanted)[:200]} take {size / 1e6:,.0f} MB when read; a table of questions is "
        f"read up to {most / 1e6:,.0f} MB"
    )
