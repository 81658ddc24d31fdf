"""Configuration of an MM-Ego checkpoint: LLaVA-OneVision's own, plus a name for each choice of the method.

The method is arXiv 2410.07177's; docs/model.md and docs/decisions.md explain the choices and their defaults.
"""

# No `from __future__ import annotations` here: `strict` checks no field whose annotation is a string.
from typing import Any, Literal

from huggingface_hub.dataclasses import strict
from huggingface_hub.errors import StrictDataclassError
from transformers import AutoConfig, LlavaOnevisionConfig

from mmego.errors import ModelError


@strict
class MmEgoConfig(LlavaOnevisionConfig):  # type: ignore[no-untyped-call]
    """All of `LlavaOnevisionConfig`, and the fields below; a LLaVA-OneVision folder's config loads as one.

    Args:
        pointer_loss: ``softmax_bce`` (the paper), ``bce_logits`` or ``cross_entropy``; see
            `pointer.pointer_loss`.
        pointer_loss_reduction: ``sum`` over a question's frames, or ``mean`` (the paper's literal form).
        pointer_scale: factor on E' P'^T; None means 1 / sqrt(C), 1.0 is the paper's literal form.
        alpha: the exploration bonus of evenly spaced frames, on the scale of the softmax's outputs.
        key_frame_spacing: a frame within so many sampled frames of a better one is kept only when no other is left;
            0 is the paper's plain top-k.
        keep: k, the number of frames the fallback sees.
        max_frames: N, the most frames of one glimpse; also the range of positions the pointer is trained on.
        frames_per_second: sampling rate for videos too short to fill `max_frames`; None always fills them.
        training_mask: ``causal`` (the paper: one sequence) or ``as_inference`` (a question sees the frames
            and itself; the answer part does not see the glimpse, and its positions restart at 0).
        time_prompt: the fallback prompt states the video's length and the kept frames' times.
        option_scoring: multiple choice by the likelihood of the options' ``letter`` or of their ``text``.
        pointer_trained: False until the memory pointer has been trained; until then selection is uniform.

    Raises:
        ModelError: a number out of range, or a checkpoint of another type.
    """

    model_type = "mmego"

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
    option_scoring: Literal["letter", "text"] = "letter"
    pointer_trained: bool = False

    def __post_init__(self, **kwargs: Any) -> None:
        # In checkpoints of earlier versions; nothing ever read it, and it would be saved again.
        kwargs.pop("key_frame_fill", None)
        super().__post_init__(**kwargs)  # type: ignore[no-untyped-call]
        for name, value in {
            "keep": self.keep,
            "max_frames": self.max_frames,
            "frames_per_second": self.frames_per_second,
        }.items():
            if value is not None and not value > 0:
                raise ModelError(f"{name} must be above 0, got {value}")
        if not self.alpha >= 0:
            raise ModelError(f"alpha must be 0 or more, got {self.alpha}")
        if self.key_frame_spacing < 0:
            raise ModelError(f"key_frame_spacing must be 0 or more, got {self.key_frame_spacing}")

    @classmethod
    def get_config_dict(cls, pretrained_model_name_or_path: Any, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        """As in transformers; LLaVA-OneVision's type is taken for this one and any other is refused."""
        config, rest = super().get_config_dict(pretrained_model_name_or_path, **kwargs)
        found = config.get("model_type")
        if found is None:
            raise ModelError(f"{pretrained_model_name_or_path} has no config.json that names a model type")
        if found not in (cls.model_type, LlavaOnevisionConfig.model_type):
            raise ModelError(
                f"{pretrained_model_name_or_path} is a checkpoint of type '{found}'; "
                "mmego loads types 'mmego' and 'llava_onevision'"
            )
        return {**config, "model_type": cls.model_type}, rest

    @classmethod
    def from_dict(cls, config_dict: dict[str, Any], **kwargs: Any) -> Any:
        """As in transformers; a field that holds what it must not is a ModelError."""
        try:
            return super().from_dict(config_dict, **kwargs)
        except StrictDataclassError as error:
            raise ModelError(f"the configuration is not allowed: {error}") from error

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


AutoConfig.register(MmEgoConfig.model_type, MmEgoConfig)
