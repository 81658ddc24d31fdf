"""Features: the model's own frame tokens, and computed again for another tower."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.train.nano.features import Features, compute_features, project
from mmego.train.nano.model import build_tokenizer, nano_config, nano_processor
from mmego.train.nano.pointer_stage import (
    TrainingPrompts,
)
from mmego.train.nano.vision_stage import to_pixels
from tests.train.nano.fake_episodes import fake_episode
from tests.train.nano.question_clip import CLIP


@pytest.fixture(scope="module")
def parts() -> tuple[MmEgoForConditionalGeneration, TrainingPrompts, Features]:
    tokenizer = build_tokenizer([t for a in CLIP.questions for t in (a.turn.question, a.turn.answer)])
    config = nano_config(tokenizer, width=64, vision_layers=1, layers=2)
    torch.manual_seed(0)
    model = MmEgoForConditionalGeneration(config)
    hidden = torch.randn(40, 16, 64).bfloat16()
    return model, TrainingPrompts(nano_processor(tokenizer, config)), Features(hidden, [0, 40])


def test_features_times_linear_2_are_the_models_own_frame_tokens(tmp_path, parts):
    model = parts[0]
    episode = fake_episode(3, seconds=5)
    features = compute_features(model, [episode], tmp_path / "f.safetensors")
    with torch.no_grad():
        V_NTC = model.encode_frames(to_pixels(torch.from_numpy(np.array(episode.frames))))
        ours = project(model, features.frames(0, torch.arange(5)).float())
    # bfloat16 autocast and storage against float32 throughout.
    assert torch.nn.functional.cosine_similarity(ours.flatten(1), V_NTC.flatten(1)).min() > 0.999
    assert torch.allclose(features.means(0, 1, 3), features.hidden_FTC[1:4].float().mean(1))
    with torch.no_grad():
        model.model.multi_modal_projector.linear_2.weight += 0.1  # trains on behind the features
    before = (tmp_path / "f.safetensors").stat().st_mtime_ns
    again = compute_features(model, [episode], tmp_path / "f.safetensors")
    assert torch.equal(again.hidden_FTC, features.hidden_FTC)
    assert (tmp_path / "f.safetensors").stat().st_mtime_ns == before


def test_features_of_another_tower_or_other_episodes_are_computed_anew(tmp_path, parts):
    model, path = parts[0], tmp_path / "f.safetensors"
    episode, other = fake_episode(3, seconds=5), fake_episode(4, seconds=5)
    first = compute_features(model, [episode], path)
    with pytest.warns(UserWarning, match="computed anew"):
        second = compute_features(model, [other], path)
    assert not torch.equal(second.hidden_FTC, first.hidden_FTC)
    with torch.no_grad():
        next(model.model.vision_tower.parameters())[0] += 0.5
    with pytest.warns(UserWarning, match="computed anew"):
        third = compute_features(model, [other], path)
    assert not torch.equal(third.hidden_FTC, second.hidden_FTC)
    save_file({"hidden_FTC": first.hidden_FTC}, str(path))  # as an earlier version wrote it
    with pytest.warns(UserWarning, match="computed anew"):
        assert torch.equal(compute_features(model, [other], path).hidden_FTC, third.hidden_FTC)
