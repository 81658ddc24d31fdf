"""A small file of every format of narrations."""

from __future__ import annotations

import json
from pathlib import Path

from tests.narrations.readers.test_epic import HEADER, row
from tests.narrations.readers.test_subtitles import SRT, VTT

EGO4D = {
    "u0": {"status": "no_annotations"},
    "u1": {"narration_pass_1": {"narrations": [{"timestamp_sec": 1.0, "narration_text": "#C C opens a door"}]}},
}

LIST = {"videos": [{"video_uid": "u1", "duration_sec": 9.0, "split_em": "val"}]}

TEXTS = {
    "ego4d": json.dumps(EGO4D),
    "epic-kitchens": HEADER + "\n" + row("u1", "00:00:01.0", "00:00:02.0", "open door"),
    "csv": "video,start,end,text\nu1,1,2,open door\n",
    "jsonl": '{"video": "u1", "start": 1, "end": 2, "text": "open door"}\n' * 2,
    "srt": SRT,
    "vtt": VTT,
}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
