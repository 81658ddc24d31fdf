"""The options that a data set folder was begun with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.qa.data.folder import DatasetFolder


def test_differences_are_short_and_all_there(tmp_path: Path) -> None:
    from mmego.errors import InputError

    folder = DatasetFolder(tmp_path)
    folder.clips.mkdir()
    (folder.clips / "plan.json").write_text(json.dumps({"dataset": "own", "tasks": [1], "videos": 1, "narrations": 4}))
    folder.options.write_text(json.dumps({"make": {"seed": 1, "sources": ["a", "b"], "split": None}}))
    said = 'sources now without b and with c, d, e and 1 more; split was null, is "val"'
    with pytest.raises(InputError, match=f"was begun with other options .{said}.: choose another folder"):
        folder.begin({"make": {"seed": 1, "sources": ["a", "c", "d", "e", "f"], "split": "val"}})
    with pytest.raises(InputError, match=r"sources was .*, is "):
        folder.begin({"make": {"seed": 1, "sources": ["b", "a"], "split": None}})
