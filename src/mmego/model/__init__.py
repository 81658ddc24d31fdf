"""The model: a vision-language model of transformers with a memory pointer.

- `backbones/`: the vision-language models, each with its processor; here another one is added.
- `pointer`: the memory pointer's tensor functions: compress, score, losses.
- `prefix`: the key/value cache over the frames of one glimpse.
- `prompts`: questions and conversations as token ids.
- `sequence_layout`: masks, positions and places of P in packed sequences.
- `training`: training losses.
- `configuration`: `MmEgoConfig`.
- `familiarity`: whether a video looks like the training pictures.
- `chat_template`, `chat_template_limits`: chat templates of other people's checkpoints, rendered safely.
- `checkpoint_settings`, `checkpoint_weights`, `checkpoint_files`: checks of a checkpoint's files before loading.
"""
