"""What bfloat16 saves on this CPU: seconds of a glimpse and of the vision tower in float32 and bfloat16.

    python benchmarks/precision.py

The language model has the shape of LLaVA-OneVision 0.5B's (hidden size 896, 24 layers, 14 heads, 2 of keys and values,
MLP 4864) with a small vocabulary, which a glimpse hardly uses; the tower has a few layers of SigLIP so400m's shape, and
its time grows with their number. Weights are random. Rounds of the two precisions alternate and the least time of each
is taken, so that a machine that does something else now and then is measured right as well.
"""

from __future__ import annotations

import argparse
import copy
import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

import mmego  # before torch, so that threads wait as they do in `mmego`

# isort: split
import torch
from transformers import Qwen2Config, SiglipVisionConfig

from mmego.engine.device_choice import cpu_has_bfloat16
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.configuration import MmEgoConfig

PRECISIONS = (torch.float32, torch.bfloat16)
FLAGS = ("avx2", "avx512_f", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "bf16", "sve_bf16")
VOCABULARY = 2000
QUESTION = list(range(10, 30))
"""Twenty tokens, as of a question with the words of a prompt about it."""


def build(tower_layers: int) -> MmEgoForConditionalGeneration:
    """Return the model in float32, with random weights."""
    text = Qwen2Config(
        vocab_size=VOCABULARY,
        hidden_size=896,
        intermediate_size=4864,
        num_hidden_layers=24,
        num_attention_heads=14,
        num_key_value_heads=2,
        tie_word_embeddings=True,
    )
    vision = SiglipVisionConfig(
        hidden_size=1152,
        intermediate_size=4304,
        num_hidden_layers=tower_layers,
        num_attention_heads=16,
        image_size=384,
        patch_size=14,
        vision_use_head=False,
    )
    torch.manual_seed(0)
    words = {"image_token_index": VOCABULARY - 1, "video_token_index": VOCABULARY - 2}
    config = MmEgoConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), pointer_trained=True, **words)
    return MmEgoForConditionalGeneration(config).eval()


def work_of(model: MmEgoForConditionalGeneration, frames: int) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name; the prefix that questions are asked on is made here."""
    E_NC = torch.randn(frames, model.config.hidden_size, generator=torch.Generator().manual_seed(1))
    size = model.config.image_size
    pixels_1CHW = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(2))
    prefix = model.glimpse_prefill(E_NC)
    tower_layers = model.config.vision_config.num_hidden_layers
    return {
        f"glimpse prefill of {frames} frames": lambda: model.glimpse_prefill(E_NC),
        "one question on the cached prefix": lambda: model.glimpse_scores(prefix, [QUESTION]),
        f"one frame, {tower_layers} tower layers": lambda: model.encode_frames(pixels_1CHW),
    }


@torch.no_grad()
def least_seconds(
    models: Mapping[torch.dtype, MmEgoForConditionalGeneration], frames: int, rounds: int
) -> dict[str, dict[torch.dtype, float]]:
    """Least seconds of each piece of work in each precision; the first round of each only warms up."""
    work = {dtype: work_of(model, frames) for dtype, model in models.items()}
    least: dict[str, dict[torch.dtype, float]] = defaultdict(dict)
    for number in range(rounds + 1):
        for name in next(iter(work.values())):
            for dtype, calls in work.items():
                started = time.perf_counter()
                calls[name]()
                spent = time.perf_counter() - started
                if number:
                    least[name][dtype] = min(spent, least[name].get(dtype, spent))
    return least


def cpu_flags() -> str:
    """Those that matter here, as torch knows them."""
    capabilities = getattr(torch.cpu, "get_capabilities", None)  # not in every torch that mmego takes
    if capabilities is None:
        return "flags unknown"
    found = capabilities()
    return ", ".join(flag for flag in FLAGS if found.get(flag)) or "none of those that matter"


def main() -> None:
    """Print the machine and the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--tower-layers", type=int, default=4)
    given = parser.parse_args()
    has = "multiplies" if cpu_has_bfloat16() else "does not multiply"
    load = f"load average {os.getloadavg()[0]:.1f} before"
    print(f"mmego {mmego.__version__}, torch {torch.__version__}, {torch.get_num_threads()} threads, {load}")
    print(f"This CPU {has} in bfloat16: {cpu_flags()}\n")
    whole = build(given.tower_layers)
    models = {dtype: copy.deepcopy(whole).to(dtype) for dtype in PRECISIONS}
    print("| work | float32, s | bfloat16, s | float32 / bfloat16 |\n|---|---|---|---|")
    for name, least in least_seconds(models, given.frames, given.rounds).items():
        one, other = (least[dtype] for dtype in PRECISIONS)
        print(f"| {name} | {one:.3f} | {other:.3f} | {one / other:.1f} |")


if __name__ == "__main__":
    main()
