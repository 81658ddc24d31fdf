"""The engine as the benchmark's model: one encoding for all settings, joined videos, clocks, what was really done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.run.models import ShownVideo
from mmego.bench.run.run import run_benchmark
from mmego.commands.bench.run import summary
from mmego.engine import engine as engine_module
from mmego.engine.answer_step import Question
from mmego.engine.benchmark_model import EngineModel
from mmego.engine.engine import Engine
from mmego.errors import InputError, MemoryLimitError, VideoError
from mmego.files import read_json, write_json
from mmego.memory import encode as encode_module
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.records import MCQ, Span, VideoInput
from mmego.selectors import select_uniform
from mmego.video.decode import probe
from tests.bench.small import question
from tests.engine.clips import write_clip
from tests.model.tiny import write_llava_onevision, write_mmego

SIX = [
    *(RunSettings(select="pointer", keep=keep, alpha=alpha) for keep in (2, 3) for alpha in (0.0, 0.2)),
    *(RunSettings(select="uniform", keep=keep) for keep in (2, 3)),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = write_mmego(tmp_path_factory.mktemp("answering") / "tiny", keep=3, alpha=0.0)
    return Engine.from_pretrained(str(folder), device="cpu")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    folder = tmp_path_factory.mktemp("bench")
    questions: list[MCQ] = [replace(question(n), clip=None) for n in range(4)]
    questions += [replace(question(4, video="v0"), clip=Span(2.0, 6.0)), replace(question(5, video="v1"), clip=None)]
    for number, name in enumerate(("v0", "v1")):
        write_clip(folder / "videos" / f"{name}.mp4", seconds=7 - number)
    return save_benchmark(folder, "tiny", questions, {})


def test_six_settings_and_blind_encode_each_stretch_once_and_equal_the_engine(
    engine: Engine, bench: Benchmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded, encode = [], engine_module.encode_video

    def counted(*given, **named):  # type: ignore[no-untyped-def]
        encoded.append((given[2].stem, named["clip"]))
        return encode(*given, **named)

    monkeypatch.setattr(engine_module, "encode_video", counted)
    outcomes = run_benchmark(bench, EngineModel(engine), [*SIX, RunSettings(blind=True)], tmp_path)
    assert encoded == [("v0", None), ("v1", None), ("v0", Span(2.0, 6.0))]
    assert len(outcomes) == 7
    for outcome in outcomes:
        run, settings = load_run(outcome.folder, bench), outcome.settings
        assert run.errors == {}
        curves = {name: times for name, times, _ in run.curves()}
        assert len(curves) == (6 if settings.select == "pointer" else 0)
        for q in bench.questions:
            memory = None if settings.blind else engine.index(bench.video_folder / f"{q.video}.mp4", clip=q.clip)
            (finding,) = engine.find_all(
                memory,
                [Question(q.question, q.options)],
                settings.keep,
                settings.alpha,
                "uniform" if settings.blind else settings.select or "pointer",
            )
            got = run.predictions[q.id]
            assert got.choice == finding.answer.choice
            assert got.blind is settings.blind
            assert got.key_frames == tuple(e.time for e in finding.answer.evidence)
            assert got.probabilities == pytest.approx(finding.probabilities, abs=1e-5)
            assert got.frames == len(finding.times)
            if q.id in curves:
                assert curves[q.id] == pytest.approx(finding.times, abs=1e-3)


def test_a_plain_checkpoint_says_that_it_does_not_point_and_its_runs_are_uniform(
    bench: Benchmark, tmp_path: Path
) -> None:
    folder = write_llava_onevision(tmp_path / "plain")
    model = EngineModel(Engine.from_pretrained(str(folder), device="cpu"))
    with pytest.warns(UserWarning, match="pointer of plain is not trained: its runs are on evenly spaced frames"):
        outcomes = run_benchmark(bench, model, SIX, tmp_path / "runs")
    assert [str(o.settings) for o in outcomes] == ["uniform-keep2", "uniform-keep3"]
    run = load_run(outcomes[0].folder, bench)
    assert run.settings == RunSettings(select="uniform", keep=2)
    assert list(run.curves()) == []
    assert run.predictions["q0"].key_frames == (1.5, 5.5)  # the middles of two halves of seven frames


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the batches of frames that are encoded."""
    sizes: list[int] = []
    encode = MmEgoForConditionalGeneration.encode_frames
    monkeypatch.setattr(
        MmEgoForConditionalGeneration,
        "encode_frames",
        lambda model, pixels: sizes.append(len(pixels)) or encode(model, pixels),
    )
    return sizes


