"""Compare mmego's way to an answer with transformers' own, on a LLaVA-OneVision checkpoint and the same frames.

    python scripts/verify_real.py --model llava-hf/llava-onevision-qwen2-0.5b-ov-hf --video clip.mp4 --out report.md

Downloads the checkpoint (or takes a folder), and compares token ids, the logits after the prompt, and the tokens that
are generated; then asks the video some questions. Writes a Markdown report with times, peak memory and answers. Exits
with 1 where the two differ. Without a video the shipped demo's is taken. `make verify-real` runs it.
"""

from __future__ import annotations

import argparse
import gc
import platform
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from transformers import AutoTokenizer, LlavaOnevisionForConditionalGeneration
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil

from mmego import Engine
from mmego.engine.device_choice import pick_device, pick_precision
from mmego.engine.hub import fetch_checkpoint
from mmego.engine.model_location import find_asset, locate_model
from mmego.errors import MmegoError
from mmego.files import read_json, write_text
from mmego.video.decode import decode_frames, probe
from mmego.video.sampling import first_to_last

QUESTIONS = ("What am I doing in this video?", "Where am I?", "Which objects do I hold in my hands?")
LOGIT_ERROR = {torch.float32: 1e-3, torch.bfloat16: 0.25, torch.float16: 0.05}
"""Largest difference allowed, in units of the logits' standard deviation: the two add up in another order."""


@dataclass
class Outcome:
    """What one of the two made of the prompt: ids of the prompt, logits after it, tokens generated, seconds."""

    ids: list[int]
    logits_V: torch.Tensor
    tokens: list[int]
    seconds: dict[str, float] = field(default_factory=dict)


def transformers_own(
    folder: Path,
    frames: Sequence[np.ndarray[Any, Any]],
    question: str,
    new: int,
    dtype: torch.dtype,
    place: torch.device,
) -> Outcome:
    """Return the answer as the model card of LLaVA-OneVision in transformers has it, without a line of mmego's."""
    started = time.perf_counter()
    model: Any = LlavaOnevisionForConditionalGeneration.from_pretrained(folder, dtype=dtype).to(place).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    loaded = time.perf_counter()
    content = [{"type": "video"}, {"type": "text", "text": question}]
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": content}],
        chat_template=template_of(folder, tokenizer),
        tokenize=False,
        add_generation_prompt=True,
    )
    # As LlavaOnevisionProcessor does: pooled by two, and one more for the newline at the end.
    side = -(-model.config.vision_config.image_size // model.config.vision_config.patch_size // 2)
    video = tokenizer.convert_ids_to_tokens(model.config.video_token_id)
    ids = tokenizer(text.replace(video, video * (len(frames) * side * side + 1)), return_tensors="pt").input_ids.to(
        place
    )
    settings = read_json(folder / "preprocessor_config.json")
    size = {"height": model.config.vision_config.image_size, "width": model.config.vision_config.image_size}
    named = {name: settings[name] for name in ("image_mean", "image_std", "resample") if name in settings}
    pictures = LlavaOnevisionImageProcessorPil(size=size, **named)
    # Several pictures in one list are read whole, without tiles, as a video's frames are.
    pixels = pictures.preprocess([list(frames)], return_tensors="np")["pixel_values"]
    pixels_1NCHW = torch.from_numpy(np.stack([one[0] for one in pixels]))[None].to(place, dtype)
    with torch.no_grad():
        logits = model(input_ids=ids, pixel_values_videos=pixels_1NCHW).logits[0, -1].float().cpu()
        read = time.perf_counter()
        out = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            pixel_values_videos=pixels_1NCHW,
            do_sample=False,
            num_beams=1,
            repetition_penalty=1.0,
            max_new_tokens=new,
        )
    seconds = {"load": loaded - started, "read": read - loaded, "generate": time.perf_counter() - read}
    return Outcome(ids[0].tolist(), logits, out[0, ids.shape[1] :].tolist(), seconds)


def template_of(folder: Path, tokenizer: Any) -> str:
    """Return the chat template, where the hub's folders have it."""
    if (folder / "chat_template.jinja").is_file():
        return (folder / "chat_template.jinja").read_text(encoding="utf-8")
    if (folder / "chat_template.json").is_file():
        return str(read_json(folder / "chat_template.json")["chat_template"])
    return str(tokenizer.chat_template)


def our_own(engine: Engine, frames: Sequence[np.ndarray[Any, Any]], question: str, new: int) -> Outcome:
    """Return the answer from the same frames as `Engine` reads it: features first, prompt and `generate` after."""
    model: Any = engine.model
    started = time.perf_counter()
    with torch.no_grad():
        V_KTC = model.encode_frames(engine.processor.pixels(frames).to(model.device, model.dtype))
        prompt = engine.processor.answer_prompt(question, num_frames=len(frames))
        ids = torch.as_tensor(prompt, device=model.device)[None]
        logits = model.lm_head(model.read(model.answer_embeds([V_KTC], ids))[:, -1])[0].float().cpu()
        read = time.perf_counter()
        shown = model.encoder_outputs(V_KTC)
        out = model.generate(
            ids, attention_mask=torch.ones_like(ids), mm_encoder_outputs=shown, do_sample=False, max_new_tokens=new
        )
    seconds = {"read": read - started, "generate": time.perf_counter() - read}
    return Outcome(prompt, logits, out[0, ids.shape[1] :].tolist(), seconds)


