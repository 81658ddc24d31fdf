"""Backbones: the vision-language models of transformers that the memory pointer works on.

- `llava_onevision`: the model; LLaVA-OneVision with the pointer vector P.
- `llava_onevision_processor`: its processor; frames to pixel values, and prompts (from `model.prompts`).

A backbone has two files, and the other packages use these parts of them:

- `from_pretrained` of the model and the processor: read a checkpoint folder, safetensors only, never code.
- `encode_frames` of pixel values from `pixels`: high-resolution tokens V; `model.pointer.compress` makes E of them.
- `glimpse_prefill`, `glimpse_scores`: the prefix of the frames, and pointer logits of questions on it.
- `encoder_outputs` with `generate`, `choice_logprobs`: an open answer, and the likelihood of each choice.
- `answer_embeds`, `read`, `check_frames`: passes for training.
- `can_point`, `config`: whether P is trained, and an `MmEgoConfig`.

There is no registry yet: `engine.loading`, `memory`, `model.training` and `train` import LLaVA-OneVision's classes, and
`model.checkpoint_settings.check_type` refuses other checkpoints. Another backbone is added here and at these places.
"""
