from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.llm.response_cache import Journal


def test_what_was_put_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "00000.jsonl"
    with Journal(path) as journal:
        journal.put("a", {"text": "größe\nzwei\u2028 zeilen"})
        journal.put("b", None)
        assert journal.get("a") == {"text": "größe\nzwei\u2028 zeilen"}
    with Journal(path) as journal:
        assert len(journal) == 2
        assert "b" in journal
        assert journal.get("a") == {"text": "größe\nzwei\u2028 zeilen"}
        assert journal.get("c") is None


def test_the_last_row_of_a_key_counts(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.put("a", 1)
        journal.put("a", 2)
        assert journal.get("a") == 2
    with Journal(tmp_path / "j") as journal:
        assert journal.get("a") == 2


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_half_last_line_is_dropped_and_the_next_row_is_whole(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    with Journal(path) as journal:
        journal.put("a", "first")
        journal.put("b", "second answer, long enough to be cut")
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path) as journal:
        assert "b" not in journal
        journal.put("c", "third")
        assert journal.get("c") == "third"
    with Journal(path) as journal:
        assert [journal.get(key) for key in "abc"] == ["first", None, "third"]
        assert journal.damaged == 0


def test_damaged_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'\x00\x00\x00\n{"key": 3, "row": 1}\n[]\n{"key": "a", "row": 7}\n{"key": "b"}\n')
    with Journal(path) as journal:
        assert (journal.get("a"), journal.damaged, len(journal)) == (7, 4, 1)


def test_a_journal_belongs_to_one_process(tmp_path: Path) -> None:
    path = tmp_path / "j"
    program = f"from pathlib import Path\nfrom mmego.llm.response_cache import Journal\nJournal(Path({str(path)!r}))"
    with Journal(path):
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert "is in use by another run" in other.stderr
        with pytest.raises(InputError, match="in use"):
            Journal(path)
    Journal(path).close()
