"""Asking: pointer, uniform and blind, open and multiple choice, alone and together, from files and from memory."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mmego import Engine, Memory, Question, selectors
from mmego.engine import engine as engine_module
from mmego.engine import glimpse
from mmego.errors import InputError, ModelError, VideoError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.records import Answerer, Span
from tests.engine.clips import write_clip
from tests.engine.tiny_engine import FIRST, OPTIONS, WHERE, engine_of
from tests.model.tiny import write_mmego

pytestmark = pytest.mark.usefixtures("short_answers")


def test_questions_together_equal_one_by_one_and_share_the_work(
    engine: Engine, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefills = []
    build = glimpse.build_prefix
    monkeypatch.setattr(glimpse, "build_prefix", lambda *a: prefills.append(1) or build(*a))
    asked = [Question(WHERE, OPTIONS), Question(FIRST), Question(FIRST, OPTIONS[:2])]
    together = engine.find_all(memory, asked)
    apart = [engine.find_all(memory, [question])[0] for question in asked]
    assert len(prefills) == 1
    for one, other in zip(together, apart, strict=True):
        assert one.answer.answer == other.answer.answer
        assert one.scores == pytest.approx(other.scores, abs=1e-5)
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-4)
    assert together[0].scores != together[1].scores
    assert engine.ask_all(memory, []) == []


def test_keep_and_alpha_come_from_the_checkpoint_unless_given(engine: Engine, memory: Memory) -> None:
    assert len(engine.ask(memory, WHERE).evidence) == 3
    assert len(engine.ask(memory, WHERE, keep=5).evidence) == 5
    assert len(engine.ask(memory, WHERE, keep=99).evidence) == 7
    even = engine.ask(memory, WHERE, keep=2, alpha=10.0).evidence
    wanted = [memory.times[index] for index in selectors.exploration_frames(7, 2)]
    assert sorted(e.time for e in even) == wanted
    assert "explore" in {e.by for e in even}
    boosted = engine_of(alpha=10.0, keep=2).ask(memory, WHERE)
    assert boosted.evidence == even


def test_untrained_pointer_is_never_used_and_says_so_once(clip: Path) -> None:
    engine = engine_of(pointer_trained=False)
    memory = engine.index(clip)
    with pytest.warns(UserWarning, match="pointer of tiny is not trained") as seen:
        answers = [*engine.ask_all(memory, [WHERE, FIRST]), engine.ask(memory, WHERE)]
    assert len(seen) == 1
    assert {answer.select for answer in answers} == {"uniform"}
    assert memory.prefix is None


def test_blind_answer_sees_nothing(engine: Engine) -> None:
    answerer: Answerer = engine
    finding = engine.find_all(None, [Question(WHERE, OPTIONS)])[0]
    answer = finding.answer
    assert (answer.evidence, answer.frames, answer.select, finding.times) == ((), 0, "uniform", ())
    prompt = engine.processor.answer_prompt(WHERE, OPTIONS, num_frames=0)
    logprobs = engine.model.choice_logprobs(prompt, engine.processor.choice_ids(OPTIONS), None)
    assert answer.choice == int(logprobs.argmax())
    assert answerer.answer(None, WHERE, OPTIONS).choice == answer.choice
    assert isinstance(answerer.answer(None, WHERE).answer, str)


def test_compressed_memory_and_memory_from_disk_answer_the_same(engine: Engine, clip: Path, tmp_path: Path) -> None:
    memory = engine.index(clip)
    expected = engine.find_all(memory, [Question(WHERE, OPTIONS)])[0]
    compressed = engine.index(clip, tokens="compressed")
    memory.save(tmp_path / "kept")
    stored = Memory.load(tmp_path / "kept")
    assert stored.prefix is not None
    for source in (compressed, stored, tmp_path / "kept", str(clip)):
        finding = engine.find_all(source, [Question(WHERE, OPTIONS)])[0]
        assert finding.answer.evidence == pytest.approx(expected.answer.evidence)
        assert finding.probabilities == pytest.approx(expected.probabilities, abs=1e-4)


def test_memory_of_another_model_is_refused(memory: Memory) -> None:
    with pytest.raises(ModelError, match="belongs to another model"):
        engine_of(seed=5).ask(memory, WHERE)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the batches of frames that are encoded."""
    sizes: list[int] = []
    encode = MmEgoForConditionalGeneration.encode_frames

    def counted(model: MmEgoForConditionalGeneration, pixels: torch.Tensor) -> torch.Tensor:
        sizes.append(len(pixels))
        return encode(model, pixels)

    monkeypatch.setattr(MmEgoForConditionalGeneration, "encode_frames", counted)
    return sizes


