"""Any source is opened by what stands in it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.detect import FORMATS
from mmego.narrations.sources import NarrationSource, open_source
from tests.narrations.data import real, told
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


@pytest.mark.parametrize("format", TEXTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_format_is_told_by_content_whatever_the_name(tmp_path: Path, format: str, mark: str) -> None:
    source = open_source([write(tmp_path / "u1.txt", mark + TEXTS[format])])
    assert source.format == format
    videos = told(source.read(Drops()))
    assert videos["u1"]
    # Naming it gives the same.
    assert told(open_source(source.paths, format).read(Drops())) == videos


def test_datasets_have_their_names_and_own_ones_what_the_user_says(tmp_path: Path) -> None:
    paths = {format: write(tmp_path / format, text) for format, text in TEXTS.items()}
    names = {format: open_source([path]).dataset for format, path in paths.items()}
    assert names == {
        "ego4d": "ego4d",
        "epic-kitchens": "epic-kitchens",
        "csv": "own",
        "jsonl": "own",
        "srt": "own",
        "vtt": "own",
    }
    assert open_source([paths["csv"]], dataset="my walks").dataset == "my walks"


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


def test_a_named_video_list_is_used(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXTS["csv"])
    listed = write(tmp_path / "list.csv", "video_id,duration,split\nu1,1.5,test\n")
    [(meta, [narration])] = open_source([path], videos=listed).read(Drops())
    assert (meta.duration, meta.split, narration.span.end) == (1.5, "test", 1.5)


def test_several_files_are_read_one_after_another_and_a_video_once(tmp_path: Path) -> None:
    one = write(tmp_path / "1.csv", TEXTS["csv"])
    two = write(tmp_path / "2.csv", "video,start,text\nu2,1,close door\nu1,3,sit\nu1,4,eat\n")
    drops = Drops()
    assert list(told(open_source([one, two]).read(drops))) == ["u1", "u2"]
    assert drops.counts == {"video told before": 1, "in a video told before": 2}


def test_a_folder_of_subtitles(tmp_path: Path) -> None:
    write(tmp_path / "b.srt", SRT)
    write(tmp_path / "a.SRT", SRT)
    write(tmp_path / "notes.txt", "hello")
    assert list(told(open_source([tmp_path]).read(Drops()))) == ["a", "b"]
    write(tmp_path / "c.vtt", VTT)
    with pytest.raises(InputError, match="one format"):
        open_source([tmp_path])
    assert list(told(open_source([tmp_path], "vtt").read(Drops()))) == ["c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("hello", "no known format"),
        ("a,b,c\n1,2,3\n", "has the columns a, b, c"),
        (json.dumps(LIST), "give it by --videos"),
        ('{"q": {"video_uid": "u1", "starting_sec": 1}}', "--exclude"),
        ('{"a": 1}', "neither Ego4D's narrations nor JSON Lines"),
        ("[1, 2]", "is a JSON list"),
        ("video,start,text,video_id,start_timestamp,stop_timestamp,narration\n", "might be epic-kitchens or csv"),
    ],
)
def test_what_is_nothing_or_two_things_is_refused_with_the_list(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        open_source([write(tmp_path / "x.json", text)])
    assert all(name in str(error.value) for name in FORMATS)


def test_wrong_options_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXTS["csv"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="format must be auto or one of ego4d"):
        open_source([path], "epic")
    with pytest.raises(InputError, match=r"no such file: .*none\.csv"):
        open_source([path], videos=tmp_path / "none.csv")
    with pytest.raises(InputError, match="no such file or folder"):
        open_source([tmp_path / "none"])
    with pytest.raises(InputError, match=r"a folder should hold narrations\.json"):
        open_source([tmp_path / "empty"])
    with pytest.raises(InputError, match="at least one"):
        open_source([])


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("format", ["csv", "jsonl", "srt", "vtt", "ego4d"])
def test_texts_in_utf_16_are_read(tmp_path: Path, format: str, coding: str) -> None:
    ending = {"ego4d": "json"}.get(format, format)
    plain, wide = write(tmp_path / f"a/v.{ending}", TEXTS[format]), tmp_path / f"b/v.{ending}"
    wide.parent.mkdir()
    mark = "" if coding == "utf-16" else "\ufeff"
    wide.write_bytes((mark + TEXTS[format].replace("\n", "\r\n")).encode(coding))
    source = open_source([wide])
    assert source.format == format
    assert told(source.read(Drops())) == told(open_source([plain]).read(Drops()))


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


def test_a_source_can_be_sent_to_another_process(tmp_path: Path) -> None:
    source = open_source([write(tmp_path / "a.csv", TEXTS["csv"])])
    again: NarrationSource = pickle.loads(pickle.dumps(source))
    assert again == source
    assert told(again.read(Drops())) == told(source.read(Drops()))


def test_the_real_files() -> None:
    path = real("epic_kitchens/EPIC_100_validation.csv")
    source = open_source([path])
    assert (source.format, source.videos_of(path)) == ("epic-kitchens", path.parent / "EPIC_100_video_info.csv")
    for other in (
        "egoschema/uid_to_ego4d.json",
        "egoschema/subset_answers.json",
        "epic_kitchens/EPIC_100_video_info.csv",
    ):
        with pytest.raises(InputError):
            open_source([real(other)])
