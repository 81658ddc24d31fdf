"""Making EgoMemoria-Sim's videos: whole or not at all, checked by hash, with a clear word where they differ."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.data.folder import load_benchmark, save_benchmark
from mmego.bench.egomemoria_sim import questions, videos
from mmego.bench.egomemoria_sim.questions import Shipped, ShippedVideo, SimVideo, load_shipped
from mmego.bench.egomemoria_sim.videos import draw_all, draw_video, make_benchmark, other_bytes, read_made, versions
from mmego.errors import InputError, MmegoError
from mmego.files import file_hash, read_json
from mmego.sim.story import story_hash, tell_story
from mmego.video.probe import probe
from tests.bench.small import question

pytest.importorskip("panda3d")
SECONDS = 6


def no_progress(seconds: float) -> None:
    pass


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """Two houses of six seconds, and a question on each."""
    folder = tmp_path_factory.mktemp("shipped")
    videos = []
    for seed in (40, 41):
        plan = SimVideo(f"sim-{seed:07d}", seed, SECONDS, "0.5-1")
        made = draw_video(plan, folder / f"{plan.video}.mp4", no_progress)
        story = story_hash(made.narrations)
        videos.append(
            ShippedVideo(plan.video, seed, SECONDS, "0.5-1", made.frames, made.bytes, made.sha256, story)
        )  # fmt: skip
    asked = [replace(question(n), video=v.video) for n, v in enumerate(videos)]
    return Shipped(save_benchmark(folder / "b", "tiny", asked, {}), tuple(videos), versions())


@pytest.fixture
def whole(tiny: Shipped, tmp_path: Path) -> Path:
    make_benchmark(tiny, tmp_path / "out", workers=1)
    return tmp_path / "out"


def wrong(tiny: Shipped, **changes: str | None) -> Shipped:
    """Return the benchmark with other hashes for the first video."""
    first, second = tiny.videos
    return replace(tiny, videos=(replace(first, **changes), second))


def test_a_folder_is_made_that_can_be_run_and_a_second_start_makes_nothing(tiny: Shipped, whole: Path) -> None:
    loaded = load_benchmark(whole)
    assert loaded.questions == tiny.benchmark.questions
    assert loaded.name == "tiny"
    for video in tiny.videos:
        path = loaded.video_folder / f"{video.video}.mp4"
        assert file_hash(path) == video.sha256
        info = probe(path)
        assert (round(info.duration, 3), info.width, info.height) == (SECONDS, questions.SIZE, questions.SIZE)
    stamps = [path.stat().st_mtime_ns for path in sorted((whole / "videos").iterdir())]
    make_benchmark(tiny, whole, workers=1)
    assert [path.stat().st_mtime_ns for path in sorted((whole / "videos").iterdir())] == stamps


def test_what_happens_does_not_depend_on_being_drawn(tiny: Shipped) -> None:
    for video in tiny.videos:
        assert story_hash(tell_story(video.seed, SECONDS, questions.TICKS)) == video.story


def test_a_damaged_video_is_made_anew(tiny: Shipped, whole: Path) -> None:
    path = whole / "videos" / f"{tiny.videos[0].video}.mp4"
    path.write_bytes(path.read_bytes()[:-100])
    make_benchmark(tiny, whole, workers=1)
    assert file_hash(path) == tiny.videos[0].sha256


def test_other_bytes_are_named_with_what_was_expected_and_found_and_left_out(tiny: Shipped, tmp_path: Path) -> None:
    other = replace(wrong(tiny, sha256="ab" * 32), made_with={**versions(), "av": "1.2.3"})
    with pytest.raises(MmegoError) as raised:
        make_benchmark(other, tmp_path, workers=1)
    for part in (
        "sim-0000040 (house 40)", tiny.videos[0].sha256, "ab" * 32, "--accept-other-bytes", "1.2.3 there",
    ):  # fmt: skip
        assert part in str(raised.value)
    assert not (tmp_path / "videos" / "sim-0000040.mp4").exists()
    assert not (tmp_path / "questions.jsonl").exists()
    assert not list(tmp_path.rglob(".sim-*"))


def test_other_bytes_of_the_same_story_can_be_accepted_and_are_remembered(tiny: Shipped, tmp_path: Path) -> None:
    other = wrong(tiny, sha256="ab" * 32)
    make_benchmark(other, tmp_path, workers=1, accept_other_bytes=True)
    assert other_bytes(tmp_path) == ["sim-0000040"] == read_json(tmp_path / "benchmark.json")["other_bytes"]
    path = tmp_path / "videos" / "sim-0000040.mp4"
    stamp = path.stat().st_mtime_ns
    make_benchmark(other, tmp_path, workers=1)
    assert path.stat().st_mtime_ns == stamp
    path.unlink()
    make_benchmark(tiny, tmp_path, workers=1)  # as if the right PyAV were installed now
    assert other_bytes(tmp_path) == []


def test_another_story_is_never_accepted(tiny: Shipped, tmp_path: Path) -> None:
    with pytest.raises(MmegoError, match=r"other things happen in it.*perhaps another kind of processor"):
        make_benchmark(wrong(tiny, story="cd" * 32, sha256="ab" * 32), tmp_path, workers=1, accept_other_bytes=True)
    assert not (tmp_path / "videos" / "sim-0000040.mp4").exists()


def test_another_benchmark_in_the_folder_is_left_alone(tiny: Shipped, tmp_path: Path) -> None:
    theirs = save_benchmark(tmp_path / "theirs", "theirs", [question(0)], {})
    with pytest.raises(InputError, match="holds the benchmark 'theirs', not 'tiny'"):
        make_benchmark(tiny, tmp_path / "theirs")
    assert load_benchmark(tmp_path / "theirs") == theirs
    shutil.copy(tmp_path / "theirs" / "questions.jsonl", tmp_path / "questions.jsonl")
    with pytest.raises(InputError, match="did not write"):
        make_benchmark(tiny, tmp_path)
    with pytest.raises(InputError, match="workers must be from 1 to 256, got 0"):
        make_benchmark(tiny, tmp_path / "new", workers=0)


def test_drawing_notes_what_came_of_it_and_goes_on_where_it_stopped(tiny: Shipped, tmp_path: Path) -> None:
    plans = [SimVideo(v.video, v.seed, v.seconds, v.length_class) for v in tiny.videos]
    draw_all(plans[:1], tmp_path, 1)
    stamp = (tmp_path / "videos" / "sim-0000040.mp4").stat().st_mtime_ns
    assert read_made(plans[1], tmp_path) is None
    draw_all(plans, tmp_path, 1)
    assert (tmp_path / "videos" / "sim-0000040.mp4").stat().st_mtime_ns == stamp
    for plan, video in zip(plans, tiny.videos, strict=True):
        noted = {"frames": SECONDS, "bytes": video.bytes, "sha256": video.sha256, "story": video.story}
        assert read_made(plan, tmp_path) == noted


def test_without_noted_bytes_the_story_is_checked_alone(tiny: Shipped, whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "videos" / "sim-0000040.mp4"
    make_benchmark(wrong(tiny, sha256=None), tmp_path / "new", workers=1)
    stamp = path.stat().st_mtime_ns
    make_benchmark(wrong(tiny, sha256=None), tmp_path / "new", workers=1)
    assert path.stat().st_mtime_ns == stamp
    with pytest.raises(MmegoError, match="other things happen in it"):
        make_benchmark(wrong(tiny, sha256=None, story="cd" * 32), tmp_path / "newer", workers=1)


# The command, with what ships


def test_the_first_shipped_video_has_the_shipped_bytes(tmp_path: Path) -> None:
    shipped = load_shipped()
    video = shipped.videos[0]
    made = draw_video(video, tmp_path / "v.mp4", no_progress)
    assert (made.frames, story_hash(made.narrations)) == (video.frames, video.story)
    if versions() == shipped.made_with and video.sha256 is not None:
        assert (made.bytes, made.sha256) == (video.bytes, video.sha256)


def test_the_command_makes_a_benchmark_and_says_what(
    tiny: Shipped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(questions, "load_shipped", lambda: tiny)
    assert cli.main(["bench", "simulate", "-o", str(tmp_path), "--workers", "1"]) == 0
    assert capsys.readouterr().out == f"tiny: 2 questions on 2 videos (0 min) in {tmp_path}\n"
    monkeypatch.setattr(videos, "work", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert cli.main(["bench", "simulate", "-o", str(tmp_path / "b")]) == 130
    assert "goes on from here" in capsys.readouterr().err


@pytest.mark.slow
def test_the_mini_slice_is_made_by_the_command_also_after_being_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mmego", "bench", "simulate", "-o", str(tmp_path), "--mini"]
    if versions() != load_shipped().made_with:
        command.append("--accept-other-bytes")
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 300
    while not list((tmp_path / "videos").glob("sim-*.mp4")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=300)
    assert not list(tmp_path.rglob(".sim-*"))
    subprocess.run(command, check=True)
    mini = load_shipped().mini()
    assert load_benchmark(tmp_path).questions == mini.benchmark.questions
    assert sorted(path.stem for path in (tmp_path / "videos").iterdir()) == sorted(v.video for v in mini.videos)
