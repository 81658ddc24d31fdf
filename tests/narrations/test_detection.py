"""Detection: the content says the format, and a file of none or two formats is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.formats import FORMATS
from mmego.narrations.sources import open_source
from tests.narrations.data import lines_by_video
from tests.narrations.readers.test_subtitles import SRT, VTT
from tests.narrations.samples import EGO4D, LIST, TEXTS, write


@pytest.mark.parametrize("format", TEXTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_content_says_the_format_whatever_the_name(tmp_path: Path, format: str, mark: str) -> None:
    source = open_source([write(tmp_path / "u1.txt", mark + TEXTS[format])])
    assert source.format == format
    videos = lines_by_video(source.read(Drops()))
    assert videos["u1"]
    # Naming it gives the same.
    assert lines_by_video(open_source(source.paths, format).read(Drops())) == videos


def test_simulated_and_ego4d_folders(tmp_path: Path) -> None:
    for name, version in (("sim", {"version": "simulated"}), ("real", {"version": "v2"})):
        write(tmp_path / name / "narrations.json", json.dumps(EGO4D))
        write(tmp_path / name / "ego4d.json", json.dumps(version | LIST))
    source, other = open_source([tmp_path / "sim"]), open_source([tmp_path / "real"])
    assert (source.dataset, source.format, other.dataset) == ("mmego-sim", "mmego-sim", "ego4d")
    # The list beside it is used: it knows u1 only.
    drops = Drops()
    [(meta, _)] = source.read(drops)
    assert (meta.duration, meta.split, drops.counts["video not in the video list"]) == (9.0, "val", 1)
    with pytest.raises(InputError, match="all paths of a source must be of one format"):
        open_source([tmp_path / "sim", tmp_path / "real"])


def test_a_folder_of_subtitles(tmp_path: Path) -> None:
    write(tmp_path / "b.srt", SRT)
    write(tmp_path / "a.SRT", SRT)
    write(tmp_path / "notes.txt", "hello")
    assert list(lines_by_video(open_source([tmp_path]).read(Drops()))) == ["a", "b"]
    write(tmp_path / "c.vtt", VTT)
    with pytest.raises(InputError, match="one format"):
        open_source([tmp_path])
    assert list(lines_by_video(open_source([tmp_path], "vtt").read(Drops()))) == ["c"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("hello", "no known format"),
        ("a,b,c\n1,2,3\n", "has the columns a, b, c"),
        (json.dumps(LIST), "give it with --videos"),
        ('{"q": {"video_uid": "u1", "starting_sec": 1}}', "--exclude"),
        ('{"a": 1}', "neither Ego4D's narrations nor JSON Lines"),
        ("[1, 2]", "is a JSON list"),
        ("video,start,text,video_id,start_timestamp,stop_timestamp,narration\n", "might be epic-kitchens or csv"),
    ],
)
def test_what_is_nothing_or_two_things_is_refused_with_the_list(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        open_source([write(tmp_path / "x.json", text)])
    assert all(name in str(error.value) for name in FORMATS)


def test_binary_files_and_utf_16_without_a_mark_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXTS["csv"].encode("utf-16-le"))
    with pytest.raises(InputError, match=r"NUL characters.*save it as UTF-8"):
        open_source([path])


@pytest.mark.parametrize("text", [" " * 60_000, "1" + "\n" * 60_000, "{" + " " * 60_000, '{"' + "\\a" * 30_000])
def test_detection_is_quick_on_odd_texts(tmp_path: Path, text: str) -> None:
    """The patterns that tell formats are linear: three loops over 60,000 line ends would never come to an end."""
    with pytest.raises(InputError, match="formats are"):
        open_source([write(tmp_path / "x.json", text)])
