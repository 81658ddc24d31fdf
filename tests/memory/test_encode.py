"""From a video file to its memory: which frames, which tokens, what happens where frames are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmego.errors import InputError, VideoError
from mmego.memory import encode
from mmego.memory.encode import encode_video, gap_spans
from mmego.memory.on_demand import key_frame_tokens
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records import Span
from mmego.video.decode import Gap, decode_frames
from tests.engine.clips import write_clip
from tests.model.tiny import tiny_model, tiny_processor


@pytest.fixture(scope="module")
def model() -> MmEgoForConditionalGeneration:
    return tiny_model()


@pytest.fixture(scope="module")
def processor(model: MmEgoForConditionalGeneration) -> MmEgoProcessor:
    return tiny_processor(model)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("encode") / "clip.mp4")


def test_tokens_are_those_of_the_sampled_frames(model, processor, clip) -> None:  # type: ignore[no-untyped-def]
    memory = encode_video(model, processor, clip, batch=3)
    times = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
    assert memory.times == pytest.approx(times)
    frames = decode_frames(clip, times, size=processor.frame_size, mode="exact")
    images = [frame.image for frame in frames]
    with torch.no_grad():
        expected = torch.cat([model.encode_frames(processor.pixels([image])) for image in images])
    assert memory.V_NTC is not None
    assert torch.allclose(memory.V_NTC, expected, atol=1e-4)
    assert torch.allclose(memory.E_NC, expected.mean(1), atol=1e-4)
    # The colours differ from second to second: so must the tokens, or the wrong frames were taken.
    assert torch.cdist(memory.E_NC, memory.E_NC).fill_diagonal_(1e9).min() > 0.01
    assert memory.gaps == ()
    assert memory.seconds["index"] > 0


def test_frames_and_clip_bound_the_sampling(model, processor, clip) -> None:  # type: ignore[no-untyped-def]
    few = encode_video(model, processor, clip, frames=2)
    assert few.times == pytest.approx((1.75, 5.25))
    part = encode_video(model, processor, clip, clip=Span(2, 4))
    assert part.times == pytest.approx((2.5, 3.5))
    assert part.span == Span(2, 4)
    with pytest.raises(InputError, match="clip"):
        encode_video(model, processor, clip, clip=Span(50, 60))


def test_keyframes_tell_their_own_times(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", keyframe_seconds=1)
    memory = encode_video(model, processor, path, tokens="compressed")
    asked = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
    assert memory.times[0] == 0.0
    assert all(before <= time <= before + 1 for before, time in zip(memory.times, asked, strict=True))
    again = key_frame_tokens(model, processor, memory, range(7))
    assert torch.allclose(again.mean(1), memory.E_NC, atol=1e-4)


def test_no_keyframe_from_before_a_clip_stands_for_it(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=30, keyframe_seconds=5)
    memory = encode_video(model, processor, path, frames=3, clip=Span(11, 29), tokens="compressed")
    assert memory.times == pytest.approx((14, 19, 23.75))  # a keyframe every 4.75 s: that at 9.5 s lies outside
    again = key_frame_tokens(model, processor, memory, range(3))
    assert torch.allclose(again.mean(1), memory.E_NC, atol=1e-4)


def test_a_picture_on_screen_when_the_clip_starts_has_the_clips_start_as_its_time(  # type: ignore[no-untyped-def]
    model, processor, tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "clip.mp4", seconds=20, fps=1, keyframe_seconds=1)
    memory = encode_video(model, processor, path, clip=Span(11.4, 14.4), tokens="compressed")
    assert memory.times == pytest.approx((11.4, 12, 13))
    assert torch.allclose(key_frame_tokens(model, processor, memory, range(3)).mean(1), memory.E_NC, atol=1e-4)


def test_compressed_memory_takes_its_key_frames_again(model, processor, clip) -> None:  # type: ignore[no-untyped-def]
    whole = encode_video(model, processor, clip, tokens="all")
    small = encode_video(model, processor, clip, tokens="compressed")
    assert small.V_NTC is None
    assert torch.equal(small.E_NC, whole.E_NC)
    kept = [0, 2, 6]
    again, first = (key_frame_tokens(model, processor, memory, kept) for memory in (small, whole))
    assert again.shape == (3, 4, 32)
    assert torch.allclose(again, first, atol=1e-4)


def test_auto_keeps_tokens_only_up_to_a_size(  # type: ignore[no-untyped-def]
    model, processor, clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 7 * 4 * 32 * 4
    monkeypatch.setattr(encode, "AUTO_BYTES", size)
    assert encode_video(model, processor, clip).V_NTC is not None
    monkeypatch.setattr(encode, "AUTO_BYTES", size - 1)
    assert encode_video(model, processor, clip).V_NTC is None


def test_cut_video_reports_its_gap(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    whole = write_clip(tmp_path / "whole.mp4", seconds=12)
    cut = tmp_path / "cut.mp4"
    data = whole.read_bytes()
    cut.write_bytes(data[: int(len(data) * 0.6)])  # faststart: the index is in front and still claims 12 s
    with pytest.warns(UserWarning, match=r"cut\.mp4: \d+ of 12 frames could not be decoded"):
        memory = encode_video(model, processor, cut)
    assert 2 <= len(memory.times) < 12
    assert memory.E_NC.shape[0] == len(memory.times)
    assert memory.V_NTC is not None
    assert memory.V_NTC.shape[0] == len(memory.times)
    assert memory.gaps
    assert memory.gaps[-1].end == pytest.approx(12, abs=1)
    assert not any(gap.holds(time) for gap in memory.gaps for time in memory.times)


def test_gaps_are_the_missing_frames_shares_of_the_video() -> None:
    gaps = [Gap(index, 0.0, "cut") for index in (9, 2, 3)]
    assert gap_spans(gaps, Span(10, 30), 10) == (Span(14, 18), Span(28, 30))
    assert gap_spans([], Span(0, 1), 1) == ()


def test_video_that_is_gone_or_none(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=2)
    memory = encode_video(model, processor, path, tokens="compressed")
    path.unlink()
    with pytest.raises(VideoError, match="no longer there"):
        key_frame_tokens(model, processor, memory, [0])
    path.write_text("not a video")
    with pytest.raises(VideoError):
        encode_video(model, processor, path)
    with pytest.raises(InputError, match="batch"):
        encode_video(model, processor, path, batch=0)


def test_a_video_that_grows_while_it_is_read_is_refused(model, processor, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write_clip(tmp_path / "clip.mp4", seconds=2)

    class Growing:
        frame_size = processor.frame_size

        def pixels(self, images):  # type: ignore[no-untyped-def]
            with path.open("ab") as file:
                file.write(b"more")
            return processor.pixels(images)

    with pytest.raises(VideoError, match="changed while it was read"):
        encode_video(model, Growing(), path)  # type: ignore[arg-type]


def test_a_memory_finds_its_video_from_any_folder(model, processor, clip, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(clip.parent)
    memory = encode_video(model, processor, Path(clip.name), frames=2, tokens="compressed")
    monkeypatch.chdir(tmp_path)
    memory.check_video()
    assert key_frame_tokens(model, processor, memory, [0, 1]).shape == (2, 4, 32)
