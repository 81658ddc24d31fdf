"""The vision stage: pooling like LLaVA-OneVision's, losses, draws."""

import numpy as np
import torch

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.train.nano.episodes import FRAME_LABELS, EpisodeLabels, LabelSpace
from mmego.train.nano.model import build_tokenizer, nano_config
from mmego.train.nano.vision_stage import (
    FrameDraw,
    VisionEvaluation,
    VisionObjective,
    VisionStage,
    collate_frames,
    pixels_of,
    pool_patches,
    shown_cross_entropy,
    to_pixels,
)
from tests.train.nano.fake_episodes import fake_episode


def small_stage() -> tuple[MmEgoForConditionalGeneration, VisionStage, LabelSpace, list]:
    episodes = [fake_episode(0), fake_episode(1)]
    space = LabelSpace.from_episodes(episodes)
    torch.manual_seed(0)
    config = nano_config(build_tokenizer(["a b"]), width=64, vision_layers=1, layers=1)
    model = MmEgoForConditionalGeneration(config)
    return model, VisionStage(model, space), space, episodes


def test_pooling_is_llava_onevisions_own():
    model, stage, _, episodes = small_stage()
    pixels = to_pixels(torch.from_numpy(np.array(episodes[0].frames[:2])))
    with torch.no_grad():
        patches = stage.tower(pixel_values=pixels, output_hidden_states=True).hidden_states[-1]
        ours = pool_patches(stage.projector(patches), stage.patches)
        assert torch.allclose(ours, model.encode_frames(pixels), atol=1e-5)


def test_an_item_seen_in_one_cell_weighs_as_much_as_a_whole_frame_of_others():
    truth = torch.zeros(1, 64, 3)
    truth[0, 5, 2] = 1.0
    flat = torch.zeros(1, 64, 3)
    assert torch.isclose(shown_cross_entropy(flat, truth), torch.tensor(3.0).log())
    right = flat.clone()
    right[0, 5, 2] = 20.0
    assert shown_cross_entropy(right, truth) < 1e-3
    # No item anywhere: no loss, and no NaN.
    assert float(shown_cross_entropy(flat, torch.zeros(1, 64, 3))) == 0.0


def test_draws_repeat_by_index_and_prefer_events():
    _, stage, space, episodes = small_stage()
    labels = [EpisodeLabels(e, space) for e in episodes]
    draw = FrameDraw(episodes, labels, stage.patches, seed=3)
    one, two = draw(11), draw(11)
    assert all(np.array_equal(one[key], two[key]) for key in one)
    verb = FRAME_LABELS.index("verb")
    share = np.mean([draw(i)["frame"][verb] != 0 for i in range(300)])
    by_chance = np.mean([(label.frame["verb"] != 0).mean() for label in labels])
    assert share > by_chance + 0.2
    pixels = pixels_of(collate_frames([draw(i) for i in range(4)]))
    assert pixels.shape == (4, 3, 128, 128)
    assert pixels.min() >= -1.0
    assert pixels.max() <= 1.0


def test_pixels_are_disturbed_as_each_sample_asks():
    sample = {"image": np.full((128, 128, 3), 100, np.uint8), "grid": np.zeros((64, 2), np.float32)}
    sample |= {"frame": np.zeros(12, np.int64), "gain": np.ones(3, np.float32), "soft": False, "noise": 0.0, "seed": 7}
    sample["image"][:, 64:] = 200
    plain, brighter, soft = pixels_of(
        collate_frames([sample, sample | {"gain": np.full(3, 1.1, np.float32)}, sample | {"soft": True}])
    )
    assert torch.allclose(plain[:, 5, [5, 90]], torch.tensor([100 / 127.5 - 1, 200 / 127.5 - 1]).expand(3, 2))
    assert torch.allclose(brighter[:, 5, 5], torch.tensor(110 / 127.5 - 1), atol=1e-6)
    assert torch.allclose(soft[:, 5, 63], (plain[:, 5, 63] + plain[:, 5, 64]) / 2)
    loud = collate_frames([sample | {"noise": 0.05}, sample])
    one, two = pixels_of(loud), pixels_of(loud)
    assert torch.equal(one, two)
    assert 0.01 < (one[0] - plain).abs().max() <= 0.0501
    assert torch.equal(one[1], plain)


def test_the_stage_learns_one_batch_and_its_evaluation_sees_it():
    _, stage, space, episodes = small_stage()
    labels = [EpisodeLabels(e, space) for e in episodes]
    draw = FrameDraw(episodes, labels, stage.patches, seed=0)
    evaluation = VisionEvaluation(stage, draw, episodes, labels)
    before = evaluation()
    batch = collate_frames([draw.sample(0, i, None) for i in (4, 5, 6, 14, 15, 16, 24, 25)])
    objective = VisionObjective(space)
    optimizer = torch.optim.Adam(stage.parameters(), lr=3e-3)
    losses = []
    for _ in range(25):
        loss = objective(stage, batch)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert evaluation()["verb"] > before["verb"]
