"""How far scores from the frames' cache lie from those without it, by precision.

    python benchmarks/exactness.py

A language model of the shape of LLaVA-OneVision-0.5B's (24 layers, 896 wide) with random weights reads 300 random
frames and four random questions, for each seed: once with the frames' keys and values computed first, once whole. "From
float32" compares the cached scores with those of the same weights in float32. Takes a few minutes and 4 GB.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import torch
from torch import Tensor, nn
from transformers import Qwen2Config, SiglipVisionConfig

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.configuration import MmEgoConfig

VOCABULARY, FRAMES, QUESTIONS = 2000, 300, (8, 11, 14, 9)
KEPT = (8, 32)


def random_model(seed: int, layers: int) -> MmEgoForConditionalGeneration:
    """As wide as LLaVA-OneVision-0.5B's language model; the vision tower is not used and tiny."""
    vision = SiglipVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, image_size=64, patch_size=16
    )
    text = Qwen2Config(
        vocab_size=VOCABULARY,
        hidden_size=896,
        intermediate_size=4864,
        num_hidden_layers=layers,
        num_attention_heads=14,
        num_key_value_heads=2,
    )
    torch.manual_seed(seed)
    parts = {"vision_config": vision.to_dict(), "text_config": text.to_dict()}
    config = MmEgoConfig(**parts, image_token_index=1, video_token_index=2, pointer_trained=True)
    return MmEgoForConditionalGeneration(config).eval()


@contextmanager
def rounded(model: MmEgoForConditionalGeneration, last_norm: bool) -> Iterator[None]:
    """Everything between the layers in 16 bits, as transformers computes; with `last_norm` all but the last norm."""

    def in_float32(norm: nn.Module, given: tuple[Tensor], _: Tensor) -> Tensor:
        x = given[0].float()
        scaled: Tensor = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + float(norm.variance_epsilon))
        return scaled * norm.weight.float()

    hook = model.model.language_model.norm.register_forward_hook(in_float32) if last_norm else None
    model.read_precisely = lambda embeds, cache=None: model.read(embeds, cache=cache)  # type: ignore[method-assign]
    try:
        yield
    finally:
        del model.read_precisely
        if hook is not None:
            hook.remove()


def overlap(one: Tensor, other: Tensor, kept: int) -> float:
    """Share of the best `kept` frames that both have, over the questions."""
    both = zip(one.topk(kept).indices.tolist(), other.topk(kept).indices.tolist(), strict=True)
    return sum(len(set(a) & set(b)) for a, b in both) / (kept * len(one))


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--layers", type=int, default=24)
    given = parser.parse_args()
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for seed in range(given.seeds):
        model = random_model(seed, given.layers).bfloat16()
        E_NC = torch.randn(FRAMES, 896).bfloat16()
        asked = [torch.randint(10, VOCABULARY, (length,)) for length in QUESTIONS]
        ways: dict[str, Callable[[], object]] = {
            "float32": nullcontext,
            "bfloat16 throughout": lambda model=model: rounded(model, last_norm=False),
            "the same, last norm in float32": lambda model=model: rounded(model, last_norm=True),
            "as shipped: float32 between the layers' products": nullcontext,
        }
        truth: Tensor | None = None
        for name, way in ways.items():
            model = model.float() if name == "float32" else model.bfloat16()
            with way():  # type: ignore[attr-defined]
                cached = model.glimpse_scores(model.glimpse_prefill(E_NC), asked)
                whole = model.glimpse(E_NC, asked)
            truth = cached if truth is None else truth
            off = (cached - whole).abs()
            shares = [overlap(cached, whole, kept) for kept in KEPT]
            far = [float((cached - truth).square().mean().sqrt()), *(overlap(cached, truth, kept) for kept in KEPT)]
            rows[name].append(
                [float(whole.std(-1).mean()), float(off.square().mean().sqrt()), float(off.max()), *shares, *far]
            )
    print(f"{given.seeds} seeds, {len(QUESTIONS)} questions each; model of {given.layers} layers")
    print("| | spread | cached - whole: typical | largest | best 8 shared | best 32 | from float32: typical | 8 | 32 |")
    print(f"|{'---|' * 9}")
    for name, found in rows.items():
        spread, typical, _, *rest = (sum(column) / len(column) for column in zip(*found, strict=True))
        largest = max(row[2] for row in found)
        cells = [f"{spread:.2f}", f"{typical:.2g}", f"{largest:.2g}", f"{rest[0]:.3f}", f"{rest[1]:.3f}"]
        cells += [f"{rest[2]:.2g}", f"{rest[3]:.3f}", f"{rest[4]:.3f}"]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
