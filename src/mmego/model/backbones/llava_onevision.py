"""MM-Ego: LLaVA-OneVision with one learnable vector P, the memory pointer (arXiv 2410.07177).

Shapes: B batch, N frames, T tokens per frame, C hidden size, K frames kept, Q questions, L tokens,
S sequence.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForImageTextToText, GenerationConfig, LlavaOnevisionForConditionalGeneration
from transformers import initialization as init
from transformers.cache_utils import DynamicCache
from transformers.conversion_mapping import (
    get_checkpoint_conversion_mapping,
    register_checkpoint_conversion_mapping,
)
from transformers.modeling_outputs import BaseModelOutputWithPooling

from mmego import selectors
from mmego.errors import InputError, ModelError
from mmego.model import pointer
from mmego.model.checkpoint_files import as_model_error
from mmego.model.checkpoint_settings import ATTENTIONS, end_tokens
from mmego.model.checkpoint_weights import check_checkpoint
from mmego.model.configuration import MmEgoConfig
from mmego.model.prefix import Prefix, RoundedCache
from mmego.model.sequence_layout import TokenIds, insert_pointer, pad_ids

__all__ = ["MmEgoForConditionalGeneration", "Prefix"]

logger = logging.getLogger(__name__)


class MmEgoForConditionalGeneration(LlavaOnevisionForConditionalGeneration):  # type: ignore[no-untyped-call]
    """LLaVA-OneVision with a memory pointer; `forward` and `generate` (the answer step) are LLaVA-OneVision's.

    ``memory_pointer`` is P, shape (1, C).
    """

    config_class = MmEgoConfig
    config: MmEgoConfig

    def __init__(self, config: MmEgoConfig) -> None:
        super().__init__(config)
        # Drawn here, since the constructor above ends transformers' initialisation, and drawn again in
        # `_init_weights` for a checkpoint without P.
        self.memory_pointer = nn.Parameter(torch.randn(1, config.hidden_size) * self._pointer_std)
        self.post_init()  # type: ignore[no-untyped-call]

    @property
    def _pointer_std(self) -> float:
        """Return the standard deviation of a token's embedding: P is an input of the language model like them."""
        text: Any = self.config.text_config
        return float(text.initializer_range)

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)  # type: ignore[no-untyped-call]
        if isinstance(module, MmEgoForConditionalGeneration) and "memory_pointer" in module._parameters:
            init.normal_(module.memory_pointer, std=self._pointer_std)

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: Any, *args: Any, **kwargs: Any) -> Any:
        """Load an MM-Ego or LLaVA-OneVision checkpoint; in the latter P is new and `can_point` is False.

        Only safetensors weights are read, and no code from the checkpoint is ever run.

        Raises:
            ModelError: another type of checkpoint, or one that lacks weights.
        """
        if kwargs.pop("trust_remote_code", False):
            raise ModelError("mmego never runs code from a checkpoint: trust_remote_code is not allowed")
        if not kwargs.setdefault("use_safetensors", True):
            raise ModelError("mmego reads safetensors weights only")
        attention = kwargs.get("attn_implementation")
        if attention is not None and attention not in ATTENTIONS:
            raise ModelError(f"attn_implementation must be one of {', '.join(ATTENTIONS)}, got {attention!r}")
        want_info = kwargs.pop("output_loading_info", False)
        folder = Path(str(pretrained_model_name_or_path))
        if folder.is_dir():
            check_checkpoint(folder)
        load: Any = super().from_pretrained
        with as_model_error(f"{pretrained_model_name_or_path} cannot be loaded"):
            model, info = load(pretrained_model_name_or_path, *args, output_loading_info=True, **kwargs)
        generation: Any = GenerationConfig  # has no types
        model.generation_config = generation(**model.end_tokens())
        missing = set(info["missing_keys"])
        if not model.can_point:
            missing.discard("memory_pointer")
        if missing:
            names = ", ".join(sorted(missing))
            raise ModelError(f"{pretrained_model_name_or_path} lacks the weights {names}")
        return (model, info) if want_info else model

    def end_tokens(self) -> dict[str, Any]:
        """Return the checkpoint's end, padding and start tokens; the caller of `generate` decides everything else.

        Raises:
            ModelError: a token is not in the vocabulary.
        """
        words: Any = self.get_input_embeddings()
        return end_tokens(self.generation_config.to_dict(), len(words.weight))

    @property
    def can_point(self) -> bool:
        """False while P is untrained; frames are then selected uniformly."""
        return self.config.pointer_trained

    # Frames -----------------------------------------------------------------------------------------------

    def encode_frames(self, pixel_values_NCHW: Tensor) -> Tensor:
        """Run tower, projector and pooling: ``(N, 3, H, W) -> V_NTC``; with gradients unless they are turned off."""
        if pixel_values_NCHW.dim() != 4 or not len(pixel_values_NCHW):
            raise InputError(f"pixel values have shape (N, 3, H, W), got {tuple(pixel_values_NCHW.shape)}")
        pixels = pixel_values_NCHW.to(self.device, self.dtype)
        pooled = self.model.get_video_features(pixels[None], return_dict=True).pooler_output
        # transformers returns all frames as one flat row with the newline embedding at its end.
        V_NTC: Tensor = pooled[0, :-1].view(len(pixels), -1, pooled.shape[-1])
        return V_NTC

    def video_features(self, V_KTC: Tensor) -> Tensor:
        """Return the kept frames as the language model reads them: ``(K, T, C)`` or ``(K*T, C) -> (K*T + 1, C)``."""
        newline = self.model.image_newline
        if V_KTC.dim() not in (2, 3) or V_KTC.shape[-1] != newline.shape[0]:
            raise InputError(f"frame tokens have shape (K, T, {newline.shape[0]}), got {tuple(V_KTC.shape)}")
        flat = V_KTC.reshape(-1, V_KTC.shape[-1])
        return torch.cat([flat, newline[None].to(flat)])

    def encoder_outputs(self, V_KTC: Tensor) -> dict[str, BaseModelOutputWithPooling]:
        """Return the ``mm_encoder_outputs`` with which `forward` and `generate` answer from these frames."""
        return {"video": BaseModelOutputWithPooling(pooler_output=self.video_features(V_KTC)[None])}

    # Glimpse ----------------------------------------------------------------------------------------------

    @torch.no_grad()
    def glimpse_prefill(self, E_NC: Tensor) -> Prefix:
        """Run the frames of one video once, which all its questions share."""
        self.check_frames(E_NC, 2)
        cache = RoundedCache(self.dtype)
        hidden_1NC = self.read_precisely(E_NC.to(self.memory_pointer)[None], cache)
        return Prefix(cache, hidden_1NC[0], E_NC.shape[0])

    @torch.no_grad()
    def glimpse_step(self, prefix: Prefix, question_ids: Sequence[TokenIds]) -> Tensor:
        """Return P' of every question, (Q, C): one batch, in which each question sees the prefix and itself."""
        embeds_QLC, place_Q = self._question_embeds(question_ids)
        # Padding is on the right, after P, so the plain causal mask is exact.
        hidden_QLC = self.read_precisely(embeds_QLC, prefix.expanded(len(embeds_QLC)))
        return hidden_QLC[torch.arange(len(place_Q), device=place_Q.device), place_Q]

    @torch.no_grad()
    def glimpse_scores(self, prefix: Prefix, question_ids: Sequence[TokenIds]) -> Tensor:
        """Return the scaled pointer logits (Q, N) before the softmax; questions are rows of token ids."""
        P_prime_QC = self.glimpse_step(prefix, question_ids)
        return pointer.score(prefix.E_prime_NC, P_prime_QC, self.config.pointer_scale)

    @torch.no_grad()
    def glimpse(self, E_NC: Tensor, question_ids: Sequence[TokenIds]) -> Tensor:
        """Compute `glimpse_scores` without a cache: ``[E_1..E_N, q, P]`` is run whole for every question."""
        self.check_frames(E_NC, 2)
        embeds_QLC, place_Q = self._question_embeds(question_ids)
        frames = E_NC.shape[0]
        frames_QNC = E_NC.to(embeds_QLC)[None].expand(len(embeds_QLC), -1, -1)
        hidden_QSC = self.read_precisely(torch.cat([frames_QNC, embeds_QLC], 1))
        rows = torch.arange(len(place_Q), device=place_Q.device)
        P_prime_Q1C = hidden_QSC[rows, frames + place_Q][:, None]
        return pointer.score(hidden_QSC[:, :frames], P_prime_Q1C, self.config.pointer_scale)[:, 0]

    def select(
        self, logits_N: Tensor | None, num_frames: int, keep: int | None = None, alpha: float | None = None
    ) -> selectors.Selection:
        """Return the frames to keep: by the pointer with exploration, or evenly spaced ones without it.

        Args:
            logits_N: one question's pointer logits; None selects uniformly.
            num_frames: N.
            keep: K; None is the configuration's.
            alpha: exploration bonus at up to ``max_frames`` frames, smaller beyond
                (`selectors.exploration_bonus`); None is the configuration's.
        """
        keep = self.config.keep if keep is None else keep
        if logits_N is not None and not self.can_point:
            logger.warning("this checkpoint has no trained memory pointer: frames are selected uniformly")
            logits_N = None
        if logits_N is None:
            return selectors.select_uniform(num_frames, keep)
        if logits_N.shape != (num_frames,):
            raise InputError(f"one logit for each of {num_frames} frames is needed, got {tuple(logits_N.shape)}")
        alpha = self.config.alpha if alpha is None else alpha
        bonus = selectors.exploration_bonus(alpha, num_frames, self.config.max_frames)
        return selectors.select(pointer.probabilities(logits_N), keep, bonus, self.config.key_frame_spacing)

    # Choices ----------------------------------------------------------------------------------------------

    @torch.no_grad()
    def choice_logprobs(self, prompt_ids: TokenIds, choice_ids: Sequence[TokenIds], V_KTC: Tensor | None) -> Tensor:
        """Return the log-likelihood of each choice's tokens after the prompt, float32; the prompt is read once.

        Args:
            prompt_ids: an answer prompt with expanded <video> tokens.
            choice_ids: the choices as tokens, see `MmEgoProcessor.choice_ids`.
            V_KTC: tokens of the frames kept, None for a blind prompt.
        """
        prompt_1L = torch.as_tensor(prompt_ids, dtype=torch.long, device=self.device)[None]
        ids_OL, mask_OL = (x.to(self.device) for x in pad_ids(choice_ids))
        if not bool(mask_OL[:, 0].all()):
            raise InputError("a choice has no tokens")
        cache = DynamicCache()
        hidden_1LC = self.read(self.answer_embeds([V_KTC], prompt_1L), cache=cache)
        hidden_OLC = hidden_1LC[:, -1:].expand(len(ids_OL), -1, -1)
        if ids_OL.shape[1] > 1:
            prefix = Prefix(cache, hidden_1LC[0], prompt_1L.shape[1])
            words_OLC = self.get_input_embeddings()(ids_OL[:, :-1])
            later_OLC = self.read(words_OLC, cache=prefix.expanded(len(ids_OL)))
            hidden_OLC = torch.cat([hidden_OLC, later_OLC], 1)
        logprobs_OLV = self.lm_head(hidden_OLC).float().log_softmax(-1)
        picked_OL: Tensor = logprobs_OLV.gather(-1, ids_OL[..., None])[..., 0]
        return (picked_OL * mask_OL).sum(-1)

    # Parts that training shares ---------------------------------------------------------------------------

    def read(
        self,
        embeds_BSC: Tensor,
        *,
        cache: DynamicCache | None = None,
        mask_B1SS: Tensor | None = None,
        positions_BS: Tensor | None = None,
    ) -> Tensor:
        """Return the language model's last layer over embeddings, (B, S, C), after its final norm.

        Args:
            embeds_BSC: input embeddings.
            cache: keys and values of the tokens before; it grows in place.
            mask_B1SS: True where a row sees a column; None is the causal mask.
            positions_BS: None counts on from the cache.
        """
        before = 0 if cache is None else cache.get_seq_length()
        out: Tensor = self.model.language_model(
            inputs_embeds=embeds_BSC,
            attention_mask=None if mask_B1SS is None else self._attention_mask(mask_B1SS, embeds_BSC.dtype),
            position_ids=positions_BS,
            past_key_values=cache,
            use_cache=cache is not None,
        ).last_hidden_state
        if cache is not None and cache.get_seq_length() != before + embeds_BSC.shape[1]:
            # transformers turns caches off for gradient checkpointing: the next step would see no frames.
            raise ModelError("the model keeps no cache in this state: call model.eval() before a glimpse")
        return out

    def read_precisely(self, embeds_BSC: Tensor, cache: DynamicCache | None = None) -> Tensor:
        """Do what `read` does, for scores: a 16-bit model stays in float32 between its layers' products.

        With rounding after every layer the outputs would depend on the shape of a matrix product, and frames of nearly
        equal scores would change places (docs/explanation/method.md).
        """
        if self.dtype == torch.float32 or getattr(self, "is_quantized", False):
            return self.read(embeds_BSC, cache=cache).float()
        with torch.autocast(embeds_BSC.device.type, self.dtype):
            return self.read(embeds_BSC.float(), cache=cache).float()

    def answer_embeds(self, V: Sequence[Tensor | None], input_ids_BL: Tensor) -> Tensor:
        """Return word embeddings (B, L, C) with each sample's frames in the places of its <video> tokens.

        Args:
            V: for each sample tokens (K, T, C) or (K*T, C); None for a blind one.
            input_ids_BL: with K*T + 1 <video> tokens in each row.
        """
        if input_ids_BL.dim() != 2 or len(V) != len(input_ids_BL):
            raise InputError(f"{len(V)} videos do not fit ids of shape {tuple(input_ids_BL.shape)}, (B, L)")
        embeds_BLC: Tensor = self.get_input_embeddings()(input_ids_BL)
        places_BL = input_ids_BL == self.config.video_token_id
        features = []
        for row, (V_KTC, wanted) in enumerate(zip(V, places_BL.sum(1).tolist(), strict=True)):
            given = None if V_KTC is None else self.video_features(V_KTC)
            count = 0 if given is None else len(given)
            if count != wanted:
                raise InputError(f"sample {row} has {wanted} <video> tokens and {count} visual embeddings")
            if given is not None:
                features.append(given.to(embeds_BLC))
        if not features:
            return embeds_BLC
        return embeds_BLC.masked_scatter(places_BL[..., None], torch.cat(features))

    def check_frames(self, E: Tensor, dims: int) -> None:
        """Raise InputError unless `E` holds compressed frames, at least one: (N, C) or (B, N, C) by `dims`."""
        hidden = self.config.hidden_size
        if E.dim() != dims or E.shape[-1] != hidden or not E.numel():
            form = "(N, C)" if dims == 2 else "(B, N, C)"
            raise InputError(f"compressed frames have shape {form}, C = {hidden}; got {tuple(E.shape)}")

    def _question_embeds(self, question_ids: Sequence[TokenIds]) -> tuple[Tensor, Tensor]:
        ids_QL, mask_QL = (x.to(self.device) for x in pad_ids(question_ids))
        return insert_pointer(self.get_input_embeddings()(ids_QL), mask_QL, self.memory_pointer)

    def _attention_mask(self, mask_B1SS: Tensor, dtype: torch.dtype) -> Tensor:
        """Return a 4-D mask as the attention in use takes it; the flash kernels take none."""
        kind = self.model.language_model.config._attn_implementation
        if kind == "sdpa":
            return mask_B1SS
        if kind == "eager":
            blocked = torch.zeros(mask_B1SS.shape, dtype=dtype, device=mask_B1SS.device)
            return blocked.masked_fill(~mask_B1SS, torch.finfo(dtype).min)
        raise ModelError(f"packed glimpses need attn_implementation 'sdpa' or 'eager', not '{kind}'")


AutoModelForImageTextToText.register(MmEgoConfig, MmEgoForConditionalGeneration)
# transformers looks up the renames of LLaVA-OneVision's older weight names by model type; ours is registered here.
_renames: Any = get_checkpoint_conversion_mapping("llava_onevision")  # type: ignore[no-untyped-call]
register_checkpoint_conversion_mapping(MmEgoConfig.model_type, _renames, overwrite=True)
