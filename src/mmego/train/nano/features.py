"""Per-frame features of a whole data set, computed once after the vision stage.

The features are the projector's activations BEFORE its second linear layer, pooled. That layer commutes with average
pooling, so it can still be trained on the stored features (V = linear_2(H), E = mean of V).

Shapes: N frames, T tokens per frame, C hidden size.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from mmego.files import atomic_path
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.train.nano.episodes import EncodedEpisode
from mmego.train.nano.vision_stage import patch_side, pool_patches, to_pixels

SOURCE = "source"
"""Key in the file's metadata of the hash of what the features were computed from."""


@dataclass
class Features:
    """`hidden_FTC` (all frames of all episodes, T, C) bfloat16 and the first row of each episode in it."""

    hidden_FTC: Tensor
    starts: list[int]

    def frames(self, episode: int, indices: Tensor) -> Tensor:
        """Return the features (K, T, C) of the frames `indices` of one episode."""
        return self.hidden_FTC[self.starts[episode] + indices]

    def means(self, episode: int, first: int, count: int) -> Tensor:
        """Return the means (N, C) over the tokens of `count` frames from `first` on."""
        begin = self.starts[episode] + first
        return self.hidden_FTC[begin : begin + count].float().mean(1)


def project(model: MmEgoForConditionalGeneration, hidden: Tensor) -> Tensor:
    """Apply the projector's second layer to activations (..., C): tokens V, or E for means; with gradients."""
    linear: nn.Module = model.model.multi_modal_projector.linear_2
    tokens: Tensor = linear(hidden.to(model.device))
    return tokens


def compute_features(
    model: MmEgoForConditionalGeneration, episodes: list[EncodedEpisode], path: Path, batch_size: int = 256
) -> Features:
    """Run the tower over every frame of `episodes`, or read `path` if the same weights made it.

    A file of another tower or other episodes, or without this information, is computed again with a warning.
    """
    starts = [0]
    for episode in episodes:
        starts.append(starts[-1] + len(episode.frames))
    source = source_hash(model, episodes)
    if path.exists():
        if _stored_source(path) == source:
            return Features(load_file(str(path))["hidden_FTC"], starts)
        warnings.warn(f"{path} is of another tower or other episodes: its features are computed anew", stacklevel=2)
    inner = model.model
    projector = inner.multi_modal_projector
    side = patch_side(model)
    device = model.device
    rows = []
    model.train(False)
    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
        for episode in tqdm(episodes, desc="features", unit="video", disable=None):
            for begin in range(0, len(episode.frames), batch_size):
                images = torch.from_numpy(np.array(episode.frames[begin : begin + batch_size]))
                pixels = to_pixels(images.to(device))
                patches = inner.vision_tower(pixel_values=pixels, output_hidden_states=True).hidden_states[-1]
                hidden = projector.act(projector.linear_1(patches))
                rows.append(pool_patches(hidden.float(), side).bfloat16().cpu())
    hidden = torch.cat(rows)
    with atomic_path(path) as temporary:
        save_file({"hidden_FTC": hidden}, str(temporary), metadata={SOURCE: source})
    return Features(hidden, starts)


def source_hash(model: MmEgoForConditionalGeneration, episodes: list[EncodedEpisode]) -> str:
    """Return the SHA-256, in hex, of the weights of tower and linear_1 and of the episodes' names and lengths.

    It is the same on every device; later layers may continue to train.
    """
    parts = {"vision_tower": model.model.vision_tower, "linear_1": model.model.multi_modal_projector.linear_1}
    shown = [[episode.video, len(episode.frames)] for episode in episodes]
    digest = hashlib.sha256(json.dumps(shown).encode())
    for part, module in parts.items():
        for name, tensor in sorted(module.state_dict().items()):
            digest.update(json.dumps([part, name, str(tensor.dtype), list(tensor.shape)]).encode())
            digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _stored_source(path: Path) -> str | None:
    """Return the `source_hash` stored in a features file, None for files of earlier versions."""
    with safe_open(str(path), "pt") as file:
        return (file.metadata() or {}).get(SOURCE)
