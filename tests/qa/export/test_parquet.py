"""Parquet files: read back the same, in groups of rows, wrong types refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.qa.export.formats import Export, export
from mmego.records import QA
from tests.qa.export.rows import odd, rows_of
from tests.qa.small_set import conversations, write_set


def test_parquet_reads_back_the_same_in_pyarrow_datasets_and_pandas(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    from pyarrow import parquet

    samples = write_set(tmp_path / "out", [*conversations(), odd()])
    path = tmp_path / "a.parquet"
    export(tmp_path / "out", path, Export("parquet"))
    assert parquet.read_table(path).to_pylist() == rows_of(samples)
    read_back = [QA.from_json(row) for row in parquet.read_table(path).to_pylist()]
    assert read_back == [QA.from_json(sample.to_json()) for sample in samples]
    loaded = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.to_list() == rows_of(samples)
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(path)
    assert list(frame["id"]) == [sample.id for sample in samples]
    assert [turn["question"] for turn in frame["turns"][5]] == [turn.question for turn in odd().turns]


def test_parquet_of_more_rows_than_a_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("mmego.qa.export.parquet.ROWS_PER_GROUP", 2)
    samples = write_set(tmp_path / "out")
    export(tmp_path / "out", tmp_path / "a.parquet", Export("parquet"))
    assert parquet.ParquetFile(tmp_path / "a.parquet").num_row_groups == 3
    assert parquet.read_table(tmp_path / "a.parquet").to_pylist() == rows_of(samples)


def test_a_value_of_the_wrong_type_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    bad = replace(conversations()[0], source=replace(conversations()[0].source, seed="zero"))  # type: ignore[arg-type]
    write_set(tmp_path / "out", [bad])
    with pytest.raises(InputError, match="day0_0"):
        export(tmp_path / "out", tmp_path / "a.parquet", Export("parquet"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