UNIFORM = [RunSettings(select="uniform", keep=keep) for keep in (2, 3)]


def test_runs_without_a_pointer_encode_the_frames_that_one_of_them_reads(
    engine: Engine, bench: Benchmark, tmp_path: Path, encoded: list[int]
) -> None:
    whole = run_benchmark(bench, EngineModel(engine), [RunSettings(select="pointer", keep=1), *UNIFORM], tmp_path / "a")
    assert sum(encoded) == 7 + 6 + 4
    encoded.clear()
    few = run_benchmark(bench, EngineModel(engine), [*UNIFORM, RunSettings(blind=True)], tmp_path / "b")
    read = [len({i for keep in (2, 3) for i in select_uniform(frames, keep).indices}) for frames in (7, 6, 4)]
    assert sum(encoded) == sum(read) < 7 + 6 + 4
    for one, other in zip(few, whole[1:], strict=False):
        assert one.settings == other.settings
        expected = load_run(other.folder, bench).predictions
        for name, got in load_run(one.folder, bench).predictions.items():
            assert got.probabilities == pytest.approx(expected[name].probabilities, abs=1e-5)
            assert (got.choice, got.key_frames, got.scores, got.frames) == (
                expected[name].choice,
                expected[name].key_frames,
                expected[name].scores,
                expected[name].frames,
            )


def test_several_videos_without_a_pointer_are_read_in_part(
    engine: Engine, bench: Benchmark, encoded: list[int]
) -> None:
    one, two = (bench.video_folder / f"{name}.mp4" for name in ("v0", "v1"))
    shown = [
        ShownVideo("video 1", one, Span(2.0, 6.0)),
        ShownVideo("video 2", two),
        ShownVideo("video 3", one, Span(3.5, 3.5)),
    ]
    asked = question(0)
    whole = EngineModel(engine).look(shown, None)
    assert sum(encoded) == 4 + 6 + 1
    model = EngineModel(engine)
    for settings in UNIFORM:
        model.settle(settings)
    encoded.clear()
    view = model.look(shown, None)
    for settings in UNIFORM:
        (few,), (all_,) = view.answer([asked], settings), whole.answer([asked], settings)
        assert few.probabilities == pytest.approx(all_.probabilities, abs=1e-5)
        assert (few.choice, few.key_frames, few.frames) == (all_.choice, all_.key_frames, 11)
    assert sum(encoded) == len({i for keep in (2, 3) for i in select_uniform(11, keep).indices})
    pointed = RunSettings(select="pointer", keep=3)  # not settled: then everything is encoded after all
    (late,), (early,) = view.answer([asked], pointed), whole.answer([asked], pointed)
    assert replace(late, seconds=0.0) == replace(early, seconds=0.0)


