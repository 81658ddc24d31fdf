"""Sources: any known file or folder is opened, read once, and can be sent to other processes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.sources import NarrationSource, open_source
from tests.narrations.data import lines_by_video, real
from tests.narrations.samples import TEXTS, write


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


def test_a_named_video_list_is_used(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXTS["csv"])
    listed = write(tmp_path / "list.csv", "video_id,duration,split\nu1,1.5,test\n")
    [(meta, [narration])] = open_source([path], videos=listed).read(Drops())
    assert (meta.duration, meta.split, narration.span.end) == (1.5, "test", 1.5)


def test_several_files_are_read_one_after_another_and_a_video_once(tmp_path: Path) -> None:
    one = write(tmp_path / "1.csv", TEXTS["csv"])
    two = write(tmp_path / "2.csv", "video,start,text\nu2,1,close door\nu1,3,sit\nu1,4,eat\n")
    drops = Drops()
    assert list(lines_by_video(open_source([one, two]).read(drops))) == ["u1", "u2"]
    assert drops.counts == {"video narrated before": 1, "in a video narrated before": 2}


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
    assert lines_by_video(source.read(Drops())) == lines_by_video(open_source([plain]).read(Drops()))


def test_a_source_can_be_sent_to_another_process(tmp_path: Path) -> None:
    source = open_source([write(tmp_path / "a.csv", TEXTS["csv"])])
    again: NarrationSource = pickle.loads(pickle.dumps(source))
    assert again == source
    assert lines_by_video(again.read(Drops())) == lines_by_video(source.read(Drops()))


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
