"""EgoLifeQA and EgoMemReason: never a frame from after the query time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.egolife import read_egolifeqa, read_egomemreason
from mmego.bench.importers.registry import import_questions
from mmego.bench.importers.rows import ImportSettings
from mmego.errors import InputError
from mmego.records import MCQ, Span
from mmego.video.files import VideoFiles
from mmego.video.probe import probe
from tests.engine.clips import write_clip

NOON = 12 * 3600.0


def life(number: int = 1, date: str = "DAY1", time: str = "12000000", **change: Any) -> dict[str, Any]:
    base = {
        "ID": str(number),
        "query_time": {"date": date, "time": time},
        "type": "EntityLog",
        "need_audio": False,
        "question": "Who used it first?",
        **{f"choice_{letter}": name for letter, name in zip("abcd", ("T", "A", "S", "L"), strict=True)},
        "answer": "B",
        "target_time": {"date": "DAY1", "time": "11152408"},
    }
    return {key: value for key, value in {**base, **change}.items() if value != "LEFT OUT"}


def memory(**change: Any) -> dict[str, Any]:
    base = {
        "example_id": 1,
        "p_id": "A1_JAKE_DAY2_q1",
        "identity": "A1_JAKE",
        "query_time": "DAY2, 12:00:00",
        "question": "What do I eat?",
        "options": dict(zip("ABCDE", ("rice", "egg", "bread", "soup", "fish"), strict=True)),
        "query_type": "Activity Pattern",
        "correct_answer": "E",
    }
    return {key: value for key, value in {**base, **change}.items() if value != "LEFT OUT"}


def write(folder: Path, *rows: Any, name: str = "EgoLifeQA_A1_JAKE.json") -> Path:
    (folder / name).write_text(json.dumps(list(rows)))
    return folder / name


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of seven seconds, at 11:59:50, 11:59:57 and 12:00:00 of DAY1, one of another person, one of DAY2."""
    folder = tmp_path_factory.mktemp("week")
    for name in (
        *("A1_JAKE/DAY1/DAY1_A1_JAKE_11595000", "A1_JAKE/DAY1/DAY1_A1_JAKE_11595710"),
        *("A1_JAKE/DAY1/DAY1_A1_JAKE_12000000", "A1_JAKE/DAY2/DAY2_A1_JAKE_09000000"),
        "A2_ALICE/DAY1/DAY1_A2_ALICE_11000000",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_clip(folder / f"{name}.mp4")
    return folder


def test_without_videos_it_is_on_the_clock_under_a_name_that_no_file_has(tmp_path: Path) -> None:
    (question,) = read_egolifeqa([write(tmp_path, life(date="DAY3"))], ImportSettings()).questions
    assert (question.id, question.video) == ("A1_JAKE-1", "A1_JAKE/clock")
    assert (question.clip, question.length_class) == (Span(0.0, 2 * 86400 + NOON), "40-60")
    assert (question.answer, question.category, question.options) == (1, "EntityLog", ("T", "A", "S", "L"))


def test_with_videos_the_clips_end_at_the_query(tmp_path: Path, week: Path) -> None:
    files = VideoFiles(week)
    path = write(tmp_path, life(1), life(2, date="DAY2", time="8000000"), life(3, time="11595400"))
    noon, later, early = read_egolifeqa([path], ImportSettings(files)).questions
    # 11:59:57 and ten frames, read as late as half a second past it, runs seven seconds: cut at noon.
    assert [(one.video, one.clip) for one in noon.inputs] == [
        ("DAY1_A1_JAKE_11595000", Span(0.0, 7.0)),
        ("DAY1_A1_JAKE_11595710", Span(0.0, 2.5)),
    ]
    assert noon.video == "DAY1_A1_JAKE_11595000"
    assert MCQ.from_json(noon.to_json()) == noon
    assert [one.name for one in later.inputs] == ["DAY1 11:59:50", "DAY1 11:59:57", "DAY1 12:00:00"]
    assert [one.clip for one in later.inputs] == [Span(0.0, 7.0)] * 3
    assert later.inputs[0] is noon.inputs[0]  # a week is 5,000 clips, asked about 500 times
    assert [(one.video, one.clip) for one in early.inputs] == [("DAY1_A1_JAKE_11595000", Span(0.0, 4.0))]
    assert probe(week / "A1_JAKE/DAY1/DAY1_A1_JAKE_11595000.mp4").duration == pytest.approx(7.0, abs=0.3)


def test_no_frame_after_the_query_whatever_its_hundredths_mean(tmp_path: Path, week: Path) -> None:
    times = [f"1159{second:02}{frame:02}" for second in range(51, 60) for frame in (0, 7, 19, 50, 99)]
    path = write(tmp_path, *(life(n, time=time) for n, time in enumerate(times)))
    for question, time in zip(read_egolifeqa([path], ImportSettings(VideoFiles(week))).questions, times, strict=True):
        asked = 11 * 3600 + 59 * 60 + int(time[4:6]) + min(int(time[6:]) / 100, int(time[6:]) / 20)
        for one in question.inputs:
            start = 11 * 3600 + 59 * 60 + (50 if "115950" in one.video else 57.5)
            assert one.clip is not None
            assert start + one.clip.end <= asked + 1e-9


def test_a_clip_of_unusual_length_is_cut_as_well(tmp_path: Path) -> None:
    """200 s from 11:57:30 and 400 s from 11:50:00: at noon the first has 150 s behind it, the second is over."""
    for name, seconds in (("DAY1_A1_JAKE_11573000", 200), ("DAY1_A1_JAKE_11500000", 400)):
        write_clip(tmp_path / f"{name}.mp4", seconds=seconds, fps=1, size=32)
    path = write(tmp_path, life(1), life(2, time="11520000"))
    noon, earlier = import_questions("egolifeqa", [path], tmp_path).questions
    assert [one.clip for one in noon.inputs] == [Span(0.0, 400.0), Span(0.0, 150.0)]
    assert [one.clip for one in earlier.inputs] == [Span(0.0, 120.0)]


def test_how_much_of_the_time_up_to_the_query_is_there(tmp_path: Path, week: Path) -> None:
    path = write(tmp_path, life(1), life(2, date="DAY5"), life(3, date="DAY2", time="09000300"))
    noon, late, morning = read_egolifeqa([path], ImportSettings(VideoFiles(week))).covered.values()
    # The second clip is cut after 2.5 s, counted from 10 frames past 11:59:57 at the least.
    assert (noon.seconds, noon.until, noon.empty_days) == (pytest.approx(9.5), NOON, ())
    # 11:59:50 to 12:00:07 less 0.1 s between the first clip and the second (what two show counts once), and DAY2's.
    assert late.seconds == pytest.approx(16.9 + 7)
    assert (late.until, late.empty_days) == (4 * 86400 + NOON, ("DAY3", "DAY4", "DAY5"))
    assert late.share == pytest.approx(late.seconds / late.until)
    assert (morning.seconds, morning.empty_days) == (pytest.approx(late.seconds - 4), ())
    assert read_egolifeqa([path], ImportSettings()).covered == {}


def test_a_person_without_clips(tmp_path: Path, week: Path) -> None:
    with pytest.raises(InputError, match=r"row 1 \(ID 1\): .*no clip of A1_JAKE from before"):
        read_egolifeqa([write(tmp_path, life(time="11000000"))], ImportSettings(VideoFiles(week), strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"choice_d": "LEFT OUT"}, "lacks 'choice_d'"),
        ({"choice_e": "x"}, "must have 4 choices, got more"),
        ({"answer": "E"}, "'answer' must be a letter A to D"),
        ({"answer": None}, "'answer' must be a letter A to D"),
        ({"query_time": "DAY1"}, "'query_time' must have date and time"),
        ({"query_time": {"date": "1", "time": "12000000"}}, "a moment is DAYn and hhmmssff"),
        ({"query_time": {"date": "DAY1", "time": "12600000"}}, "a moment is DAYn and hhmmssff"),
        ({"query_time": {"date": "DAY1", "time": "25000000"}}, "a moment is DAYn and hhmmssff"),
        ({"query_time": {"date": "DAY1"}}, "query_time: lacks 'time'"),
        ({"ID": "1"}, "the id 'A1_JAKE-1' was there before"),
        ({"question": 4}, "'question' must be text"),
    ],
)
def test_faults_of_egolifeqa(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=rf"row 2.*{message}"):
        read_egolifeqa([write(tmp_path, life(1), life(2, **change))], ImportSettings(strict=True))