def test_a_part_of_several_videos_that_is_damaged(engine: Engine, bench: Benchmark, tmp_path: Path) -> None:
    good = bench.video_folder / "v0.mp4"
    cut = tmp_path / "cut.mp4"
    data = write_clip(tmp_path / "whole.mp4", seconds=12).read_bytes()
    cut.write_bytes(data[: int(len(data) * 0.6)])
    shown = [ShownVideo("video 1", good), ShownVideo("video 2", cut), ShownVideo("video 3", good)]
    settings = RunSettings(select="uniform", keep=9)
    model = EngineModel(engine)
    model.settle(settings)
    with pytest.warns(UserWarning, match="could not be decoded"):
        (few,) = model.look(shown, None).answer([question(0)], settings)
    with pytest.warns(UserWarning, match="could not be decoded"):
        (whole,) = EngineModel(engine).look(shown, None).answer([question(0)], settings)
    assert few.probabilities == pytest.approx(whole.probabilities, abs=1e-5)
    assert (few.choice, few.key_frames, few.frames, few.gaps) == (
        whole.choice,
        whole.key_frames,
        whole.frames,
        whole.gaps,
    )
    good_again = write_clip(tmp_path / "v0.mp4")
    view = model.look([ShownVideo("video 1", cut), ShownVideo("video 2", good_again)], None)
    write_clip(good_again, seconds=3)
    with pytest.raises(VideoError, match="no longer the video of this memory"):
        view.answer([question(0)], settings)


def test_a_run_goes_on_only_with_the_same_selection(engine: Engine, bench: Benchmark, tmp_path: Path) -> None:
    config, settings = engine.model.config, [RunSettings(blind=True)]
    (outcome,) = run_benchmark(bench, EngineModel(engine), settings, tmp_path)
    run_benchmark(bench, EngineModel(engine), settings, tmp_path)
    for name, other in (("key_frame_spacing", 2), ("option_scoring", "text"), ("time_prompt", False)):
        kept = getattr(config, name)
        setattr(config, name, other)
        try:
            with pytest.raises(InputError, match="holds another run: its defaults differ"):
                run_benchmark(bench, EngineModel(engine), settings, tmp_path)
        finally:
            setattr(config, name, kept)
    # A folder of an earlier version does not say how frames were selected: nobody can tell whether it is the same.
    about = read_json(outcome.folder / "run.json")
    write_json(outcome.folder / "run.json", {**about, "defaults": {"keep": 3, "alpha": 0.0, "frames": 32}})
    with pytest.raises(InputError, match="give another folder with -o"):
        run_benchmark(bench, EngineModel(engine), settings, tmp_path)


def test_what_is_not_said_is_the_checkpoints_own(engine: Engine) -> None:
    model = EngineModel(engine)
    assert model.settle(RunSettings(frames=9)) == RunSettings(select="pointer", frames=9)
    assert model.settle(RunSettings(select="uniform", alpha=0.1)) == RunSettings(select="uniform")
    defaults = {"keep": 3, "alpha": 0.0, "frames": 32, "frames_per_second": 1.0, "key_frame_spacing": 0}
    defaults |= {"pointer_scale": None, "option_scoring": "letter", "time_prompt": True}
    defaults |= {"system_prompt": None, "sampling": "middle"}
    computed = {"precision": "float32", "attention": "sdpa", "quantized": None}
    assert model.about() == {"defaults": defaults, **computed}


def test_a_run_goes_on_only_under_the_protocol_that_it_began_with(tmp_path: Path) -> None:
    folder = str(write_mmego(tmp_path / "tiny"))
    plain = EngineModel(Engine.from_pretrained(folder)).about()
    for change in (
        {"time_prompt": False},
        {"system_prompt": "you are a helpful assistant"},
        {"sampling": "llava"},
        {"attention": "eager"},
        {"precision": "bfloat16"},
    ):
        assert EngineModel(Engine.from_pretrained(folder, **change)).about() != plain  # type: ignore[arg-type]


def test_llavas_frames_are_all_kept(tmp_path: Path, bench: Benchmark) -> None:
    engine = Engine.from_pretrained(str(write_mmego(tmp_path / "tiny", keep=5)), sampling="llava", time_prompt=False)
    model = EngineModel(engine)
    assert model.settle(RunSettings(select="uniform")) == RunSettings(select="uniform", frames=5)
    settings = model.settle(RunSettings(select="uniform", keep=4))
    assert settings == RunSettings(select="uniform", keep=4, frames=4)
    assert model.settle(RunSettings(select="pointer")).frames is None
    shown = ShownVideo("v", bench.video_folder / "v0.mp4")
    (reply,) = model.look([shown], settings.frames).answer([question(0)], settings)
    info = probe(shown.path)
    numbers = np.linspace(0, round(info.duration * info.fps) - 1, 4, dtype=int)
    assert sorted(reply.key_frames) == pytest.approx([(number + 0.5) / info.fps for number in numbers])


