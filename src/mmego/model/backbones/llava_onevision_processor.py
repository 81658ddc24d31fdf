"""Frames to pixel values and questions to token ids, for an MM-Ego or LLaVA-OneVision checkpoint.

Needs neither torchvision nor a video library: frames are given as arrays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from transformers import AutoTokenizer
from transformers.utils.constants import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD
from transformers.utils.hub import cached_file

from mmego.errors import InputError, ModelError
from mmego.files import write_json
from mmego.model.checkpoint_files import as_model_error, read_json_object
from mmego.model.configuration import MmEgoConfig
from mmego.model.familiarity import GrainRecorder
from mmego.model.prompts import Prompts


class MmEgoProcessor(Prompts):
    """Turns frames into pixel values and questions into prompts.

    `tokenizer` is the checkpoint's own, `config` its configuration, `frame_size` (width, height) in pixels;
    `grain_recorder`, if set, measures every frame.
    """

    def __init__(
        self,
        tokenizer: Any,
        config: MmEgoConfig,
        *,
        image_mean: Sequence[float],
        image_std: Sequence[float],
        rescale_factor: float = 1 / 255,
        resample: int = Image.Resampling.BICUBIC,
        chat_template: str,
    ) -> None:
        super().__init__(tokenizer, config, chat_template)
        self.image_mean = [float(value) for value in image_mean]
        self.image_std = [float(value) for value in image_std]
        self.rescale_factor = float(rescale_factor)
        self.resample = Image.Resampling(resample)
        side = config.image_size
        self.frame_size: tuple[int, int] = (side, side)
        self.grain_recorder: GrainRecorder | None = None

    # Folder -----------------------------------------------------------------------------------------------

    @classmethod
    def from_pretrained(cls, name_or_folder: str | Path, revision: str | None = None) -> MmEgoProcessor:
        """Read a checkpoint folder (or a hub name): tokenizer, chat template, configuration and pixel settings.

        Raises:
            ModelError: a file is missing, or the folder needs preprocessing that is not supported.
        """
        name = str(name_or_folder)
        with as_model_error(f"{name} has no configuration that can be read"):
            config = MmEgoConfig.from_pretrained(name, revision=revision or "main")
        with as_model_error(f"{name} has no tokenizer that can be read"):
            tokenizer = AutoTokenizer.from_pretrained(name, revision=revision, trust_remote_code=False)
        whole = _settings(name, "processor_config.json", revision)
        pixels = (
            _settings(name, "video_preprocessor_config.json", revision)
            or whole.get("video_processor")
            or _settings(name, "preprocessor_config.json", revision)
            or whole.get("image_processor")
        )
        if not pixels:
            raise ModelError(f"{name} has no preprocessor_config.json")
        # The tokenizer's own template comes last: in LLaVA-OneVision folders it is Qwen2's, for text only.
        template = (
            _text(name, "chat_template.jinja", revision)
            or _settings(name, "chat_template.json", revision).get("chat_template")
            or whole.get("chat_template")
            or tokenizer.chat_template
        )
        if not isinstance(template, str):
            raise ModelError(f"{name} has no chat template (chat_template.jinja or chat_template.json)")
        _check_pixel_settings(name, pixels, config.image_size)
        _check_vocabulary(name, tokenizer, config)
        with as_model_error(f"{name} cannot be used"):
            return cls(
                tokenizer,
                config,
                image_mean=pixels.get("image_mean") or OPENAI_CLIP_MEAN,
                image_std=pixels.get("image_std") or OPENAI_CLIP_STD,
                rescale_factor=pixels.get("rescale_factor") or 1 / 255,
                resample=pixels.get("resample") or Image.Resampling.BICUBIC,
                chat_template=template,
            )

    def save_pretrained(self, folder: str | Path) -> None:
        """Write what `from_pretrained` reads, in files that transformers' LLaVA-OneVision processor reads, too.

        ``config.json`` is written only if there is none: it must not undo what training changed in a model's.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "config.json").exists():
            self.config.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        (folder / "chat_template.jinja").write_text(self.chat_template, encoding="utf-8")
        width, height = self.frame_size
        pixels = {
            "image_processor_type": "LlavaOnevisionImageProcessor",
            "do_resize": True,
            "do_rescale": True,
            "do_normalize": True,
            "image_grid_pinpoints": self.config.image_grid_pinpoints,
            "image_mean": self.image_mean,
            "image_std": self.image_std,
            "resample": int(self.resample),
            "rescale_factor": self.rescale_factor,
            "size": {"height": height, "width": width},
        }
        write_json(folder / "preprocessor_config.json", pixels)
        video = {**pixels, "video_processor_type": "LlavaOnevisionVideoProcessor"}
        del video["image_processor_type"], video["image_grid_pinpoints"]
        write_json(folder / "video_preprocessor_config.json", video)
        whole = {
            "processor_class": "LlavaOnevisionProcessor",
            "num_image_tokens": self.config.patches_per_side**2,
            "vision_feature_select_strategy": self.config.vision_feature_select_strategy,
            "vision_aspect_ratio": self.config.vision_aspect_ratio,
        }
        write_json(folder / "processor_config.json", whole)

    # Frames -----------------------------------------------------------------------------------------------

    def pixels(self, images: Sequence[np.ndarray[Any, Any]]) -> Tensor:
        """Return the pixel values ``(N, 3, height, width)`` float32 of RGB frames ``(H, W, 3)`` uint8.

        Frames of another size are resized to `frame_size`, also of another aspect, as LLaVA-OneVision does.
        """
        if len(images) == 0:
            raise InputError("there are no frames to encode")
        width, height = self.frame_size
        ready = np.empty((len(images), height, width, 3), np.uint8)
        for index, image in enumerate(images):
            if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
                given = f"{image.dtype} {image.shape}"
                raise InputError(f"frame {index} must be RGB uint8 of shape (H, W, 3), got {given}")
            if image.shape[:2] != (height, width):
                image = np.asarray(Image.fromarray(image).resize((width, height), self.resample))
            ready[index] = image
        if self.grain_recorder is not None:
            self.grain_recorder.record(ready)
        pixels = torch.from_numpy(ready).permute(0, 3, 1, 2).float()
        mean = torch.tensor(self.image_mean).view(1, 3, 1, 1)
        std = torch.tensor(self.image_std).view(1, 3, 1, 1)
        return pixels.mul_(self.rescale_factor).sub_(mean).div_(std).contiguous()