def test_whose_week_it_is_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the person is unknown"):
        read_egolifeqa([write(tmp_path, life(), name="qa.json")], ImportSettings(strict=True))
    (found,) = read_egolifeqa([write(tmp_path, life(identity="A6_SHURE"), name="qa.json")], ImportSettings()).questions
    assert found.video == "A6_SHURE/clock"


def test_egomemreason_with_answers(tmp_path: Path, week: Path) -> None:
    path = write(tmp_path, memory(), name="with_answers.json")
    (question,) = read_egomemreason([path], ImportSettings(VideoFiles(week))).questions
    assert (question.id, question.answer, question.category) == ("A1_JAKE_DAY2_q1", 4, "Activity Pattern")
    assert len(question.inputs) == 4
    (blind,) = read_egomemreason([path], ImportSettings()).questions
    assert blind.clip == Span(0.0, 86400 + NOON)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"correct_answer": "LEFT OUT"}, "the public file has questions without answers"),
        ({"correct_answer": "F"}, "'correct_answer' must be a letter A to E"),
        ({"options": {"A": "x", "C": "y"}}, "texts under the letters A, B, C"),
        ({"options": {"A": "x", "B": "y", "C": "z"}}, "must have 4 to 10 choices, got 3"),
        ({"options": ["x"]}, "texts under the letters"),
        ({"query_type": "state_tracking"}, "a name from before the release of May 2026"),
        ({"query_type": "Cooking"}, "'query_type' must be one of Cumulative"),
        ({"query_time": "DAY2 12:00:00"}, "is written 'DAY7, 19:00:00'"),
        ({"query_time": "DAY2, 24:00:00"}, "a moment is DAYn"),
    ],
)
def test_faults_of_egomemreason(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=rf"row 1 \(A1_JAKE_DAY2_q1\): .*{message}"):
        read_egomemreason([write(tmp_path, memory(**change))], ImportSettings(strict=True))