def test_several_videos_are_one_timeline(engine: Engine, bench: Benchmark) -> None:
    one, two = (bench.video_folder / f"{name}.mp4" for name in ("v0", "v1"))
    shown = [
        ShownVideo("video 1", one, Span(2.0, 6.0)),
        ShownVideo("video 2", two),
        ShownVideo("video 3", one, Span(3.5, 3.5)),
    ]
    view = EngineModel(engine).look(shown, None)
    inputs = tuple(VideoInput(s.name, s.path.stem, s.clip) for s in shown)
    asked = replace(question(0), inputs=inputs)
    (reply,) = view.answer([asked], RunSettings(select="uniform", keep=11))
    # Four seconds of the first, six of the second, one picture: on one clock.
    assert sorted(reply.key_frames) == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.0])
    (few,) = EngineModel(engine).look(shown, 5).answer([asked], RunSettings(select="pointer", keep=5))
    assert few.frames == 5
    assert few.curve is not None
    assert few.curve[0] == tuple(sorted(few.curve[0]))
    assert few.curve[0][0] >= 0
    with pytest.raises(InputError, match="3 videos need 3 frames or more, got 2"):
        EngineModel(engine).look(shown, 2)


def test_joining_one_video_in_two_halves_is_the_video(engine: Engine, bench: Benchmark) -> None:
    file = bench.video_folder / "v1.mp4"
    halves = [ShownVideo("video 1", file, Span(0.0, 3.0)), ShownVideo("video 2", file, Span(3.0, 6.0))]
    settings = RunSettings(select="pointer", keep=3)
    (joined,) = EngineModel(engine).look(halves, None).answer([question(0)], settings)
    (whole,) = EngineModel(engine).look([ShownVideo("v1", file)], None).answer([question(0)], settings)
    assert replace(joined, seconds=0.0) == replace(whole, seconds=0.0)


def test_a_reply_does_not_depend_on_the_questions_beside_it(engine: Engine, bench: Benchmark) -> None:
    """Bit for bit: in a batch padded to the longest question, scores came out 6e-6 apart."""
    words = "where did i put the red mug after i opened the fridge and how many times was it on the table"
    texts = [" ".join(words.split()[: 2 + n]) for n in range(18)]
    asked = [replace(question(n), question=text, clip=None) for n, text in enumerate(texts)]
    view = EngineModel(engine).look([ShownVideo("v0", bench.video_folder / "v0.mp4")], None)
    for settings in (SIX[0], SIX[3], SIX[4]):
        together = [replace(reply, seconds=0.0) for reply in view.answer(asked, settings)]
        for cut in (1, 5):
            apart = [r for n in range(0, 18, cut) for r in view.answer(asked[n : n + cut], settings)]
            assert [replace(reply, seconds=0.0) for reply in apart] == together


