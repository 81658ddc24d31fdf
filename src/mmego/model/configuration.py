"""Configuration of an MM-Ego checkpoint: LLaVA-OneVision's, and a field for each decision of the method.

The method is arXiv 2410.07177; docs/reference/checkpoints.md and docs/explanation/decisions-method.md explain the
fields and their defaults.
"""

# No `from __future__ import annotations` here: `strict` does not check fields whose annotation is a string.
import math
from typing import Any, Literal

from huggingface_hub.dataclasses import strict
from transformers import AutoConfig, LlavaOnevisionConfig

from mmego.errors import ModelError
from mmego.model.checkpoint_files import as_model_error
from mmego.model.checkpoint_settings import OWN, check_attention, check_type, is_attention_key

MOST_RATE = 1000
"""Frames per second."""


@strict
class MmEgoConfig(LlavaOnevisionConfig):  # type: ignore[no-untyped-call]
    """`LlavaOnevisionConfig` with the fields below; the config of a LLaVA-OneVision folder loads as one.

    Args:
        pointer_loss: ``softmax_bce`` (the paper), ``bce_logits`` or ``cross_entropy``; see
            `pointer.pointer_loss`.
        pointer_loss_reduction: ``sum`` over a question's frames, or ``mean`` (the paper's literal form).
        pointer_scale: factor on E' P'^T; None means 1 / sqrt(C), 1.0 is the paper's literal form.
        alpha: the exploration bonus of evenly spaced frames, on the scale of the softmax's outputs, for videos of up
            to `max_frames` frames; for N frames above that it is ``alpha * max_frames / N``.
        key_frame_spacing: a frame within this many sampled frames of a better one is kept only when no other is left;
            0 is the paper's plain top-k.
        keep: k, the number of frames the answer step sees.
        max_frames: N, the most frames of one glimpse; also the range of positions the pointer is trained on.
        frames_per_second: sampling rate for videos too short to fill `max_frames`; None always fills them.
        training_mask: ``causal`` (the paper: one sequence) or ``as_inference`` (a question sees the frames
            and itself; the answer part does not see the glimpse, and its positions restart at 0).
        time_prompt: whether the answer prompt states the video's length and the kept frames' times.
        system_prompt: system message at the start of every prompt; None for no message.
        sampling: ``middle``: frames at the middles of equal stretches, `frames_per_second` of them up to `max_frames`;
            ``llava``: `max_frames` of them, evenly from the first frame to the last, as LLaVA-OneVision was evaluated.
        option_scoring: compare choices by the likelihood of their ``letter`` or of their ``text``.
        pointer_trained: False until the memory pointer has been trained; until then selection is uniform.

    Raises:
        ModelError: a number is out of range, or the checkpoint has another type.
    """

    model_type = OWN

    pointer_loss: Literal["softmax_bce", "bce_logits", "cross_entropy"] = "softmax_bce"
    pointer_loss_reduction: Literal["sum", "mean"] = "sum"
    pointer_scale: float | None = None
    alpha: float = 0.1
    key_frame_spacing: int = 0
    keep: int = 32
    max_frames: int = 300
    frames_per_second: float | None = 1.0
    training_mask: Literal["causal", "as_inference"] = "as_inference"
    time_prompt: bool = True
    system_prompt: str | None = None
    sampling: Literal["middle", "llava"] = "middle"
    option_scoring: Literal["letter", "text"] = "letter"
    pointer_trained: bool = False

    def __post_init__(self, **kwargs: Any) -> None:
        # Checkpoints of earlier versions have this field, which has no effect; drop it so that it is not saved again.
        kwargs.pop("key_frame_fill", None)
        super().__post_init__(**kwargs)  # type: ignore[no-untyped-call]
        text: Any = self.text_config
        # A glimpse of N frames takes N positions, and so do the frames kept: a thousand million would hang.
        most = int(getattr(text, "max_position_embeddings", 0) or 1 << 20)
        for name, value in {"keep": self.keep, "max_frames": self.max_frames}.items():
            if not 1 <= value <= most:
                raise ModelError(f"{name} must be above 0 and at most {most}, the model's positions; got {value}")
        rate = self.frames_per_second
        if rate is not None and not 0 < rate <= MOST_RATE:
            raise ModelError(f"frames_per_second must be above 0 and at most {MOST_RATE}, got {rate}")
        if not 0 <= self.alpha < math.inf:
            raise ModelError(f"alpha must be 0 or more, got {self.alpha}")
        if self.pointer_scale is not None and not math.isfinite(self.pointer_scale):
            raise ModelError(f"pointer_scale must be a finite number, got {self.pointer_scale}")
        if self.key_frame_spacing < 0:
            raise ModelError(f"key_frame_spacing must be 0 or more, got {self.key_frame_spacing}")

    @classmethod
    def get_config_dict(cls, pretrained_model_name_or_path: Any, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        """Do what transformers does, but read LLaVA-OneVision's type as ours and refuse any other."""
        name = str(pretrained_model_name_or_path)
        with as_model_error(f"{name} has no configuration that can be read"):
            config, rest = super().get_config_dict(pretrained_model_name_or_path, **kwargs)
            if not isinstance(config, dict):
                raise ModelError(f"{name} has a config.json that is not a JSON object")
        check_type(config, name)
        check_attention(config, name)
        return {**_without_attention(config), "model_type": cls.model_type}, rest

    @classmethod
    def from_dict(cls, config_dict: dict[str, Any], **kwargs: Any) -> Any:
        """Do what transformers does; a value that is not allowed is a ModelError."""
        with as_model_error("the configuration is not allowed"):
            return super().from_dict(config_dict, **kwargs)

    @property
    def hidden_size(self) -> int:
        """C, the width of the language model and of P."""
        text: Any = self.text_config
        return int(text.hidden_size)

    @property
    def image_size(self) -> int:
        """Height and width of a frame in pixels."""
        vision: Any = self.vision_config
        return int(vision.image_size)

    @property
    def patches_per_side(self) -> int:
        """Patches of the vision tower in a frame's height and width."""
        vision: Any = self.vision_config
        return int(vision.image_size) // int(vision.patch_size)

    @property
    def tokens_per_frame(self) -> int:
        """T: a frame's tokens after pooling by 2 in height and width (odd sizes round up)."""
        return ((self.patches_per_side + 1) // 2) ** 2


def _without_attention(value: Any) -> Any:
    """Return settings without the attention implementation, which the caller chooses."""
    if isinstance(value, dict):
        return {key: _without_attention(inner) for key, inner in value.items() if not is_attention_key(key)}
    return value


AutoConfig.register(MmEgoConfig.model_type, MmEgoConfig)
