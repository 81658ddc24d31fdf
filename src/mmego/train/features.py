"""Per-frame features of a whole data set, computed once after the vision stage.

What is kept are the projector's activations BEFORE its second linear layer, pooled: that layer commutes with average
pooling, so it stays trainable over the kept features (V = linear_2(H), E = mean of V).

Shapes: N frames, T tokens per frame, C hidden size.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from mmego.files import atomic_path
from mmego.model.modeling_mmego import MmEgoForConditionalGeneration
from mmego.train.episodes import Episode
from mmego.train.vision import patch_side, pool_patches, to_pixels


@dataclass
class Features:
    """`hidden_FTC` (all frames of all episodes, T, C) bfloat16 and the first row of each episode in it."""

    hidden_FTC: Tensor
    starts: list[int]

    def frames(self, episode: int, indices: Tensor) -> Tensor:
        """(K, T, C) of the frames `indices` of one episode."""
        return self.hidden_FTC[self.starts[episode] + indices]

    def means(self, episode: int, first: int, count: int) -> Tensor:
        """(N, C): mean over the tokens of `count` frames from `first` on."""
        begin = self.starts[episode] + first
        return self.hidden_FTC[begin : begin + count].float().mean(1)


def project(model: MmEgoForConditionalGeneration, hidden: Tensor) -> Tensor:
    """The projector's second layer on kept activations (..., C): tokens V, or E for means; with gradients."""
    linear: nn.Module = model.model.multi_modal_projector.linear_2
    tokens: Tensor = linear(hidden.to(model.device))
    return tokens


def compute_features(
    model: MmEgoForConditionalGeneration, episodes: list[Episode], path: Path, batch_size: int = 256
) -> Features:
    """Run the tower over every frame of `episodes`, or read `path` where an earlier run left the result."""
    starts = [0]
    for episode in episodes:
        starts.append(starts[-1] + len(episode.frames))
    if path.exists():
        hidden = load_file(str(path))["hidden_FTC"]
        if len(hidden) == starts[-1]:
            return Features(hidden, starts)
    inner = model.model
    projector = inner.multi_modal_projector
    side = patch_side(model)
    device = model.device
    rows = []
    model.train(False)
    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
        for episode in tqdm(episodes, desc="features", unit="video"):
            for begin in range(0, len(episode.frames), batch_size):
                pixels = to_pixels(episode.frames[begin : begin + batch_size]).to(device)
                patches = inner.vision_tower(pixel_values=pixels, output_hidden_states=True).hidden_states[-1]
                hidden = projector.act(projector.linear_1(patches))
                rows.append(pool_patches(hidden.float(), side).bfloat16().cpu())
    hidden = torch.cat(rows)
    with atomic_path(path) as temporary:
        save_file({"hidden_FTC": hidden}, str(temporary))
    return Features(hidden, starts)