def test_frames_that_do_not_fit_at_once_are_encoded_in_smaller_batches(
    engine: Engine, bench: Benchmark, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, most, sizes = encode_module.encode_pictures, 3, []

    def small(model, processor, frames):  # type: ignore[no-untyped-def]
        sizes.append(len(frames))
        if len(frames) > most:
            torch.empty(1 << 50, dtype=torch.uint8)  # a real failure
        return encode(model, processor, frames)

    shown = [ShownVideo("v0", bench.video_folder / "v0.mp4")]
    settings = RunSettings(select="pointer", keep=3)
    (easy,) = EngineModel(engine).look(shown, None).answer([question(0)], settings)
    monkeypatch.setattr(encode_module, "encode_pictures", small)
    with pytest.warns(UserWarning, match=r"v0.mp4: out of memory: no room for .* encoded in batches of 2$"):
        view = EngineModel(engine).look(shown, None)
    assert sizes == [7, 4, 2, 2, 2, 1]
    (reply,) = view.answer([question(0)], settings)
    assert replace(reply, seconds=0.0) == replace(easy, seconds=0.0)
    # Even one is too many, and then there is no memory.
    most = 0
    with pytest.raises(MemoryLimitError, match=r"no room for 1125899\.9 GB more"):
        EngineModel(engine).look(shown, None)


def test_without_room_for_high_resolution_tokens_key_frames_are_read_again(
    engine: Engine, bench: Benchmark, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, tried = engine.index, []

    def full(*given, **named):  # type: ignore[no-untyped-def]
        tried.append((named["batch"], named["tokens"]))
        if named["tokens"] != "compressed":
            raise MemoryLimitError("out of memory: no room for 5.0 GB more")
        return index(*given, **named)

    shown = [ShownVideo("v0", bench.video_folder / "v0.mp4")]
    settings = RunSettings(select="uniform", keep=3)
    (easy,) = EngineModel(engine).look(shown, None).answer([question(0)], settings)
    monkeypatch.setattr(engine, "index", full)
    with pytest.warns(UserWarning, match="batches of 1, and without keeping its high-resolution tokens"):
        view = EngineModel(engine).look(shown, None)
    assert tried == [(8, "auto"), (4, "auto"), (2, "auto"), (1, "auto"), (1, "compressed")]
    (reply,) = view.answer([question(0)], settings)
    assert reply.probabilities == pytest.approx(easy.probabilities, abs=1e-5)
    # Joined videos cannot be read again: their tokens are kept, or there is an error.
    batches = []

    def prepare(memories, select, batch):  # type: ignore[no-untyped-def]
        batches.append(batch)
        raise MemoryLimitError("out of memory: no room for 5.0 GB more")

    monkeypatch.setattr(engine, "prepare", prepare)
    with pytest.raises(MemoryLimitError, match=r"5\.0 GB"):
        EngineModel(engine).look(shown * 2, None)
    assert batches == [8, 4, 2, 1]


def test_marked_times_are_put_on_the_clock_that_the_model_is_told(engine: Engine, bench: Benchmark) -> None:
    file = bench.video_folder / "v0.mp4"
    view = EngineModel(engine).look([ShownVideo("v0", file, Span(2.0, 6.0))], None)
    marked = replace(question(0), question="what at <TIME 00:00:03.500 video 1> ?")
    assert view._question(marked).text == "what at <TIME 00:00:01.500 video 1> ?"
    two = EngineModel(engine).look([ShownVideo("video 1", file, Span(2.0, 6.0)), ShownVideo("video 2", file)], None)
    marked = replace(question(0), question="from <TIME 00:00:03.500 video 1> to <TIME 00:00:01.000 video 2> ?")
    assert two._question(marked).text == "from <TIME 00:00:01.500 video 1> to <TIME 00:00:05.000 video 2> ?"
    blind = EngineModel(engine).look([], None)
    assert blind._question(marked).text == marked.question


def test_a_file_cut_short_is_answered_and_what_is_lost_is_said(engine: Engine, tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "videos" / "v0.mp4", seconds=6)
    shorter = write_clip(tmp_path / "videos" / "v1.mp4", seconds=3)
    questions = [replace(question(n, video=f"v{n}"), clip=Span(0.0, 6.0)) for n in range(2)]
    bench = save_benchmark(tmp_path, "cut", questions, {})
    (outcome,) = run_benchmark(bench, EngineModel(engine), [RunSettings(select="uniform", keep=2)], tmp_path / "runs")
    run = load_run(outcome.folder, bench)
    assert (whole.exists(), shorter.exists(), run.errors) == (True, True, {})
    assert run.predictions["q0"].gaps == ()
    (gap,) = run.predictions["q1"].gaps
    assert (round(gap.start, 1), gap.end) == (3.0, 6.0)
    assert outcome.lacking == {"v1": (gap,)}
    assert "1 videos could not be decoded whole, most of v1 (3 s are lost)" in summary(bench, "tiny", [outcome])
