"""Training clips from the data engine, on simulated narrations."""

from pathlib import Path

import numpy as np
import pytest

from mmego.narrations.readers.ego4d import read_ego4d
from mmego.train.nano.engine_clips import engine_clips, make_conversations
from mmego.train.nano.episodes import EncodedEpisode
from mmego.train.nano.questions import Clip
from tests.qa.narrated import write_source


def episodes_of(source: Path) -> tuple[list[EncodedEpisode], list[list]]:
    read = list(read_ego4d(source / "narrations.json", source / "ego4d.json"))
    frames = [np.zeros((int(meta.duration), 2, 2, 3), np.uint8) for meta, _ in read]
    return [EncodedEpisode(meta.video, f, f[..., 0], {}) for (meta, _), f in zip(read, frames, strict=True)], [
        narrated for _, narrated in read
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Clip], list[list], Path]:
    folder = tmp_path_factory.mktemp("engine")
    source = write_source(folder / "data", [1, 2])
    conversations = make_conversations(source, folder / "qa", per_class=2, seed=0, workers=1)
    episodes, narrations = episodes_of(source)
    return engine_clips(conversations, episodes, narrations), narrations, conversations


def test_clips_lie_in_their_videos_and_key_frames_in_their_spans(made) -> None:
    clips, _, _ = made
    assert len({clip.video for clip in clips}) == 2
    assert len({clip.count for clip in clips}) > 2
    for clip in clips:
        assert clip.first >= 0
        assert clip.questions
        for one in clip.questions:
            assert 0 <= min(one.key_frames) <= max(one.key_frames) < clip.count
            for span, frames in zip(one.turn.key_spans, one.span_frames, strict=True):
                # A span shorter than the step between frames takes the nearest frame.
                assert all(span.start - 1 <= i + 0.5 <= span.end + 1 for i in frames)


def test_conversations_about_other_videos_are_left_out(made, tmp_path: Path) -> None:
    episodes, narrations = episodes_of(write_source(tmp_path / "data", [1, 2]))
    clips = engine_clips(made[2], episodes[1:], narrations[1:])
    assert {clip.episode for clip in clips} == {0}
    assert [clip.questions for clip in clips] == [clip.questions for clip in made[0] if clip.video == episodes[1].video]


def test_the_clock_is_the_clips_own(made) -> None:
    clips, narrations, _ = made
    for clip in clips:
        texts = {(n.text, round(n.span.start + clip.first, 3)) for n in clip.narrations}
        assert texts <= {(n.text, round(n.span.start, 3)) for n in narrations[clip.episode]}


def test_the_same_seed_gives_the_same_conversations(made, tmp_path: Path) -> None:
    source = write_source(tmp_path / "data", [1, 2])
    again = make_conversations(source, tmp_path / "qa", per_class=2, seed=0, workers=1)
    assert again.read_bytes() == made[2].read_bytes()
