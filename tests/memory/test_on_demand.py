"""V on demand: the same frames as of a memory made whole, no others, and what happens where one cannot be decoded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mmego.errors import InputError, VideoError
from mmego.memory import frame_tokens, on_demand, video_file
from mmego.memory.encode import encode_video
from mmego.memory.memory import Memory
from mmego.memory.on_demand import encode_all_frames, encode_even_frames, key_frame_tokens, plan_video
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records import Span
from mmego.selectors import select_uniform
from tests.engine.clips import write_clip
from tests.model.tiny import tiny_model, tiny_processor


@pytest.fixture(scope="module")
def model() -> MmEgoForConditionalGeneration:
    return tiny_model()


@pytest.fixture(scope="module")
def processor(model: MmEgoForConditionalGeneration) -> MmEgoProcessor:
    return tiny_processor(model)


@pytest.fixture
def counted(model: MmEgoForConditionalGeneration, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many frames are encoded, how often a video is opened for decoding, and hashed."""
    counts = {"encoded": 0, "decodings": 0, "hashes": 0}
    encode, decode, file_hash = model.encode_frames, on_demand.decode_frames, video_file.file_hash

    def count(name: str, number: int) -> None:
        counts[name] += number

    monkeypatch.setattr(model, "encode_frames", lambda x: count("encoded", len(x)) or encode(x))
    monkeypatch.setattr(on_demand, "decode_frames", lambda *a, **k: count("decodings", 1) or decode(*a, **k))
    monkeypatch.setattr(video_file, "_known", video_file._known.__class__())
    monkeypatch.setattr(video_file, "file_hash", lambda path: count("hashes", 1) or file_hash(path))
    return counts


# GOP, frames, clip: exact frames, keyframes, a clip's edge, a single moment, more frames than are kept and fewer
KINDS = [
    (2.0, None, None),
    (1.0, None, None),
    (5.0, 12, None),
    (1.0, 10, Span(3.3, 17.9)),
    (1.0, None, Span(4.0, 4.0)),
    (0.5, 3, Span(0.0, 24.0)),
]


@pytest.mark.parametrize(("gop", "frames", "clip"), KINDS)
def test_on_demand_are_the_frames_of_a_memory_made_whole(  # type: ignore[no-untyped-def]
    model, processor, tmp_path: Path, counted, gop: float, frames: int | None, clip: Span | None
) -> None:
    path = write_clip(tmp_path / "clip.mp4", seconds=24, keyframe_seconds=gop)
    whole = encode_video(model, processor, path, frames=frames, clip=clip)
    assert whole.V_NTC is not None
    counted["encoded"] = 0
    for keep in (1, 4, 99):
        lazy = plan_video(model, processor, path, frames=frames, clip=clip)
        encode_even_frames(model, processor, [lazy], keep)
        indices = select_uniform(len(whole.times), keep).indices
        assert len(lazy.times) == len(whole.times)
        assert [lazy.times[i] for i in indices] == [whole.times[i] for i in indices]
        torch.testing.assert_close(lazy.some_V.take(indices), whole.V_NTC[list(indices)], atol=1e-5, rtol=1e-5)
        assert list(lazy.some_V) == sorted(indices)
        assert counted["encoded"] == len(indices)
        counted["encoded"] = 0
        assert list(lazy.times) == sorted(lazy.times)
        encode_all_frames(model, processor, lazy)
        assert lazy.E_NC is not None
        assert torch.equal(lazy.E_NC, whole.E_NC)
        assert (lazy.times, lazy.gaps, lazy.planned) == (whole.times, whole.gaps, whole.planned)
        counted["encoded"] = 0


def test_a_frames_tokens_do_not_depend_on_which_were_read_before(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=24)
    at_once, one_by_one = (plan_video(model, processor, path) for _ in range(2))
    encode_even_frames(model, processor, [at_once], 12)
    for keep in (1, 5, 3, 12):
        encode_even_frames(model, processor, [one_by_one], keep)
    both = sorted(set(at_once.some_V) & set(one_by_one.some_V))
    assert len(both) == 12
    assert torch.equal(at_once.some_V.take(both), one_by_one.some_V.take(both))


def test_nothing_is_decoded_encoded_or_hashed_twice(model, processor, tmp_path: Path, counted) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=24)
    memory = encode_video(model, processor, path, tokens="compressed")
    assert counted == {"encoded": 24, "decodings": 0, "hashes": 1}
    first = key_frame_tokens(model, processor, memory, [2, 7, 20])
    assert counted == {"encoded": 27, "decodings": 1, "hashes": 1}
    assert torch.equal(key_frame_tokens(model, processor, memory, [2, 7, 20]), first)
    assert torch.equal(key_frame_tokens(model, processor, memory, [7]), first[1:2])
    assert counted == {"encoded": 27, "decodings": 1, "hashes": 1}
    key_frame_tokens(model, processor, memory, [7, 8])
    assert counted == {"encoded": 28, "decodings": 2, "hashes": 1}