def test_without_a_pointer_only_the_frames_that_are_read_are_encoded(clip: Path, encoded: list[int]) -> None:
    engine = engine_of()
    whole = engine.index(clip)
    expected = [engine.find_all(whole, [Question(WHERE, OPTIONS)], keep, select="uniform")[0] for keep in (1, 2, 3)]
    assert sum(encoded) == 7
    encoded.clear()
    assert sum(len(engine.index(clip, keep=keep, select="uniform").some_V) for keep in (2, 4)) == sum(encoded) == 6
    untrained = engine_of(pointer_trained=False)
    for asked, select in ((engine, "uniform"), (untrained, "pointer")):
        encoded.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            memory = asked.index(clip, select=select, keep=2)  # type: ignore[arg-type]
            assert sum(encoded) == 2
            found = [asked.find_all(memory, [Question(WHERE, OPTIONS)], k, select=select)[0] for k in (1, 2, 3)]  # type: ignore[arg-type]
        read = {i for keep in (1, 2, 3) for i in selectors.select_uniform(7, keep).indices}
        assert sum(encoded) == len(read) < 7
        for one, other in zip(found, expected, strict=True):
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
            assert one.answer.evidence == other.answer.evidence
            assert (one.times, one.scores, one.answer.frames) == (other.times, other.scores, other.answer.frames)


def test_a_file_asked_without_a_pointer_and_then_with_it(clip: Path, encoded: list[int]) -> None:
    engine = engine_of()
    engine.ask(clip, WHERE, select="uniform")
    assert sum(encoded) == 3
    pointed = engine.find_all(clip, [Question(WHERE, OPTIONS)])[0]
    assert sum(encoded) == 3 + 7
    expected = engine.find_all(engine.index(clip), [Question(WHERE, OPTIONS)])[0]
    assert pointed.scores == expected.scores
    assert pointed.probabilities == expected.probabilities


