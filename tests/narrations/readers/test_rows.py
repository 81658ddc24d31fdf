"""Rows: Excel's first line, and lines that are not objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.table import read_table
from mmego.narrations.sources import open_source
from mmego.narrations.split import read_exclusions
from tests.narrations.data import lines_by_video


@pytest.mark.parametrize(
    "first", ["sep=;", "SEP=;", '"sep=;"', "sep=|", "sep=,", "sep=\t"], ids=lambda first: first.replace("\t", "tab")
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_excels_sep_line(tmp_path: Path, first: str, mark: str) -> None:
    path, videos, without = tmp_path / "own.csv", tmp_path / "videos.csv", tmp_path / "without.csv"
    part = first.strip('"')[-1]
    for file, table in (
        (path, 'video;start;end;text\nw;"1,5";"2,5";open the door\nw;x;2;sit\n'),
        (videos, "video;duration\nw;9\n"),
        (without, "n;video\n1;u\n"),
    ):
        file.write_text(f"{mark}{first}\n" + table.replace(";", part), encoding="utf-8")
    drops = Drops()
    source = open_source([path], videos=videos)
    assert source.format == "csv"
    assert lines_by_video(source.read(drops)) == {"w": [(1.5, 2.5, "C", "open the door")]}
    assert drops.examples["no text or time"][0].startswith("own.csv:4: start is 'x'")
    assert read_exclusions(without) == {"u"}


def test_a_bad_line_is_left_out_and_named_unless_most_are(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    good = '{"video": "v", "start": %d, "text": "open door"}\n'
    path.write_text("".join(good % n for n in range(3)) + '{"video": "v"\n[1]\n')
    drops = Drops()
    assert len(lines_by_video(read_table(path, "jsonl", None, drops))["v"]) == 3
    assert drops.counts == {"not a JSON object": 2}
    assert drops.examples["not a JSON object"][0].startswith("own.jsonl:4: not JSON")
    path.write_text(good % 1 + '{"video": "v"\n[1]\n')
    with pytest.raises(InputError, match=r"own.jsonl:2: not JSON: .* \(2 of 3 lines are like this\)"):
        list(read_table(path, "jsonl"))