def pictures_of(video: Path, count: int, side: int) -> list[np.ndarray[Any, Any]]:
    """Frames from the first to the last, at the tower's size: both sides see the very same pixels.

    (How a frame is brought to that size is compared in tests/model/backbones/test_llava_onevision_processor.py.)
    """
    info = probe(video)
    times = first_to_last(info.duration, count, info.fps)
    return [frame.image for frame in decode_frames(video, times, size=(side, side), mode="exact")]


def compare(theirs: Outcome, ours: Outcome, dtype: torch.dtype) -> list[tuple[str, bool, str]]:
    """Return ``(what, whether it agrees, figures)``."""
    spread = float(theirs.logits_V.std())
    error = float((theirs.logits_V - ours.logits_V).abs().max()) / spread
    agreed = sum(1 for a, b in zip(theirs.tokens, ours.tokens, strict=False) if a == b)
    return [
        ("prompt's token ids", theirs.ids == ours.ids, f"{len(ours.ids):,} and {len(theirs.ids):,} tokens"),
        (
            "logits after the prompt",
            error <= LOGIT_ERROR[dtype],
            f"largest difference {error:.2g} standard deviations, {LOGIT_ERROR[dtype]:g} allowed",
        ),
        ("tokens generated", theirs.tokens == ours.tokens, f"{agreed} of {len(theirs.tokens)} the same"),
    ]


def peak_memory() -> str:
    """Of this process, and of the GPU where one is used."""
    scale = 1 if sys.platform == "darwin" else 1024  # Linux counts in kilobytes
    peak = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 2**30:.2f} GiB"
    if torch.cuda.is_available():
        peak += f", GPU {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB"
    return peak


def report(
    given: argparse.Namespace,
    name: str,
    dtype: torch.dtype,
    checks: Sequence[tuple[str, bool, str]],
    rows: Sequence[str],
) -> str:
    """Return the Markdown page."""
    lines = [f"# {name} in mmego", "", "| compared with transformers' own | agrees | figures |", "|---|---|---|"]
    lines += [f"| {what} | {'yes' if good else '**no**'} | {figures} |" for what, good, figures in checks]
    lines += ["", *rows, ""]
    lines += [f"Peak memory {peak_memory()}; {str(dtype).removeprefix('torch.')}, {given.frames} frames."]
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}, Python {platform.python_version()}"
    return "\n".join([*lines, f"{versions}, {platform.system()} {platform.machine()}.", ""])


def verify(given: argparse.Namespace) -> bool:
    """Compare, ask, write the report; True where all agrees."""
    name, source = locate_model(given.model)
    folder = Path(source) if Path(source).is_dir() else fetch_checkpoint(source)
    video = given.video or find_asset("demo") / "demo.mp4"
    place = pick_device(given.device)
    dtype = pick_precision(given.precision, place, folder)
    side = int(read_json(folder / "config.json")["vision_config"]["image_size"])
    frames = pictures_of(video, given.frames, side)
    question = given.questions[0]
    theirs = transformers_own(folder, frames, question, given.new_tokens, dtype, place)
    gc.collect()
    started = time.perf_counter()
    engine = Engine.from_pretrained(given.model, given.device, given.precision, time_prompt=False, sampling="llava")
    loading = time.perf_counter() - started
    ours = our_own(engine, frames, question, given.new_tokens)
    checks = compare(theirs, ours, dtype)
    rows = ["| seconds | transformers | mmego |", "|---|---|---|"]
    rows += [f"| loading | {theirs.seconds['load']:.1f} | {loading:.1f} |"]
    rows += [f"| {step} | {theirs.seconds[step]:.2f} | {ours.seconds[step]:.2f} |" for step in ("read", "generate")]
    memory = engine.index(video, frames=given.frames)
    rows += ["", f"| question to {video.name} | answer | seconds |", "|---|---|---|"]
    for asked in given.questions:
        answer = engine.ask(memory, asked, keep=given.frames, select="uniform")
        text = " ".join(answer.answer.split()).replace("|", "\\|")
        rows.append(f"| {asked} | {text or '(no answer)'} | {answer.seconds['answer']:.2f} |")
    page = report(given, name, dtype, checks, rows)
    write_text(given.out, page)
    print(page)
    print(f"written to {given.out}", file=sys.stderr)
    return all(good for _, good, _ in checks)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 if all agrees, otherwise 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="llava-hf/llava-onevision-qwen2-0.5b-ov-hf", help="hub id or folder")
    parser.add_argument("--video", type=Path)
    parser.add_argument("--out", type=Path, default=Path("verify-real.md"))
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--new-tokens", type=int, default=32)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16", "float16"])
    parser.add_argument("--questions", nargs="+", default=list(QUESTIONS))
    given = parser.parse_args(arguments)
    try:
        return 0 if verify(given) else 1
    except MmegoError as error:
        print(f"verify_real: {' '.join(str(error).split())}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