def test_a_folder_asked_again_is_read_once_until_it_changes(
    engine: Engine, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads, load = [], Memory.load
    monkeypatch.setattr(engine_module.Memory, "load", lambda path: loads.append(path) or load(path))
    engine.index(clip, tokens="compressed").save(tmp_path / "kept")
    first = engine.ask(tmp_path / "kept", WHERE)
    assert engine.ask(tmp_path / "kept", WHERE).evidence == first.evidence
    assert len(loads) == 1
    engine.index(clip, frames=3).save(tmp_path / "kept")
    assert engine.ask(tmp_path / "kept", WHERE).frames == 3
    assert len(loads) == 2


def test_a_changed_or_lost_video_does_not_answer_unless_asked_to(engine: Engine, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    whole, small = engine.index(clip), engine.index(clip, tokens="compressed")
    expected = engine.ask(whole, WHERE)
    engine.ask(small, FIRST, keep=1)
    data = clip.read_bytes()
    clip.write_bytes(data)  # another time, the same content
    assert engine.ask(whole, WHERE).evidence == expected.evidence
    for change in (lambda: write_clip(clip, seconds=3), clip.unlink):
        change()
        for memory in (whole, small):
            with pytest.raises(VideoError, match=r"no longer the video of this memory|no longer there"):
                engine.ask(memory, WHERE)
        with pytest.warns(UserWarning, match="answered from what was kept: "):
            stale = engine.ask(whole, WHERE, stale_ok=True)
        assert (stale.answer, stale.evidence) == (expected.answer, expected.evidence)
        assert stale.warning is not None
        assert stale.warning.startswith("answered from what was kept: ")
        assert engine.pictures(whole, [0.5], stale_ok=True) == {}
        with pytest.raises(VideoError):
            engine.pictures(whole, [0.5])
        with pytest.raises(VideoError) as raised:  # its pictures are to be had from the video alone
            engine.ask(small, WHERE, keep=7, stale_ok=True)
        assert "stale" not in str(raised.value)  # which was given
    write_clip(clip)
    clip.write_bytes(data)
    assert engine.ask(small, WHERE, keep=7).frames == 7


def test_answerer_reads_a_video_once_and_a_clip_has_its_own_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, clip, calls = engine_of(), write_clip(tmp_path / "clip.mp4"), []
    index = engine_module.encode_video
    monkeypatch.setattr(engine_module, "encode_video", lambda *a, **k: calls.append(k["clip"]) or index(*a, **k))
    prompts = []
    prompt = engine.processor.answer_prompt
    monkeypatch.setattr(engine.processor, "answer_prompt", lambda *a, **k: prompts.append(a) or prompt(*a, **k))
    for _ in range(2):
        engine.answer(clip, WHERE, OPTIONS)
    part = engine.answer(clip, WHERE, OPTIONS, Span(2, 5))
    assert calls == [None, Span(2, 5)]
    assert sorted(e.time for e in part.evidence) == pytest.approx([2.5, 3.5, 4.5])
    assert prompts[-1][2:] == (pytest.approx([0.5, 1.5, 2.5]), 3.0)
    write_clip(clip, seconds=3)  # another video under the same name
    assert engine.answer(clip, WHERE, OPTIONS).frames == 3


def test_no_time_told_to_the_model_lies_before_the_clip(engine: Engine, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=30, keyframe_seconds=5)
    told = []
    prompt = engine.processor.answer_prompt

    def listen(question: str, options, times, *rest, **named):  # type: ignore[no-untyped-def]
        told.append(list(times))
        return prompt(question, options, times, *rest, **named)

    monkeypatch.setattr(engine.processor, "answer_prompt", listen)
    memory = engine.index(path, frames=3, clip=Span(11, 29))
    answer = engine.ask(memory, WHERE)
    assert told[0] == pytest.approx([3, 8, 12.75])
    assert sorted(e.time for e in answer.evidence) == pytest.approx([14, 19, 23.75])
    engine.ask(replace(memory, times=(9.5, *memory.times[1:])), WHERE)  # as an earlier version saved it
    assert told[1] == pytest.approx([0, 8, 12.75])


def test_bf16_is_close_to_f32_and_reads_its_frames(clip: Path, tmp_path: Path) -> None:
    folder = str(write_mmego(tmp_path / "tiny", keep=3, alpha=0.0))
    exact, half = (Engine.from_pretrained(folder, "cpu", precision) for precision in ("float32", "bfloat16"))
    memory = exact.index(clip)
    expected = exact.find_all(memory, [WHERE])[0]
    made_in_f32 = memory.prefix
    assert made_in_f32 is not None
    assert half.find_all(half.index(clip), [WHERE])[0].scores == pytest.approx(expected.scores, abs=0.1)
    assert half.find_all(memory, [WHERE])[0].scores == pytest.approx(expected.scores, abs=0.1)
    assert memory.prefix is not made_in_f32  # E and V serve another precision, keys and values are computed again
    assert half.fingerprints.vision == exact.fingerprints.vision
    assert half.fingerprints.language != exact.fingerprints.language
    assert half.fingerprint == exact.fingerprint


def test_wrong_values_are_named(engine: Engine, memory: Memory, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="keep must be 1 or more, got 0"):
        engine.ask(memory, WHERE, keep=0)
    with pytest.raises(InputError, match="alpha must be 0 or more"):
        engine.ask(memory, WHERE, alpha=-0.1)
    with pytest.raises(InputError, match="needs some text"):
        engine.ask(memory, "  ")
    with pytest.raises(InputError, match="two or more choices"):
        engine.ask(memory, WHERE, options=["one"])
    with pytest.raises(VideoError):
        engine.ask(tmp_path / "none.mp4", WHERE)
    with pytest.raises(InputError, match="not a memory"):
        engine.ask(tmp_path, WHERE)


def test_record_is_json_with_the_documented_keys(engine: Engine, memory: Memory) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        row = json.loads(json.dumps(engine.ask(memory, WHERE, OPTIONS).to_json()))
    fields = ["question", "answer", "choice", "evidence", "frames", "model", "select", "seconds", "spacing"]
    assert list(row) == fields
    assert list(row["evidence"][0]) == ["time", "score", "by"]
    assert row["answer"] == OPTIONS[row["choice"]]