def _find(name: str, filename: str, revision: str | None) -> str | None:
    with as_model_error(f"{name}: {filename} cannot be read"):
        found: str | None = cached_file(
            name,
            filename,
            revision=revision,
            _raise_exceptions_for_missing_entries=False,
            _raise_exceptions_for_gated_repo=False,
            _raise_exceptions_for_connection_errors=False,
        )
    return found


def _settings(name: str, filename: str, revision: str | None) -> dict[str, Any]:
    path = _find(name, filename, revision)
    return {} if path is None else read_json_object(Path(path))


def _text(name: str, filename: str, revision: str | None) -> str | None:
    path = _find(name, filename, revision)
    if path is None:
        return None
    with as_model_error(f"{path} cannot be read"):
        return Path(path).read_text(encoding="utf-8")


def _check_pixel_settings(name: str, pixels: Any, side: int) -> None:
    """Raise ModelError for preprocessing that is not supported, or values that make no picture."""
    if not isinstance(pixels, dict):
        raise ModelError(f"{name}: the image settings must be a JSON object, not a {type(pixels).__name__}")
    for step in ("do_resize", "do_rescale", "do_normalize"):
        if pixels.get(step) is False:
            raise ModelError(f"{name} turns {step} off, which is not supported")
    size = pixels.get("size") or {"height": side, "width": side}
    if not isinstance(size, dict) or (size.get("height"), size.get("width")) != (side, side):
        raise ModelError(f"{name} resizes frames to {size}, its vision tower reads {side} x {side}")
    for field, least in (("image_mean", -math.inf), ("image_std", 0.0)):
        values = pixels.get(field) or [0.5] * 3
        if not (isinstance(values, list) and len(values) == 3 and all(_number(v) and v > least for v in values)):
            above = " above 0" if least == 0 else ""
            raise ModelError(f"{name}: {field} must be three numbers{above}, got {str(values)[:80]}")
    factor = pixels.get("rescale_factor") or 1.0
    if not (_number(factor) and factor > 0):
        raise ModelError(f"{name}: rescale_factor must be a number above 0, got {str(factor)[:80]}")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_vocabulary(name: str, tokenizer: Any, config: MmEgoConfig) -> None:
    """Raise ModelError for a token without a vector in the model, which would give an index error or nonsense."""
    text: Any = config.text_config
    most = max(tokenizer.get_vocab().values(), default=-1)
    for what, index in (("the tokenizer's last token", most), ("the <video> token", config.video_token_id)):
        if not 0 <= index < text.vocab_size:
            raise ModelError(f"{name}: {what} is number {index}, the model has vectors for {text.vocab_size} tokens")
