"""Stage 1: the vision tower and projector from dense labels of the simulator.

The tower learns to see what is held, what is handled where, and what every patch shows, before any language: even with
these labels, things in the hand need 100,000 frames and more, and answers say far less about a frame
(docs/explanation/training-nano.md). Per-token heads read the projected tokens V, frame heads the compressed token E.
The pointer reads only E of a frame (arXiv 2410.07177, global glimpse), so E must hold what it needs in linear form.

Shapes: B batch, T tokens per frame, C hidden, G grid cells a side, L grid classes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.train.nano.episodes import FRAME_LABELS, IGNORED, NONE, EncodedEpisode, EpisodeLabels, LabelSpace

# An item and its colour are the hardest to see, and most questions are about them.
FRAME_WEIGHTS = {name: (2.0 if name.endswith(("kind", "colour", "place")) else 1.0) for name in FRAME_LABELS}


class VisionStage(nn.Module):
    """The model's tower and projector with the heads of this stage (which are dropped afterwards)."""

    def __init__(self, model: MmEgoForConditionalGeneration, space: LabelSpace) -> None:
        super().__init__()
        inner = model.model
        self.tower = inner.vision_tower
        self.projector = inner.multi_modal_projector
        self.patches = patch_side(model)
        hidden, width = model.memory_pointer.shape[-1], int(inner.multi_modal_projector.linear_1.in_features)
        self.patch_norm = nn.LayerNorm(width)
        self.patch_head = nn.Linear(width, len(space.grid))
        self.token_norm = nn.LayerNorm(hidden)
        self.token_head = nn.Linear(hidden, len(space.grid))
        self.frame_norm = nn.LayerNorm(hidden)
        self.frame_heads = nn.ModuleDict({name: nn.Linear(hidden, len(space.frame[name])) for name in FRAME_LABELS})

    def forward(self, pixels_BCHW: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Return logits per patch (B, G*G, L), per pooled token (B, T, L) and per frame label (B, classes)."""
        patches = self.tower(pixel_values=pixels_BCHW, output_hidden_states=True).hidden_states[-1]
        V_BTC = pool_patches(self.projector(patches), self.patches)
        E_BC = self.frame_norm(V_BTC.mean(1))
        frame = {name: head(E_BC) for name, head in self.frame_heads.items()}
        return self.patch_head(self.patch_norm(patches)), self.token_head(self.token_norm(V_BTC)), frame


def patch_side(model: MmEgoForConditionalGeneration) -> int:
    """Return the patches in a row of a frame, an even number: twice the side of the pooled grid."""
    return 2 * math.isqrt(model.config.tokens_per_frame)


def pool_patches(tokens_BPC: Tensor, side: int) -> Tensor:
    """Pool like LLaVA-OneVision on an even grid, by means of 2 x 2 cells: (B, side*side, C) -> (B, T, C)."""
    batch, _, channels = tokens_BPC.shape
    cells = tokens_BPC.view(batch, side // 2, 2, side // 2, 2, channels)
    return cells.mean((2, 4)).flatten(1, 2)


class FrameDraw:
    """Draws one labelled frame: of an event (6 of 10), with something in a hand (2 of 10), or any frame."""

    def __init__(self, episodes: list[EncodedEpisode], labels: list[EpisodeLabels], patches: int, seed: int) -> None:
        self._episodes = episodes
        self._labels = labels
        self._patches = patches
        self._seed = seed

    def __call__(self, index: int) -> dict[str, Any]:
        rng = np.random.default_rng((self._seed, index))
        which = int(rng.integers(len(self._episodes)))
        labels, share = self._labels[which], rng.random()
        among = labels.event_frames if share < 0.6 else labels.held_frames
        if share < 0.8 and len(among):
            frame = int(rng.choice(among))
        else:
            frame = int(rng.integers(len(self._episodes[which].frames)))
        return self.sample(which, frame, rng)

    def sample(self, which: int, frame: int, rng: np.random.Generator | None) -> dict[str, Any]:
        """Return frame `frame` of episode `which`; without `rng` the picture is not disturbed."""
        episode, labels = self._episodes[which], self._labels[which]
        gain = np.ones(3) if rng is None else rng.uniform(0.85, 1.12) * rng.uniform(0.95, 1.05, 3)
        return {
            "image": episode.frames[frame],
            "grid": labels.grid(np.asarray(episode.ids[frame]), self._patches),
            "frame": np.array([labels.frame[name][frame] for name in FRAME_LABELS]),
            "gain": gain.astype(np.float32),
            "soft": rng is not None and rng.random() < 0.3,
            "noise": 0.0 if rng is None else rng.uniform(0.0, 0.06),
            "seed": 0 if rng is None else int(rng.integers(1 << 31)),
        }


def collate_frames(samples: list[dict[str, Any]]) -> dict[str, Tensor]:
    """Stack samples of FrameDraw: pictures as bytes (a fourth of the size of pixels), labels, disturbances.

    ``images_BSSC`` uint8, ``grid_BGL``, ``frame_BH``, and what `disturb` reads: ``gain_BC``, ``soft_B``, ``noise_B``,
    ``seed_B``.
    """
    return {
        "images_BSSC": torch.from_numpy(np.stack([s["image"] for s in samples])),
        "grid_BGL": torch.from_numpy(np.stack([s["grid"] for s in samples])),
        "frame_BH": torch.from_numpy(np.stack([s["frame"] for s in samples])),
        "gain_BC": torch.from_numpy(np.stack([s["gain"] for s in samples])),
        "soft_B": torch.tensor([bool(s["soft"]) for s in samples]),
        "noise_B": torch.tensor([float(s["noise"]) for s in samples]),
        "seed_B": torch.tensor([int(s["seed"]) for s in samples]),
    }


def pixels_of(batch: dict[str, Tensor]) -> Tensor:
    """Convert a batch of `collate_frames` to pixels (B, 3, S, S) in [-1, 1] on its device, disturbed as it says."""
    return disturb(to_pixels(batch["images_BSSC"]), batch)


def disturb(pixels_BCHW: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Apply small changes like those of a camera and a codec: exposure and colour cast, soft focus, noise.

    The first sample's seed and the device set the noise: a CPU and a GPU draw different numbers.
    """
    soft, noise = batch["soft_B"], batch["noise_B"][:, None, None, None]
    pixels = (pixels_BCHW + 1.0) * batch["gain_BC"][:, :, None, None] - 1.0
    if soft.any():
        pixels[soft] = F.avg_pool2d(F.pad(pixels[soft], (0, 1, 0, 1), mode="replicate"), 2, stride=1)
    if float(noise.max()) > 0.0:
        generator = torch.Generator(pixels.device).manual_seed(int(batch["seed_B"][0]))
        pixels = pixels + noise * (torch.rand(pixels.shape, generator=generator, device=pixels.device) * 2.0 - 1.0)
    return pixels.clamp(-1.0, 1.0)


def to_pixels(images_BSSC: Tensor) -> Tensor:
    """Convert (B, S, S, 3) uint8 to (B, 3, S, S) float32 in [-1, 1]: SigLIP's mean and standard deviation of 0.5."""
    return images_BSSC.permute(0, 3, 1, 2).float() / 127.5 - 1.0


class VisionObjective:
    """The losses of the stage.

    On patches and tokens: binary cross-entropy summed over the grid's classes, and, where an item is visible, the
    cross-entropy of its kind and of its colour. Without the latter an item, one class of many in few patches, has
    almost no weight and is learned last. On frames: cross-entropy per label.
    """

    def __init__(self, space: LabelSpace) -> None:
        self._groups = {
            group: [i for i, name in enumerate(space.grid) if name.startswith(group)] for group in ("item", "colour")
        }

    def __call__(self, stage: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        patch, token, frame = stage(pixels_of(batch))
        grid = batch["grid_BGL"]
        side = int(grid.shape[1] ** 0.5)
        pooled = F.max_pool2d(grid.transpose(1, 2).reshape(len(grid), -1, side, side), 2).flatten(2).transpose(1, 2)
        parts = {}
        for name, logits, truth in (("patch", patch.float(), grid), ("token", token.float(), pooled)):
            parts[name] = F.binary_cross_entropy_with_logits(logits, truth) * truth.shape[-1]
            for group, columns in self._groups.items():
                parts[f"{name}_{group}"] = shown_cross_entropy(logits[..., columns], truth[..., columns])
        for i, name in enumerate(FRAME_LABELS):
            loss = F.cross_entropy(frame[name].float(), batch["frame_BH"][:, i], ignore_index=IGNORED)
            parts[name] = loss * FRAME_WEIGHTS[name]
        return {"loss": torch.stack(list(parts.values())).sum(), **parts}


def shown_cross_entropy(logits_BGL: Tensor, truth_BGL: Tensor) -> Tensor:
    """Compute the cross-entropy against the normalised multi-hot `truth`, over the cells that show any class."""
    count_BG1 = truth_BGL.sum(-1, keepdim=True)
    loss_BG = -(logits_BGL.log_softmax(-1) * truth_BGL / count_BG1.clamp(min=1)).sum(-1)
    return loss_BG.sum() / (count_BG1 > 0).sum().clamp(min=1)


class VisionEvaluation:
    """Accuracy of the frame heads on held-out houses, over frames whose label is not NONE."""

    def __init__(
        self, stage: VisionStage, draw: FrameDraw, episodes: list[EncodedEpisode], labels: list[EpisodeLabels]
    ):
        self._stage = stage
        self._draw = draw
        self._index = [(w, int(f)) for w in range(len(episodes)) for f in labels[w].event_frames[::4]]
        self._index += [(w, f) for w in range(len(episodes)) for f in range(0, len(episodes[w].frames), 12)]

    def __call__(self, batch_size: int = 128) -> dict[str, float]:
        right: dict[str, list[Tensor]] = {name: [] for name in FRAME_LABELS}
        both: list[Tensor] = []
        device = self._stage.patch_head.weight.device
        for start in range(0, len(self._index), batch_size):
            samples = [self._draw.sample(w, f, None) for w, f in self._index[start : start + batch_size]]
            batch = {name: value.to(device) for name, value in collate_frames(samples).items()}
            with torch.autocast(device.type, torch.bfloat16):
                _, _, frame = self._stage(pixels_of(batch))
            hits = {}
            for i, name in enumerate(FRAME_LABELS):
                truth = batch["frame_BH"][:, i].cpu()
                hits[name] = frame[name].argmax(-1).cpu() == truth
                right[name].append(hits[name][(truth != NONE) & (truth != IGNORED)])
            handled = batch["frame_BH"][:, FRAME_LABELS.index("item_kind")].cpu() > NONE
            both.append((hits["item_kind"] & hits["item_colour"])[handled])
        hits_by_name = {name: torch.cat(values).float() for name, values in {**right, "item": both}.items()}
        return {name: float(values.mean()) for name, values in hits_by_name.items() if len(values)}