def test_what_is_held_is_bounded(model, processor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=12)
    memory = encode_video(model, processor, path, tokens="compressed")
    memory.some_V.limit = 3 * 4 * 32 * 4  # three frames of four tokens
    key_frame_tokens(model, processor, memory, [0, 1, 2])
    key_frame_tokens(model, processor, memory, [2, 3])
    assert list(memory.some_V) == [1, 2, 3]
    assert key_frame_tokens(model, processor, memory, range(6)).shape[0] == 6
    assert list(memory.some_V) == list(range(6))
    assert frame_tokens.FrameTokens().limit == 1 << 30


def cut(path: Path, share: float) -> Path:
    """Return the first part of a file whose index, in front, still claims the whole."""
    target = path.with_name("cut.mp4")
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def test_where_a_frame_is_missing_the_even_ones_of_those_that_are_there_are_taken(  # type: ignore[no-untyped-def]
    model, processor, tmp_path: Path, counted
) -> None:
    path = cut(write_clip(tmp_path / "whole.mp4", seconds=24), 0.6)
    with pytest.warns(UserWarning, match=r"cut\.mp4: \d+ of 24 frames could not be decoded"):
        whole = encode_video(model, processor, path)
    counted["encoded"] = 0
    with pytest.warns(UserWarning, match=r"cut\.mp4: \d+ of 24 frames could not be decoded"):
        lazy = plan_video(model, processor, path, keep=4)
    assert counted["encoded"] <= 8  # those of the first try that were there, and the four
    assert (lazy.times, lazy.gaps, lazy.planned) == (whole.times, whole.gaps, 24)
    assert whole.V_NTC is not None
    kept = list(select_uniform(len(whole.times), 4).indices)
    torch.testing.assert_close(lazy.some_V.take(kept), whole.V_NTC[kept], atol=1e-5, rtol=1e-5)
    encode_even_frames(model, processor, [lazy], 7)  # on the frames that are there nothing has to be looked for again
    more = list(select_uniform(len(whole.times), 7).indices)
    torch.testing.assert_close(lazy.some_V.take(more), whole.V_NTC[more], atol=1e-5, rtol=1e-5)
    lazy.save(tmp_path / "kept")
    again = Memory.load(tmp_path / "kept")
    with pytest.warns(UserWarning, match="could not be decoded"):
        encode_all_frames(model, processor, again)
    assert again.E_NC is not None
    assert torch.equal(again.E_NC, whole.E_NC)


def test_a_video_without_one_frame_is_refused(model, processor, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=8)
    real = on_demand.decode_frames

    def nothing(video, times, **named):  # type: ignore[no-untyped-def]
        pictures = real(video, times, **{**named, "mode": "exact"})
        list(pictures)
        named["report"].gaps += [None] * len(times)
        return iter(())

    monkeypatch.setattr(on_demand, "decode_frames", nothing)
    with pytest.raises(VideoError, match="none of the 8 frames could be decoded"):
        plan_video(model, processor, path, keep=2)
    monkeypatch.undo()
    memory = plan_video(model, processor, path, keep=2)
    memory.some_V = frame_tokens.FrameTokens()
    monkeypatch.setattr(on_demand, "decode_frames", nothing)
    with pytest.raises(VideoError, match="2 key frames could not be decoded a second time"):
        key_frame_tokens(model, processor, memory, [1, 2])


def test_frames_that_are_held_need_no_video_others_do(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=12)
    plan_video(model, processor, path, keep=3).save(tmp_path / "kept")
    path.unlink()
    memory = Memory.load(tmp_path / "kept")
    assert key_frame_tokens(model, processor, memory, select_uniform(12, 3).indices).shape == (3, 4, 32)
    with pytest.raises(VideoError, match="no longer there"):
        encode_even_frames(model, processor, [memory], 5)
    with pytest.raises(VideoError, match="no longer there"):
        encode_all_frames(model, processor, memory)


def test_frames_of_several_videos_joined_are_not_looked_for_in_the_first(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=8)
    joined = replace(plan_video(model, processor, path, keep=2), files=2)
    with pytest.raises(InputError, match="2 frames of a memory of 2 videos cannot be decoded again"):
        key_frame_tokens(model, processor, joined, [0, 1])
